"""Scoring: confidences go through alignment and calibration, classes come as ids; the detector is a stand-in."""

# ruff: noqa: ARG002 -- as a detector takes them

import math
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from jlabel.assist.detection import scoring
from jlabel.assist.detection.alignment import ENOUGH
from jlabel.assist.detection.calibration import NEVER, Calibration, hold
from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.model import ShapeModel
from jlabel.assist.detection.scoring import Scorer

BOXES = np.array([[0, 0, 10, 10], [20, 0, 30, 10]], np.float32)


class Features:
    """Of the items 1 to 40; the "features" of an item are its number."""

    def known(self, items: list[int]) -> list[int]:
        return [item for item in items if item <= 40]

    def read(self, item: int) -> tuple[int, tuple[int, int]]:
        return item, (100, 50)


class Heads:
    """Detects two boxes; the head named "bold" scores them higher than the twins."""

    def __init__(self, *, pyramid: Any, head: str, class_ids: tuple[int, ...]) -> None:
        self.power = 0.5 if head == "bold" else 1.0

    def detect(self, features: int, size: tuple[int, int]) -> Detections:
        plain = np.array([0.3 + features / 100, 0.2 + features / 200], np.float32)
        return Detections(BOXES, plain**self.power, np.array([1, 0]))


@pytest.fixture
def scorer(monkeypatch: pytest.MonkeyPatch) -> Scorer:
    monkeypatch.setattr(scoring, "Detector", Heads)
    held = [
        hold(n, Detections(BOXES, np.array([0.9, 0.3], np.float32), np.array([0, 0])), BOXES[:1], np.zeros(1, np.int64))
        for n in range(40)
    ]
    model: Any = ShapeModel(
        head="bold", twins=("twin", "twin"), class_ids=(11, 12), labels=9, held=tuple(held),  # type: ignore[arg-type]
        calibration=Calibration(slope=2.0, offset=0.5), threshold=0.4,
    )  # fmt: skip
    return Scorer(model, None, Features())  # type: ignore[arg-type]


def calibrated(score: float) -> float:
    return 1 / (1 + math.exp(-(2 * math.log(score / (1 - score)) + 0.5)))


def test_a_bold_head_says_what_its_twins_would(scorer: Scorer) -> None:
    scores = scorer.score(np.arange(1, 50))
    assert scores.items.tolist() == list(range(1, 41)), "items without features are left out"
    assert scores.sizes[0] == (100, 50)
    assert scores.threshold == 0.4
    twentieth = scores.found[19]
    assert twentieth.classes.tolist() == [12, 11]
    np.testing.assert_allclose(twentieth.scores, [calibrated(0.5), calibrated(0.3)], atol=0.03)


def test_few_images_align_nothing_and_what_was_found_stays(scorer: Scorer) -> None:
    few = scorer.score(np.arange(1, ENOUGH))
    assert scorer.alignment is None
    np.testing.assert_allclose(few.found[19].scores, [calibrated(0.5**0.5), calibrated(0.3**0.5)], atol=1e-4)
    scorer.score(np.arange(1, 41))
    kept = scorer.alignment
    assert kept is not None
    one = scorer.score(np.array([20]))
    assert scorer.alignment is kept
    np.testing.assert_allclose(one.found[0].scores, [calibrated(0.5), calibrated(0.3)], atol=0.03)


def test_what_may_be_proved_is_chosen_by_held_out_boxes(scorer: Scorer) -> None:
    assert scorer.score(np.array([1])).proving == NEVER
    assert scorer.prove_at(0.9) == pytest.approx(calibrated(0.9), abs=1e-4)
    assert scorer.score(np.array([1])).proving == scorer.proving
    assert scorer.prove_at(0.99) == NEVER, "forty boxes cannot show so much"
