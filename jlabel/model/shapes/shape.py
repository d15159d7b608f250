"""Boxes and polygons in image pixels.

x runs right and y down from the top left corner of the picture as it is shown (EXIF orientation applied). Coordinates
are floats on the pixel grid's lines: a box over the whole of a 640 x 480 image is (0, 0, 640, 480).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jlabel.errors import GeometryError

Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True)
class Box:
    """An axis-aligned rectangle.

    Attributes:
        x0: left edge, pixels.
        y0: top edge, pixels.
        x1: right edge, pixels, > x0.
        y1: bottom edge, pixels, > y0.

    Raises:
        GeometryError: a side of zero or negative length, NaN or infinity.
    """

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.x0, self.y0, self.x1, self.y1)):
            raise GeometryError(f"A box needs finite numbers, not {self.x0, self.y0, self.x1, self.y1}.")
        if self.x1 <= self.x0 or self.y1 <= self.y0:
            raise GeometryError(f"The box {self.x0, self.y0, self.x1, self.y1} has no area. Drag it wider.")


@dataclass(frozen=True)
class Polygon:
    """An outline: one or more parts of one instance, each an outer ring, and holes.

    Attributes:
        rings: outer rings, each of at least three points, not closed (the last point is not the first again).
        holes: rings cut out of the outer ones.

    Raises:
        GeometryError: no ring, a ring of fewer than three points or without area, NaN or infinity.
    """

    rings: tuple[Ring, ...]
    holes: tuple[Ring, ...] = ()

    def __post_init__(self) -> None:
        if not self.rings:
            raise GeometryError("A polygon needs at least one ring.")
        for ring in (*self.rings, *self.holes):
            if len(ring) < 3:  # noqa: PLR2004 -- a triangle
                raise GeometryError(f"A polygon's ring needs at least three points, not {len(ring)}.")
            if not all(math.isfinite(x) and math.isfinite(y) for x, y in ring):
                raise GeometryError("A polygon needs finite numbers.")
            if _collinear(ring):
                raise GeometryError(f"All {len(ring)} points of a polygon's ring lie on one line: it has no area.")


Shape = Box | Polygon


def area(shape: Shape) -> float:
    """Return the area in square pixels: outer rings less holes, by the shoelace formula.

    Exact for a valid shape; a ring that crosses itself counts its lobes with opposite signs.
    """
    if isinstance(shape, Box):
        return (shape.x1 - shape.x0) * (shape.y1 - shape.y0)
    return sum(abs(_signed_area(r)) for r in shape.rings) - sum(abs(_signed_area(r)) for r in shape.holes)


def bounds(shape: Shape) -> Box:
    """Return the smallest box around the shape."""
    if isinstance(shape, Box):
        return shape
    xs = [x for ring in shape.rings for x, _ in ring]
    ys = [y for ring in shape.rings for _, y in ring]
    return Box(min(xs), min(ys), max(xs), max(ys))


def contains(shape: Shape, x: float, y: float) -> bool:
    """Whether the point (x, y), in image pixels, lies in the shape; edges of a box count, those of a polygon may."""
    if isinstance(shape, Box):
        return shape.x0 <= x <= shape.x1 and shape.y0 <= y <= shape.y1
    return any(_in_ring(ring, x, y) for ring in shape.rings) and not any(_in_ring(ring, x, y) for ring in shape.holes)


def translate(shape: Shape, dx: float, dy: float) -> Shape:
    """Return the shape moved by (dx, dy) pixels; it may now lie outside the image."""
    return _mapped(shape, lambda x, y: (x + dx, y + dy))


def scale(shape: Shape, fx: float, fy: float) -> Shape:
    """Return the shape with x multiplied by ``fx`` and y by ``fy``, both > 0: from thumbnail to image, say.

    Raises:
        GeometryError: a factor that is not a finite positive number.
    """
    if not (0 < fx < math.inf and 0 < fy < math.inf):
        raise GeometryError(f"A shape can be scaled by positive finite factors, not by {fx} and {fy}.")
    return _mapped(shape, lambda x, y: (x * fx, y * fy))


def box_to_polygon(box: Box) -> Polygon:
    """Return the box as a polygon of four points, clockwise on the screen from the top left corner."""
    return Polygon(rings=(((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)),))


def polygon_to_box(polygon: Polygon) -> Box:
    """Return the smallest box around the polygon."""
    return bounds(polygon)


def box_iou(first: Box, second: Box) -> float:
    """Return intersection over union of two boxes, 0 to 1."""
    width = min(first.x1, second.x1) - max(first.x0, second.x0)
    height = min(first.y1, second.y1) - max(first.y0, second.y0)
    if width <= 0 or height <= 0:
        return 0.0
    overlap = width * height
    # rounding may carry the quotient of two equal boxes past 1
    return min(1.0, overlap / (area(first) + area(second) - overlap))


def shape_to_dict(shape: Shape) -> dict[str, Any]:
    """Return a shape as JSON data: ``{"box": [x0, y0, x1, y1]}`` or ``{"rings": [[[x, y], …]], "holes": […]}``."""
    if isinstance(shape, Box):
        return {"box": [shape.x0, shape.y0, shape.x1, shape.y1]}
    data: dict[str, Any] = {"rings": [[list(point) for point in ring] for ring in shape.rings]}
    if shape.holes:
        data["holes"] = [[list(point) for point in ring] for ring in shape.holes]
    return data


def shape_from_dict(data: Mapping[str, Any] | None) -> Shape | None:
    """Read what ``shape_to_dict`` wrote; ``None`` stays ``None``.

    Raises:
        GeometryError: the shape has no area or is not finite.
        KeyError, TypeError, ValueError: not of this form.
    """
    if data is None:
        return None
    if "box" in data:
        x0, y0, x1, y1 = (float(value) for value in data["box"])
        return Box(x0, y0, x1, y1)
    return Polygon(rings=_rings(data["rings"]), holes=_rings(data.get("holes", ())))


def _rings(data: Any) -> tuple[Ring, ...]:  # noqa: ANN401 -- JSON
    return tuple(tuple((float(x), float(y)) for x, y in ring) for ring in data)


def _mapped(shape: Shape, move: Callable[[float, float], Point]) -> Shape:
    if isinstance(shape, Box):
        return Box(*move(shape.x0, shape.y0), *move(shape.x1, shape.y1))
    return Polygon(
        rings=tuple(tuple(move(x, y) for x, y in ring) for ring in shape.rings),
        holes=tuple(tuple(move(x, y) for x, y in ring) for ring in shape.holes),
    )


def _signed_area(ring: Ring) -> float:
    # Measured from the first point, so that a small ring far from the origin keeps its digits.
    (x0, y0), last = ring[0], len(ring) - 1
    twice = 0.0
    for i in range(1, last):
        (ax, ay), (bx, by) = ring[i], ring[i + 1]
        twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
    return twice / 2


def _collinear(ring: Ring) -> bool:
    x0, y0 = ring[0]
    x1, y1 = max(ring, key=lambda point: (point[0] - x0) ** 2 + (point[1] - y0) ** 2)
    dx, dy = x1 - x0, y1 - y0
    tolerance = 1e-12 * (dx * dx + dy * dy)  # a distance from the line of 1e-12 of the ring's length is rounding
    return all(abs(dx * (y - y0) - dy * (x - x0)) <= tolerance for x, y in ring)


def _in_ring(ring: Ring, x: float, y: float) -> bool:
    # Even-odd rule with half-open edges: W. R. Franklin, "PNPOLY", 1970.
    inside = False
    ax, ay = ring[-1]
    for bx, by in ring:
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
        ax, ay = bx, by
    return inside
