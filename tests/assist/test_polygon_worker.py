"""The worker on a project of polygons: outlines are proposed, first as ellipses, then by masks that are better."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import jlabel as jl
from jlabel.assist.detection import learner as learners
from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.outlines import within
from jlabel.assist.detection.train import Budget
from jlabel.assist.embeddings.checkpoint import load_network
from jlabel.assist.paths import project_folder
from jlabel.model.answer import Answer, Made
from jlabel.model.page import Queue
from jlabel.model.run import RunKind, RunState
from jlabel.model.shapes.polygon import Polygon, polygon_of
from jlabel.project import Project
from tests.assist.squares import make_squares, true_answer
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414 -- fixtures
from tests.assist.workers import runs_of, work_once

pytestmark = pytest.mark.model


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.setattr(learners, "Budget", lambda **_: Budget(seconds=24.0, clock=time.process_time))
    with jl.Workspace(tmp_path / "labels") as workspace:
        yield workspace.create_project(
            "squares", task="polygons", images=make_squares(tmp_path / "photos", 60), labels=["dark", "light"]
        )


def outlined(name: str) -> Answer:
    true = true_answer(name)
    shaped = (replace(one, shape=polygon_of(one.shape)) for one in true.annotations if one.shape)
    return replace(true, annotations=tuple(shaped))


def label(project: Project, count: int) -> None:
    session = project.store.open_session(project.id, "me")
    for _ in range(count):
        page = project.store.claim(session, 1)
        assert page is not None
        (task,) = page.tasks
        project.store.submit(session, page.token, {task.item: outlined(task.name)}, seconds=3)


def test_outlines_are_proposed_and_masks_go_on_from_round_to_round(project: Project) -> None:
    project.assist.configure(goal="fewest-keys", device="cpu")
    label(project, 30)
    work_once(project)
    file = project_folder(project.store, project.id) / "detector.pt"
    before, about = load_network(file)
    assert about["masks"]
    assert about["masks_better"], "squares are not ellipses"
    session = project.store.open_session(project.id, "other")
    overlaps, points = [], []
    while page := project.store.claim(session, 1, queue=Queue.PRELABELED):
        (task,) = page.tasks
        assert task.suggestion is not None
        true = [one.shape for one in outlined(task.name).annotations if one.shape]
        for one, score in zip(task.suggestion.answer.annotations, task.suggestion.scores, strict=True):
            assert isinstance(one.shape, Polygon)
            assert one.shape.find_fault() is None
            assert one.made is Made.PROPOSED
            if score.above:
                overlaps.append(max((one.shape.iou(other) for other in true), default=0.0))
                points.append(sum(map(len, one.shape.rings)))
        project.store.submit(session, page.token, {task.item: outlined(task.name)}, seconds=3)
    assert len(overlaps) > 10
    found = [value for value in overlaps if value > 0.3]
    assert np.mean(found) > 0.8, "an ellipse in a square has 0.785 at most"
    assert np.median(points) <= 24
    frame = project.assist.predictions()
    assert frame["rings"].notna().all()
    work_once(project)
    after, about = load_network(file)
    assert about["labels"] > 30
    key = next(key for key in before if key.startswith("masks."))
    assert after[key].shape == before[key].shape
    assert all(run.state is RunState.DONE for run in runs_of(project, RunKind.TRAINING))


def test_a_box_in_a_surer_one_is_a_part_of_the_same_object() -> None:
    boxes = np.array(
        [[0, 0, 10, 10], [1, 1, 9, 9], [8, 8, 20, 20], [2, 2, 4, 4], [30, 30, 40, 40], [8.5, 8.5, 12, 12]], np.float32
    )
    assert within(boxes).tolist() == [False, True, False, True, False, True]
    chain = np.array([[0, 0, 10, 10], [0, 1, 11, 9], [9.8, 2, 11, 8]], np.float32)
    assert within(chain).tolist() == [False, True, False], "what is judged a part itself hides nothing"
    assert within(np.zeros((0, 4), np.float32)).tolist() == []
    assert len(Detections(boxes, np.ones(6, np.float32), np.zeros(6, np.int64)).first(2)) == 2
