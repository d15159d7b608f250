"""Labeled boxes that held-out predictions contradict: each of the four kinds, and what is no error."""

from collections.abc import Sequence

import numpy as np
import pytest

pytest.importorskip("torch")

from jlabel.assist.detection.calibration import Calibration, hold
from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.label_errors import suspects
from jlabel.assist.detection.order import by_doubt, doubt
from jlabel.assist.detection.scores import ShapeScores
from jlabel.assist.learner import Predictions
from jlabel.assist.suspects import _stands
from jlabel.model.answer import Annotation, Answer
from jlabel.model.assist_settings import AssistSettings, QueueOrder
from jlabel.model.run_metrics import Suspicion, SuspicionKind, ValidationMetrics
from jlabel.model.shapes.box import Box

Row = tuple[list[float], float, int]
A, FAR = [0.0, 0, 10, 10], [50.0, 50, 60, 60]


def found(rows: Sequence[Row]) -> Detections:
    boxes = np.array([box for box, _, _ in rows], np.float32).reshape(-1, 4)
    return Detections(boxes, np.array([s for _, s, _ in rows], np.float32), np.array([c for _, _, c in rows], np.int64))


def suspected(rows: Sequence[Row], labels: Sequence[tuple[list[float], int]]) -> list[Suspicion]:
    boxes = np.array([box for box, _ in labels], np.float32).reshape(-1, 4)
    classes = np.array([kind for _, kind in labels], np.int64)
    return suspects([hold(7, found(rows), boxes, classes)], Calibration(), (11, 12))


def test_each_kind_is_named_with_its_place_and_classes() -> None:
    (missed,) = suspected([(A, 0.9, 0), (FAR, 0.95, 1)], [(A, 0)])
    assert (missed.kind, missed.given, missed.proposed, missed.bounds) == (SuspicionKind.MISSED, 0, 12, tuple(FAR))
    assert missed.score == pytest.approx(0.05, abs=1e-3)
    (spurious,) = suspected([(A, 0.9, 0)], [(A, 0), (FAR, 1)])
    assert (spurious.kind, spurious.given, spurious.proposed) == (SuspicionKind.SPURIOUS, 12, 0)
    (other,) = suspected([(A, 0.9, 1)], [(A, 0)])
    assert (other.kind, other.given, other.proposed, other.bounds) == (SuspicionKind.CLASS, 11, 12, tuple(A))
    (placed,) = suspected([([0, 0, 10, 30], 0.9, 0)], [(A, 0)])
    assert (placed.kind, placed.given, placed.bounds) == (SuspicionKind.PLACED, 11, tuple(A))


def test_what_is_right_or_unsure_is_no_error_and_the_most_doubtful_comes_first() -> None:
    assert suspected([(A, 0.9, 0)], [(A, 0)]) == []
    assert suspected([(A, 0.9, 0), (FAR, 0.5, 0)], [(A, 0)]) == [], "not sure enough to contradict"
    assert suspected([(A, 0.1, 0)], [(A, 0)]) == [], "something speaks for it"
    both = suspected([(A, 0.9, 0), (FAR, 0.95, 0), ([80, 0, 90, 10], 0.8, 0)], [(A, 0)])
    assert [one.score for one in both] == pytest.approx([0.05, 0.2], abs=1e-3)


def test_suspicions_of_shapes_are_stored_with_their_kind_and_place() -> None:
    metrics = ValidationMetrics(suspects=tuple(suspected([(A, 0.9, 0), (FAR, 0.95, 1)], [(A, 0)])))
    assert ValidationMetrics.from_json(metrics.to_json()) == metrics


def labeled(*shapes: tuple[int, list[float]]) -> Answer:
    return Answer(annotations=tuple(Annotation(class_id=kind, shape=Box(*box)) for kind, box in shapes))


def test_a_label_that_was_mended_is_suspected_no_more() -> None:
    (missed,) = suspected([(A, 0.9, 0), (FAR, 0.95, 1)], [(A, 0)])
    assert _stands(missed, labeled((11, A)))
    assert not _stands(missed, labeled((11, A), (12, [51, 50, 60, 60])))
    (spurious,) = suspected([(A, 0.9, 0)], [(A, 0), (FAR, 1)])
    assert _stands(spurious, labeled((11, A), (12, FAR)))
    assert not _stands(spurious, labeled((11, A)))
    (other,) = suspected([(A, 0.9, 1)], [(A, 0)])
    assert not _stands(other, labeled((12, A)))
    (placed,) = suspected([([0, 0, 10, 30], 0.9, 0)], [(A, 0)])
    assert not _stands(placed, labeled((11, [0, 0, 10, 30])))


def test_the_image_with_most_expected_errors_comes_first_then_rare_classes() -> None:
    every = [
        found([(A, 0.99, 1), (FAR, 0.99, 1)]),
        found([(A, 0.5, 1), (FAR, 0.6, 1)]),
        found([(A, 0.99, 2), (FAR, 0.99, 1)]),
        found([]),
    ]
    scores = ShapeScores(np.array([1, 2, 3, 4]), every, [(100, 100)] * 4)
    np.testing.assert_allclose(doubt(scores), [0.02, 0.9, 0.02, 0], atol=1e-5)
    suggested = np.array([True, True, True, False])
    made = Predictions(proven=np.zeros(4, bool), suggested=suggested, made=())
    free = np.array([True, True, True, True])
    order = by_doubt(scores, made, free, AssistSettings())
    assert sorted(order.priorities, key=lambda item: order.priorities[item]) == [2, 3, 1, 4]
    assert order.clusters == {1: 0, 2: 0, 3: 0}, "suggestions are one group"
    chance = by_doubt(scores, made, ~free, AssistSettings())
    assert (chance.priorities, chance.clusters) == ({}, {})
    any_order = by_doubt(scores, made, free, AssistSettings(queue_order=QueueOrder.RANDOM))
    assert set(any_order.priorities.values()) == {0.0}
