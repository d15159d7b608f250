from typing import Any

import pytest

from jlabel.errors import FormatError
from jlabel.formats.coco_reader import from_coco
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.task import TaskType


def document(*annotations: dict[str, Any], width: float = 640, height: float = 480) -> dict[str, Any]:
    return {
        "images": [{"id": 1, "file_name": "dir/a.jpg", "width": width, "height": height}],
        "annotations": [{"id": 9, "image_id": 1, "category_id": 2, **annotation} for annotation in annotations],
        "categories": [{"id": 1, "name": "Person"}, {"id": 2, "name": "Licence plate"}],
    }


AZURE = {"area": 0.0, "bbox": [0.015625, 10 / 480, 0.046875, 0.125]}


def test_azures_fractions_become_pixels() -> None:
    (image,) = from_coco(document(AZURE, width=640.0, height=480.0)).images
    assert (image.width, image.height) == (640, 480)
    (annotation,) = image.answer.annotations
    assert isinstance(annotation.shape, Box)
    box = annotation.shape
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((10, 10, 40, 70), abs=1e-6)


def test_azures_sizes_of_zero_are_taken_from_elsewhere() -> None:
    old = document(AZURE, width=0.0, height=0.0)
    with pytest.raises(FormatError, match=r"'dir/a.jpg' is labeled in fractions.*sizes="):
        from_coco(old)
    (image,) = from_coco(old, sizes={"dir/a.jpg": (640, 480)}).images
    assert isinstance(image.answer.annotations[0].shape, Box)
    assert image.answer.annotations[0].shape.x1 == pytest.approx(40)


def test_fractions_of_polygons_become_pixels() -> None:
    read = from_coco(document({"segmentation": [[0.25, 0.25, 0.5, 0.25, 0.25, 0.5]]}))
    assert read.task is TaskType.POLYGONS
    assert read.images[0].answer.annotations[0].shape == Polygon(rings=(((160, 120), (320, 120), (160, 240)),))


def test_the_task_chooses_what_is_taken() -> None:
    both = document({"bbox": [1, 2, 30, 40], "segmentation": [[1, 2, 31, 2, 31, 42]]}, {"bbox": [5, 5, 5, 5]})
    assert [a.shape for a in from_coco(both, task=TaskType.BOXES).images[0].answer.annotations] == [
        Box(1, 2, 31, 42),
        Box(5, 5, 10, 10),
    ]
    assert from_coco(both, task=TaskType.MULTI_LABEL).images[0].answer.class_ids == (2,)


def test_an_outline_that_is_more_than_its_box_makes_polygons() -> None:
    box: dict[str, Any] = {"bbox": [1, 2, 30, 40], "segmentation": [[1, 2, 1, 42, 31, 42, 31, 2, 1, 2]], "iscrowd": 0}
    assert from_coco(document(box, {"bbox": [5, 5, 5, 5], "segmentation": [], "iscrowd": 0})).task is TaskType.BOXES
    for outline in ([[1, 2, 31, 2, 31, 42, 16, 42]], [[1, 2, 31, 2, 31, 42, 31, 42]], box["segmentation"] * 2):
        other = {"bbox": [1, 2, 30, 40], "segmentation": outline, "iscrowd": 0}
        assert from_coco(document(box, other)).task is TaskType.POLYGONS


def test_tiny_boxes_of_a_standard_document_are_pixels() -> None:
    (image,) = from_coco(document({"bbox": [0, 0, 1, 1], "iscrowd": 0})).images
    assert image.answer.annotations[0].shape == Box(0, 0, 1, 1)


def test_crowds_are_left_out_and_counted() -> None:
    read = from_coco(document({"iscrowd": 1, "segmentation": {"counts": [1], "size": [1, 1]}, "bbox": [0, 0, 9, 9]}))
    assert read.left_out["crowds"] == 1
    assert read.images[0].answer.empty


@pytest.mark.parametrize(
    ("given", "task", "sentence"),
    [
        ({}, None, "'categories' is missing"),
        ({"categories": 7}, None, "no COCO document"),
        ([], None, "no COCO document"),
        (document({"category_id": 5}), None, "category 5"),
        (document({"image_id": 8}), None, "image 8"),
        (document({"bbox": [5, 5, 0, 3]}), None, r"Annotation 9 of 'dir/a.jpg'.*no area"),
        (document({"bbox": [5, 5, float("nan"), 3]}), None, "finite"),
        (document({"bbox": [5, 5, 3]}), None, "no COCO document"),
        (document({"segmentation": [[1, 2, 3]]}), None, "no COCO document"),
        (document({"segmentation": {"counts": "a", "size": [1, 1]}}), None, "is a mask"),
        (document({}, {"category_id": 1}), TaskType.MULTI_CLASS, "has 2 classes"),
    ],
)
def test_what_cannot_be_read_says_why(given: Any, task: TaskType | None, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence):
        from_coco(given, task=task)
