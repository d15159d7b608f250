"""Right and wrong boxes, and their average precision, beside pycocotools."""

import contextlib
import io

import numpy as np
import pytest

pytest.importorskip("torch")

from hypothesis import given, settings
from hypothesis import strategies as st

from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.matching import average_precision, edits_saved, iou, match

pytestmark = pytest.mark.model


def found(boxes: list[list[float]], scores: list[float], classes: list[int]) -> Detections:
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4), np.array(scores, np.float32), np.array(classes, np.int64)
    )


def test_one_true_box_is_found_once_by_the_likeliest_of_its_class() -> None:
    some = found([[0, 0, 10, 10], [0, 0, 10, 9], [20, 0, 30, 10], [21, 0, 31, 10]], [0.9, 0.8, 0.7, 0.6], [0, 0, 1, 0])
    truth = np.array([[0.0, 0, 10, 10], [20, 0, 30, 10]])
    matched = match(some, truth, np.array([0, 0]))
    assert matched.truth.tolist() == [0, -1, -1, 1], "the second is too late, the third of another class"
    assert matched.iou.tolist() == pytest.approx([1, 0, 0, 9 / 11])
    assert edits_saved([some], [(truth, np.array([0, 0]))], 0.0) == 0.0
    assert edits_saved([some], [(truth, np.array([0, 0]))], 0.85) == 0.5


def test_nothing_found_and_nothing_there() -> None:
    nothing = found([], [], [])
    assert match(nothing, np.zeros((0, 4)), np.zeros(0, np.int64)).right.tolist() == []
    assert average_precision([nothing], [(np.array([[0, 0, 1, 1]]), np.array([0]))], 0) == 0.0
    assert np.isnan(average_precision([nothing], [(np.zeros((0, 4)), np.zeros(0, np.int64))], 0))


def test_iou_of_boxes() -> None:
    assert iou(np.array([[0.0, 0, 2, 2]]), np.array([[1.0, 1, 3, 3], [5, 5, 6, 6]])).tolist() == [
        pytest.approx([1 / 7, 0])
    ]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_average_precision_is_that_of_coco(seed: int) -> None:
    """Random boxes with distinct scores; pycocotools is the reference."""
    coco, evaluation = pytest.importorskip("pycocotools.coco"), pytest.importorskip("pycocotools.cocoeval")
    rng = np.random.default_rng(seed)
    truth, some = [], []
    annotations: list[dict[str, object]] = []
    results: list[dict[str, object]] = []
    for image in range(4):
        count = int(rng.integers(0, 5))
        boxes = np.round(rng.uniform(0, 40, (count, 2)))
        boxes = np.concatenate([boxes, boxes + np.round(rng.uniform(4, 20, (count, 2)))], axis=1)
        classes = rng.integers(0, 2, count)
        truth.append((boxes, classes))
        copies = np.concatenate([boxes, boxes]) + rng.integers(-3, 4, (2 * count, 4))
        copies[:, 2:] = np.maximum(copies[:, 2:], copies[:, :2] + 1)
        kinds = np.where(rng.random(2 * count) < 0.8, np.tile(classes, 2), rng.integers(0, 2, 2 * count))
        scores = rng.permutation(2 * count) / 20 + 0.01 * image + rng.uniform(0, 1e-3, 2 * count)
        order = np.argsort(-scores)
        some.append(Detections(copies[order].astype(np.float32), scores[order].astype(np.float32), kinds[order]))
        for box, kind in zip(boxes, classes, strict=True):
            x0, y0, x1, y1 = box.tolist()
            annotations.append({
                "id": len(annotations) + 1, "image_id": image, "category_id": int(kind), "iscrowd": 0,
                "bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0),
            })  # fmt: skip
        for box, score, kind in zip(copies[order], scores[order], kinds[order], strict=True):
            x0, y0, x1, y1 = map(float, box)
            results.append(
                {"image_id": image, "category_id": int(kind), "bbox": [x0, y0, x1 - x0, y1 - y0], "score": float(score)}
            )
    if not annotations:
        return
    with contextlib.redirect_stdout(io.StringIO()):
        reference = coco.COCO()
        reference.dataset = {
            "images": [{"id": n} for n in range(4)], "annotations": annotations,
            "categories": [{"id": 0, "name": "a"}, {"id": 1, "name": "b"}],
        }  # fmt: skip
        reference.createIndex()
        judged = evaluation.COCOeval(reference, reference.loadRes(results), "bbox")
        judged.evaluate()
        judged.accumulate()
    for kind in (0, 1):
        theirs = judged.eval["precision"][0, :, kind, 0, 2]
        mine = average_precision(some, truth, kind)
        assert (np.isnan(mine) and (theirs == -1).all()) or mine == pytest.approx(theirs.mean(), abs=1e-6)
