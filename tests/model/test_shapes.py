"""Shapes as values, and the plane geometry on them."""

import json
import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jlabel.errors import GeometryError
from jlabel.model.shapes.box import Box, box_around
from jlabel.model.shapes.check import check_shape
from jlabel.model.shapes.outline import Fault, Ring
from jlabel.model.shapes.polygon import Polygon, polygon_of, unite
from jlabel.model.shapes.shape import Shape
from jlabel.model.shapes.table import shape_from_dict

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


REALS: list[Callable[[int], Any]] = [
    int, float, np.float16, np.float32, np.float64, np.longdouble, np.int64, np.uint8, Fraction, Decimal, np.asarray,
]  # fmt: skip


@pytest.mark.parametrize("kind", REALS, ids=lambda kind: kind.__name__)
def test_real_numbers_of_any_library_become_floats(kind: Callable[[int], Any]) -> None:
    box = Box(*map(kind, (1, 2, 30, 40)))
    polygon = Polygon(rings=[[(kind(x), kind(y)) for x, y in ((0, 0), (9, 0), (0, 9))]])  # type: ignore[arg-type]
    assert box == Box(1.0, 2.0, 30.0, 40.0)
    assert polygon == Polygon(rings=(((0.0, 0.0), (9.0, 0.0), (0.0, 9.0)),))
    assert json.loads(json.dumps([box.to_dict(), polygon.to_dict()]))[0] == {"box": [1, 2, 30, 40]}
    assert {type(value) for value in (*box.bounds(), *polygon.rings[0][1])} == {float}
    assert hash(polygon)


@pytest.mark.model
def test_tensors_are_numbers_and_rings() -> None:
    torch = pytest.importorskip("torch")
    numbers = torch.tensor([1, 2, 30, 40], dtype=torch.bfloat16)
    assert Box(*numbers) == Box(1, 2, 30, 40)
    ring = torch.tensor([[0, 0], [9, 0], [0, 9]])
    assert Polygon(rings=(ring,)) == Polygon(rings=(((0, 0), (9, 0), (0, 9)),))
    with pytest.raises(GeometryError, match="real numbers"):
        Box(0, 0, numbers, 40)


def test_arrays_are_rings() -> None:
    ring = np.array([[0, 0], [9, 0], [9, 9], [0, 9]], np.float32)
    assert Polygon(rings=[ring], holes=[ring[:3] / 2]) == Polygon(  # type: ignore[arg-type]
        rings=(((0, 0), (9, 0), (9, 9), (0, 9)),), holes=(((0, 0), (4.5, 0), (4.5, 4.5)),)
    )


@pytest.mark.parametrize(
    "value", ["1", b"1", None, True, np.True_, 1j, np.complex64(1), [1], np.array([1.0, 2.0]), 10**400, object()]
)
def test_what_is_no_real_number_is_refused_when_the_shape_is_made(value: Any) -> None:
    with pytest.raises(GeometryError, match="A box's coordinates are real numbers, not"):
        Box(value, 2, 30, 40)
    with pytest.raises(GeometryError, match="A polygon's coordinates are real numbers, not"):
        Polygon(rings=(((0, 0), (9, value), (0, 9)),))


@pytest.mark.parametrize("rings", [5, [5], [[1, 2, 3]], [(0, 0), (9, 0), (0, 9)], [[(0, 0, 0), (9, 0, 0), (0, 9, 0)]]])
def test_what_is_no_list_of_points_is_refused(rings: Any) -> None:
    with pytest.raises(GeometryError, match="point"):
        Polygon(rings=rings)


def test_an_island_in_a_hole_is_in_the_polygon() -> None:
    def square(low: int, high: int) -> Ring:
        return ((low, low), (high, low), (high, high), (low, high))

    polygon = Polygon(rings=(square(10, 60), square(25, 35)), holes=(square(20, 40), square(28, 32)))
    assert [polygon.contains(at, at) for at in (5, 15, 22, 26, 30, 50)] == [False, True, False, True, False, True]


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
def test_no_such_polygon(rings: tuple[Any, ...], why: str) -> None:
    with pytest.raises(GeometryError, match=why):
        Polygon(rings=rings)


def test_no_such_hole() -> None:
    with pytest.raises(GeometryError, match="three points"):
        Polygon(rings=SQUARE.rings, holes=(((1, 1), (2, 2)),))


@pytest.mark.parametrize(("shape", "area"), [(Box(1, 2, 4, 4), 6), (SQUARE, 100), (HOLED, 96), (TWO, 198)])
def test_area(shape: Shape, area: float) -> None:
    assert shape.area() == area


def test_area_of_a_small_ring_far_off() -> None:
    far = SQUARE.translate(9_999_000, 9_999_000)
    assert far.area() == pytest.approx(100, rel=1e-12)


