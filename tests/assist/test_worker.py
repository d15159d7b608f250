"""The worker's rounds, in this process: what is trained, proved and published when, and what odd projects get."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

pytest.importorskip("torch")

import jlabel as jl
from jlabel.assist.learners import LEARNERS
from jlabel.errors import AssistError, CheckpointError, InputError, NotFound, StoreError
from jlabel.model.item import ItemState
from jlabel.model.page import Queue
from jlabel.model.run import Prediction, RunKind, RunState
from jlabel.model.task import TaskType
from jlabel.project import Project
from jlabel.store import Store, read_predictions
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414 -- fixtures
from tests.assist.workers import answer_page, make_photos, runs_of, truth, work_once, worker_in
from tests.assist.workers import backbone as backbone  # noqa: PLC0414
from tests.assist.workers import project as project  # noqa: PLC0414

pytestmark = pytest.mark.model

DONE = RunState.DONE


def label_pages(project: Project, pages: int) -> int:
    session = project.session(labeler="me")
    done = sum(answer_page(session) for _ in range(pages))
    session.close()
    return done


def test_before_any_label_there_are_clusters(project: Project) -> None:
    work_once(project)
    (featurization,) = runs_of(project, RunKind.FEATURIZATION, DONE)
    assert (featurization.metrics["done"], featurization.metrics["unreadable"]) == (60, 0)
    assert featurization.device == "cpu"
    assert featurization.model_hash
    assert featurization.adopted
    status = project.assist.status()
    assert status.clustered > 10
    assert (status.prelabeled, status.reason) == (0, "No model has been trained yet.")
    session = project.session(labeler="me")
    page = session.parts.store.claim(session.parts.id, 9, queue=Queue.CLUSTERED)
    assert page is not None
    kinds = [truth(task.name) for task in page.tasks]
    assert max(kinds.count(1), kinds.count(2)) >= len(kinds) - 1


def test_labels_lead_to_suggestions_above_a_threshold_by_hand(project: Project) -> None:
    project.assist.configure(threshold=0.5)
    labels = label_pages(project, 4)  # by chance, all of them: nothing has arranged the queue yet
    work_once(project)
    training = runs_of(project, RunKind.TRAINING, DONE)[-1]
    validation = runs_of(project, RunKind.VALIDATION, DONE)[-1]
    inference = runs_of(project, RunKind.INFERENCE, DONE)[-1]
    assert training.metrics["labels"] == labels
    assert training.adopted
    assert validation.metrics["labels"] == training.metrics["random"] == labels
    assert validation.metrics["accuracy"] == 1
    assert validation.metrics["curve"]
    assert validation.model_hash == inference.model_hash == training.model_hash
    status = project.assist.status()
    assert status.prelabeled >= 5
    assert status.suggested >= status.prelabeled
    assert status.reason == ""
    session = project.session(labeler="you")
    page = session.parts.store.claim(session.parts.id, 9, queue=Queue.PRELABELED)
    assert page is not None
    shown = [task for task in page.tasks if task.suggestion and not task.suggestion.blind]
    assert shown
    assert all(task.suggestion and task.suggestion.class_ids == (truth(task.name),) for task in shown)
    assert not any(task.suggestion and task.suggestion.proven for task in shown)


def test_the_rule_tells_when_the_next_run_comes(project: Project) -> None:
    work_once(project)
    label_pages(project, 1)
    with worker_in(project) as worker:
        worker.run()
        assert project.assist.status().labels_to_next_run == 9
        label_pages(project, 1)
        worker.run()
    assert len(runs_of(project, RunKind.TRAINING)) == 2
    project.assist.configure(retrain_every=3)
    with worker_in(project) as worker:
        worker.run()
        before = len(runs_of(project, RunKind.TRAINING))
        session = project.session(labeler="me")
        page = session.next_page(1)
        assert page is not None
        session.apply(1)
        session.submit()
        worker.run()
        assert project.assist.status().labels_to_next_run == 2
        assert len(runs_of(project, RunKind.TRAINING)) == before


def test_one_class_only_is_said(project: Project) -> None:
    session = project.session(labeler="me")
    answer_page(session, lambda _name: 1)
    work_once(project)
    (training,) = runs_of(project, RunKind.TRAINING)
    assert (training.state, training.adopted) == (DONE, False)
    assert "one class" in training.why_not
    assert "one class" in project.assist.status().reason
    assert project.assist.status().clustered > 10


def test_a_class_with_one_example_and_contradictory_labels(project: Project) -> None:
    session = project.session(labeler="me")
    once = iter([2])
    answer_page(session, lambda _name: next(once, 1))
    work_once(project)
    assert runs_of(project, RunKind.INFERENCE, DONE)
    flip = iter(range(1000))
    for _ in range(3):
        answer_page(session, lambda _name: 1 + next(flip) % 2)  # says nothing about the picture
    work_once(project)
    validation = runs_of(project, RunKind.VALIDATION, DONE)[-1]
    assert validation.metrics["threshold"] is None
    assert not validation.adopted
    assert validation.metrics["batches"] == []
    assert project.assist.status().prelabeled == 0


def test_all_unreadable(project: Project, tmp_path: Path) -> None:
    for photo in (tmp_path / "photos").iterdir():
        photo.write_bytes(b"<html>nothing</html>")
    work_once(project)
    assert project.counts().unreadable == 60
    (featurization,) = runs_of(project, RunKind.FEATURIZATION)
    assert featurization.metrics["unreadable"] == 60
    project.store.start_run(project.id, RunKind.TRAINING, reason="Asked for.", queued=True)
    work_once(project)
    (training,) = runs_of(project, RunKind.TRAINING)
    assert "could be embedded" in training.why_not


def test_some_unreadable_leave_the_queue_and_come_back_when_mended(project: Project, tmp_path: Path) -> None:
    (tmp_path / "photos" / "0003.jpg").write_bytes(b"torn")
    work_once(project)
    bad = [record for record in project.records() if record.state is ItemState.UNREADABLE]
    assert [record.name for record in bad] == ["0003.jpg"]
    assert bad[0].reason
    make_photos(tmp_path / "photos", 1, start=3)
    make_photos(tmp_path / "photos", 5, start=60)
    project.refresh()
    work_once(project)
    assert project.counts().unreadable == 0
    assert runs_of(project, RunKind.FEATURIZATION)[-1].metrics["done"] == 6


def test_labels_without_chance_prove_nothing(project: Project) -> None:
    work_once(project)
    store = project.store
    store.arrange(project.id, random_share=0.0)
    label_pages(project, 5)
    work_once(project)
    (validation,) = runs_of(project, RunKind.VALIDATION, DONE)
    assert (validation.metrics["labels"], validation.metrics["threshold"]) == (0, None)
    assert validation.metrics["accuracy"] is None
    assert "27 more images that chance draws" in project.assist.status().reason


def test_multi_label(tmp_path: Path, backbone: str) -> None:
    photos = make_photos(tmp_path / "photos", 60, classes=3)

    def said(name: str) -> tuple[int, ...]:
        return {0: (1,), 1: (1, 2), 2: ()}[int(Path(name).stem) % 3]

    with jl.Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="multi-label", images=photos, labels=["warm", "blue", "never"])
        project.assist.configure(backbone=backbone, device="cpu", threshold=0.3)
        session = project.session(labeler="me")
        for _ in range(4):
            answer_page(session, said)
        work_once(project)
        validation = runs_of(project, RunKind.VALIDATION, DONE)[-1]
        assert validation.metrics["set_right"] > 0.8
        assert validation.metrics["label_precision"] > 0.8
        assert project.assist.status().prelabeled > 3
        page = session.parts.store.claim(session.parts.id, 9, queue=Queue.PRELABELED)
        assert page is not None
        shown = [task for task in page.tasks if task.suggestion and not task.suggestion.blind]
        assert shown
        for task in shown:
            assert task.suggestion is not None
            assert task.suggestion.class_ids == said(task.name)
            assert len(task.suggestion.confidences) == len(said(task.name))


def test_a_retired_class_is_recognised_and_not_proposed(project: Project) -> None:
    project.assist.configure(threshold=0.3)
    make_photos(Path(project.store.folder or "").parent / "photos", 60, start=60)
    project.refresh()
    label_pages(project, 3)
    with worker_in(project) as worker:
        worker.run()
        both = project.assist.status().prelabeled
        assert both > 30, "of 93 that wait, those that chance keeps and those on a page are left out"
        project.store.retire_class(project.id, 2)
        project.add_classes(["green"])
        worker.run()
    assert "classes were changed" in runs_of(project, RunKind.TRAINING)[-1].reason
    assert 0 < project.assist.status().prelabeled < both
    store = project.store
    session = project.session(labeler="you")
    while page := store.claim(session.parts.id, 9, queue=Queue.PRELABELED):
        assert {c for task in page.tasks if task.suggestion for c in task.suggestion.class_ids} <= {1}


def test_settings_are_taken_over_without_a_new_training(project: Project) -> None:
    label_pages(project, 3)
    with worker_in(project) as worker:
        worker.run()
        trained = len(runs_of(project, RunKind.TRAINING))
        project.assist.configure(threshold=0.5)
        worker.run()
        assert project.assist.status().prelabeled > 10
        assert "by hand" in runs_of(project, RunKind.VALIDATION)[-1].metrics["reason"]
        assert runs_of(project, RunKind.INFERENCE)[-1].reason == "Settings were changed: threshold."
        project.assist.configure(prelabel=False, cluster=False)
        worker.run()
        status = project.assist.status()
        assert (status.prelabeled, status.clustered, status.reason) == (0, 0, "Pre-labeling is switched off.")
        project.assist.configure(threshold={"red": 0.5, "blue": 1.0}, prelabel=True)
        worker.run()
        left = read_predictions(project.store, runs_of(project, RunKind.INFERENCE, DONE)[-1].id)
        assert {one.answer.class_ids for one in left if one.above} == {(1,)}
        project.assist.pause()
        label_pages(project, 2)
        worker.run()
        assert project.assist.status().state == "paused"
    assert len(runs_of(project, RunKind.TRAINING)) == trained


def test_a_paused_worker_begins_nothing_and_goes_on_later(project: Project) -> None:
    project.assist.pause()
    work_once(project)
    assert not runs_of(project, RunKind.FEATURIZATION, DONE)
    project.assist.resume()
    work_once(project)
    assert runs_of(project, RunKind.FEATURIZATION, DONE)


def test_labels_that_change_while_a_round_runs(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    work_once(project)
    before = label_pages(project, 3)
    store, session = project.store, project.session(labeler="you")
    page = session.next_page(9)
    assert page is not None
    for task in page.tasks:
        session.apply(truth(task.name), [task.item])
    write = type(store).write_predictions

    def meanwhile(self: Store, run_id: int, made: Iterable[Prediction]) -> int:
        number = write(self, run_id, made)
        if not submitted:  # these items are in the predictions, and have a label before they are published
            submitted.append(session.submit())
        return number

    submitted: list[object] = []
    monkeypatch.setattr(type(store), "write_predictions", meanwhile)
    with worker_in(project) as worker:
        worker.run()
    assert project.counts().labeled == before + len(page.tasks)
    assert {record.labeler for record in project.records() if record.item in [t.item for t in page.tasks]} == {"you"}


def test_a_deleted_project_ends_its_worker(project: Project) -> None:
    with worker_in(project, once=False) as worker:
        project.delete()
        with pytest.raises(NotFound, match="deleted"):
            worker.run()


def test_a_wrong_backbone_is_said_and_given_up(project: Project, tmp_path: Path) -> None:
    project.assist.configure(backbone="resnet5000")
    with pytest.raises(InputError, match="no backbone 'resnet5000'"):
        work_once(project)
    assert "no backbone 'resnet5000'" in project.assist.status().summary
    assert project.assist.status().state == "failed"
    weights = tmp_path / "broken.pt"
    weights.write_bytes(b"PK nonsense")
    project.assist.configure(backbone=str(weights))
    with pytest.raises(CheckpointError, match="damaged"):
        work_once(project)


def test_a_store_that_refuses_for_a_while_is_asked_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jlabel.assist.worker.loop._RETRY", (0.01, 0.02))
    store = project.store
    refused: list[int] = []
    start = type(store).start_run

    def sometimes(*args: Any, **kwargs: Any) -> object:
        if len(refused) < 3:
            refused.append(1)
            raise StoreError("The database stayed locked by another process.")
        return start(*args, **kwargs)

    monkeypatch.setattr(type(store), "start_run", sometimes)
    with worker_in(project, once=False) as worker:
        arranged = worker.round.arrange

        def last(*args: Any) -> None:
            arranged(*args)
            worker.lease_keeper.end("Enough.")

        worker.round.arrange = last  # type: ignore[assignment,method-assign]
        worker.run()
    assert len(refused) == 3
    assert runs_of(project, RunKind.FEATURIZATION, DONE)


def test_every_task_has_a_learner() -> None:
    assert set(LEARNERS) == {str(task) for task in TaskType}


def test_suspects_are_labels_that_others_contradict(project: Project) -> None:
    session = project.session(labeler="me")
    wrong: list[str] = []

    def said(name: str) -> int:
        if not wrong and truth(name) == 1:
            wrong.append(name)
            return 2
        return truth(name)

    for _ in range(5):
        answer_page(session, said)
    assert project.assist.suspects() == []
    work_once(project)
    first = project.assist.suspects()[0]
    assert (first.name, first.given, first.proposed) == (wrong[0], "blue", "red")
    assert 0 <= first.score < 0.5


def test_pictures_that_were_saved_anew_are_grouped(tmp_path: Path, backbone: str) -> None:
    photos = make_photos(tmp_path / "photos", 12, noise=60)
    with Image.open(photos / "0003.jpg") as picture:
        picture.save(photos / "copy.jpg", quality=80)
        picture.resize((160, 128)).save(photos / "larger.png")
    with jl.Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="multi-class", images=photos, labels=["red", "blue"])
        assert project.assist.duplicates() == [("0003.jpg", "copy.jpg", "larger.png")]
        project.assist.configure(backbone=backbone, device="cpu")
        work_once(project)
        assert project.assist.duplicates() == [("0003.jpg", "copy.jpg", "larger.png")]
        assert len(project.assist.duplicates(0.9)) > 1  # embeddings count too
        with pytest.raises(InputError, match="min_similarity"):
            project.assist.duplicates(0.2)


def test_a_failing_round_is_recorded_and_raised(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    label_pages(project, 2)

    def broken(*_args: object, **_kwargs: object) -> None:
        raise AssistError("The loss is not a number.")

    monkeypatch.setattr("jlabel.assist.classification.learner.train", broken)
    with pytest.raises(AssistError):
        work_once(project)
    (training,) = runs_of(project, RunKind.TRAINING)
    assert (training.state, training.last_words) == (RunState.FAILED, "The loss is not a number.")
    assert project.assist.status().summary == "Assist stopped: The loss is not a number."
