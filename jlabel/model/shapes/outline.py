"""Points, rings and outlines in image pixels: the values that shapes are drawn and computed with.

x runs right and y down from the top left corner of the picture as it is shown (EXIF orientation applied). Coordinates
are floats on the pixel grid's lines: the bounds of a whole 640 x 480 image are (0, 0, 640, 480).
"""

from dataclasses import dataclass
from typing import NamedTuple

Point = tuple[float, float]
"""x, y in image pixels."""
Ring = tuple[Point, ...]
"""A closed line; the last point is not the first again."""
Bounds = tuple[float, float, float, float]
"""x0, y0, x1, y1 in image pixels."""


class Outline(NamedTuple):
    """The lines around what a shape covers.

    Attributes:
        rings: outer rings, one for each part.
        holes: rings cut out of the outer ones.
    """

    rings: tuple[Ring, ...]
    holes: tuple[Ring, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why an outline is not valid, and where.

    Attributes:
        reason: in words that can be shown, for example ``"self-intersection"``.
        x: where, image pixels.
        y: where, image pixels.
    """

    reason: str
    x: float
    y: float
