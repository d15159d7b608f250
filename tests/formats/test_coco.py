import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pycocotools import mask
from pycocotools.coco import COCO

from jlabel.errors import FormatError, GeometryError
from jlabel.formats.coco_reader import from_coco
from jlabel.formats.coco_writer import to_coco
from jlabel.model.answer import Answer
from jlabel.model.item import ItemState
from jlabel.model.label_class import LabelClass
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.outline import Ring
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.shapes.shape import Shape
from jlabel.model.task import TaskType
from tests.formats.records import CLASSES, record

# pycocotools 2.0.11 has not followed numpy's rule for __array__(copy=), in the function that decodes masks
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

SQUARE = ((10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0))
HOLE = ((15.0, 15.0), (25.0, 15.0), (25.0, 25.0), (15.0, 25.0))
NUMBER = st.floats(0, 640, allow_nan=False)
POINT = st.tuples(NUMBER, NUMBER)
FAR = ((100.0, 100.0), (120.0, 100.0), (100.0, 120.0))


def loaded(document: dict[str, Any], tmp_path: Path) -> COCO:
    path = tmp_path / "coco.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return COCO(str(path))


def test_boxes_load_in_pycocotools(tmp_path: Path) -> None:
    records = [
        record(7, 2, 3, shapes=(Box(10, 20, 40, 80), Box(0, 0, 640, 480))),
        record(3, empty=True),
        record(5),
        record(6, state=ItemState.SKIPPED, answer=Answer(skipped="dark")),
    ]
    coco = loaded(to_coco(records, CLASSES, task=TaskType.BOXES), tmp_path)
    assert coco.getImgIds() == [3, 7]
    assert coco.loadImgs(7)[0] == {"id": 7, "file_name": "7.jpg", "width": 640, "height": 480}
    assert coco.getAnnIds(imgIds=[3]) == []
    first, second = coco.loadAnns(coco.getAnnIds(imgIds=[7]))
    assert first == {
        "id": 1, "image_id": 7, "category_id": 2, "iscrowd": 0, "area": 1800, "bbox": [10, 20, 30, 60],
        "segmentation": [[10, 20, 40, 20, 40, 80, 10, 80]],
    }  # fmt: skip
    assert second["bbox"] == [0, 0, 640, 480]
    assert coco.loadCats(2)[0] == {"id": 2, "name": "Animal/Cat", "supercategory": "Animal"}
    assert coco.getCatIds(supNms=["Animal"]) == [2, 3]


def test_boxes_stay_boxes_and_rectangular_polygons_stay_polygons() -> None:
    boxed = to_coco([record(1, 2, shapes=(Box(10, 20, 40, 80),))], CLASSES, task=TaskType.BOXES)
    drawn = to_coco([record(1, 2, shapes=(Polygon(rings=(SQUARE,)),))], CLASSES, task=TaskType.POLYGONS)
    assert from_coco(boxed).images[0].answer.annotations[0].shape == Box(10, 20, 40, 80)
    assert from_coco(drawn).images[0].answer.annotations[0].shape == Polygon(rings=(SQUARE,))
    del boxed["info"]  # as another program would write it
    assert from_coco(boxed).task is TaskType.BOXES


def test_polygons_have_the_area_of_their_outline(tmp_path: Path) -> None:
    polygon = Polygon(rings=(SQUARE, FAR))
    coco = loaded(to_coco([record(1, 2, shapes=(polygon,))], CLASSES, task=TaskType.POLYGONS), tmp_path)
    (annotation,) = coco.loadAnns(coco.getAnnIds())
    assert annotation["area"] == 400 + 200
    assert annotation["bbox"] == [10, 10, 110, 110]
    assert annotation["segmentation"][1] == [100, 100, 120, 100, 100, 120]
    assert coco.annToMask(annotation).sum() == pytest.approx(600, rel=0.05)


def test_a_hole_is_cut_out_of_the_mask(tmp_path: Path) -> None:
    polygon = Polygon(rings=(SQUARE,), holes=(HOLE,))
    document = to_coco([record(1, 2, shapes=(polygon,))], CLASSES, task=TaskType.POLYGONS)
    coco = loaded(document, tmp_path)
    (annotation,) = coco.loadAnns(coco.getAnnIds())
    expected = np.zeros((480, 640), np.uint8)
    expected[10:30, 10:30] = 1
    expected[15:25, 15:25] = 0
    np.testing.assert_array_equal(coco.annToMask(annotation), expected)
    assert annotation["area"] == 300
    assert from_coco(json.loads(json.dumps(document))).images[0].answer.annotations[0].shape == polygon


