"""The polygon: outlines of any form, with holes and in several parts.

Plane geometry (``planar.py``) is imported where it is used: shapely takes longer to load than all of ``import jlabel``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from jlabel.errors import GeometryError, MessageError
from jlabel.model.shapes import parse
from jlabel.model.shapes.outline import Bounds, Fault, Outline, Point, Ring
from jlabel.model.shapes.shape import Shape, check_scale

MAX_RINGS = 100
"""Of one polygon from an untrusted sender, holes included."""


@dataclass(frozen=True)
class Polygon(Shape):
    """An outline: one or more parts of one instance, each an outer ring, and holes.

    Rings may be sequences of pairs or arrays of shape (n, 2), of numpy or torch too; tuples of floats are kept.

    Attributes:
        rings: outer rings, each of at least three points, not closed (the last point is not the first again).
        holes: rings cut out of the outer ones.

    Raises:
        GeometryError: no ring, a ring of fewer than three points or without area, NaN or infinity, or what is no real
            number.
    """

    key: ClassVar[str] = "polygon"
    name: ClassVar[str] = "polygon"
    field: ClassVar[str] = "rings"
    freeform: ClassVar[bool] = True

    rings: tuple[Ring, ...]
    holes: tuple[Ring, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "rings", parse.rings(self.rings, self.name))
        object.__setattr__(self, "holes", parse.rings(self.holes, self.name))
        if not self.rings:
            raise GeometryError("A polygon needs at least one ring.")
        for ring in (*self.rings, *self.holes):
            if len(ring) < 3:  # noqa: PLR2004 -- a triangle
                raise GeometryError(f"A polygon's ring needs at least three points, not {len(ring)}.")
            if _collinear(ring):
                raise GeometryError(f"All {len(ring)} points of a polygon's ring lie on one line: it has no area.")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read ``{"rings": [[[x, y], …], …], "holes": […]}``; errors as for ``Shape.from_dict``."""
        return cls(rings=_rings(data["rings"]), holes=_rings(data.get("holes", ())))

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Self:
        """Read the same from an untrusted sender; errors as for ``Shape.parse``."""
        if not set(data) <= {"rings", "holes"}:
            raise MessageError(f"A polygon is rings and holes and no more, not {parse.short(sorted(map(str, data)))}.")
        rings, holes = parse.items(data["rings"]), parse.items(data.get("holes", ()))
        if len(rings) + len(holes) > MAX_RINGS:
            raise MessageError(f"A polygon has at most {MAX_RINGS} rings, not {len(rings) + len(holes)}. Draw several.")
        return cls(rings=tuple(map(parse.ring, rings)), holes=tuple(map(parse.ring, holes)))

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"rings": [[[x, y], …], …]}``, with ``"holes"`` where there are any."""
        data: dict[str, Any] = {"rings": [[list(point) for point in ring] for ring in self.rings]}
        if self.holes:
            data["holes"] = [[list(point) for point in ring] for ring in self.holes]
        return data

    def bounds(self) -> Bounds:
        """Return the smallest rectangle around the outer rings."""
        xs = [x for ring in self.rings for x, _ in ring]
        ys = [y for ring in self.rings for _, y in ring]
        return min(xs), min(ys), max(xs), max(ys)

    def area(self) -> float:
        """Return the area in square pixels: outer rings less holes, by the shoelace formula.

        Exact for a valid polygon; a ring that crosses itself counts its lobes with opposite signs.
        """
        return sum(abs(_signed_area(r)) for r in self.rings) - sum(abs(_signed_area(r)) for r in self.holes)

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies in an outer ring and in no hole of it, an island in a hole too; one on an edge may."""
        rings, holes = (sum(_in_ring(ring, x, y) for ring in which) for which in (self.rings, self.holes))
        return rings > holes

    def translate(self, dx: float, dy: float) -> Self:
        """Return the polygon moved by (dx, dy) pixels."""
        return self._mapped(lambda x, y: (x + dx, y + dy))

    def scale(self, fx: float, fy: float) -> Self:
        """Return the polygon with its coordinates multiplied; errors as for ``Shape.scale``."""
        check_scale(fx, fy)
        return self._mapped(lambda x, y: (x * fx, y * fy))

    def outline(self) -> Outline:
        """Return the polygon's own rings and holes."""
        return Outline(self.rings, self.holes)

    def clip_partly_outside(self, width: float, height: float) -> "Polygon":
        """Return the part of the polygon within the image; a concave one may fall into parts."""
        from jlabel.model.shapes import planar  # noqa: PLC0415

        return Polygon(*planar.clip(self.outline(), width, height))

    def find_fault(self) -> Fault | None:
        """Return the first position where the outline crosses itself, or parts or holes collide; ``None`` if valid."""
        from jlabel.model.shapes import planar  # noqa: PLC0415

        return planar.find_fault(self.outline())

    def repair(self) -> "Polygon":
        """Return a valid polygon that covers what a self-crossing one encloses: a figure of eight becomes two parts.

        Raises:
            GeometryError: nothing with an area remains.
        """
        from jlabel.model.shapes import planar  # noqa: PLC0415

        return Polygon(*planar.repair(self.outline()))

    def simplify(self, tolerance: float) -> "Polygon":
        """Return a valid polygon with fewer points, none of the dropped ones farther than ``tolerance`` pixels off.

        Raises:
            GeometryError: a negative tolerance, or one so large that parts collide; an outline that crosses itself.
        """
        from jlabel.model.shapes import planar  # noqa: PLC0415

        return Polygon(*planar.simplify(self.outline(), tolerance))

    def subtract(self, others: Iterable[Shape]) -> "Polygon":
        """Return what ``others`` do not cover; a cut inside leaves a hole, a cut through leaves parts.

        Raises:
            GeometryError: nothing remains, or an outline crosses itself.
        """
        from jlabel.model.shapes import planar  # noqa: PLC0415

        return Polygon(*planar.subtract(self.outline(), [other.outline() for other in others]))

    def parts(self) -> "tuple[Polygon, ...]":
        """Return one polygon for each outer ring, each with the holes that lie in it, in the order of the rings."""
        from jlabel.model.shapes import planar  # noqa: PLC0415

        return tuple(Polygon(*part) for part in planar.parts(self.outline()))

    def _mapped(self, move: Callable[[float, float], Point]) -> Self:
        return type(self)(
            rings=tuple(tuple(move(x, y) for x, y in ring) for ring in self.rings),
            holes=tuple(tuple(move(x, y) for x, y in ring) for ring in self.holes),
        )


def polygon_of(shape: Shape) -> Polygon:
    """Return the polygon of a shape's outline."""
    return Polygon(*shape.outline())


def unite(shapes: Sequence[Shape]) -> Polygon:
    """Return one polygon that covers all ``shapes``; those that do not touch become its parts.

    Raises:
        GeometryError: no shape given, or an outline that crosses itself.
    """
    from jlabel.model.shapes import planar  # noqa: PLC0415

    return Polygon(*planar.unite([shape.outline() for shape in shapes]))


def _rings(data: Any) -> tuple[Ring, ...]:  # noqa: ANN401 -- JSON
    return tuple(tuple((float(x), float(y)) for x, y in ring) for ring in data)


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
