"""The cells of a page on the stage."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

SHAPES = {1: (1, 1), 4: (2, 2), 6: (3, 2), 9: (3, 3), 16: (4, 4), 25: (5, 5)}
"""Columns and rows for a number of items."""
OTHERS = {
    1: (),
    4: ((4, 1), (1, 4)),
    6: ((2, 3), (6, 1), (1, 6)),
    9: ((5, 2), (2, 5)),
    16: ((6, 3), (3, 6), (8, 2), (2, 8)),
    25: ((7, 4), (4, 7)),
}
"""Other columns and rows, for pictures that are much higher or wider than the cells would be.

In more columns than these, the name of a class would not be readable under a picture.
"""
GAIN = 1.15
"""How much larger another arrangement must show the pictures before it is taken."""
GAP = 8.0
STRIP = 30.0
"""Height of the strip under each picture that holds the name and the chips."""
LOW = 110.0
"""Height of a cell below which its strip lies over the picture; ``grid.css`` has the same number."""
PAD = 4.0
ENLARGED = 4.0
"""CSS pixels that a pixel of a picture has at most: a tiny picture is not blown up beyond reason."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell, in CSS pixels from the stage's top left corner.

    Attributes:
        x: left edge.
        y: top edge.
        width: of the cell.
        height: of the cell, with its strip.
    """

    x: float
    y: float
    width: float
    height: float

    @property
    def picture(self) -> tuple[float, float, float, float]:
        """The room for the picture: x, y, width, height."""
        strip = 0.0 if self.height < LOW else STRIP
        return self.x + PAD, self.y + PAD, self.width - 2 * PAD, self.height - strip - 2 * PAD


def arrange(size: int, width: float, height: float, pictures: Sequence[tuple[int, int]] = ()) -> tuple[int, int]:
    """Return the columns and rows for a page of ``size`` items that show its pictures largest.

    Args:
        size: 1, 4, 6, 9, 16 or 25.
        width: of the stage in CSS pixels.
        height: of the stage in CSS pixels.
        pictures: width and height of each picture, as far as they are known; without any the usual arrangement.
    """

    def scale(arrangement: tuple[int, int]) -> float:
        room = _lay_out(*arrangement, 1, width, height)[0].picture
        return sum(min(room[2] / wide, room[3] / high, ENLARGED) * math.sqrt(wide * high) for wide, high in pictures)

    usual = SHAPES[size]
    best = max((usual, *OTHERS[size]), key=scale) if pictures else usual
    return best if scale(best) > GAIN * scale(usual) else usual


def cells(size: int, width: float, height: float, pictures: Sequence[tuple[int, int]] = ()) -> tuple[Cell, ...]:
    """Return the cells of a page of ``size`` items on a stage of ``width`` x ``height`` CSS pixels, row by row.

    They take the shape of the pictures; see ``arrange``.
    """
    return _lay_out(*arrange(size, width, height, pictures), size, width, height)


def _lay_out(columns: int, rows: int, count: int, width: float, height: float) -> tuple[Cell, ...]:
    wide = (width - GAP * (columns - 1)) / columns
    high = (height - GAP * (rows - 1)) / rows
    return tuple(
        Cell(x=column * (wide + GAP), y=row * (high + GAP), width=wide, height=high)
        for row, column in [divmod(number, columns) for number in range(count)]
    )


def fit(full: tuple[int, int], room: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return x, y, width, height of a picture of ``full`` pixels in the middle of ``room``, at most ``ENLARGED``."""
    x, y, width, height = room
    scale = min(width / full[0], height / full[1], ENLARGED)
    wide, high = full[0] * scale, full[1] * scale
    return x + (width - wide) / 2, y + (height - high) / 2, wide, high
