"""What every shape of the table promises; a toy shape promises it too."""

import dataclasses
import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.errors import GeometryError, MessageError
from jlabel.model.answer import Annotation, Answer, answer_from_dict, answer_to_dict, check_answer
from jlabel.model.answer_diff import apply_difference, difference_from_dict, difference_to_dict, find_difference
from jlabel.model.shapes.check import check_shape
from jlabel.model.shapes.polygon import polygon_of
from jlabel.model.shapes.shape import Shape
from jlabel.model.shapes.table import SHAPES, parse_shape, shape_from_dict
from jlabel.model.task import TaskType
from tests.model import toy_shape
from tests.model.shape_samples import SHAPE_SAMPLES

ALL = [shape for pair in (*SHAPE_SAMPLES.values(), toy_shape.SAMPLES) for shape in pair]
KINDS: list[type[Any]] = [*SHAPES.values(), toy_shape.Circle]
WIDTH, HEIGHT = 640.0, 480.0
every_shape = pytest.mark.parametrize("shape", ALL, ids=lambda shape: f"{shape.key}-{shape.area():.0f}")


@pytest.fixture(autouse=True, scope="module")
def circles() -> Iterator[TaskType]:
    with toy_shape.registered() as task:
        yield task


def test_every_shape_of_the_table_has_samples() -> None:
    assert set(SHAPE_SAMPLES) == set(SHAPES) - {"circle"}
    assert all(shape.key == key for key, pair in SHAPE_SAMPLES.items() for shape in pair)


def test_shapes_are_told_apart_by_key_field_and_fields() -> None:
    assert len({kind.key for kind in KINDS}) == len({kind.field for kind in KINDS}) == len(KINDS)
    assert len({frozenset(field.name for field in dataclasses.fields(kind)) for kind in KINDS}) == len(KINDS)


def test_an_encoder_takes_a_shape_as_the_dataclass_that_it_is() -> None:
    assert Shape.__slots__ == ()
    for kind in KINDS:
        assert dataclasses.is_dataclass(kind)
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert not {"key", "name", "field", "rectangular", "freeform"} & {f.name for f in dataclasses.fields(kind)}


def test_every_task_with_shapes_names_one_of_the_table(circles: TaskType) -> None:
    assert {task.shape for task in (*TaskType, circles)} <= {None, *SHAPES}


@every_shape
def test_json_is_read_back(shape: Shape) -> None:
    data = json.loads(json.dumps(shape.to_dict()))
    assert type(shape).field in data
    assert shape_from_dict(data) == parse_shape(data) == shape
    assert shape_from_dict(data).to_dict() == shape.to_dict()  # type: ignore[union-attr]
    for wrong in ({**data, "more": 1}, {type(shape).field: None}, {type(shape).field: [1]}):
        with pytest.raises(MessageError):
            parse_shape(wrong)


@every_shape
def test_bounds_area_and_outline_agree(shape: Shape) -> None:
    x0, y0, x1, y1 = shape.bounds()
    assert x0 < x1
    assert y0 < y1
    assert 0 < shape.area() <= (x1 - x0) * (y1 - y0)
    assert shape.rectangular == (shape.area() == (x1 - x0) * (y1 - y0))
    outline = shape.outline()
    assert all(len(ring) >= 3 for ring in (*outline.rings, *outline.holes))
    assert polygon_of(shape).bounds() == pytest.approx(shape.bounds(), abs=1e-6)
    assert polygon_of(shape).area() == pytest.approx(shape.area(), rel=0.01)
    assert shape.iou(polygon_of(shape)) == pytest.approx(1)
    assert shape.find_fault() is None
    assert shape.repair() == shape


@given(st.sampled_from(ALL), st.floats(-1, 2), st.floats(-1, 2))
def test_a_point_is_within_as_the_outline_says(shape: Shape, u: float, v: float) -> None:
    x0, y0, x1, y1 = shape.bounds()
    x, y = x0 + u * (x1 - x0), y0 + v * (y1 - y0)
    if shape.contains(x, y):
        assert x0 <= x <= x1
        assert y0 <= y <= y1
    near = polygon_of(shape)
    steps = [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    if len({near.contains(*point) for point in steps}) == 1:  # not at the edge
        assert shape.contains(x, y) == near.contains(x, y)


@given(st.sampled_from(ALL), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_translation_keeps_the_kind_and_the_area(shape: Shape, dx: float, dy: float) -> None:
    moved = shape.translate(dx, dy)
    assert type(moved) is type(shape)
    assert moved.area() == pytest.approx(shape.area(), rel=1e-6)
    assert moved.bounds() == pytest.approx([v + d for v, d in zip(shape.bounds(), (dx, dy) * 2, strict=True)], abs=1e-6)


@given(st.sampled_from(ALL), st.floats(0.1, 10), st.floats(0.1, 10))
def test_scaling_multiplies_the_area(shape: Shape, fx: float, fy: float) -> None:
    assert type(shape.scale(fx, fy)) is type(shape)
    assert shape.scale(fx, fy).area() == pytest.approx(shape.area() * fx * fy, rel=1e-6)


@every_shape
@pytest.mark.parametrize("factor", [0, -1, math.nan, math.inf])
def test_no_such_scale(shape: Shape, factor: float) -> None:
    with pytest.raises(GeometryError, match="factors"):
        shape.scale(1, factor)


@given(st.sampled_from(ALL), st.floats(-700, 700), st.floats(-500, 500))
def test_what_is_checked_lies_in_the_image(shape: Shape, dx: float, dy: float) -> None:
    moved = shape.translate(dx, dy)
    try:
        inside = check_shape(moved, WIDTH, HEIGHT)
    except GeometryError:
        return
    assert type(inside) is type(shape)
    x0, y0, x1, y1 = inside.bounds()
    assert x0 >= -1e-9
    assert y0 >= -1e-9
    assert x1 <= WIDTH + 1e-9
    assert y1 <= HEIGHT + 1e-9
    assert inside.area() <= moved.area() * (1 + 1e-9)


@every_shape
def test_what_lies_outside_is_refused(shape: Shape) -> None:
    assert check_shape(shape, WIDTH, HEIGHT) is shape
    with pytest.raises(GeometryError, match="outside"):
        shape.translate(5000, 0).clip(WIDTH, HEIGHT)
    with pytest.raises(GeometryError, match="holds no shape"):
        shape.clip(0, 5)


@every_shape
def test_answers_and_their_changes_are_stored_and_read(shape: Shape, circles: TaskType) -> None:
    before = Answer(annotations=(Annotation(class_id=1, shape=shape, uid="a"),))
    after = Answer(annotations=(*before.annotations, Annotation(class_id=1, shape=shape.translate(1, 1), uid="b")))
    assert answer_from_dict(json.loads(json.dumps(answer_to_dict(after)))) == after
    change = difference_from_dict(json.loads(json.dumps(difference_to_dict(find_difference(before, after)))))
    assert apply_difference(before, change) == after
    task = next(task for task in (*TaskType, circles) if task.shape == shape.key)
    assert check_answer(after, task, frozenset({1})) is after
