"""Operations on shapes that need plane geometry: validity, clipping, overlap, simplification, boolean sums.

The one importer of shapely. Every function is pure and takes and gives ``Box`` and ``Polygon`` in image pixels.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import shapely
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from jlabel.errors import GeometryError
from jlabel.model.shapes.shape import Box, Polygon, Ring, Shape, bounds, box_iou, box_to_polygon

MIN_SIDE = 1e-3
"""Pixels. What is narrower or lower than this, after clipping, has no area worth storing."""
_SLIVER = 1e-9
"""Square pixels. Parts smaller than this are the rounding of a boolean operation."""
_WHERE = re.compile(r"^(?P<what>[^\[]+)\[(?P<x>[-+.\deE]+) (?P<y>[-+.\deE]+)")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a polygon is not valid, and where.

    Attributes:
        reason: in words that can be shown, for example ``"self-intersection"``.
        x: where, image pixels.
        y: where, image pixels.
    """

    reason: str
    x: float
    y: float


def find_fault(shape: Shape) -> Fault | None:
    """Return the first place where a polygon's outline crosses itself, or parts or holes collide; ``None`` if valid.

    Valid is what the OGC Simple Features standard calls valid. Touching at a point is valid; a box always is.
    """
    if isinstance(shape, Box):
        return None
    said = str(shapely.is_valid_reason(_plane(shape)))
    if said == "Valid Geometry":
        return None
    where = _WHERE.match(said)
    x, y = (float(where["x"]), float(where["y"])) if where else shape.rings[0][0]
    return Fault(reason=(where["what"] if where else said).strip().lower(), x=x, y=y)


def check_shape(shape: Shape, width: float, height: float, *, repaired: bool = False) -> Shape:
    """Return the shape as it may be stored on an image of ``width`` x ``height`` pixels.

    What overshoots the image is clipped to it; a shape already inside comes back as it is.

    Args:
        shape: what was drawn or read.
        width: of the image, pixels.
        height: of the image, pixels.
        repaired: mend a polygon that crosses itself instead of refusing it.

    Raises:
        GeometryError: wholly outside the image, less than ``MIN_SIDE`` wide or high inside it, or invalid; the
            message says where.
    """
    if isinstance(shape, Polygon):
        fault = find_fault(shape)
        if fault is not None:
            if not repaired:
                raise GeometryError(
                    f"The polygon's outline has a {fault.reason} at ({fault.x:.1f}, {fault.y:.1f}). "
                    "Move a point there, or repair it."
                )
            shape = repair(shape)
    inside = clip(shape, width, height)
    around = bounds(inside)
    if around.x1 - around.x0 < MIN_SIDE or around.y1 - around.y0 < MIN_SIDE:
        raise GeometryError(
            f"Only a sliver of {around.x1 - around.x0:g} x {around.y1 - around.y0:g} pixels of the shape lies in the "
            f"{width:g} x {height:g} image. Draw it larger."
        )
    return inside


def clip(shape: Shape, width: float, height: float) -> Shape:
    """Return the part of a valid shape that lies in an image of ``width`` x ``height`` pixels.

    Raises:
        GeometryError: no part of it does, the image has no size, or the outline crosses itself beyond the image.
    """
    if not (width > 0 and height > 0):
        raise GeometryError(f"An image of {width:g} x {height:g} pixels holds no shape.")
    around = bounds(shape)
    if around.x0 >= 0 and around.y0 >= 0 and around.x1 <= width and around.y1 <= height:
        return shape
    if around.x1 <= 0 or around.y1 <= 0 or around.x0 >= width or around.y0 >= height:
        raise GeometryError(
            f"The shape lies from ({around.x0:g}, {around.y0:g}) to ({around.x1:g}, {around.y1:g}), outside the "
            f"{width:g} x {height:g} image. Draw it on the picture."
        )
    if isinstance(shape, Box):
        return Box(max(shape.x0, 0.0), max(shape.y0, 0.0), min(shape.x1, width), min(shape.y1, height))
    return _run(lambda: shapely.intersection(_plane(shape), shapely.box(0, 0, width, height)), "clipped to the image")


def iou(first: Shape, second: Shape) -> float:
    """Return intersection over union, 0 to 1, of two shapes of either kind.

    A polygon that crosses itself is measured as ``repair`` would mend it.
    """
    if isinstance(first, Box) and isinstance(second, Box):
        return box_iou(first, second)
    try:
        one, two = (_whole(_plane(shape)) for shape in (first, second))
        overlap = shapely.intersection(one, two).area
        union = one.area + two.area - overlap
    except GEOSException as error:
        raise GeometryError(f"The overlap of two shapes cannot be measured: {error}.") from error
    return min(1.0, overlap / union) if union > 0 else 0.0


