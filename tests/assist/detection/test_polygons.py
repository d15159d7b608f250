"""Masks to polygons: outlines between cells, holes, parts, the edge of the image, and how few points suffice."""

import math

import numpy as np
import pytest

pytest.importorskip("torch")

from hypothesis import given, settings
from hypothesis import strategies as st

from jlabel.assist.detection.coverage import coverage
from jlabel.assist.detection.polygons import ellipse, polygon_of_mask
from jlabel.model.shapes.polygon import Polygon

SIZE = (200, 100)
UNIT = (0.0, 0.0, 28.0, 28.0)
"""A region whose cells are pixels."""
Point = tuple[float, float]


def square(x0: float, y0: float, x1: float, y1: float) -> tuple[Point, ...]:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def mask(polygon: Polygon, region: tuple[float, float, float, float] = UNIT, side: int = 28) -> np.ndarray:
    return coverage(polygon, region, side) / 255


def found(probability: np.ndarray, region: tuple[float, float, float, float] = UNIT, **about: float) -> Polygon:
    polygon = polygon_of_mask(probability, region, SIZE, **about)
    assert polygon is not None
    assert polygon.find_fault() is None
    left, top, right, bottom = polygon.bounds()
    assert left >= 0
    assert top >= 0
    assert right <= SIZE[0]
    assert bottom <= SIZE[1]
    return polygon


def points(polygon: Polygon) -> int:
    return sum(map(len, polygon.rings + polygon.holes))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), corners=st.integers(5, 12), width=st.floats(6, 120), height=st.floats(6, 80),
    hole=st.booleans(),
)  # fmt: skip
def test_a_polygon_that_is_drawn_into_cells_comes_back(
    seed: int, corners: int, width: float, height: float, hole: bool
) -> None:
    """Star-shaped ones around the middle of a region of any aspect, some with a hole."""
    rng = np.random.default_rng(seed)
    x0, y0 = rng.uniform(0, SIZE[0] - width), rng.uniform(0, SIZE[1] - height)
    angle = (np.arange(corners) + rng.uniform(0, 0.5, corners)) * 2 * math.pi / corners
    radius = rng.uniform(0.75, 1.0, corners)

    def ring(scale: float) -> tuple[Point, ...]:
        x = x0 + width / 2 * (1 + 0.7 * scale * radius * np.cos(angle))
        y = y0 + height / 2 * (1 + 0.7 * scale * radius * np.sin(angle))
        return tuple(zip(x.tolist(), y.tolist(), strict=True))

    true = Polygon((ring(1),), (ring(0.45),) if hole else ())
    region = (x0, y0, x0 + width, y0 + height)
    exact = found(mask(true, region), region, tolerance=0.0)
    assert exact.iou(true) > 0.92
    few = found(mask(true, region), region, tolerance=0.01 * min(width, height))
    assert few.iou(true) > 0.88
    assert len(few.holes) == len(true.holes)
    assert points(few) <= points(exact)


def test_an_edge_lies_where_the_cells_say_between_them() -> None:
    """A cell that is covered by a quarter moves the edge by a quarter, within the blur of half a cell at corners."""
    true = Polygon((square(5.25, 5.5, 20.75, 18.5),))
    got = found(mask(true), tolerance=0.05)
    assert got.bounds() == pytest.approx(true.bounds(), abs=0.1)
    assert got.iou(true) > 0.98


def test_holes_and_parts_stay_unless_they_are_specks() -> None:
    ring = Polygon((square(3, 3, 25, 25),), (square(10, 10, 18, 18),))
    got = found(mask(ring))
    assert len(got.holes) == 1
    assert got.iou(ring) > 0.93
    assert not got.contains(14, 14)
    two = Polygon((square(2, 2, 12, 26), square(16, 2, 26, 26)))
    assert len(found(mask(two)).rings) == 2
    island = Polygon((square(1, 1, 27, 27), square(11, 11, 17, 17)), (square(6, 6, 22, 22),))
    again = found(mask(island))
    assert (len(again.rings), len(again.holes)) == (2, 1)
    assert again.iou(island) > 0.9
    speckled = mask(ring)
    speckled[0, 0] = 1.0
    speckled[6, 6] = 0.0
    clean = found(speckled)
    assert (len(clean.rings), len(clean.holes)) == (1, 1), "a speck beside it and a pinhole are noise"