def square(low: float, high: float, x: float = 0.0) -> Ring:
    return ((x + low, low), (x + high, low), (x + high, high), (x + low, high))


def test_an_island_in_a_hole_is_part_of_the_mask(tmp_path: Path) -> None:
    polygon = Polygon(
        rings=(square(10, 60), square(25, 35), square(10, 20, x=100)),
        holes=(square(20, 40), square(28, 32), square(12, 14, x=100)),
    )
    document = to_coco([record(1, 2, shapes=(polygon,))], CLASSES, task=TaskType.POLYGONS)
    coco = loaded(document, tmp_path)
    (annotation,) = coco.loadAnns(coco.getAnnIds())
    expected = np.zeros((480, 640), np.uint8)
    for low, high, value, x in ((10, 60, 1, 0), (20, 40, 0, 0), (25, 35, 1, 0), (28, 32, 0, 0), (10, 20, 1, 100)):
        expected[low:high, x + low : x + high] = value
    expected[12:14, 112:114] = 0
    mask = coco.annToMask(annotation)
    np.testing.assert_array_equal(mask, expected)
    assert annotation["area"] == mask.sum() == polygon.area()
    assert from_coco(json.loads(json.dumps(document))).images[0].answer.annotations[0].shape == polygon


@settings(deadline=None)
@given(st.lists(POINT, min_size=3, max_size=7), st.tuples(st.integers(0, 600), st.integers(0, 440)))
@example([(0.0, 321.0), (0.0, 497.0), (159.75, 206.75), (443.0, 373.0)], (1, 325))
def test_a_mask_has_the_pixels_that_pycocotools_draws(points: list[tuple[float, float]], at: tuple[int, int]) -> None:
    window = Box(at[0], at[1], at[0] + 30, at[1] + 30)
    try:
        shape = Polygon(rings=(tuple(points),)).repair().subtract([window])
    except GeometryError:
        return  # nothing is left of it
    assume(shape.holes)
    document = to_coco([record(1, 2, shapes=(shape,))], CLASSES, task=TaskType.POLYGONS)
    drawn = np.zeros((480, 640), bool)
    for part in shape.parts():
        rings = [[[n for point in ring for n in point] for ring in which] for which in (part.rings, part.holes)]
        outer_pixels, *cut = (mask.decode(mask.merge(mask.frPyObjects(r, 480, 640))).astype(bool) for r in rings if r)
        drawn |= outer_pixels & ~cut[0] if cut else outer_pixels
    np.testing.assert_array_equal(mask.decode(document["annotations"][0]["segmentation"]).astype(bool), drawn)


def test_classification_is_annotations_without_a_box(tmp_path: Path) -> None:
    records = [record(1, 2, 4), record(2, empty=True)]
    document = to_coco(records, CLASSES, task=TaskType.MULTI_LABEL)
    coco = loaded(document, tmp_path)
    annotations = coco.loadAnns(coco.getAnnIds(imgIds=[1]))
    assert [a["category_id"] for a in annotations] == [2, 4]
    assert all("bbox" not in a and "segmentation" not in a for a in annotations)
    assert coco.getImgIds(catIds=[4]) == [1]
    assert from_coco(document).task is TaskType.MULTI_LABEL
    assert from_coco(to_coco(records[:1], CLASSES, task=TaskType.MULTI_LABEL)).task is TaskType.MULTI_LABEL
    single = from_coco(to_coco([record(1, 2)], CLASSES, task=TaskType.MULTI_CLASS))
    assert (single.task, single.images[0].answer.class_ids) == (TaskType.MULTI_CLASS, (2,))


def test_the_order_of_records_does_not_matter() -> None:
    records = [record(n, 2, 3, shapes=(Box(0, 0, n, n), Box(1, 1, 2, 2))) for n in range(1, 6)]
    texts = {json.dumps(to_coco(given, CLASSES, task=TaskType.BOXES)) for given in (records, records[::-1])}
    assert len(texts) == 1


