"""Boxes by a promise, through the real worker and store: a batch is frozen, audited blind, released, stopped.

The learner knows the truth and errs where the test says, so that the figures are certain.
"""

# ruff: noqa: ARG002, ARG005 -- the port names arguments that an oracle does not need

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import jlabel as jl
from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.predict import as_boxes, predictions
from jlabel.assist.detection.scores import ShapeScores
from jlabel.assist.guarantee.shape_auditing import ShapeAuditing
from jlabel.assist.learner import Ids, Mask, Order, Predictions, Training
from jlabel.assist.learners import LEARNERS, LearnerKind
from jlabel.model.answer import Answer
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.batch import Batch, BatchState
from jlabel.model.item_table import ItemTable
from jlabel.model.label_class import LabelClass
from jlabel.model.page import Queue
from jlabel.model.run import RunKind, RunState
from jlabel.model.run_metrics import TrainingMetrics, ValidationMetrics
from jlabel.model.training_label import TrainingLabel
from jlabel.project import Project
from tests.assist.squares import make_squares, true_answer
from tests.assist.toy_learner import ToyLearner, ToyModel
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414 -- fixtures
from tests.assist.workers import runs_of, work_once


class Oracle(ToyLearner):
    """Proposes the true boxes, but for a share of images whose boxes lie elsewhere."""

    wrong: float = 0.0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, shaped=True)
        self.auditing = ShapeAuditing()  # type: ignore[assignment]
        self._names: dict[int, str] = {}

    def refresh(self, items: ItemTable, *, complete: bool) -> None:
        super().refresh(items, complete=complete)
        self._names = dict(zip(items.items, items.paths, strict=True))

    def train(self, labels: Iterable[TrainingLabel], classes: Sequence[LabelClass]) -> Training[ToyModel]:
        given = list(labels)
        metrics = TrainingMetrics(labels=len(given), prepared=len(given), random=sum(one.random for one in given))
        return Training(model=ToyModel({1: np.zeros(3)}, len(given)), metrics=metrics, random=metrics.random)

    def score(self, model: ToyModel, items: Ids) -> ShapeScores:  # type: ignore[override]
        found = [self._found(self._names[item]) for item in items.tolist()]
        return ShapeScores(items, found, [(160, 120)] * len(found), threshold=0.5, proving=0.9)

    def validate(self, model: ToyModel, scores: ShapeScores, skipped: Ids, settings: AssistSettings) -> "Held":  # type: ignore[override]
        return Held(np.full(400, 0.95), np.arange(400) >= 4, ValidationMetrics(accuracy=0.99))

    def proposable(self, scores: ShapeScores, offered: frozenset[int]) -> Mask:  # type: ignore[override]
        return scores.counts(0.9, offered) > 0

    def suggest(self, scores: ShapeScores, settings: AssistSettings) -> Mask:  # type: ignore[override]
        return np.zeros(len(scores.items), bool)

    def predict(  # type: ignore[override]  # noqa: PLR0917
        self,
        model: ToyModel,
        scores: ShapeScores,
        proven: Mask,
        suggested: Mask,
        offered: frozenset[int],
        settings: AssistSettings,
    ) -> Predictions:
        made = list(
            predictions(scores, proven, suggested, threshold=2.0, offered=offered, name="oracle", outlines=as_boxes)
        )
        return Predictions(proven=proven, suggested=suggested, made=made)

    def order(self, scores: ShapeScores, predictions: Predictions, free: Mask, settings: AssistSettings) -> Order:  # type: ignore[override]
        return Order(priorities={int(item): 0.0 for item in scores.items[free]})

    def _found(self, name: str) -> Detections:
        true = true_answer(name).annotations
        away = 60.0 if int(Path(name).stem) % 100 < 100 * self.wrong else 0.0
        boxes = np.array([one.shape.bounds() for one in true if one.shape], np.float32).reshape(-1, 4)
        boxes[:, [1, 3]] = np.clip(boxes[:, [1, 3]] + away, 0, 120) if away else boxes[:, [1, 3]]
        return Detections(
            boxes, np.full(len(true), 0.95, np.float32), np.array([one.class_id for one in true], np.int64)
        )


