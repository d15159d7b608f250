"""Messages about shapes from the browser: what is malformed, absurd or hostile goes no further than here."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from jlabel.errors import MessageError
from jlabel.model.answer import Annotation, Answer, Made
from jlabel.model.shapes.shape import Box, Polygon, Ring, Shape
from jlabel.session import shape_tools as shapes

MAX_POINTS = 10_000
"""On one ring."""
MAX_RINGS = 100
"""Of one polygon, holes included."""
MAX_COORDINATE = 1e7
"""Pixels either way."""
MAX_UIDS = shapes.MAX_SHAPES
_UID = re.compile(r"[0-9A-Za-z_-]{1,64}")

Fields = Mapping[str, Any]


def parse_shape(data: object) -> Shape:
    """Read a shape that the browser sent: ``{"box": [x0, y0, x1, y1]}`` or ``{"rings": …, "holes": …}``.

    Raises:
        MessageError: not of this form, too many rings or points, or a coordinate that is no number or absurd.
        GeometryError: well-formed, but without area.
    """
    if not isinstance(data, Mapping):
        raise MessageError(f"A shape is a mapping, not {_short(data)}.")
    keys = set(data)
    if keys == {"box"}:
        numbers = data["box"]
        if not isinstance(numbers, (list, tuple)) or len(numbers) != 4:  # noqa: PLR2004 -- x0, y0, x1, y1
            raise MessageError(f"A box is four numbers, not {_short(numbers)}.")
        x0, y0, x1, y1 = (_number(value) for value in numbers)
        return Box(x0, y0, x1, y1)
    if not {"rings"} <= keys <= {"rings", "holes"}:
        raise MessageError(f"A shape has either a box, or rings and holes, not {_short(sorted(map(str, keys)))}.")
    rings, holes = _list(data["rings"]), _list(data.get("holes", ()))
    if len(rings) + len(holes) > MAX_RINGS:
        raise MessageError(f"A polygon has at most {MAX_RINGS} rings, not {len(rings) + len(holes)}. Draw several.")
    return Polygon(rings=tuple(map(_ring, rings)), holes=tuple(map(_ring, holes)))


def parse_uid(data: object) -> str:
    """Read a shape's name: 1 to 64 letters, digits, ``_`` and ``-``.

    Raises:
        MessageError: anything else.
    """
    if not isinstance(data, str) or not _UID.fullmatch(data):
        raise MessageError(f"A shape's name is 1 to 64 letters and digits, not {_short(data)}.")
    return data


def parse_uids(data: object) -> tuple[str, ...]:
    """Read a list of shapes' names, doubles dropped.

    Raises:
        MessageError: not a list, empty, too long, or a name that is none.
    """
    if not isinstance(data, (list, tuple)) or not 0 < len(data) <= MAX_UIDS:
        raise MessageError(f"A gesture names 1 to {MAX_UIDS} shapes in a list, not {_short(data)}.")
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
        raise MessageError(f"The editor sent {_short(kind)} {_short(name)}, which is no gesture. Reload the page.")
    if name == "copy_previous":
        return shapes.copy_from(answer, previous or Answer(), size)
    return COMMANDS[name](answer, message, size)


def _subtract(answer: Answer, message: Fields, _size: shapes.Size) -> Answer:
    first, *rest = parse_uids(message.get("uids"))
    return shapes.subtract(answer, first, rest or None)


def _entries(message: Fields) -> list[Fields]:
    given = message.get("shapes")
    if not isinstance(given, (list, tuple)) or not 0 < len(given) <= MAX_UIDS:
        raise MessageError(f"A gesture takes 1 to {MAX_UIDS} shapes in a list, not {_short(given)}.")
    for entry in given:
        if not isinstance(entry, Mapping):
            raise MessageError(f"A shape in a list is a mapping, not {_short(entry)}.")
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
        answer = shapes.split(answer, uid)
    return answer


def _simplify(answer: Answer, message: Fields, _size: shapes.Size) -> Answer:
    return shapes.simplify(answer, *parse_uids(message.get("uids")), tolerance=_tolerance(message))


COMMANDS: dict[str, Callable[[Answer, Fields, shapes.Size], Answer]] = {
    "add": lambda a, m, size: shapes.add(a, parse_uid(m.get("uid")), parse_shape(m.get("shape")), size),
    "change_many": _change_many,
    "copy_previous": lambda a, _m, _size: a,  # needs the image before: see apply_gesture
    "cut": lambda a, m, size: shapes.cut(a, parse_uid(m.get("uid")), parse_shape(m.get("shape")), size),
    "join": lambda a, m, _size: shapes.join(a, parse_uids(m.get("uids"))),
    "paste": _paste,
    "reclass": lambda a, m, _size: shapes.reclass(a, parse_uids(m.get("uids")), _class(m)),
    "remove_all": lambda a, _m, _size: shapes.remove_all(a),
    "repair": _each(shapes.repair),
    "simplify": _simplify,
    "split": _split,
    "subtract": _subtract,
    "to_box": _each(shapes.to_box),
    "to_polygon": _each(shapes.to_polygon),
}
"""Tools without a pointer, by the name that the browser's ``command`` gives them."""


def _class(message: Fields) -> int:
    value = message.get("class_id")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise MessageError(f"A label class is named by its id, a number from 1, not by {_short(value)}.")
    return value


def _flag(message: Fields, name: str) -> bool:
    value = message.get(name, False)
    if not isinstance(value, bool):
        raise MessageError(f"The field {name!r} is true or false, not {_short(value)}.")
    return value


def _tolerance(message: Fields) -> float:
    value = _number(message.get("tolerance"))
    if value < 0:
        raise MessageError(f"A tolerance is zero or more pixels, not {value:g}.")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise MessageError(f"A coordinate is a number of pixels, not {_short(value)}.")
    # compared before it is made a float: a whole number of 400 digits would overflow
    if not -MAX_COORDINATE < value < MAX_COORDINATE or not math.isfinite(value):
        raise MessageError(f"A coordinate lies within {MAX_COORDINATE:g} pixels, which {_short(value)} does not.")
    return float(value)


def _list(value: object) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise MessageError(f"A polygon is lists of points, not {_short(value)}.")
    return value


def _ring(data: object) -> Ring:
    points = _list(data)
    if len(points) > MAX_POINTS:
        raise MessageError(f"A ring has at most {MAX_POINTS} points, not {len(points)}. Simplify it.")
    ring = []
    for point in points:
        if not isinstance(point, (list, tuple)) or len(point) != 2:  # noqa: PLR2004 -- x, y
            raise MessageError(f"A point is two numbers, not {_short(point)}.")
        ring.append((_number(point[0]), _number(point[1])))
    return tuple(ring)


def _short(value: object) -> str:
    kind = type(value).__name__
    if isinstance(value, (list, tuple, dict, Mapping)):
        return f"a {kind} of {len(value)}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**20:
        return "an integer of absurd length"  # printing it may itself be refused or slow
    text = repr(value[:40] if isinstance(value, (str, bytes)) else value)
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004 -- one line
