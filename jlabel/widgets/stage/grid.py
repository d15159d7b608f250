"""The cells of a page on the stage."""

from dataclasses import dataclass

SHAPES = {1: (1, 1), 4: (2, 2), 6: (3, 2), 9: (3, 3)}
"""Columns and rows for a number of items."""
GAP = 8.0
STRIP = 30.0
"""Height of the strip under each picture that holds the name and the chips."""
PAD = 4.0


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
        return self.x + PAD, self.y + PAD, self.width - 2 * PAD, self.height - STRIP - 2 * PAD


def cells(size: int, width: float, height: float) -> tuple[Cell, ...]:
    """Return the cells of a page of ``size`` items on a stage of ``width`` x ``height`` CSS pixels, row by row."""
    columns, rows = SHAPES[size]
    wide = (width - GAP * (columns - 1)) / columns
    high = (height - GAP * (rows - 1)) / rows
    return tuple(
        Cell(x=column * (wide + GAP), y=row * (high + GAP), width=wide, height=high)
        for row in range(rows)
        for column in range(columns)
    )


def fit(full: tuple[int, int], room: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return x, y, width, height of a picture of ``full`` pixels centred in ``room``, enlarged at most four times."""
    x, y, width, height = room
    scale = min(width / full[0], height / full[1], 4.0)
    wide, high = full[0] * scale, full[1] * scale
    return x + (width - wide) / 2, y + (height - high) / 2, wide, high