class Held:
    """Four hundred held-out boxes, four of them wrong."""

    def __init__(self, confidence: np.ndarray, right: np.ndarray, metrics: ValidationMetrics) -> None:
        self.confidence, self.right, self.metrics = confidence, right, metrics


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.setitem(LEARNERS, "boxes", LearnerKind(open=lambda settings, folder, compute: Oracle(folder)))
    with jl.Workspace(tmp_path / "labels") as workspace:
        made = workspace.create_project(
            "squares", task="boxes", images=make_squares(tmp_path / "photos", 300), labels=["dark", "light"]
        )
        made.assist.configure(goal=Goal.PROMISE, target_precision=0.9, random_share=0.0)
        yield made


def label(project: Project, count: int, said: Callable[[str], Answer] = true_answer) -> int:
    """Labels images of the queue; returns how many of them were pre-labeled."""
    store = project.store
    session, shown = store.open_session(project.id, "me"), 0
    for _ in range(count):
        page = store.claim(session, 1)
        if page is None:
            break
        (task,) = page.tasks
        shown += task.suggestion is not None and not task.suggestion.blind
        store.submit(session, page.token, {task.item: said(task.name)}, seconds=3)
    return shown


def newest(project: Project, of: Batch | None = None) -> Batch:
    """The newest batch, or the newest state of one; another may be on trial by then."""
    runs = runs_of(project, RunKind.VALIDATION, RunState.DONE)
    batches = ValidationMetrics.from_json(runs[-1].metrics).batches
    return batches[-1] if of is None else next(one for one in batches if one.run == of.run)


def on_trial(project: Project) -> Batch:
    """Labels until a batch is on trial."""
    label(project, 40)
    work_once(project)
    batch = newest(project)
    assert batch.state is BatchState.TRIAL
    return batch


def test_a_batch_is_audited_without_a_proposal_and_then_released(project: Project) -> None:
    batch = on_trial(project)
    assert batch.size > 200
    assert batch.units > batch.size
    assert project.assist.status().prelabeled == 0
    assert label(project, batch.asked) == 0, "lots come first, and nothing is shown on them"
    work_once(project)
    released = newest(project)
    assert (released.state, released.audited, released.errors) == (BatchState.RELEASED, batch.asked, 0)
    assert released.proved == 0.9
    session = project.store.open_session(project.id, "you")
    page = project.store.claim(session, 1, queue=Queue.PRELABELED)
    assert page is not None
    (task,) = page.tasks
    assert task.suggestion is not None
    assert task.suggestion.proven
    assert len(task.suggestion.answer.annotations) == len(true_answer(task.name).annotations)
    frame = project.assist.predictions()
    assert frame["proven"].any()
    assert set(frame["class"]) == {"dark", "light"}
    assert frame[["x", "y", "width", "height"]].notna().all(axis=None)


def test_skipped_lots_count_as_wrong_and_drop_the_batch(project: Project) -> None:
    batch = on_trial(project)
    label(project, batch.asked, lambda name: Answer(skipped="") if int(Path(name).stem) % 4 == 0 else true_answer(name))
    work_once(project)
    dropped = newest(project, batch)
    assert dropped.state is BatchState.DROPPED
    assert dropped.errors > 5


def test_what_people_correct_stops_a_released_batch(project: Project) -> None:
    batch = on_trial(project)
    label(project, batch.asked)
    work_once(project)
    assert newest(project).state is BatchState.RELEASED

    def other(name: str) -> Answer:
        true = true_answer(name)
        return replace(true, annotations=true.annotations[:1]) if len(true.annotations) > 1 else Answer(empty=True)

    label(project, 30, other)
    work_once(project)
    assert newest(project, batch).state is BatchState.STOPPED
    assert project.assist.status().prelabeled == 0


def test_a_model_that_errs_too_often_is_not_released(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Oracle, "wrong", 0.25)
    batch = on_trial(project)
    for _ in range(20):
        if batch.state is not BatchState.TRIAL:
            break
        label(project, batch.asked - batch.audited)
        work_once(project)
        batch = newest(project, batch)
    assert batch.state is BatchState.DROPPED


def test_another_target_withdraws_what_was_proved_for_less(project: Project) -> None:
    batch = on_trial(project)
    label(project, batch.asked)
    work_once(project)
    project.assist.configure(target_precision=0.95)
    label(project, 1)
    work_once(project)
    assert newest(project, batch).state is BatchState.WITHDRAWN
