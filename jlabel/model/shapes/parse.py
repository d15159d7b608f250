"""Numbers and lists of a shape from an untrusted sender: what is malformed, absurd or hostile is refused."""

import math
from collections.abc import Mapping
from typing import Any

from jlabel.errors import MessageError
from jlabel.model.shapes.outline import Ring

MAX_POINTS = 10_000
"""On one ring."""
MAX_COORDINATE = 1e7
"""Pixels either way."""


def number(value: object) -> float:
    """Return a coordinate.

    Raises:
        MessageError: not a number, not finite, or beyond ``MAX_COORDINATE``.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise MessageError(f"A coordinate is a number of pixels, not {short(value)}.")
    # compared before it is made a float: a whole number of 400 digits would overflow
    if not -MAX_COORDINATE < value < MAX_COORDINATE or not math.isfinite(value):
        raise MessageError(f"A coordinate lies within {MAX_COORDINATE:g} pixels, which {short(value)} does not.")
    return float(value)


def items(value: object) -> list[Any] | tuple[Any, ...]:
    """Return a list as it is.

    Raises:
        MessageError: not a list.
    """
    if not isinstance(value, (list, tuple)):
        raise MessageError(f"A polygon is lists of points, not {short(value)}.")
    return value


def ring(data: object) -> Ring:
    """Return the points of one ring.

    Raises:
        MessageError: not a list of pairs of coordinates, or longer than ``MAX_POINTS``.
    """
    points = items(data)
    if len(points) > MAX_POINTS:
        raise MessageError(f"A ring has at most {MAX_POINTS} points, not {len(points)}. Simplify it.")
    found = []
    for point in points:
        if not isinstance(point, (list, tuple)) or len(point) != 2:  # noqa: PLR2004 -- x, y
            raise MessageError(f"A point is two numbers, not {short(point)}.")
        found.append((number(point[0]), number(point[1])))
    return tuple(found)


def short(value: object) -> str:
    """Return a value in at most 60 characters, for a message about it."""
    kind = type(value).__name__
    if isinstance(value, (list, tuple, dict, Mapping)):
        return f"a {kind} of {len(value)}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**20:
        return "an integer of absurd length"  # printing it may itself be refused or slow
    text = repr(value[:40] if isinstance(value, (str, bytes)) else value)
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004 -- one line
