"""Shapes as values, and the plane geometry on them."""

import math
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jlabel.errors import GeometryError
from jlabel.model.shapes import planar
from jlabel.model.shapes import shape as geometry
from jlabel.model.shapes.shape import Box, Polygon, Shape

SIZE = (640.0, 480.0)
numbers = st.floats(-1000, 1000).map(lambda value: round(value, 3))


@st.composite
def box_values(draw: st.DrawFn, low: float = -1000, high: float = 1000) -> Box:
    x0, y0 = (round(draw(st.floats(low, high - 2)), 3) for _ in range(2))
    x1, y1 = (round(draw(st.floats(at + 1, high)), 3) for at in (x0, y0))
    return Box(x0, y0, x1, y1)


@st.composite
def stars(draw: st.DrawFn) -> Polygon:
    """A valid polygon of any outline that can be seen whole from its middle."""
    x, y = draw(numbers), draw(numbers)
    count = draw(st.integers(3, 24))
    radii = draw(st.lists(st.floats(5, 200), min_size=count, max_size=count))
    turn = draw(st.floats(0, 6))
    angles = [turn + 2 * math.pi * i / count for i in range(count)]
    return Polygon(
        rings=(
            tuple((x + r * math.cos(a), y + r * math.sin(a)) for r, a in zip(radii, angles, strict=True)),
        )
    )  # fmt: skip


shapes = st.one_of(box_values(), stars())
SQUARE = Polygon(rings=(((0, 0), (10, 0), (10, 10), (0, 10)),))
BOW = Polygon(rings=(((0, 0), (10, 10), (10, 0), (0, 10)),))
HOLED = Polygon(rings=SQUARE.rings, holes=(((2, 2), (4, 2), (4, 4), (2, 4)),))
TWO = Polygon(rings=(*SQUARE.rings, ((20, 0), (30, 0), (30, 10), (20, 10))), holes=(((22, 2), (24, 2), (24, 4)),))


@pytest.mark.parametrize(
    "corners",
    [
        (0, 0, 0, 5), (0, 0, 5, 0), (5, 0, 0, 5), (0, 5, 5, 0),
        (math.nan, 0, 5, 5), (0, 0, math.inf, 5), (-math.inf, 0, 5, 5),
    ],
)  # fmt: skip
def test_no_such_box(corners: tuple[float, float, float, float]) -> None:
    with pytest.raises(GeometryError, match="box"):
        Box(*corners)


@pytest.mark.parametrize(
    ("rings", "why"),
    [
        ((), "at least one ring"),
        ((((0, 0), (1, 1)),), "at least three points"),
        ((((0, 0), (1, 1), (2, 2)),), "one line"),
        ((((0, 0), (0, 0), (0, 0)),), "one line"),
        ((((0, 0), (0.1, 0.1), (0.3, 0.3), (0.7, 0.7)),), "one line"),
        ((((0, 0), (5, 0), (5, math.nan)),), "finite"),
        ((((0, 0), (5, 0), (math.inf, 5)),), "finite"),
        ((SQUARE.rings[0], ((1, 1), (2, 2), (3, 3))), "one line"),
    ],
)
def test_no_such_polygon(rings: tuple, why: str) -> None:
    with pytest.raises(GeometryError, match=why):
        Polygon(rings=rings)


def test_no_such_hole() -> None:
    with pytest.raises(GeometryError, match="three points"):
        Polygon(rings=SQUARE.rings, holes=(((1, 1), (2, 2)),))


@pytest.mark.parametrize(("shape", "area"), [(Box(1, 2, 4, 4), 6), (SQUARE, 100), (HOLED, 96), (TWO, 198)])
def test_area(shape: Shape, area: float) -> None:
    assert geometry.area(shape) == area


def test_area_of_a_small_ring_far_off() -> None:
    far = geometry.translate(SQUARE, 9_999_000, 9_999_000)
    assert geometry.area(far) == pytest.approx(100, rel=1e-12)


def test_bounds_and_containment() -> None:
    assert geometry.bounds(TWO) == Box(0, 0, 30, 10)
    assert geometry.contains(HOLED, 1, 1)
    assert not geometry.contains(HOLED, 3, 3)
    assert not geometry.contains(HOLED, 11, 3)
    assert geometry.contains(TWO, 27, 5)
    assert not geometry.contains(TWO, 15, 5)
    assert geometry.contains(Box(0, 0, 5, 5), 5, 0)


@given(shapes)
def test_dictionaries_round_trip(shape: Shape) -> None:
    assert geometry.shape_from_dict(geometry.shape_to_dict(shape)) == shape


@given(stars(), numbers, numbers)
def test_containment_agrees_with_the_cut_at_that_point(polygon: Polygon, x: float, y: float) -> None:
    speck = Box(x - 1e-3, y - 1e-3, x + 1e-3, y + 1e-3)
    share = planar.iou(polygon, speck) * geometry.area(polygon) / geometry.area(speck)
    assume(share < 0.01 or share > 0.99)  # not on the outline
    assert geometry.contains(polygon, x, y) == (share > 0.5)


