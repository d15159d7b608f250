"""Checks of one field of a message from the browser: each returns the value in its type, or refuses it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from jlabel.errors import MessageError
from jlabel.model.answer import Annotation, Made
from jlabel.model.shapes.parse import short
from jlabel.model.shapes.shape import Shape
from jlabel.model.shapes.table import parse_shape
from jlabel.session import viewport as viewports
from jlabel.session.shape_edits import MAX_SHAPES

Check = Callable[[object, str], Any]
"""Takes a value and the name of its field; raises ``MessageError``."""
MAX_TEXT = 500
_UID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def refuse(value: object, where: str, wanted: str) -> MessageError:
    """Return the error for a value that is not what was wanted."""
    return MessageError(f"The browser sent {short(value)} as {where}; it must be {wanted}.")


def count(value: object, where: str) -> int:
    """Check a whole number from 0 to 2**53 - 1, the largest that a browser has exactly."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise refuse(value, where, "a whole number from 0")
    return value


def class_id(value: object, where: str) -> int:
    """Check the id of a label class."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise refuse(value, where, "the id of a label class, a whole number from 1")
    return value


def number(low: float, high: float) -> Check:
    """Return the check of a number from ``low`` to ``high``."""

    def check(value: object, where: str) -> float:
        # compared before it is made a float: a whole number of 400 digits would overflow
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise refuse(value, where, f"a number from {low:g} to {high:g}")
        return float(value)

    return check


def text(value: object, where: str) -> str:
    """Check a text."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise refuse(value, where, f"a text of at most {MAX_TEXT} characters")
    return value


def flag(value: object, where: str) -> bool:
    """Check a boolean."""
    if not isinstance(value, bool):
        raise refuse(value, where, "true or false")
    return value


def word(*words: str) -> Check:
    """Return the check of one of some words."""

    def check(value: object, where: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise refuse(value, where, "one of " + ", ".join(words))
        return value

    return check


def list_of(check_one: Check, *, most: int, least: int = 0) -> Check:
    """Return the check of a list with ``least`` to ``most`` entries."""

    def check(value: object, where: str) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)) or not least <= len(value) <= most:
            raise refuse(value, where, f"a list of {least} to {most}")
        return tuple(check_one(entry, where) for entry in value)

    return check


def zoom(value: object, where: str) -> tuple[float, float, float]:
    """Check the view of an enlarged picture: CSS pixels an image pixel, and the centre in image pixels."""
    numbers: tuple[float, ...] = list_of(number(-1e7, 1e7), most=3)(value, where)
    if len(numbers) != 3 or not 0.001 <= numbers[0] <= 1000:  # noqa: PLR2004 -- scale, x, y
        raise refuse(value, where, "[scale, x, y]")
    return numbers[0], numbers[1], numbers[2]


def viewport(value: object, where: str) -> viewports.Viewport:
    """Check the viewport of an editor."""
    try:
        return viewports.from_dict(value)
    except MessageError as error:
        raise MessageError(f"The browser sent {where}, which cannot be shown: {error}") from error


def uid(value: object, where: str = "uid") -> str:
    """Check the name of a shape."""
    if not isinstance(value, str) or not _UID.fullmatch(value):
        raise refuse(value, where, "the name of a shape, 1 to 64 letters and digits")
    return value


def uids(value: object, where: str = "uids") -> tuple[str, ...]:
    """Check a list of at least one name of a shape; doubles are dropped."""
    return tuple(dict.fromkeys(list_of(uid, least=1, most=MAX_SHAPES)(value, where)))


def shape(value: object, where: str) -> Shape:
    """Check a shape.

    Raises:
        MessageError: not of the form that its kind has.
        GeometryError: well-formed, but without area.
    """
    try:
        return parse_shape(value)
    except MessageError as error:
        raise MessageError(f"The browser sent {where}, which is no shape: {error}") from error


def annotations(value: object, where: str) -> tuple[Annotation, ...]:
    """Check a list of copied shapes, each with its class and a new name."""

    def check(entry: object, where: str) -> Annotation:
        fields = mapping(entry, where)
        return Annotation(
            class_id=class_id(fields.get("class_id"), f"{where}.class_id"),
            shape=shape(fields.get("shape"), f"{where}.shape"),
            uid=uid(fields.get("uid"), f"{where}.uid"),
            made=Made.COPIED,
        )

    found: tuple[Annotation, ...] = list_of(check, least=1, most=MAX_SHAPES)(value, where)
    return found


def outlines(value: object, where: str) -> dict[str, Shape]:
    """Check a list of outlines, each with the name of its shape; return them by name."""

    def check(entry: object, where: str) -> tuple[str, Shape]:
        fields = mapping(entry, where)
        return uid(fields.get("uid"), f"{where}.uid"), shape(fields.get("shape"), f"{where}.shape")

    return dict(list_of(check, least=1, most=MAX_SHAPES)(value, where))


def mapping(value: object, where: str) -> Mapping[str, Any]:
    """Check a JSON object."""
    if not isinstance(value, Mapping):
        raise refuse(value, where, "an object")
    return value
