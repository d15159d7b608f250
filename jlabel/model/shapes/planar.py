"""Plane geometry on outlines: validity, clipping, overlap, simplification, boolean sums.

The one importer of shapely. Every function is pure and takes and returns outlines in image pixels.
"""

import re
from collections.abc import Callable, Iterable, Sequence

import shapely
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from jlabel.errors import GeometryError
from jlabel.model.shapes.outline import Fault, Outline, Ring

_SLIVER = 1e-9
"""Square pixels. Parts smaller than this are the rounding of a boolean operation."""
_ROUNDING = 1e-9
"""Pixels."""
_WHERE = re.compile(r"^(?P<what>[^\[]+)\[(?P<x>[-+.\deE]+) (?P<y>[-+.\deE]+)")


def find_fault(outline: Outline) -> Fault | None:
    """Return the first position where the outline crosses itself, or parts or holes collide; ``None`` if valid.

    Valid is what the OGC Simple Features standard calls valid. Touching at a point is valid.
    """
    reason = str(shapely.is_valid_reason(_plane(outline)))
    if reason == "Valid Geometry":
        return None
    where = _WHERE.match(reason)
    x, y = (float(where["x"]), float(where["y"])) if where else outline.rings[0][0]
    return Fault(reason=(where["what"] if where else reason).strip().lower(), x=x, y=y)


def clip(outline: Outline, width: float, height: float) -> Outline:
    """Return the part of an outline within the rectangle from (0, 0) to (``width``, ``height``).

    Raises:
        GeometryError: no part of it is, or the outline crosses itself.
    """
    return _run(lambda: shapely.intersection(_plane(outline), shapely.box(0, 0, width, height)), "clipped to the image")


def iou(first: Outline, second: Outline) -> float:
    """Return intersection over union, 0 to 1, of what two outlines enclose.

    One that crosses itself is measured as ``repair`` would mend it.
    """
    try:
        one, two = (_whole(_plane(outline)) for outline in (first, second))
        overlap = shapely.intersection(one, two).area
        union = one.area + two.area - overlap
    except GEOSException as error:
        raise GeometryError(f"The overlap of two shapes cannot be measured: {error}.") from error
    return min(1.0, overlap / union) if union > 0 else 0.0


def simplify(outline: Outline, tolerance: float) -> Outline:
    """Return a valid outline with fewer points, none of the dropped ones farther than ``tolerance`` pixels off.

    Douglas and Peucker, Cartographica 10(2), 1973, kept from crossing itself (GEOS TopologyPreservingSimplifier).

    Raises:
        GeometryError: a negative tolerance, or one so large that parts collide; an outline that crosses itself.
    """
    if not tolerance >= 0:
        raise GeometryError(f"A tolerance is zero or more pixels, not {tolerance}.")
    fault = find_fault(outline)
    if fault is not None:
        raise GeometryError(f"The polygon has a {fault.reason} at ({fault.x:.1f}, {fault.y:.1f}). Repair it first.")
    whole = _plane(outline)
    points, step = shapely.points(shapely.get_coordinates(whole)), tolerance
    simple = _simplified(whole, step)
    while shapely.distance(points, _plane(simple).boundary).max() > tolerance + _ROUNDING:
        step /= 2  # GEOS drops a ring's first point in a second pass, which may go too far
        simple = _simplified(whole, step)
    if find_fault(simple) is not None:
        raise GeometryError(f"Simplified by {tolerance:g} pixels the polygon's parts collide. Lower the tolerance.")
    return simple


def repair(outline: Outline) -> Outline:
    """Return a valid outline that covers what a self-crossing one encloses: a figure of eight becomes two parts.

    Raises:
        GeometryError: nothing with an area remains.
    """
    return _run(lambda: _whole(_plane(outline)), "repaired")


def subtract(outline: Outline, others: Iterable[Outline]) -> Outline:
    """Return what ``others`` do not cover; a cut inside leaves a hole, a cut through leaves parts.

    Raises:
        GeometryError: nothing remains, or an outline crosses itself.
    """
    return _run(lambda: shapely.difference(_plane(outline), shapely.union_all([_plane(o) for o in others])), "cut")


def unite(outlines: Sequence[Outline]) -> Outline:
    """Return one outline around all that is covered; those that do not touch become its parts.

    Raises:
        GeometryError: no shape given, or an outline that crosses itself.
    """
    if not outlines:
        raise GeometryError("No shapes were given to join. Select at least two.")
    return _run(lambda: shapely.union_all([_plane(outline) for outline in outlines]), "joined")


def parts(outline: Outline) -> tuple[Outline, ...]:
    """Return one outline for each outer ring, each with the holes that lie in it, in the order of the rings."""
    owners = _owners(outline)
    return tuple(
        Outline(rings=(ring,), holes=tuple(h for h, o in zip(outline.holes, owners, strict=True) if o == i))
        for i, ring in enumerate(outline.rings)
    )


def _plane(outline: Outline) -> BaseGeometry:
    if len(outline.rings) == 1:
        return shapely.Polygon(outline.rings[0], outline.holes)
    owners = _owners(outline)
    return shapely.MultiPolygon([
        (ring, [hole for hole, owner in zip(outline.holes, owners, strict=True) if owner == i])
        for i, ring in enumerate(outline.rings)
    ])  # fmt: skip


def _owners(outline: Outline) -> list[int]:
    # The index of the smallest ring that holds all of each hole's points: an island in a hole has holes of its own.
    # A hole in no ring goes to the first, where it is a fault.
    wholes = [shapely.Polygon(ring) for ring in outline.rings]
    owners = []
    for hole in outline.holes:
        xs, ys = [x for x, _ in hole], [y for _, y in hole]
        around = [i for i, whole in enumerate(wholes) if shapely.intersects_xy(whole, xs, ys).all()]
        owners.append(min(around, key=lambda i: wholes[i].area, default=0))
    return owners


def _simplified(geometry: BaseGeometry, tolerance: float) -> Outline:
    return _run(lambda: shapely.simplify(geometry, tolerance, preserve_topology=True), "simplified")


def _whole(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.is_valid:
        return geometry
    mended = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return shapely.union_all(shapely.get_parts(mended))  # lobes that share an edge become one


def _run(operation: Callable[[], BaseGeometry], done: str) -> Outline:
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
    return Outline(
        rings=tuple(_ring(piece.exterior) for piece in pieces),
        holes=tuple(_ring(h) for piece in pieces for h in piece.interiors if shapely.Polygon(h).area > _SLIVER),
    )


def _ring(line: BaseGeometry) -> Ring:
    return tuple((float(x), float(y)) for x, y in line.coords[:-1])
