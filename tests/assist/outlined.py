"""A project of squares, labeled with polygons, whose model finds outlines better than ellipses."""

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from jlabel import Project, Workspace
from jlabel.assist.detection import learner as learners
from jlabel.assist.detection.train import Budget
from jlabel.model.answer import Answer
from jlabel.model.shapes.polygon import polygon_of
from tests.assist.squares import make_squares, true_answer
from tests.assist.workers import work_once

LABELED, IMAGES = 44, 60
"""A quarter of the labeled ones is held out, and of these seven in eight have squares: more than the five needed."""


def outlined(name: str) -> Answer:
    """The answer that picture ``name`` should get."""
    true = true_answer(name)
    shaped = (replace(one, shape=polygon_of(one.shape)) for one in true.annotations if one.shape)
    return replace(true, annotations=tuple(shaped))


def label(project: Project, number: int) -> None:
    """Labels pages truly."""
    session = project.store.open_session(project.id, "me")
    for _ in range(number):
        page = project.store.claim(session, 1)
        assert page is not None
        (task,) = page.tasks
        project.store.submit(session, page.token, {task.item: outlined(task.name)}, seconds=3)
    project.store.end_session(session)


def train(project: Project, steps: int = 800) -> None:
    """Does what the worker has to do, in so many steps on any machine, most of them for masks."""
    with threadpool_limits(1), pytest.MonkeyPatch.context() as patch:
        patch.setattr(learners, "Budget", lambda **_: Budget(seconds=steps, clock=count().__next__))
        patch.setattr(learners, "SHARE", 0.75)
        work_once(project)


def trained(folder: Path, *, name: str = "p") -> Project:
    """The project, labeled and trained, in the workspace ``folder/labels``."""
    workspace = Workspace(folder / "labels")
    images = make_squares(folder / "photos", IMAGES)
    project = workspace.create_project(name, task="polygons", images=images, labels=["dark", "light"])
    project.assist.configure(goal="fewest-keys", device="cpu", prelabel=False)
    label(project, LABELED)
    train(project)
    return project
