"""What is prepared first, and that rounds go on meanwhile."""

import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from jlabel.assist.classification.learner import Classifier
from jlabel.assist.classification.outputs import EXCLUSIVE
from jlabel.assist.compute.local import LocalCompute
from jlabel.assist.embeddings import featurize
from jlabel.assist.worker.featurizer import Featurizer
from jlabel.model.run import RunKind, RunState
from jlabel.project import Project
from tests.assist.networks import network
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414 -- fixtures
from tests.assist.workers import answer_page, make_photos, runs_of, worker_in
from tests.assist.workers import backbone as backbone  # noqa: PLC0414
from tests.assist.workers import project as project  # noqa: PLC0414

pytestmark = pytest.mark.model

DONE = RunState.DONE


def label_pages(project: Project, pages: int) -> list[int]:
    """Labels some pages; returns the ids of all items that are labeled then."""
    session = project.session(labeler="me")
    for _ in range(pages):
        answer_page(session)
    session.close()
    return [record.item for record in project.records() if record.labeler == "me"]


def test_labeled_and_waiting_items_take_turns(project: Project, tmp_path: Path) -> None:
    learner = Classifier(EXCLUSIVE, network(), tmp_path / "assist", base="test")
    labeled = set(label_pages(project, 2))
    featurizer = Featurizer(project.store, project.id, learner, LocalCompute())
    files = featurizer._files()
    first = [file.item in labeled for file in islice(files, 16)]
    assert first == [True, False] * 8
    assert (featurizer.behind, featurizer.todo, featurizer.prepared) == (18, 60, 0)
    later = set(label_pages(project, 1)) - labeled
    featurizer.list()  # those that were labeled since come next
    given = {file.item for file in featurizer._given}
    rest = [file.item for file in files]
    assert len(rest) == len(set(rest)) == 44
    at = [n for n, item in enumerate(rest) if item in later - given]
    assert max(at) < 2 * (len(at) + 18 - 8)


def test_a_labeler_who_is_faster_than_the_network_gets_pre_labels(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_photos(Path(project.store.folder or "").parent / "photos", 240, start=60)
    project.refresh()
    label_pages(project, 16)
    monkeypatch.setattr(featurize, "framed", _slowly(featurize.framed))
    with worker_in(project) as worker:
        worker.run()
    (embedding,) = runs_of(project, RunKind.FEATURIZATION, DONE)
    trainings = runs_of(project, RunKind.TRAINING, DONE)
    published = runs_of(project, RunKind.INFERENCE, DONE)
    assert embedding.ended_at is not None
    meanwhile = [run for run in trainings if run.started_at < embedding.ended_at]
    assert meanwhile
    assert 9 <= meanwhile[0].metrics["embedded"] < 144
    early = [run for run in published if run.started_at < embedding.ended_at]
    assert early
    assert 0 < early[0].metrics["images"] < 156  # images that wait were prepared too
    assert trainings[-1].metrics["embedded"] == trainings[-1].metrics["labels"] == 144
    assert published[-1].metrics["images"] == 156
    assert embedding.metrics["done"] == 300


def test_what_is_left_after_a_pause_is_done_later(project: Project) -> None:
    with worker_in(project) as worker:
        asked: list[int] = []
        label_pages(project, 3)
        compute = worker.compute.run

        def paused(work: Callable[..., Any], *args: Any, **more: Any) -> Any:
            if work.__name__ == "train" and not asked:
                asked.append(1)
                project.assist.pause()
                time.sleep(0.5)
            return compute(work, *args, **more)

        worker.compute.run = paused  # type: ignore[method-assign]
        worker.run()
        assert not runs_of(project, RunKind.INFERENCE, DONE)
        project.assist.resume()
        worker.run()
    assert runs_of(project, RunKind.INFERENCE, DONE)


def _slowly(real: Callable[..., Any]) -> Callable[..., Any]:
    def framed(*args: Any, **more: Any) -> Any:
        time.sleep(0.02)
        return real(*args, **more)

    return framed