def test_bounds_and_containment() -> None:
    assert TWO.bounds() == (0, 0, 30, 10)
    assert HOLED.contains(1, 1)
    assert not HOLED.contains(3, 3)
    assert not HOLED.contains(11, 3)
    assert TWO.contains(27, 5)
    assert not TWO.contains(15, 5)
    assert Box(0, 0, 5, 5).contains(5, 0)


@given(shapes)
def test_dictionaries_round_trip(shape: Shape) -> None:
    assert shape_from_dict(shape.to_dict()) == shape


@given(stars(), numbers, numbers)
def test_containment_agrees_with_the_cut_at_that_point(polygon: Polygon, x: float, y: float) -> None:
    speck = Box(x - 1e-3, y - 1e-3, x + 1e-3, y + 1e-3)
    share = polygon.iou(speck) * polygon.area() / speck.area()
    assume(share < 0.01 or share > 0.99)  # not on the outline
    assert polygon.contains(x, y) == (share > 0.5)


@given(shapes, numbers, numbers)
def test_translation_keeps_the_area_and_is_undone(shape: Shape, dx: float, dy: float) -> None:
    moved = shape.translate(dx, dy)
    assert moved.area() == pytest.approx(shape.area(), rel=1e-6)
    assert moved.translate(-dx, -dy).bounds() == pytest.approx(shape.bounds(), abs=1e-6)


@given(shapes, st.floats(0.1, 10), st.floats(0.1, 10))
def test_scaling_multiplies_the_area(shape: Shape, fx: float, fy: float) -> None:
    assert shape.scale(fx, fy).area() == pytest.approx(shape.area() * fx * fy, rel=1e-6)


@pytest.mark.parametrize("factor", [0, -1, math.nan, math.inf])
def test_no_such_scale(factor: float) -> None:
    with pytest.raises(GeometryError, match="factors"):
        SQUARE.scale(factor, 1)


@given(box_values())
def test_a_box_is_a_polygon_and_back(box: Box) -> None:
    polygon = polygon_of(box)
    assert box_around(polygon) == box
    assert polygon.iou(box) == pytest.approx(1)
    assert polygon.find_fault() is None


@given(shapes, shapes)
def test_iou_is_symmetric_and_a_share(first: Shape, second: Shape) -> None:
    share = first.iou(second)
    assert 0 <= share <= 1
    assert second.iou(first) == pytest.approx(share, abs=1e-9)
    assert first.iou(first) == pytest.approx(1)


@given(box_values(), box_values())
def test_iou_of_boxes_is_that_of_their_polygons(first: Box, second: Box) -> None:
    as_polygons = polygon_of(first).iou(polygon_of(second))
    assert first.iou(second) == pytest.approx(as_polygons, abs=1e-9)


def test_iou_by_hand() -> None:
    assert Box(0, 0, 10, 10).iou(Box(5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert HOLED.iou(Box(2, 2, 4, 4)) == 0
    assert BOW.iou(SQUARE) == pytest.approx(0.5)  # measured as repaired


@given(shapes)
def test_what_passes_the_check_lies_in_the_image(shape: Shape) -> None:
    try:
        checked = check_shape(shape, *SIZE)
    except GeometryError:
        inside = Box(0, 0, *SIZE)
        assert shape.iou(inside) * inside.area() < 10
        return
    x0, y0, x1, y1 = checked.bounds()
    assert x0 >= 0
    assert y0 >= 0
    assert x1 <= SIZE[0]
    assert y1 <= SIZE[1]
    assert checked.area() > 0
    assert type(checked) is type(shape)
    assert check_shape(checked, *SIZE) == checked
    assert checked.area() <= shape.area() * (1 + 1e-9)


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (Box(-20, 0, -10, 10), "outside"),
        (Box(640, 0, 700, 10), "outside"),
        (Box(0, 480, 10, 500), "outside"),
        (Box(639.9999, 0, 700, 10), "sliver"),
        (SQUARE.translate(-10, 0), "outside"),
        (Polygon(rings=(((-10, -1), (-1, -10), (-10, -10)),)), "outside"),
        (Polygon(rings=(((-30, 5), (5, -30), (-30, -30)),)), "Nothing is left"),
    ],
)
def test_outside_the_image(shape: Shape, why: str) -> None:
    with pytest.raises(GeometryError, match=why):
        check_shape(shape, *SIZE)


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (-5, 10), (math.nan, 10)])
def test_an_image_without_a_size(size: tuple[float, float]) -> None:
    with pytest.raises(GeometryError, match="holds no shape"):
        check_shape(Box(0, 0, 1, 1), *size)


def test_clipping_a_concave_outline_makes_parts() -> None:
    comb = Polygon(rings=(((-5, 0), (10, 0), (10, 2), (-2, 2), (-2, 4), (10, 4), (10, 6), (-5, 6)),))
    clipped = check_shape(comb, 10, 10)
    assert isinstance(clipped, Polygon)
    assert len(clipped.rings) == 2
    assert clipped.area() == pytest.approx(40)


