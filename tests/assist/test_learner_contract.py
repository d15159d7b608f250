"""What every learner keeps to, and what a worker makes of one: run records, a validation, pre-labels on a page."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

import jlabel as jl
from jlabel.assist.classification.learner import Classifier
from jlabel.assist.classification.outputs import EXCLUSIVE, INDEPENDENT
from jlabel.assist.compute.local import LocalCompute
from jlabel.assist.learner import AnyLearner
from jlabel.assist.learners import LEARNERS
from jlabel.errors import AssistError, InputError
from jlabel.model.answer import Annotation, Answer
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.item_table import ItemTable
from jlabel.model.label_class import make_classes
from jlabel.model.page import Queue
from jlabel.model.run import RunKind, RunState
from jlabel.model.run_metrics import TrainingMetrics, ValidationMetrics
from jlabel.model.shapes.box import Box
from jlabel.model.training_label import TrainingLabel
from jlabel.project import Project
from tests.assist.networks import network
from tests.assist.toy_learner import SHAPED_TOY, TOY, ToyLearner
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414 -- fixtures
from tests.assist.workers import answer_page, make_photos, runs_of, truth, work_once

DONE = RunState.DONE
CLASSES = make_classes(["red", "blue"])
OPENED: dict[str, Callable[[Path], Any]] = {
    "multi-class": lambda folder: Classifier(EXCLUSIVE, network(), folder, base="test"),
    "multi-label": lambda folder: Classifier(INDEPENDENT, network(), folder, base="test"),
    "toy": ToyLearner,
    "toy with shapes": lambda folder: ToyLearner(folder, shaped=True),
}


@pytest.fixture(params=list(OPENED))
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], AnyLearner]:
    """Opens the learner under test, each time as another process would."""
    return lambda: OPENED[request.param](tmp_path / "assist")


@pytest.fixture
def items(tmp_path: Path) -> ItemTable:
    photos = make_photos(tmp_path / "photos", 24)
    (photos / "0023.jpg").write_bytes(b"no image")
    count = 24
    return ItemTable(
        items=tuple(range(1, count + 1)),
        stamps=("1",) * count,
        waiting=(True,) * count,
        ranks=tuple(range(count)),
        sources=(1,) * count,
        paths=tuple(f"{n:04d}.jpg" for n in range(count)),
        roots={1: str(photos)},
    )


def labels(numbers: range) -> list[TrainingLabel]:
    answers = {n: Answer(annotations=(Annotation(class_id=1 + (n - 1) % 2),)) for n in numbers}
    return [
        TrainingLabel(item=n, answer=answer, labeler="me", at=None, random=True)  # type: ignore[arg-type]
        for n, answer in answers.items()
    ]


def prepared(learner: AnyLearner, items: ItemTable) -> AnyLearner:
    learner.prepare(learner.missing(items, set()), progress=lambda _: None, cancel=lambda: False)
    learner.refresh(items, complete=True)
    return learner


def test_items_are_prepared_once_and_unreadable_ones_are_named(
    make: Callable[[], AnyLearner], items: ItemTable
) -> None:
    learner = make()
    missing = learner.missing(items, {5, 9})
    assert len(missing) == 24
    assert {one.item for one in missing[:2]} == {5, 9}
    seen: list[int] = []
    found = learner.prepare(missing, progress=lambda p: seen.append(p.done), cancel=lambda: False)
    assert found.done == 23
    assert [item for item, _ in found.unreadable] == [24]
    assert seen == sorted(seen)
    assert seen[-1] == 24
    assert learner.missing(items, set()) == []
    again = make()
    assert {one.item for one in again.missing(items, set())} <= {24}
    assert again.hash == learner.hash


def test_cancelled_preparation_keeps_what_is_done(make: Callable[[], AnyLearner], items: ItemTable) -> None:
    learner, done = make(), [0]

    def count(progress: Any) -> None:
        done[0] = progress.done

    found = learner.prepare(learner.missing(items, set()), progress=count, cancel=lambda: done[0] >= 8)
    assert found.cancelled
    assert 8 <= found.done < 24
    assert len(learner.missing(items, set())) == 24 - found.done


def test_nothing_is_learned_from_nothing(make: Callable[[], AnyLearner], items: ItemTable) -> None:
    learner = prepared(make(), items)
    for given in ([], labels(range(1, 2))):
        training = learner.train(given, CLASSES)
        assert training.model is None
        assert training.reason.endswith(".")
        assert training.metrics.labels == len(given)


def test_a_round_gives_a_prediction_for_each_prepared_item(make: Callable[[], AnyLearner], items: ItemTable) -> None:
    learner, settings = prepared(make(), items), AssistSettings(threshold=0.5)
    training = learner.train(labels(range(1, 13)), CLASSES)
    assert training.model is not None
    assert (training.metrics.labels, training.metrics.prepared, training.random) == (12, 12, 12)
    assert len(training.model.hash) == 16
    again = learner.train(labels(range(1, 13)), CLASSES).model
    assert again is not None
    assert again.hash == training.model.hash
    waiting = np.arange(13, 25)  # 24 cannot be decoded
    scores = learner.score(training.model, waiting)
    assert scores.items.tolist() == list(range(13, 24))
    validation = learner.validate(training.model, scores, np.zeros(0, np.int64), settings)
    assert validation.confidence.shape == validation.right.shape == (12,)
    stored = validation.metrics.to_json()
    assert ValidationMetrics.from_json(stored) == validation.metrics
    offers = learner.suggest(scores, settings)
    assert offers.any()
    assert not learner.suggest(scores, AssistSettings()).any()
    assert learner.proposable(scores, frozenset({1, 2})).all()
    proven = np.arange(len(scores.items)) < 2
    found = learner.predict(training.model, scores, proven, offers, frozenset({1, 2}), settings)
    made = list(found.made)
    assert [one.item for one in made] == scores.items.tolist()
    assert [one.above for one in made] == (found.proven | found.suggested).tolist()
    assert [one.above and one.proven for one in made] == found.proven.tolist() == proven.tolist()
    assert not (found.proven & found.suggested).any()
    assert {one.answer.class_ids for one in made if one.above} <= {(1,), (2,)}
    for one in made:
        assert len(one.scores) == len(one.answer.annotations)
    free = np.arange(len(made)) % 2 == 0
    order = learner.order(scores, found, free, settings)
    assert {*order.clusters, *order.priorities} <= set(scores.items[free].tolist())


def test_classes_that_are_not_offered_are_not_proposed(make: Callable[[], AnyLearner], items: ItemTable) -> None:
    learner = prepared(make(), items)
    model = learner.train(labels(range(1, 13)), CLASSES).model
    scores = learner.score(model, np.arange(13, 24))
    none = np.zeros(len(scores.items), dtype=bool)
    made = list(learner.predict(model, scores, none, ~none, frozenset({1}), AssistSettings()).made)
    assert {c for one in made for c in one.answer.class_ids} == {1}
    usable = learner.proposable(scores, frozenset({1})).tolist()
    assert all(usable[n] for n, one in enumerate(made) if one.answer.given)


def test_without_waiting_items_there_is_an_empty_round(make: Callable[[], AnyLearner], items: ItemTable) -> None:
    learner, settings = prepared(make(), items), AssistSettings()
    model = learner.train(labels(range(1, 13)), CLASSES).model
    scores = learner.score(model, np.zeros(0, np.int64))
    none = np.zeros(0, dtype=bool)
    learner.validate(model, scores, np.zeros(0, np.int64), settings)
    found = learner.predict(model, scores, none, none, frozenset({1, 2}), settings)
    assert (len(scores.items), list(found.made)) == (0, [])
    order = learner.order(scores, found, np.zeros(0, bool), settings)
    assert not order.clusters
    assert not learner.arrange(np.zeros(0, np.int64), settings).clusters


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LEARNERS, "multi-class", TOY)
    monkeypatch.setitem(LEARNERS, "boxes", SHAPED_TOY)


@pytest.fixture(params=["multi-class", "boxes"])
def project(request: pytest.FixtureRequest, tmp_path: Path, toys: None) -> Iterator[Project]:
    photos = make_photos(tmp_path / "photos", 60)
    with jl.Workspace(tmp_path / "labels") as workspace:
        yield workspace.create_project("p", task=request.param, images=photos, labels=["red", "blue"])


def test_a_registered_learner_goes_through_a_real_round(project: Project) -> None:
    shaped = project.task == "boxes"
    project.assist.configure(threshold=0.9)  # so few images prove nothing
    work_once(project)
    (featurization,) = runs_of(project, RunKind.FEATURIZATION, DONE)
    assert (featurization.metrics["backbone"], featurization.metrics["done"]) == ("mean color", 60)
    store = project.store
    session = store.open_session(project.id, "me")
    labeled = 0  # a page of what is left to chance may hold fewer than nine
    while labeled < 20:
        page = store.claim(session, 9)
        assert page is not None
        labeled += len(page.tasks)
        shape = Box(x0=1, y0=1, x1=9, y1=9) if shaped else None
        answers = {
            task.item: Answer(annotations=(Annotation(class_id=truth(task.name), shape=shape, uid="a" * shaped),))
            for task in page.tasks
        }
        store.submit(session, page.token, answers, seconds=9)
    work_once(project)
    training = runs_of(project, RunKind.TRAINING, DONE)[-1]
    assert TrainingMetrics.from_json(training.metrics).labels == labeled
    validation = runs_of(project, RunKind.VALIDATION, DONE)[-1]
    assert ValidationMetrics.from_json(validation.metrics).accuracy == 1.0
    inference = runs_of(project, RunKind.INFERENCE, DONE)[-1]
    assert inference.model_hash == training.model_hash == validation.model_hash
    status = project.assist.status()
    assert status.prelabeled > 5
    assert status.suggested >= status.prelabeled
    page = store.claim(session, 9, queue=Queue.PRELABELED)
    assert page is not None
    shown = [task for task in page.tasks if task.suggestion and not task.suggestion.blind]
    assert shown
    for task in shown:
        assert task.suggestion is not None
        assert task.suggestion.class_ids == (truth(task.name),)
        assert not task.suggestion.proven
        assert [one.above for one in task.suggestion.scores] == [True]
        assert all((one.shape is not None) == shaped for one in task.suggestion.answer.annotations)
    assert project.assist.report().validations[-1].accuracy == 1.0


def test_a_learner_without_fine_tuning_cancels_what_is_asked_for(project: Project) -> None:
    if project.task == "boxes":
        pytest.skip("the same worker")
    session = project.session(labeler="me")
    for _ in range(2):
        answer_page(session)
    store = project.store
    asked = store.start_run(project.id, RunKind.FINE_TUNING, reason="Asked for.", queued=True)
    work_once(project)
    assert store.run(asked.id).state is RunState.CANCELLED


def test_a_task_without_a_learner_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = make_photos(tmp_path / "photos", 2)
    monkeypatch.delitem(LEARNERS, "multi-class")
    with jl.Workspace(tmp_path / "labels") as workspace:
        made = workspace.create_project("p", task="multi-class", images=photos, labels=["red", "blue"])
        with pytest.raises(InputError, match="no learner for multi-class"):
            made.assist.start()


def test_local_compute_runs_and_starts_work() -> None:
    compute = LocalCompute()
    assert compute.run(divmod, 7, 3) == (2, 1)
    job = compute.start(lambda: 5, "test")
    assert job.result() == 5
    assert not job.running

    def fail() -> None:
        raise AssistError("It diverged.")

    with pytest.raises(AssistError, match="diverged"):
        compute.start(fail, "test").result()
