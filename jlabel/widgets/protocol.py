"""The vocabulary between the browser and the kernel, and the gate that refuses everything else.

Every finished gesture is one message: a JSON object with ``kind``, ``seq`` (counts up from 1 for as long as the page of
the browser lives), and, where it is about a page of items, ``page`` (its token). The browser's end is
``widgets/frame/protocol.js``; ``tests/vectors/messages.json`` holds both ends to one list.

=========  =================================================================================================
kind       says
=========  =================================================================================================
cell       ``action`` (accept, apply, clear, skip, empty) on ``items`` of a page; ``class_id`` or ``reason`` with it
command    ``name`` of something without a place: submit, undo, redo, previous, next, resume, grid, turn, zoom, …
view       the stage's ``width`` and ``height`` in CSS pixels, ``ratio`` of device to CSS pixels, and while one
           picture is enlarged its ``zoom``: [scale, x, y], CSS pixels an image pixel and the centre in image pixels;
           in an editor of shapes its ``viewport`` (session/viewport.py)
level      ``brightness`` and ``contrast`` of the pictures, 1 is as they are; in an editor of shapes also ``gamma``, and
           ``invert`` for a negative (media/display.py)
select     ``uids`` of the shapes selected
draw       a new ``shape`` of ``class_id`` in image pixels, named ``uid``
change     the ``shape`` that ``uid`` has now
remove     ``uids`` of shapes to delete
=========  =================================================================================================
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jlabel.errors import MessageError
from jlabel.session import shape_messages as gestures

ACTIONS = ("accept", "apply", "clear", "skip", "empty")
COMMANDS = (
    *sorted(gestures.COMMANDS),
    "shapes",
    "hide",
    "lock",
    "fill",
    "alive",
    "grid",
    "next",
    "previous",
    "redo",
    "resume",
    "submit",
    "turn",
    "undo",
    "unzoom",
    "zoom",
)
MAX_TEXT = 500
MAX_LIST = 10_000
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message from the browser, checked.

    Attributes:
        kind: a word of the vocabulary.
        seq: the browser's count.
        page: token of the page it is about; ``None`` where it is about none.
        fields: the rest, by name, each of the type and in the range that the vocabulary gives it.
    """

    kind: str
    seq: int
    page: str | None
    fields: Mapping[str, Any]


def parse(data: object) -> Message:
    """Check a message from the browser.

    Raises:
        MessageError: not of the vocabulary; nothing of it may be used.
    """
    if not isinstance(data, Mapping):
        raise MessageError(f"The browser sent {_short(data)}, which is not a message.")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise MessageError(f"The browser sent a message of the unknown kind {_short(kind)}. Reload the page.")
    page = data.get("page")
    if page is not None and not (isinstance(page, str) and _TOKEN.fullmatch(page)):
        raise MessageError(f"The browser named a page {_short(page)}, which is not one. Reload the page.")
    spec = FIELDS[kind]
    strange = set(data) - set(spec) - {"kind", "seq", "page"}
    if strange:
        raise MessageError(f"The message {kind!r} has the unknown field {_short(min(map(str, strange)))}.")
    fields: dict[str, Any] = {}
    for name, (check, needed) in spec.items():
        if name in data and data[name] is not None:
            fields[name] = check(data[name], f"{kind}.{name}")
        elif needed:
            raise MessageError(f"The message {kind!r} lacks the field {name!r}. Reload the page.")
    return Message(kind=kind, seq=_count(data.get("seq"), "seq"), page=page, fields=fields)


def sequence(data: object) -> int:
    """Return the browser's count of a message, also of one that is refused; 0 where it has none."""
    count = data.get("seq") if isinstance(data, Mapping) else 0
    return count if isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 2**53 else 0


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004 -- one line


def _refuse(value: object, where: str, wanted: str) -> MessageError:
    return MessageError(f"The browser sent {_short(value)} as {where}; it must be {wanted}.")


def _count(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise _refuse(value, where, "a whole number from 0")
    return value


def _number(low: float, high: float) -> Callable[[object, str], float]:
    def check(value: object, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise _refuse(value, where, "a number")
        if not low <= value <= high:
            raise _refuse(value, where, f"from {low:g} to {high:g}")
        return float(value)

    return check


def _value(value: object, where: str) -> int | bool:
    return value if isinstance(value, bool) else _count(value, where)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise _refuse(value, where, f"a text of at most {MAX_TEXT} characters")
    return value


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise _refuse(value, where, "true or false")
    return value


def _word(words: tuple[str, ...]) -> Callable[[object, str], str]:
    def check(value: object, where: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise _refuse(value, where, "one of " + ", ".join(words))
        return value

    return check


def _list(check_one: Callable[[object, str], Any], most: int = MAX_LIST) -> Callable[[object, str], tuple[Any, ...]]:
    def check(value: object, where: str) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)) or len(value) > most:
            raise _refuse(value, where, f"a list of at most {most}")
        return tuple(check_one(entry, where) for entry in value)

    return check


def _zoom(value: object, where: str) -> tuple[float, float, float]:
    numbers = _list(_number(-1e7, 1e7), 3)(value, where)
    if len(numbers) != 3 or not 0.001 <= numbers[0] <= 1000:  # noqa: PLR2004 -- scale, x, y
        raise _refuse(value, where, "[scale, x, y]")
    return numbers[0], numbers[1], numbers[2]


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _refuse(value, where, "a shape")
    return value


FIELDS: dict[str, dict[str, tuple[Callable[[object, str], Any], bool]]] = {
    "cell": {
        "action": (_word(ACTIONS), True),
        "items": (_list(_count, 9), True),
        "class_id": (_count, False),
        "reason": (_text, False),
        "seen": (_count, False),  # the last arrival of pre-labels that was on screen
    },
    "command": {
        "name": (_word(COMMANDS), True),
        "value": (_value, False),
        "seconds": (_number(0, 1e7), False),
        "seen": (_count, False),
        # what a tool on shapes takes with it; session/shape_messages.py looks at each closely
        "class_id": (_count, False),
        "uid": (_text, False),
        "uids": (_list(_text), False),
        "shape": (_mapping, False),
        "shapes": (_list(_mapping), False),
        "tolerance": (_number(0, 1e7), False),
    },
    "view": {
        "width": (_number(50, 20_000), True),
        "height": (_number(50, 20_000), True),
        "ratio": (_number(0.25, 8), True),
        "zoom": (_zoom, False),
        "viewport": (_mapping, False),
    },
    "level": {
        "brightness": (_number(0, 4), True),
        "contrast": (_number(0, 4), True),
        "gamma": (_number(0.1, 10), False),
        "invert": (_flag, False),
    },
    "select": {"uids": (_list(_text), True)},
    "draw": {"class_id": (_count, True), "shape": (_mapping, True), "uid": (_text, True), "repair": (_flag, False)},
    "change": {"uid": (_text, True), "shape": (_mapping, True), "repair": (_flag, False)},
    "remove": {"uids": (_list(_text), True)},
}
"""For each kind its fields: the check of the value, and whether it must be there."""
