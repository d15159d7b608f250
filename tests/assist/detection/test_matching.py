"""Right and wrong boxes, beside pycocotools."""

import numpy as np
import pytest

pytest.importorskip("torch")

from hypothesis import given, settings
from hypothesis import strategies as st

from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.matching import edits_saved, match
from tests.average_precision import evaluated

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
    some = found([[0, 0, 10, 10]], [0.9], [0])
    assert match(some, np.zeros((0, 4)), np.zeros(0, np.int64)).right.tolist() == [False]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_right_boxes_are_those_of_coco(seed: int) -> None:
    """Random boxes with distinct scores; pycocotools is the reference."""
    rng = np.random.default_rng(seed)
    truth, some = [], []
    for _ in range(4):
        count = int(rng.integers(1, 5))
        boxes = np.round(rng.uniform(0, 40, (count, 2)))
        boxes = np.concatenate([boxes, boxes + np.round(rng.uniform(4, 20, (count, 2)))], axis=1)
        classes = rng.integers(0, 2, count)
        truth.append((boxes, classes))
        copies = np.concatenate([boxes, boxes]) + rng.integers(-3, 4, (2 * count, 4))
        copies[:, 2:] = np.maximum(copies[:, 2:], copies[:, :2] + 1)
        kinds = np.where(rng.random(2 * count) < 0.8, np.tile(classes, 2), rng.integers(0, 2, 2 * count))
        scores = np.sort(rng.permutation(2 * count) / 20 + rng.uniform(0, 1e-3, 2 * count))[::-1]
        some.append(Detections(copies.astype(np.float32), scores.astype(np.float32), kinds))
    judged = evaluated(some, truth, 2)
    compared = 0
    for one in filter(None, judged.evalImgs):
        if one["aRng"] != judged.params.areaRng[0]:
            continue
        image, kind = one["image_id"], one["category_id"]
        right = match(some[image], *truth[image]).right[some[image].classes == kind]
        assert right.tolist() == (one["dtMatches"][0] > 0).tolist()
        compared += len(right)
    assert compared == sum(map(len, some))
