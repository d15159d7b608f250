"""What tests of audited batches build with: many photos, and a labeler who answers until a batch is judged."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import jlabel as jl
from jlabel.model.batch import Batch, BatchState
from jlabel.model.page import Page, Queue
from jlabel.model.run import RunKind, RunState
from jlabel.model.run_metrics import ValidationMetrics
from jlabel.project import Project
from jlabel.session.session import Session
from tests.assist.workers import make_photos, truth, work_once

COUNT = 500


@pytest.fixture
def many(tmp_path: Path, backbone: str) -> Iterator[Project]:
    """Photos of two kinds that a model tells apart."""
    photos = make_photos(tmp_path / "photos", COUNT, noise=10)
    with jl.Workspace(tmp_path / "labels") as workspace:
        made = workspace.create_project("photos", task="multi-class", images=photos, labels=["red", "blue"])
        made.assist.configure(backbone=backbone, device="cpu", random_share=0.15)
        yield made


def batches(project: Project) -> tuple[Batch, ...]:
    """Return the ledger of a project."""
    newest = project.store.runs(project.id, kind=RunKind.VALIDATION, state=RunState.DONE, limit=1)
    return ValidationMetrics.from_json(newest[0].metrics).batches if newest else ()


def answer(session: Session, page: Page, *, wrong: bool = False) -> None:
    """Answers a page and submits it."""
    for task in page.tasks:
        wanted = truth(task.name)
        session.apply(3 - wanted if wrong else wanted, [task.item])
    session.submit()


def label_until(project: Project, state: BatchState, *, pages: int = 50) -> Session:
    """Labels truly until the newest batch is in a state, and returns the session with which it was done."""
    session = project.session(labeler="me")
    for number in range(pages):
        page = session.next_page(9)
        assert page is not None
        answer(session, page)
        if number % 2:
            work_once(project)
            if batches(project) and batches(project)[-1].state is state:
                return session
    raise AssertionError(f"no batch was ever {state}: {batches(project)}")


def prelabeled_page(project: Project) -> Page:
    """Another labeler's first page that is pre-labeled or suggested; what chance draws before it is answered truly."""
    other = project.session(labeler="you")
    page = other.next_page(9)
    while page is not None and page.queue is not Queue.PRELABELED:
        answer(other, page)
        page = other.next_page(9)
    assert page is not None
    return page
