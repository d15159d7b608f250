"""The worker on a project of boxes: from labels to proposals on a page, across processes, by a promise or without."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch
import torchvision

import jlabel as jl
from jlabel.assist.detection import learner as learners
from jlabel.assist.detection.train import Budget
from jlabel.assist.embeddings.checkpoint import save_network
from jlabel.assist.worker.main import work
from jlabel.errors import InputError
from jlabel.model.answer import Annotation, Answer, Made
from jlabel.model.assist_settings import Goal
from jlabel.model.page import Queue
from jlabel.model.run import RunKind, RunState
from jlabel.model.run_metrics import TrainingMetrics, ValidationMetrics
from jlabel.model.shapes.box import Box
from jlabel.project import Project
from tests.assist.squares import make_squares, true_answer
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414 -- fixtures
from tests.assist.workers import runs_of, work_once

pytestmark = pytest.mark.model
DONE = RunState.DONE


@pytest.fixture(autouse=True)
def _short(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings of a few seconds of the processor, more where it matters how well it learns."""
    marker = request.node.get_closest_marker("budget")
    seconds = marker.args[0] if marker else 4.0
    monkeypatch.setattr(learners, "Budget", lambda **_: Budget(seconds=seconds, clock=time.process_time))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with jl.Workspace(tmp_path / "labels") as workspace:
        made = workspace.create_project(
            "squares", task="boxes", images=make_squares(tmp_path / "photos", 60), labels=["dark", "light"]
        )
        made.assist.configure(goal=Goal.FEWEST_KEYS, device="cpu")
        yield made


def label(project: Project, count: int, said: Callable[[str], Answer] = true_answer) -> list[str]:
    """Labels images of the queue, whatever is proposed; returns their names."""
    store, names = project.store, []
    session = store.open_session(project.id, "me")
    for _ in range(count):
        page = store.claim(session, 1)
        if page is None:
            break
        (task,) = page.tasks
        store.submit(session, page.token, {task.item: said(task.name)}, seconds=3)
        names.append(task.name)
    return names


def proposals(project: Project) -> dict[str, tuple[Answer, list[bool]]]:
    """What is proposed on pages of the pre-labeled queue, by name; the pages are labeled as is true."""
    store, found = project.store, {}
    session = store.open_session(project.id, "other")
    while page := store.claim(session, 1, queue=Queue.PRELABELED):
        (task,) = page.tasks
        assert task.suggestion is not None
        found[task.name] = task.suggestion.answer, [one.above for one in task.suggestion.scores]
        store.submit(session, page.token, {task.item: true_answer(task.name)}, seconds=3)
    return found


def right_share(found: dict[str, tuple[Answer, list[bool]]]) -> tuple[float, float]:
    """Precision and recall of the boxes that are shown, at IoU 0.5."""
    hits = shown = true = 0
    for name, (answer, above) in found.items():
        free = list(true_answer(name).annotations)
        true += len(free)
        for one, mark in zip(answer.annotations, above, strict=True):
            if not mark:
                continue
            shown += 1
            assert one.shape is not None
            match = next((f for f in free if f.class_id == one.class_id and one.shape.iou(f.shape) >= 0.5), None)  # type: ignore[arg-type]
            if match is not None:
                free.remove(match)
                hits += 1
    return hits / max(1, shown), hits / max(1, true)


@pytest.mark.budget(24.0)
def test_twenty_images_are_enough_for_proposals_on_the_rest(project: Project) -> None:
    label(project, 20)
    work_once(project)
    training = TrainingMetrics.from_json(runs_of(project, RunKind.TRAINING, DONE)[-1].metrics)
    assert (training.labels, training.prepared, training.classes) == (20, 20, 2)
    (featurization,) = [run for run in runs_of(project, RunKind.FEATURIZATION, DONE) if run.metrics.get("done")]
    assert featurization.metrics["done"] == 60
    validation = ValidationMetrics.from_json(runs_of(project, RunKind.VALIDATION, DONE)[-1].metrics)
    assert validation.shapes is not None
    assert validation.shapes.images == 20
    assert project.assist.report().expected == validation.shapes
    assert "On 20 labeled images, by models that were not trained on them:" in project.assist.report()._repr_html_()
    found = proposals(project)
    assert len(found) > 15
    precision, recall = right_share(found)
    assert recall > 0.6
    assert recall * (2 - 1 / precision) > 0.3, "so much of the drawing is saved, less what is to be removed"
    for answer, _ in found.values():
        assert all(one.made is Made.PROPOSED and isinstance(one.shape, Box) for one in answer.annotations)
        for one in answer.annotations:
            assert one.shape is not None
            x0, y0, x1, y1 = one.shape.bounds()
            assert 0 <= x0 < x1 <= 160
            assert 0 <= y0 < y1 <= 120