def test_a_full_mask_fills_its_region_and_an_empty_one_is_none() -> None:
    full = found(np.ones((28, 28)), (10.0, 20.0, 38.0, 48.0), tolerance=0.1)
    assert full.iou(Polygon((square(10, 20, 38, 48),))) > 0.98
    assert polygon_of_mask(np.zeros((28, 28)), UNIT, SIZE) is None
    assert polygon_of_mask(np.full((28, 28), 0.49), UNIT, SIZE) is None


@pytest.mark.parametrize("side", [1e-3, 0.5, 2.0])
def test_a_mask_of_a_tiny_box_is_a_polygon_or_none(side: float) -> None:
    for probability in (np.ones((28, 28)), np.eye(28), np.random.default_rng(1).random((28, 28))):
        polygon = polygon_of_mask(probability, (10.0, 10.0, 10 + side, 10 + side), SIZE)
        assert polygon is None or polygon.find_fault() is None
    single = np.zeros((28, 28))
    single[14, 14] = 1.0
    assert found(single, (50.0, 40.0, 52.0, 42.0)).area() < 0.02


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), rounded=st.booleans())
def test_any_mask_is_a_valid_polygon_within_the_image(seed: int, rounded: bool) -> None:
    """Noise, blurred or not, also of values that lie exactly on the outline, wherever the region lies."""
    rng = np.random.default_rng(seed)
    probability = rng.random((28, 28))
    probability = np.round(probability * 2) / 2 if rounded else probability
    corner = rng.uniform([-60, -60], [180, 90])
    region = (*corner.tolist(), *(corner + rng.uniform(5, 120, 2)).tolist())
    polygon = polygon_of_mask(probability, region, SIZE)
    if polygon is not None:
        found(probability, region)
        assert Polygon.parse(polygon.to_dict()) == polygon, "a browser may send it back"


def test_what_lies_outside_the_image_is_cut_off() -> None:
    over = found(np.ones((28, 28)), (-10.0, -10.0, 18.0, 18.0), tolerance=0.1)
    assert over.iou(Polygon((square(0, 0, 18, 18),))) > 0.98
    assert polygon_of_mask(np.ones((28, 28)), (300.0, 10.0, 328.0, 38.0), SIZE) is None


def test_a_disc_takes_few_points_and_more_where_the_tolerance_is_smaller() -> None:
    disc = ellipse((10, 10, 80, 80), points=400)
    region = (0.0, 0.0, 90.0, 90.0)
    got = found(mask(disc, region), region)
    assert 8 <= points(got) <= 24
    assert got.iou(disc) > 0.95
    assert points(found(mask(disc, region), region, tolerance=0.2)) > points(got)


def test_an_ellipse_fills_its_box() -> None:
    got = ellipse((10, 20, 50, 40))
    assert got.bounds() == pytest.approx((10, 20, 50, 40))
    assert got.area() == pytest.approx(math.pi * 20 * 10, rel=0.02)


def test_coverage_counts_holes_out_and_parts_in() -> None:
    both = Polygon((square(2, 2, 10, 10), square(14, 14, 26, 26)), (square(4, 4, 8, 8),))
    cells = coverage(both, UNIT, 28)
    assert cells[3, 3] == 255
    assert cells[6, 6] == 0
    assert cells[20, 20] == 255
    assert cells.sum() / 255 == pytest.approx(both.area(), rel=0.02)
    assert coverage(Polygon((square(0, 0, 0.5, 28),)), UNIT, 28)[10, 0] == pytest.approx(128, abs=1)
    assert coverage(Polygon((square(100, 100, 110, 110),)), UNIT, 28).sum() == 0
