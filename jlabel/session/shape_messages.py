"""Messages about shapes from the browser: what is malformed, absurd or hostile goes no further than here."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from jlabel.errors import MessageError
from jlabel.model.answer import Annotation, Answer, Made
from jlabel.model.shapes.parse import number, short
from jlabel.model.shapes.table import parse_shape
from jlabel.session import outline_edits as outlines
from jlabel.session import shape_edits as shapes

MAX_UIDS = shapes.MAX_SHAPES
_UID = re.compile(r"[0-9A-Za-z_-]{1,64}")

Fields = Mapping[str, Any]


def parse_uid(data: object) -> str:
    """Read a shape's name: 1 to 64 letters, digits, ``_`` and ``-``.

    Raises:
        MessageError: anything else.
    """
    if not isinstance(data, str) or not _UID.fullmatch(data):
        raise MessageError(f"A shape's name is 1 to 64 letters and digits, not {short(data)}.")
    return data


def parse_uids(data: object) -> tuple[str, ...]:
    """Read a list of shapes' names, doubles dropped.

    Raises:
        MessageError: not a list, empty, too long, or a name that is none.
    """
    if not isinstance(data, (list, tuple)) or not 0 < len(data) <= MAX_UIDS:
        raise MessageError(f"A gesture names 1 to {MAX_UIDS} shapes in a list, not {short(data)}.")
    return tuple(dict.fromkeys(parse_uid(uid) for uid in data))


def apply_gesture(answer: Answer, message: Fields, size: shapes.Size, previous: Answer | None = None) -> Answer:
    """Return what a message of the editor makes of an answer.

    The kinds are ``draw``, ``change``, ``remove`` and, with a ``name`` of ``COMMANDS``, ``command``; the fields of each
    are those that ``widgets/editor/editor.js`` documents. Other fields (``seq``, ``page``) are not looked at.

    Args:
        answer: of the item that the message is about.
        message: as it came.
        size: of the image.
        previous: of the image before, for ``copy_previous``.

    Raises:
        MessageError: not a gesture on shapes, or a field missing, absurd or hostile.
        GeometryError, AnswerError, NotFound: understood, and refused by the tool.
    """
    kind = message.get("kind")
    if kind == "draw":
        uid, class_id, shape = parse_uid(message.get("uid")), _class(message), parse_shape(message.get("shape"))
        return shapes.draw(answer, class_id, shape, size, uid, repaired=_flag(message, "repair"))
    if kind == "change":
        uid, shape = parse_uid(message.get("uid")), parse_shape(message.get("shape"))
        return shapes.change(answer, uid, shape, size, repaired=_flag(message, "repair"))
    if kind == "remove":
        return shapes.remove(answer, parse_uids(message.get("uids")))
    name = message.get("name")
    if kind != "command" or not isinstance(name, str) or name not in COMMANDS:
        raise MessageError(f"The editor sent {short(kind)} {short(name)}, which is no gesture. Reload the page.")
    if name == "copy_previous":
        return shapes.copy_from(answer, previous or Answer(), size)
    return COMMANDS[name](answer, message, size)


def _subtract(answer: Answer, message: Fields, _size: shapes.Size) -> Answer:
    first, *rest = parse_uids(message.get("uids"))
    return outlines.subtract(answer, first, rest or None)


def _entries(message: Fields) -> list[Fields]:
    given = message.get("shapes")
    if not isinstance(given, (list, tuple)) or not 0 < len(given) <= MAX_UIDS:
        raise MessageError(f"A gesture takes 1 to {MAX_UIDS} shapes in a list, not {short(given)}.")
    for entry in given:
        if not isinstance(entry, Mapping):
            raise MessageError(f"A shape in a list is a mapping, not {short(entry)}.")
    return list(given)


def _paste(answer: Answer, message: Fields, size: shapes.Size) -> Answer:
    new = [
        Annotation(
            class_id=_class(entry),
            shape=parse_shape(entry.get("shape")),
            uid=parse_uid(entry.get("uid")),
            made=Made.COPIED,
        )
        for entry in _entries(message)
    ]
    return shapes.draw_many(answer, new, size)


def _change_many(answer: Answer, message: Fields, size: shapes.Size) -> Answer:
    outlines = {parse_uid(entry.get("uid")): parse_shape(entry.get("shape")) for entry in _entries(message)}
    return shapes.change_many(answer, outlines, size)


def _each(tool: Callable[..., Answer]) -> Callable[[Answer, Fields, shapes.Size], Answer]:
    return lambda answer, message, _size: tool(answer, *parse_uids(message.get("uids")))


def _split(answer: Answer, message: Fields, _size: shapes.Size) -> Answer:
    for uid in parse_uids(message.get("uids")):
        answer = outlines.split(answer, uid)
    return answer


def _simplify(answer: Answer, message: Fields, _size: shapes.Size) -> Answer:
    return outlines.simplify(answer, *parse_uids(message.get("uids")), tolerance=_tolerance(message))


COMMANDS: dict[str, Callable[[Answer, Fields, shapes.Size], Answer]] = {
    "add": lambda a, m, size: outlines.add(a, parse_uid(m.get("uid")), parse_shape(m.get("shape")), size),
    "change_many": _change_many,
    "copy_previous": lambda a, _m, _size: a,  # needs the image before: see apply_gesture
    "cut": lambda a, m, size: outlines.cut(a, parse_uid(m.get("uid")), parse_shape(m.get("shape")), size),
    "join": lambda a, m, _size: outlines.join(a, parse_uids(m.get("uids"))),
    "paste": _paste,
    "reclass": lambda a, m, _size: shapes.reclass(a, parse_uids(m.get("uids")), _class(m)),
    "remove_all": lambda a, _m, _size: shapes.remove_all(a),
    "repair": _each(outlines.repair),
    "simplify": _simplify,
    "split": _split,
    "subtract": _subtract,
    "to_box": _each(outlines.to_box),
    "to_polygon": _each(outlines.to_polygon),
}
"""Tools without a pointer, by the name that the browser's ``command`` gives them."""


def _class(message: Fields) -> int:
    value = message.get("class_id")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise MessageError(f"A label class is named by its id, a number from 1, not by {short(value)}.")
    return value


def _flag(message: Fields, name: str) -> bool:
    value = message.get(name, False)
    if not isinstance(value, bool):
        raise MessageError(f"The field {name!r} is true or false, not {short(value)}.")
    return value


def _tolerance(message: Fields) -> float:
    value = number(message.get("tolerance"))
    if value < 0:
        raise MessageError(f"A tolerance is zero or more pixels, not {value:g}.")
    return value