def test_another_worker_goes_on_with_what_there_is(project: Project) -> None:
    label(project, 18)
    work_once(project)
    before = runs_of(project, RunKind.TRAINING, DONE)
    label(project, 9)
    work_once(project)
    featurizations = [run for run in runs_of(project, RunKind.FEATURIZATION, DONE) if run.metrics.get("done")]
    assert len(featurizations) == 1, "features are kept on disk"
    after = runs_of(project, RunKind.TRAINING, DONE)
    assert len(after) > len(before)
    assert TrainingMetrics.from_json(after[-1].metrics).labels == 27
    assert project.assist.status().state != "failed"


def test_shapes_are_suggested_unless_a_promise_is_asked_for(tmp_path: Path) -> None:
    with jl.Workspace(tmp_path / "labels") as workspace:
        photos = make_squares(tmp_path / "photos", 2)
        shapes = workspace.create_project("s", task="polygons", images=photos, labels=["x"])
        assert shapes.assist.settings.goal is Goal.FEWEST_KEYS
        shapes.assist.configure(retrain_every=5)
        assert shapes.assist.settings.goal is Goal.FEWEST_KEYS, "another setting leaves it"
        shapes.assist.configure(goal="promise")
        assert shapes.assist.settings.goal is Goal.PROMISE
        classes = workspace.create_project("c", task="multi-class", images=photos, labels=["x"])
        assert classes.assist.settings.goal is Goal.PROMISE
        other = workspace.create_project("o", task="boxes", images=photos, labels=["x"])
        assert work(other.store, "o", once=True) == 0
        assert other.store.assist_settings(other.id)["goal"] == "fewest-keys", "a worker started by itself stores it"


def test_nothing_new_is_not_learned_twice(project: Project) -> None:
    label(project, 12)
    work_once(project)
    hashes = {run.model_hash for run in runs_of(project, RunKind.INFERENCE, DONE)}
    assert len(runs_of(project, RunKind.TRAINING, DONE)) >= 2, "after the images were prepared it publishes again"
    assert len(hashes) == 1
    assert sum(run.metrics["seconds"] > 2 for run in runs_of(project, RunKind.TRAINING, DONE)) == 1


def test_labels_without_objects_say_what_is_missing(project: Project) -> None:
    label(project, 12, lambda _: Answer(empty=True))
    work_once(project)
    (training,) = runs_of(project, RunKind.TRAINING, DONE)
    assert training.why_not == "No labeled image has an object yet: draw some, and a detector is trained."
    assert project.assist.status().reason == training.why_not


@pytest.mark.parametrize("kind", ["tiny", "thousand", "one of a class", "one box in all"])
def test_odd_labels_are_no_trouble(project: Project, kind: str) -> None:
    def said(name: str) -> Answer:
        number = int(Path(name).stem)
        if kind == "tiny":
            return boxes([(1, number % 100, 40, 2)])
        if kind == "thousand":
            return boxes([(1 + n % 2, 3 * (n % 50), 5 * (n // 50), 3) for n in range(1000)])
        if kind == "one of a class":
            return true_answer(name) if number % 8 == 7 or number > 40 else boxes([(1 + (number == 3), 20, 20, 30)])
        seen.append(name)
        return boxes([(1, 20, 20, 30)]) if len(seen) == 4 else Answer(empty=True)

    seen: list[str] = []
    label(project, 10, said)
    work_once(project)
    assert project.assist.status().state != "failed"
    assert all(run.state is DONE for run in project.assist.runs())


def boxes(found: list[tuple[int, int, int, int]]) -> Answer:
    made = (
        Annotation(class_id=kind, shape=Box(x, y, x + side, y + side), uid=f"s{n}")
        for n, (kind, x, y, side) in enumerate(found)
    )
    return Answer(annotations=tuple(made))


def test_a_class_that_comes_later_is_learned_beside_the_others(project: Project) -> None:
    label(project, 18)
    work_once(project)
    project.add_classes(["grey"])
    label(project, 9, lambda name: replace(true_answer(name)))
    work_once(project)
    training = runs_of(project, RunKind.TRAINING, DONE)[-1]
    assert training.adopted
    assert TrainingMetrics.from_json(training.metrics).labels == 27


def test_files_that_cannot_be_read_any_more_are_left_out(project: Project, tmp_path: Path) -> None:
    names = label(project, 14)
    (tmp_path / "photos" / Path(names[0]).name).write_bytes(b"no image")
    work_once(project)
    training = TrainingMetrics.from_json(runs_of(project, RunKind.TRAINING, DONE)[-1].metrics)
    assert (training.labels, training.prepared) == (14, 13)


def test_a_network_of_another_kind_is_refused(project: Project, tmp_path: Path) -> None:
    weights = tmp_path / "resnet.pt"
    module = torchvision.models.resnet18(weights=None)
    module.fc = torch.nn.Identity()
    save_network(module.state_dict(), {"architecture": "torchvision:resnet18", "size": 64}, weights)
    project.assist.configure(backbone=str(weights))
    with pytest.raises(InputError, match="lite0"):
        work_once(project)
