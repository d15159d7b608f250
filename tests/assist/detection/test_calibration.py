"""From scores to probabilities, and the thresholds that follow: simulated detectors whose truth is known."""

import numpy as np
import pytest

pytest.importorskip("torch")

from jlabel.assist.detection.alignment import align
from jlabel.assist.detection.calibration import NEVER, Held, calibrate, hold, least_provable, most_saving
from jlabel.assist.detection.detections import Detections


def simulated(rng: np.random.Generator, images: int, boxes: int = 10) -> list[Held]:
    """Held-out images whose boxes are right with the probability sigmoid(2 logit(score) - 1)."""
    held = []
    for item in range(images):
        scores = np.sort(rng.uniform(0.05, 0.95, boxes))[::-1].astype(np.float32)
        p = 1 / (1 + np.exp(-(2 * np.log(scores / (1 - scores)) - 1)))
        right = rng.random(boxes) < p
        corners = np.array([[20 * n, 0, 20 * n + 10, 10] for n in range(boxes)], np.float32)
        found = Detections(corners, scores, np.zeros(boxes, np.int64))
        held.append(hold(item, found, corners[right], np.zeros(int(right.sum()), np.int64)))
    return held


def test_calibrated_confidences_are_shares_of_right_boxes() -> None:
    rng = np.random.default_rng(0)
    curve = calibrate(simulated(rng, 200))
    fresh = simulated(rng, 400)
    confidence = curve(np.concatenate([one.found.scores for one in fresh]))
    right = np.concatenate([one.matched.right for one in fresh])
    for low in (0.1, 0.3, 0.5, 0.7):
        inside = (confidence >= low) & (confidence < low + 0.2)
        assert abs(confidence[inside].mean() - right[inside].mean()) < 0.05


def test_too_few_boxes_calibrate_nothing() -> None:
    rng = np.random.default_rng(1)
    scores = np.array([0.2, 0.7])
    np.testing.assert_allclose(calibrate(simulated(rng, 1))(scores), scores, atol=1e-6)
    np.testing.assert_allclose(calibrate([])(scores), scores, atol=1e-6)


def test_the_threshold_that_saves_most_lies_where_half_are_right() -> None:
    rng = np.random.default_rng(2)
    held = simulated(rng, 500)
    confidence = calibrate(held)(np.concatenate([one.found.scores for one in held]))
    right = np.concatenate([one.matched.right for one in held])
    assert abs(most_saving(confidence, right) - 0.5) < 0.1
    assert most_saving(np.zeros(0), np.zeros(0, bool)) == 0.5
    assert most_saving(np.array([0.9, 0.8]), np.array([False, False])) == 1.0


def test_what_may_be_proved_is_wrong_less_often_than_promised() -> None:
    rng = np.random.default_rng(3)
    held = simulated(rng, 500)
    confidence = calibrate(held)(np.concatenate([one.found.scores for one in held]))
    right = np.concatenate([one.matched.right for one in held])
    for target in (0.8, 0.9, 0.95):
        threshold = least_provable(confidence, right, target)
        above = confidence >= threshold
        assert 1 - right[above].mean() <= 0.4 * (1 - target)
    assert least_provable(confidence[:10], right[:10], 0.9) == NEVER
    assert least_provable(confidence, np.zeros_like(right), 0.9) == NEVER


def test_equal_confidences_are_never_parted() -> None:
    confidence, right = np.repeat([0.9, 0.3], 40), np.repeat([True, False], 40)
    assert least_provable(confidence, right, 0.9) == 0.9
    assert 0.3 < most_saving(confidence, right) < 0.9
    mixed = np.tile([True, False, True, False], 20)
    assert most_saving(np.full(80, 0.7), np.roll(mixed, 0)) == 1.0, "half of them are wrong, and all or none are shown"


def test_scores_of_a_bolder_head_are_brought_to_the_scale_of_its_twins() -> None:
    rng = np.random.default_rng(4)
    twins = [np.sort(rng.beta(2, 5, 3000)) for _ in range(2)]
    bold = np.sqrt(np.sort(rng.beta(2, 5, 3000)))
    aligned = align(bold, twins)(bold)
    np.testing.assert_allclose(np.quantile(aligned, [0.3, 0.6, 0.9]), np.quantile(twins[0], [0.3, 0.6, 0.9]), atol=0.02)
    assert (np.diff(aligned) >= 0).all()
    np.testing.assert_array_equal(align(np.zeros(0), ())(bold), bold)
    assert align(bold, [bold])(np.array([1.0])) == 1.0
