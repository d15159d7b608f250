"""Numbers and lists of a shape: real numbers of any library from Python, and what an untrusted sender wrote.

Of the latter, what is malformed, absurd or hostile is refused.
"""

import math
from collections.abc import Mapping
from decimal import Decimal
from numbers import Real
from typing import Any

from jlabel.errors import GeometryError, MessageError
from jlabel.model.shapes.outline import Ring

MAX_POINTS = 10_000
"""On one ring."""
MAX_COORDINATE = 1e7
"""Pixels either way."""


def real(value: object, name: str) -> float:
    """Return a real number of any library as a float: int, Fraction, Decimal, a scalar of numpy, a tensor of torch.

    Args:
        value: the number; an array or a tensor of zero dimensions is one.
        name: of the shape, for messages.

    Raises:
        GeometryError: not a real number (a bool and text are none), or not finite.
    """
    found = value if type(value) is float else _as_float(value, name)
    if not math.isfinite(found):
        raise GeometryError(f"A {name} needs finite numbers, not {found}.")
    return found


def _as_float(value: Any, name: str) -> float:  # noqa: ANN401 -- of any library
    single = value
    if not isinstance(value, (Real, Decimal)) and getattr(value, "ndim", None) == 0:
        single = value.item()
    if not isinstance(single, bool) and isinstance(single, (Real, Decimal)):
        try:
            return float(single)
        except (OverflowError, ValueError, TypeError):
            pass  # an integer of 400 digits, a signalling NaN
    raise GeometryError(f"A {name}'s coordinates are real numbers, not {short(value)} ({type(value).__name__}).")


def rings(data: Any, name: str) -> tuple[Ring, ...]:  # noqa: ANN401 -- of any library
    """Return rings given from Python: sequences of pairs, or arrays of shape (n, 2).

    Args:
        data: the rings.
        name: of the shape, for messages.

    Raises:
        GeometryError: not lists of pairs of finite real numbers.
    """
    try:
        lists = [[tuple(point) for point in one] for one in data]
    except TypeError as error:
        raise GeometryError(f"A {name} is lists of points (x, y), not {short(data)}.") from error
    wrong = next((pair for one in lists for pair in one if len(pair) != 2), None)  # noqa: PLR2004 -- x, y
    if wrong is not None:
        raise GeometryError(
            f"A {name}'s point is two numbers, x and y, not {len(wrong)}. Its rings are a list of lists of points."
        )
    return tuple(tuple((real(x, name), real(y, name)) for x, y in one) for one in lists)


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
