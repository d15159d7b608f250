"""How much of each cell of a grid a polygon covers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as run_lengths

from jlabel.model.shapes.outline import Ring
from jlabel.model.shapes.polygon import Polygon

_FINER = 4
"""Cells that pycocotools draws for one of ours, each way: coverage comes in sixteenths."""


def coverage(polygon: Polygon, window: Sequence[float], side: int) -> NDArray[np.uint8]:
    """Return how much of each cell of a window a polygon covers, (side, side); 255 is all of it.

    Args:
        polygon: valid; its holes are not covered, all its parts are.
        window: x0, y0, x1, y1, in the polygon's pixels.
        side: cells, across and down.
    """
    drawn = np.zeros((side * _FINER,) * 2, bool)
    for part in polygon.parts() if len(polygon.rings) > 1 else (polygon,):
        outer, *holes = (_drawn(ring, window, side * _FINER) for ring in (*part.rings, *part.holes))
        for hole in holes:
            outer &= ~hole
        drawn |= outer
    shares = drawn.reshape(side, _FINER, side, _FINER).mean(axis=(1, 3))
    return np.asarray(np.rint(shares * 255), np.uint8)


def _drawn(ring: Ring, window: Sequence[float], side: int) -> NDArray[np.bool_]:
    x0, y0, x1, y1 = window
    cells = (np.array(ring) - [x0, y0]) * [side / (x1 - x0), side / (y1 - y0)]
    (drawn,) = run_lengths.frPyObjects([cells.ravel().tolist()], side, side)
    return np.asarray(run_lengths.decode(drawn), bool)