def simplify(polygon: Polygon, tolerance: float) -> Polygon:
    """Return a valid polygon with fewer points, none of the dropped ones farther than ``tolerance`` pixels off.

    Douglas and Peucker, Cartographica 10(2), 1973, kept from crossing itself (GEOS TopologyPreservingSimplifier).

    Raises:
        GeometryError: a negative tolerance, or one so large that parts collide; an outline that crosses itself.
    """
    if not tolerance >= 0:
        raise GeometryError(f"A tolerance is zero or more pixels, not {tolerance}.")
    fault = find_fault(polygon)
    if fault is not None:
        raise GeometryError(f"The polygon has a {fault.reason} at ({fault.x:.1f}, {fault.y:.1f}). Repair it first.")
    simple = _run(lambda: shapely.simplify(_plane(polygon), tolerance, preserve_topology=True), "simplified")
    if find_fault(simple) is not None:
        raise GeometryError(f"Simplified by {tolerance:g} pixels the polygon's parts collide. Lower the tolerance.")
    return simple


def repair(polygon: Polygon) -> Polygon:
    """Return a valid polygon that covers what a self-crossing one encloses: a figure of eight becomes two parts.

    Raises:
        GeometryError: nothing with an area remains.
    """
    return _run(lambda: _whole(_plane(polygon)), "repaired")


def subtract(shape: Shape, others: Iterable[Shape]) -> Polygon:
    """Return ``shape`` without what ``others`` cover; a cut inside leaves a hole, a cut through leaves parts.

    Raises:
        GeometryError: nothing remains, or an outline crosses itself.
    """
    return _run(lambda: shapely.difference(_plane(shape), shapely.union_all([_plane(o) for o in others])), "cut")


def unite(shapes: Sequence[Shape]) -> Polygon:
    """Return one polygon that covers all ``shapes``; those that do not touch become its parts.

    Raises:
        GeometryError: no shape given, or an outline that crosses itself.
    """
    if not shapes:
        raise GeometryError("No shapes were given to join. Select at least two.")
    return _run(lambda: shapely.union_all([_plane(shape) for shape in shapes]), "joined")


def parts(polygon: Polygon) -> tuple[Polygon, ...]:
    """Return one polygon for each outer ring, each with the holes that lie in it, in the order of the rings."""
    owners = _owners(polygon)
    return tuple(
        Polygon(rings=(ring,), holes=tuple(h for h, o in zip(polygon.holes, owners, strict=True) if o == i))
        for i, ring in enumerate(polygon.rings)
    )


def _plane(shape: Shape) -> BaseGeometry:
    polygon = box_to_polygon(shape) if isinstance(shape, Box) else shape
    if len(polygon.rings) == 1:
        return shapely.Polygon(polygon.rings[0], polygon.holes)
    owners = _owners(polygon)
    return shapely.MultiPolygon([
        (ring, [hole for hole, owner in zip(polygon.holes, owners, strict=True) if owner == i])
        for i, ring in enumerate(polygon.rings)
    ])  # fmt: skip


def _owners(polygon: Polygon) -> list[int]:
    # The index of the smallest ring that holds all of each hole's points: an island in a hole has holes of its own.
    # A hole in no ring goes to the first, where it is a fault.
    outlines = [shapely.Polygon(ring) for ring in polygon.rings]
    owners = []
    for hole in polygon.holes:
        xs, ys = [x for x, _ in hole], [y for _, y in hole]
        around = [i for i, outline in enumerate(outlines) if shapely.intersects_xy(outline, xs, ys).all()]
        owners.append(min(around, key=lambda i: outlines[i].area, default=0))
    return owners


def _whole(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.is_valid:
        return geometry
    mended = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return shapely.union_all(shapely.get_parts(mended))  # lobes that share an edge become one


def _run(operation: Callable[[], BaseGeometry], done: str) -> Polygon:
    try:
        result = operation()
    except GEOSException as error:
        raise GeometryError(
            f"A polygon whose outline crosses itself cannot be {done} ({error}). Repair it first."
        ) from error
    flat = shapely.get_parts(shapely.get_parts(result)).tolist()  # twice: a collection may hold multipolygons
    pieces = [piece for piece in flat if piece.geom_type == "Polygon" and piece.area > _SLIVER]
    if not pieces:
        raise GeometryError(f"Nothing is left of the polygon once it is {done}.")
    return Polygon(
        rings=tuple(_ring(piece.exterior) for piece in pieces),
        holes=tuple(_ring(h) for piece in pieces for h in piece.interiors if shapely.Polygon(h).area > _SLIVER),
    )


def _ring(line: BaseGeometry) -> Ring:
    return tuple((float(x), float(y)) for x, y in line.coords[:-1])