@given(shapes, numbers, numbers)
def test_translation_keeps_the_area_and_is_undone(shape: Shape, dx: float, dy: float) -> None:
    moved = geometry.translate(shape, dx, dy)
    assert geometry.area(moved) == pytest.approx(geometry.area(shape), rel=1e-6)
    back = geometry.bounds(geometry.translate(moved, -dx, -dy))
    there = geometry.bounds(shape)
    assert (back.x0, back.y0, back.x1, back.y1) == pytest.approx((there.x0, there.y0, there.x1, there.y1), abs=1e-6)


@given(shapes, st.floats(0.1, 10), st.floats(0.1, 10))
def test_scaling_multiplies_the_area(shape: Shape, fx: float, fy: float) -> None:
    assert geometry.area(geometry.scale(shape, fx, fy)) == pytest.approx(geometry.area(shape) * fx * fy, rel=1e-6)


@pytest.mark.parametrize("factor", [0, -1, math.nan, math.inf])
def test_no_such_scale(factor: float) -> None:
    with pytest.raises(GeometryError, match="factors"):
        geometry.scale(SQUARE, factor, 1)


@given(box_values())
def test_a_box_is_a_polygon_and_back(box: Box) -> None:
    polygon = geometry.box_to_polygon(box)
    assert geometry.polygon_to_box(polygon) == box
    assert planar.iou(polygon, box) == pytest.approx(1)
    assert planar.find_fault(polygon) is None


@given(shapes, shapes)
def test_iou_is_symmetric_and_a_share(first: Shape, second: Shape) -> None:
    share = planar.iou(first, second)
    assert 0 <= share <= 1
    assert planar.iou(second, first) == pytest.approx(share, abs=1e-9)
    assert planar.iou(first, first) == pytest.approx(1)


@given(box_values(), box_values())
def test_iou_of_boxes_is_that_of_their_polygons(first: Box, second: Box) -> None:
    as_polygons = planar.iou(geometry.box_to_polygon(first), geometry.box_to_polygon(second))
    assert planar.iou(first, second) == pytest.approx(as_polygons, abs=1e-9)


def test_iou_by_hand() -> None:
    assert planar.iou(Box(0, 0, 10, 10), Box(5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert planar.iou(HOLED, Box(2, 2, 4, 4)) == 0
    assert planar.iou(BOW, SQUARE) == pytest.approx(0.5)  # measured as repaired


@given(shapes)
def test_what_passes_the_check_lies_in_the_image(shape: Shape) -> None:
    try:
        checked = planar.check_shape(shape, *SIZE)
    except GeometryError:
        inside = Box(0, 0, *SIZE)
        assert planar.iou(shape, inside) * geometry.area(inside) < 10
        return
    around = geometry.bounds(checked)
    assert around.x0 >= 0
    assert around.y0 >= 0
    assert around.x1 <= SIZE[0]
    assert around.y1 <= SIZE[1]
    assert geometry.area(checked) > 0
    assert type(checked) is type(shape)
    assert planar.check_shape(checked, *SIZE) == checked
    assert geometry.area(checked) <= geometry.area(shape) * (1 + 1e-9)


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (Box(-20, 0, -10, 10), "outside"),
        (Box(640, 0, 700, 10), "outside"),
        (Box(0, 480, 10, 500), "outside"),
        (Box(639.9999, 0, 700, 10), "sliver"),
        (geometry.translate(SQUARE, -10, 0), "outside"),
        (Polygon(rings=(((-10, -1), (-1, -10), (-10, -10)),)), "outside"),
        (Polygon(rings=(((-30, 5), (5, -30), (-30, -30)),)), "Nothing is left"),
    ],
)
def test_outside_the_image(shape: Shape, why: str) -> None:
    with pytest.raises(GeometryError, match=why):
        planar.check_shape(shape, *SIZE)


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (-5, 10), (math.nan, 10)])
def test_an_image_without_a_size(size: tuple[float, float]) -> None:
    with pytest.raises(GeometryError, match="holds no shape"):
        planar.check_shape(Box(0, 0, 1, 1), *size)


def test_clipping_a_concave_outline_makes_parts() -> None:
    comb = Polygon(rings=(((-5, 0), (10, 0), (10, 2), (-2, 2), (-2, 4), (10, 4), (10, 6), (-5, 6)),))
    clipped = planar.check_shape(comb, 10, 10)
    assert isinstance(clipped, Polygon)
    assert len(clipped.rings) == 2
    assert geometry.area(clipped) == pytest.approx(40)


