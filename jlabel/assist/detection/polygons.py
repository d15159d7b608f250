"""Polygons out of masks: few points, holes kept, in the pixels of the image."""

import math
from collections.abc import Sequence

import numpy as np
from contourpy import FillType, contour_generator
from numpy.typing import NDArray

from jlabel.errors import GeometryError
from jlabel.model.shapes.polygon import Polygon

INSIDE = 0.5
"""Probability from which a cell belongs to the object."""
TOLERANCE = 0.01
"""How far a point that is left out may lie off the outline, in diagonals of the mask.

On nuclei a median of 12 points with a mean IoU as that of all 18 to 25 points (0.810); 0.02 costs 0.002, 0.03 0.007."""
LEAST_TOLERANCE = 0.5
"""The same, in pixels of the image: a person cannot tell the difference."""
_LEAST_PART = 0.05
"""A part smaller than this share of the largest one is left out."""
_LEAST_HOLE = 0.01
"""A hole smaller than this share of the largest part is filled."""
_NOTHING = 1e-9
"""Square pixels: smaller is the rounding of a contour."""
_ELLIPSE_POINTS = 24

Points = NDArray[np.float64]
"""(n, 2) of a ring, closed: the last is the first again."""


def polygon_of_mask(
    probability: NDArray[np.floating],
    region: Sequence[float],
    size: tuple[int, int],
    *,
    tolerance: float | None = None,
) -> Polygon | None:
    """Return the outline of a mask within the image; ``None`` where no cell of it belongs to the object.

    Args:
        probability: (h, w) of the cells of the region, 0 to 1.
        region: x0, y0, x1, y1, pixels of the image; may stick out of it.
        size: width and height of the image, pixels.
        tolerance: how far a point that is left out may lie off the outline, pixels of the image.
    """
    x0, y0, x1, y1 = region
    height, width = probability.shape
    padded = np.pad(np.asarray(probability, np.float64), 1)
    x = x0 + (np.arange(width + 2) - 0.5) * ((x1 - x0) / width)
    y = y0 + (np.arange(height + 2) - 0.5) * ((y1 - y0) / height)
    rings, holes = _contours(x, y, padded)
    if not rings:
        return None
    if tolerance is None:
        spans = np.ptp(np.concatenate(rings), axis=0)
        tolerance = max(LEAST_TOLERANCE, TOLERANCE * math.hypot(*spans.tolist()))
    try:
        whole = Polygon(tuple(map(_ring, rings)), tuple(map(_ring, holes)))
        left, top, right, bottom = whole.bounds()
        if left < 0 or top < 0 or right > size[0] or bottom > size[1]:
            whole = whole.repair().clip_partly_outside(*size)
        return _simple(whole, tolerance)
    except GeometryError:  # nothing with an area, or nothing inside the image
        return None


def ellipse(box: Sequence[float], *, points: int = _ELLIPSE_POINTS) -> Polygon:
    """Return the ellipse that fills a box x0, y0, x1, y1."""
    x0, y0, x1, y1 = map(float, box)
    angle = np.arange(points) * (2 * math.pi / points)
    x, y = (x0 + x1) / 2 + (x1 - x0) / 2 * np.cos(angle), (y0 + y1) / 2 + (y1 - y0) / 2 * np.sin(angle)
    return Polygon(rings=(tuple(zip(x.tolist(), y.tolist(), strict=True)),))


def _contours(x: Points, y: Points, values: NDArray[np.float64]) -> tuple[list[Points], list[Points]]:
    """Return the outer rings and the holes of what is inside, without those too small to matter."""
    found = contour_generator(x, y, values, fill_type=FillType.OuterOffset).filled(INSIDE, math.inf)
    parts = [np.split(points, offsets[1:-1]) for points, offsets in zip(*found, strict=True)]
    largest = max((_area(part[0]) for part in parts), default=0.0)
    kept = [part for part in parts if _area(part[0]) >= max(_LEAST_PART * largest, _NOTHING)]
    holes = [ring for part in kept for ring in part[1:] if _area(ring) >= max(_LEAST_HOLE * largest, _NOTHING)]
    return [part[0] for part in kept], holes


def _simple(whole: Polygon, tolerance: float) -> Polygon:
    for attempt in (whole.simplify, lambda by: whole.repair().simplify(by)):
        try:
            return attempt(tolerance)
        except GeometryError:  # the outline touches itself, or the tolerance would let parts collide
            continue
    return whole.repair()


def _ring(points: Points) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in points[:-1].tolist())


def _area(ring: Points) -> float:
    x, y = (ring - ring[0]).T
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2