def test_a_fault_is_reported_where_it_is() -> None:
    assert BOW.find_fault() == Fault(reason="self-intersection", x=5, y=5)
    assert SQUARE.find_fault() is None
    assert HOLED.find_fault() is None
    assert TWO.find_fault() is None
    assert Box(0, 0, 1, 1).find_fault() is None
    outside = Polygon(rings=SQUARE.rings, holes=(((20, 20), (30, 20), (30, 30)),)).find_fault()
    assert outside is not None
    assert outside.reason == "hole lies outside shell"
    overlapping = Polygon(rings=(*SQUARE.rings, ((5, 5), (15, 5), (15, 15), (5, 15))))
    assert overlapping.find_fault() is not None


def test_a_crossing_outline_is_refused_and_mended_only_on_request() -> None:
    with pytest.raises(GeometryError, match=re.escape("self-intersection at (5.0, 5.0)")):
        check_shape(BOW, *SIZE)
    mended = check_shape(BOW, *SIZE, repaired=True)
    assert isinstance(mended, Polygon)
    assert len(mended.rings) == 2
    assert mended.area() == 50
    assert mended.find_fault() is None


@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=12))
def test_repair_leaves_no_fault(points: list[tuple[float, float]]) -> None:
    try:
        polygon = Polygon(rings=(tuple(points),))
        mended = polygon.repair()
    except GeometryError as error:
        assert re.search("one line|Nothing is left", str(error))  # noqa: PT017 -- either of two steps may refuse
        return
    assert mended.find_fault() is None
    assert mended.area() > 0


@given(stars(), st.floats(0, 20))
def test_simplify_drops_points_and_stays_near(polygon: Polygon, tolerance: float) -> None:
    simple = polygon.simplify(tolerance)
    assert len(simple.rings[0]) <= len(polygon.rings[0])
    assert set(simple.rings[0]) <= set(polygon.rings[0])
    assert simple.find_fault() is None
    assert all(_distance(point, simple.rings[0]) <= tolerance + 1e-6 for point in polygon.rings[0])


def _distance(point: tuple[float, float], ring: Ring) -> float:
    best = math.inf
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        dx, dy = bx - ax, by - ay
        t = max(0, min(1, ((point[0] - ax) * dx + (point[1] - ay) * dy) / (dx * dx + dy * dy)))
        best = min(best, math.dist(point, (ax + t * dx, ay + t * dy)))
    return best


def test_simplify_refuses() -> None:
    with pytest.raises(GeometryError, match="tolerance"):
        SQUARE.simplify(-1)
    with pytest.raises(GeometryError, match="tolerance"):
        SQUARE.simplify(math.nan)
    with pytest.raises(GeometryError, match="Repair"):
        BOW.simplify(1)


@given(stars(), shapes)
def test_a_difference_and_the_cut_make_the_whole(polygon: Polygon, other: Shape) -> None:
    whole = unite([polygon, other])
    overlap = polygon.iou(other) * whole.area()
    try:
        rest = polygon.subtract([other])
    except GeometryError as error:
        assert "Nothing is left" in str(error)  # noqa: PT017
        assert overlap == pytest.approx(polygon.area(), rel=1e-6)
        return
    assert rest.area() + overlap == pytest.approx(polygon.area(), rel=1e-6)
    assert rest.area() + other.area() == pytest.approx(whole.area(), rel=1e-6)


def test_subtract_makes_holes_and_parts() -> None:
    assert polygon_of(Box(0, 0, 10, 10)).subtract([Box(2, 2, 4, 4)]).area() == 96
    assert len(SQUARE.subtract([Box(2, 2, 4, 4)]).holes) == 1
    assert len(SQUARE.subtract([Box(-1, 4, 11, 6)]).rings) == 2
    with pytest.raises(GeometryError, match="Nothing is left"):
        SQUARE.subtract([Box(-1, -1, 11, 11)])
    with pytest.raises(GeometryError, match="Repair it first"):
        BOW.subtract([Box(0, 0, 3, 3), Box(2, 2, 8, 8)])


def test_unite_and_parts() -> None:
    both = unite([SQUARE, SQUARE.translate(20, 0)])
    assert len(both.rings) == 2
    assert unite([SQUARE, SQUARE.translate(10, 0)]).holes == ()
    first, second = TWO.parts()
    assert (first.holes, second.holes) == ((), TWO.holes)
    nested = Polygon(
        rings=(((0, 0), (100, 0), (100, 100), (0, 100)), ((40, 40), (60, 40), (60, 60), (40, 60))),
        holes=(((20, 20), (80, 20), (80, 80), (20, 80)), ((45, 45), (55, 45), (55, 55), (45, 55))),
    )
    assert nested.find_fault() is None
    outer, inner = nested.parts()
    assert (len(outer.holes), len(inner.holes)) == (1, 1)
    assert inner.area() == 300
    with pytest.raises(GeometryError, match="at least two"):
        unite([])