def test_a_fault_is_reported_where_it_is() -> None:
    assert planar.find_fault(BOW) == planar.Fault(reason="self-intersection", x=5, y=5)
    assert planar.find_fault(SQUARE) is None
    assert planar.find_fault(HOLED) is None
    assert planar.find_fault(TWO) is None
    assert planar.find_fault(Box(0, 0, 1, 1)) is None
    outside = planar.find_fault(Polygon(rings=SQUARE.rings, holes=(((20, 20), (30, 20), (30, 30)),)))
    assert outside is not None
    assert outside.reason == "hole lies outside shell"
    overlapping = Polygon(rings=(*SQUARE.rings, ((5, 5), (15, 5), (15, 15), (5, 15))))
    assert planar.find_fault(overlapping) is not None


def test_a_crossing_outline_is_refused_and_mended_only_on_request() -> None:
    with pytest.raises(GeometryError, match=re.escape("self-intersection at (5.0, 5.0)")):
        planar.check_shape(BOW, *SIZE)
    mended = planar.check_shape(BOW, *SIZE, repaired=True)
    assert isinstance(mended, Polygon)
    assert len(mended.rings) == 2
    assert geometry.area(mended) == 50
    assert planar.find_fault(mended) is None


@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=12))
def test_repair_leaves_no_fault(points: list[tuple[float, float]]) -> None:
    try:
        polygon = Polygon(rings=(tuple(points),))
        mended = planar.repair(polygon)
    except GeometryError as error:
        assert re.search("one line|Nothing is left", str(error))  # noqa: PT017 -- either of two steps may refuse
        return
    assert planar.find_fault(mended) is None
    assert geometry.area(mended) > 0


@given(stars(), st.floats(0, 20))
def test_simplify_drops_points_and_stays_near(polygon: Polygon, tolerance: float) -> None:
    simple = planar.simplify(polygon, tolerance)
    assert len(simple.rings[0]) <= len(polygon.rings[0])
    assert set(simple.rings[0]) <= set(polygon.rings[0])
    assert planar.find_fault(simple) is None
    assert all(_distance(point, simple.rings[0]) <= tolerance + 1e-6 for point in polygon.rings[0])


def _distance(point: tuple[float, float], ring: geometry.Ring) -> float:
    best = math.inf
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        dx, dy = bx - ax, by - ay
        t = max(0, min(1, ((point[0] - ax) * dx + (point[1] - ay) * dy) / (dx * dx + dy * dy)))
        best = min(best, math.dist(point, (ax + t * dx, ay + t * dy)))
    return best


def test_simplify_refuses() -> None:
    with pytest.raises(GeometryError, match="tolerance"):
        planar.simplify(SQUARE, -1)
    with pytest.raises(GeometryError, match="tolerance"):
        planar.simplify(SQUARE, math.nan)
    with pytest.raises(GeometryError, match="Repair"):
        planar.simplify(BOW, 1)


@given(stars(), shapes)
def test_a_difference_and_the_cut_make_the_whole(polygon: Polygon, other: Shape) -> None:
    whole = planar.unite([polygon, other])
    overlap = planar.iou(polygon, other) * geometry.area(whole)
    try:
        rest = planar.subtract(polygon, [other])
    except GeometryError as error:
        assert "Nothing is left" in str(error)  # noqa: PT017
        assert overlap == pytest.approx(geometry.area(polygon), rel=1e-6)
        return
    assert geometry.area(rest) + overlap == pytest.approx(geometry.area(polygon), rel=1e-6)
    assert geometry.area(rest) + geometry.area(other) == pytest.approx(geometry.area(whole), rel=1e-6)


def test_subtract_makes_holes_and_parts() -> None:
    assert geometry.area(planar.subtract(Box(0, 0, 10, 10), [Box(2, 2, 4, 4)])) == 96
    assert len(planar.subtract(SQUARE, [Box(2, 2, 4, 4)]).holes) == 1
    assert len(planar.subtract(SQUARE, [Box(-1, 4, 11, 6)]).rings) == 2
    with pytest.raises(GeometryError, match="Nothing is left"):
        planar.subtract(SQUARE, [Box(-1, -1, 11, 11)])
    with pytest.raises(GeometryError, match="Repair it first"):
        planar.subtract(BOW, [Box(0, 0, 3, 3), Box(2, 2, 8, 8)])


def test_unite_and_parts() -> None:
    both = planar.unite([SQUARE, geometry.translate(SQUARE, 20, 0)])
    assert len(both.rings) == 2
    assert planar.unite([SQUARE, geometry.translate(SQUARE, 10, 0)]).holes == ()
    first, second = planar.parts(TWO)
    assert (first.holes, second.holes) == ((), TWO.holes)
    nested = Polygon(
        rings=(((0, 0), (100, 0), (100, 100), (0, 100)), ((40, 40), (60, 40), (60, 60), (40, 60))),
        holes=(((20, 20), (80, 20), (80, 80), (20, 80)), ((45, 45), (55, 45), (55, 55), (45, 55))),
    )
    assert planar.find_fault(nested) is None
    outer, inner = planar.parts(nested)
    assert (len(outer.holes), len(inner.holes)) == (1, 1)
    assert geometry.area(inner) == 300
    with pytest.raises(GeometryError, match="at least two"):
        planar.unite([])