def test_what_cannot_be_written_says_why() -> None:
    notes: list[str] = []
    document = to_coco([record(1, 2, width=0), record(2, 2)], CLASSES, task=TaskType.MULTI_CLASS, notes=notes)
    assert [image["id"] for image in document["images"]] == [2]
    assert {annotation["image_id"] for annotation in document["annotations"]} == {2}
    (note,) = notes
    assert "size of '1.jpg' is not known (1 of 2" in note
    assert "p.remove([1])" in note
    with pytest.raises(FormatError, match=r"size of '1.jpg' is not known \(1 of 1"):
        to_coco([record(1, 2, width=0)], CLASSES, task=TaskType.MULTI_CLASS)
    with pytest.raises(FormatError, match="class 99"):
        to_coco([record(1, 99)], CLASSES, task=TaskType.MULTI_CLASS)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = draw(NUMBER), draw(NUMBER)
    return Box(x, y, x + draw(st.floats(0.01, 640)), y + draw(st.floats(0.01, 640)))


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    rings = draw(st.lists(st.lists(POINT, min_size=3, max_size=8).map(tuple), min_size=1, max_size=3).map(tuple))
    try:
        return Polygon(rings=rings)
    except GeometryError:
        return Polygon(rings=(SQUARE,))


def same(first: Shape | None, second: Shape | None) -> bool:
    def numbers(shape: Shape | None) -> list[float]:
        if isinstance(shape, Box):
            return [shape.x0, shape.y0, shape.x1, shape.y1]
        assert isinstance(shape, Polygon)
        return [number for ring in shape.rings for point in ring for number in point]

    return bool(np.allclose(numbers(first), numbers(second), rtol=0, atol=1e-6))


@settings(deadline=None)
@given(st.lists(st.lists(boxes(), max_size=4), min_size=1, max_size=4))
def test_boxes_round_trip(pages: list[list[Box]]) -> None:
    check_round_trip(pages, TaskType.BOXES)


@settings(deadline=None)
@given(st.lists(st.lists(polygons(), max_size=3), min_size=1, max_size=3))
def test_polygons_round_trip(pages: list[list[Polygon]]) -> None:
    check_round_trip(pages, TaskType.POLYGONS)


def check_round_trip(pages: Sequence[Sequence[Shape]], task: TaskType) -> None:
    records = [
        record(n, *[2 + k % 3 for k in range(len(shapes))], shapes=tuple(shapes), empty=not shapes)
        for n, shapes in enumerate(pages, 1)
    ]
    read = from_coco(json.loads(json.dumps(to_coco(records, CLASSES, task=task))), task=task)
    assert read.classes == {label.id: label.path for label in CLASSES}
    for given_record, image in zip(records, read.images, strict=True):
        assert (image.name, image.width, image.height) == (given_record.name, 640, 480)
        assert image.answer.empty == given_record.answer.empty
        assert image.answer.class_ids == given_record.answer.class_ids
        for before, after in zip(given_record.answer.annotations, image.answer.annotations, strict=True):
            assert same(before.shape, after.shape)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("folder", "task"),
    [("cells", TaskType.BOXES), ("everyday", TaskType.BOXES), ("nuclei", TaskType.POLYGONS)],
)
def test_real_documents_round_trip(realdata: Path, folder: str, task: TaskType) -> None:
    original = json.loads((realdata / folder / "annotations.json").read_text())
    read = from_coco(original, task=task)
    assert len(read.images) == len(original["images"])
    count = sum(len(image.answer.annotations) for image in read.images)
    assert count + read.left_out["crowds"] == len(original["annotations"]) > 100
    classes = [LabelClass(id=key, path=name, color="#000000") for key, name in read.classes.items()]
    records = [
        record(
            n,
            name=image.name,
            width=image.width,
            height=image.height,
            answer=image.answer,
            state=ItemState.LABELED,
        )
        for n, image in enumerate(read.images, 1)
    ]
    again = from_coco(json.loads(json.dumps(to_coco(records, classes, task=task))), task=task)
    for before, after in zip(read.images, again.images, strict=True):
        assert before.answer.class_ids == after.answer.class_ids
        for a, b in zip(before.answer.annotations, after.answer.annotations, strict=True):
            assert same(a.shape, b.shape)
            assert a.shape is not None
            assert a.shape.area() > 0
