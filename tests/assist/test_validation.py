"""Validation: which thresholds follow from held-out predictions, and which answers pass them."""

import json

import numpy as np
import pytest

pytest.importorskip("sklearn")

from jlabel.assist.classification.linear_head import Head
from jlabel.assist.classification.outputs import EXCLUSIVE, INDEPENDENT
from jlabel.assist.classification.predict import predictions
from jlabel.assist.classification.train import HeldOut, Trained
from jlabel.assist.classification.validation import validate
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run_metrics import ValidationMetrics


def head(class_ids: tuple[int, ...], *, exclusive: bool = True) -> Head:
    k = len(class_ids)
    return Head(
        class_ids=class_ids,
        weight=np.zeros((4, k), np.float32),
        bias=np.zeros(k, np.float32),
        temperature=1.0,
        outputs=EXCLUSIVE if exclusive else INDEPENDENT,
        backbone="x",
    )


def trained(p: np.ndarray, y: np.ndarray, class_ids: tuple[int, ...], *, exclusive: bool = True) -> Trained:
    held = HeldOut(index=np.arange(len(p)), probabilities=p, targets=y)
    return Trained(head=head(class_ids, exclusive=exclusive), held=held, every=held, strength=1.0, surprise=0.1)


def sure_and_right(n: int, classes: int = 2, sure: float = 0.99) -> tuple[np.ndarray, np.ndarray]:
    """Held-out predictions that are all right; the confidences differ a little."""
    y = np.eye(classes)[np.arange(n) % classes]
    level = sure - np.linspace(0, 0.05, n)[:, None]
    return y * level + (1 - y) * (1 - level) / max(1, classes - 1), y


def test_multi_class_answers_are_the_likeliest_class() -> None:
    scores = EXCLUSIVE.decide(np.array([[0.2, 0.8], [0.9, 0.1]]), (7, 9))
    assert (scores.top.tolist(), scores.confidence.tolist()) == ([9, 7], [0.8, 0.9])
    assert len(EXCLUSIVE.decide(np.zeros((0, 2)), (7, 9)).top) == 0


def test_multi_label_answers_are_as_sure_as_their_least_sure_class() -> None:
    scores = INDEPENDENT.decide(np.array([[0.9, 0.6, 0.1], [0.1, 0.2, 0.3]]), (1, 2, 3))
    assert (scores.top.tolist(), scores.confidence.tolist()) == ([1, 0], [0.6, 0.7])


def test_enough_right_ones_prove_a_threshold_and_what_is_below_it_does_not_pass() -> None:
    p, y = sure_and_right(200)
    waiting = EXCLUSIVE.decide(np.array([[0.98, 0.02], [0.6, 0.4], [0.03, 0.97]]), (1, 2))
    validation = validate(trained(p, y, (1, 2)), waiting, AssistSettings(per_class=False))
    assert validation.above(waiting).tolist() == [True, False, True]
    metrics = validation.metrics
    assert (metrics.accuracy, metrics.errors, metrics.labels, metrics.labels_needed) == (1.0, 0, 200, 0)
    assert metrics.threshold is not None
    assert 0.6 < metrics.threshold < 0.97
    assert metrics.coverage == pytest.approx(2 / 3, abs=1e-3)
    stored = json.loads(json.dumps(metrics.to_json(), allow_nan=False))
    assert {"threshold", "n", "errors", "precision", "bound", "coverage"} <= stored["curve"][0].keys()
    assert ValidationMetrics.from_json(stored) == metrics


def test_too_few_prove_nothing_and_nothing_passes() -> None:
    p, y = sure_and_right(20)
    waiting = EXCLUSIVE.decide(p, (1, 2))
    validation = validate(trained(p, y, (1, 2)), waiting, AssistSettings())
    assert not validation.above(waiting).any()
    assert (validation.metrics.threshold, validation.metrics.coverage) == (None, 0.0)
    assert validation.metrics.labels_needed is not None
    assert validation.metrics.labels_needed > 0
    none = validate(trained(p[:0], y[:0], (1, 2)), waiting, AssistSettings())
    assert (none.metrics.accuracy, none.metrics.threshold) == (None, None)
    json.dumps(none.metrics.to_json(), allow_nan=False)


def test_a_class_that_is_often_wrong_does_not_hold_the_others_back() -> None:
    p, y = sure_and_right(600, classes=4)
    wrong = np.flatnonzero(p.argmax(axis=1) == 3)[::3]
    y[wrong] = np.eye(4)[0]
    waiting = EXCLUSIVE.decide(p, (1, 2, 3, 4))
    validation = validate(trained(p, y, (1, 2, 3, 4)), waiting, AssistSettings())
    passed = validation.above(waiting)
    assert passed[waiting.top == 2].mean() > 0.5
    assert not passed[waiting.top == 4].any()
    assert validation.metrics.by_class[4].threshold is None
    whole = validate(trained(p, y, (1, 2, 3, 4)), waiting, AssistSettings(per_class=False))
    assert 4 not in whole.metrics.by_class


def test_thresholds_by_hand() -> None:
    p, y = sure_and_right(30)
    waiting = EXCLUSIVE.decide(np.array([[0.7, 0.3], [0.3, 0.7]]), (1, 2))
    assert validate(trained(p, y, (1, 2)), waiting, AssistSettings(threshold=0.5)).above(waiting).all()
    only = validate(trained(p, y, (1, 2)), waiting, AssistSettings(threshold={2: 0.65}))
    assert only.above(waiting).tolist() == [False, True]
    assert only.metrics.by_class[2].threshold == 0.65
    assert not validate(trained(p, y, (1, 2)), waiting, AssistSettings(threshold=0.8)).above(waiting).any()


def test_multi_label_is_proved_by_one_label_an_image() -> None:
    rng = np.random.default_rng(0)
    y = (rng.random((300, 3)) < 0.5).astype(float)
    p = np.clip(y * 0.97 + (1 - y) * 0.03, 0, 1)
    waiting = INDEPENDENT.decide(np.array([[0.97, 0.98, 0.01], [0.97, 0.55, 0.0], [0.1, 0.1, 0.1]]), (1, 2, 3))
    validation = validate(trained(p, y, (1, 2, 3), exclusive=False), waiting, AssistSettings(target_precision=0.9))
    # An image with one unsure class is not pre-labeled, however sure the other is; one without a class neither.
    assert validation.above(waiting).tolist() == [True, False, False]
    assert validation.metrics.labels <= 300
    assert (validation.metrics.label_precision, validation.metrics.set_right) == (1.0, 1.0)


def test_predictions_hold_classes_that_may_be_proposed() -> None:
    items = np.array([11, 12])
    scores = EXCLUSIVE.decide(np.array([[0.9, 0.1], [0.2, 0.8]]), (1, 2), items)
    above = np.array([True, True])
    made = list(predictions(scores, above, EXCLUSIVE, class_ids=(1, 2), offered=frozenset({1})))
    assert [(one.item, one.answer.class_ids, one.above, one.confidence) for one in made] == [
        (11, (1,), True, 0.9), (12, (), False, 0.8)
    ]  # fmt: skip
    scores = INDEPENDENT.decide(np.array([[0.9, 0.7], [0.2, 0.1]]), (1, 2), items)
    above = np.array([True, False])
    made = list(predictions(scores, above, INDEPENDENT, class_ids=(1, 2), offered=frozenset({1, 2})))
    assert (made[0].answer.class_ids, tuple(one.confidence for one in made[0].scores), made[0].confidence) == (
        (1, 2),
        (0.9, 0.7),
        0.7,
    )
    assert (made[1].answer.class_ids, made[1].above) == ((), False)
