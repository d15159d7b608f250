"""Where the cells of a page lie: inside the stage, beside each other, the pictures in proportion."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.model.task import GRIDS, LARGE_GRIDS
from jlabel.widgets.stage.grid import GAIN, LOW, OTHERS, PAD, SHAPES, STRIP, Cell, arrange, cells, fit

SIZES = {*GRIDS, *LARGE_GRIDS}


def test_every_grid_has_a_shape() -> None:
    assert set(SHAPES) == SIZES
    assert all(columns * rows == size for size, (columns, rows) in SHAPES.items())
    assert all(columns * rows >= size for size, others in OTHERS.items() for columns, rows in others)


@pytest.mark.parametrize("size", sorted(SIZES))
@pytest.mark.parametrize(("width", "height"), [(900, 600), (480, 380), (1600, 900)])
def test_cells_fill_the_stage_and_never_overlap(size: int, width: float, height: float) -> None:
    laid = cells(size, width, height)
    assert len(laid) == size
    assert (laid[0].x, laid[0].y) == (0, 0)
    assert laid[-1].x + laid[-1].width == pytest.approx(width)
    assert laid[-1].y + laid[-1].height == pytest.approx(height)
    for a, b in itertools.combinations(laid, 2):
        beside = a.x + a.width <= b.x or b.x + b.width <= a.x
        above = a.y + a.height <= b.y or b.y + b.height <= a.y
        assert beside or above
    for cell in laid:
        x, y, wide, high = cell.picture
        assert cell.x < x < x + wide < cell.x + cell.width
        strip = STRIP if cell.height >= LOW else PAD
        assert cell.y < y < y + high <= cell.y + cell.height - strip


def test_cells_go_row_by_row() -> None:
    laid = cells(6, 900, 600)
    assert [cell.y for cell in laid[:3]] == [0, 0, 0]
    assert laid[0].x < laid[1].x < laid[2].x
    assert laid[3].y > 0


@given(wide=st.integers(1, 20_000), high=st.integers(1, 20_000))
def test_a_picture_keeps_its_proportions_in_the_middle_of_its_room(wide: int, high: int) -> None:
    room = (10.0, 20.0, 300.0, 200.0)
    x, y, width, height = fit((wide, high), room)
    assert width / height == pytest.approx(wide / high)
    assert width <= 300.0001
    assert height <= 200.0001
    assert x + width / 2 == pytest.approx(160)
    assert y + height / 2 == pytest.approx(120)
    assert width <= wide * 4.0001, "a tiny picture is not blown up beyond reason"
    assert min(abs(width - 300), abs(height - 200), abs(width - 4 * wide)) < 0.001


@pytest.mark.parametrize(
    ("size", "picture", "expected"),
    [
        (9, (400, 300), (3, 3)),
        (9, (300, 400), (5, 2)),
        (9, (200, 900), (5, 2)),
        (4, (400, 300), (2, 2)),
        (4, (200, 800), (4, 1)),
        (4, (4000, 300), (1, 4)),
        (6, (200, 700), (6, 1)),
        (6, (3000, 300), (1, 6)),
        (6, (900, 300), (2, 3)),
        (1, (10, 9000), (1, 1)),
        (16, (400, 300), (4, 4)),
        (25, (400, 300), (5, 5)),
        (25, (200, 900), (7, 4)),
        (25, (3000, 300), (4, 7)),
    ],
)
def test_cells_take_the_shape_of_the_pictures(size: int, picture: tuple[int, int], expected: tuple[int, int]) -> None:
    assert arrange(size, 860, 450, [picture] * size) == expected


@given(
    size=st.sampled_from(sorted(SIZES)),
    stage=st.tuples(st.floats(300, 2000), st.floats(200, 1200)),
    pictures=st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 5000)), max_size=25),
)
def test_another_arrangement_shows_the_pictures_larger(
    size: int, stage: tuple[float, float], pictures: list[tuple[int, int]]
) -> None:
    def shown(laid: tuple[Cell, ...]) -> float:
        return sum((wide * high) ** 0.5 for *_, wide, high in (fit(one, laid[0].picture) for one in pictures))

    laid = cells(size, *stage, pictures)
    assert len(laid) == size
    usual = cells(size, *stage)
    assert laid == usual or shown(laid) > GAIN * shown(usual) * 0.999
    assert max(cell.x + cell.width for cell in laid) <= stage[0] + 1e-6
    assert max(cell.y + cell.height for cell in laid) <= stage[1] + 1e-6


def test_in_a_low_cell_the_strip_lies_over_the_picture() -> None:
    low, high = cells(9, 600, 3 * LOW - 30)[0], cells(9, 600, 3 * LOW + 30)[0]
    assert low.picture[3] > low.height - STRIP
    assert high.picture[3] < high.height - STRIP
