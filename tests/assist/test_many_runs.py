"""A project that was worked on for long: what is asked for is found whatever the number of runs since."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jlabel.assist.control import Assist
from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.embeddings.embedding_table import FOLDER
from jlabel.assist.paths import made_folder
from jlabel.assist.status import read_status
from jlabel.model.run import RunKind
from jlabel.store import Store, open_store, read_records, read_runs
from tests.store.helpers import answers, claimed, make_project

MANY = 250
SUSPECT = {"threshold": 0.9, "accuracy": 0.97, "suspects": [[1, 1, 2, 0.1]]}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def assist_of(store: Store, project: int) -> Assist:
    record = next(one for one in store.projects() if one.id == project)
    return Assist(store, "", record, screen=lambda *_: None)


def much_later(store: Store, project: int) -> None:
    """Runs that are of no interest."""
    for _ in range(MANY):
        store.finish_run(store.start_run(project, RunKind.INFERENCE, reason="").id)


def test_the_embedding_under_way_is_seen(store: Store) -> None:
    project = make_project(store, 30).id
    store.acquire_assist(project)
    run = store.start_run(project, RunKind.FEATURIZATION, reason="")
    store.update_run(run.id, done=10, total=672)
    much_later(store, project)
    status = read_status(store, project)
    assert (status.state, status.run and status.run.id, status.total) == ("working", run.id, 672)


def test_the_last_training_and_validation_are_known(store: Store) -> None:
    project = make_project(store, 30).id
    store.acquire_assist(project)
    store.finish_run(store.start_run(project, RunKind.TRAINING, reason="").id, metrics={"labels": 40}, adopted=True)
    store.finish_run(store.start_run(project, RunKind.VALIDATION, reason="").id, metrics=SUSPECT)
    much_later(store, project)
    status = read_status(store, project)
    assert (status.threshold, status.accuracy, status.labels_to_next_run) == (0.9, 0.97, 0)


def test_suspects_and_the_report_are_found(store: Store) -> None:
    project = make_project(store, 30).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 4))
    store.submit(session, page.token, answers(page), seconds=1)
    labeled = next(iter(answers(page)))
    metrics = {**SUSPECT, "suspects": [[labeled, 1, 2, 0.1]]}
    store.finish_run(store.start_run(project, RunKind.VALIDATION, reason="").id, metrics=metrics)
    much_later(store, project)
    assert [one.proposed for one in assist_of(store, project).suspects()] == ["no mask"]
    assert [one.accuracy for one in assist_of(store, project).report().validations] == [0.97]


def test_duplicates_are_found(store: Store) -> None:
    project = make_project(store, 3).id
    store.finish_run(store.start_run(project, RunKind.FEATURIZATION, reason="").id, model_hash="f00d")
    records = list(read_records(store, project))
    vectors = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0.001]], dtype=np.float32)
    kept = EmbeddingStore(made_folder(store, project) / FOLDER / "f00d", backbone="f00d", dim=3)
    kept.append([record.item for record in records], ["1"] * 3, vectors)
    much_later(store, project)
    assert assist_of(store, project).duplicates() == [("000000.png", "000002.png")]


def test_all_runs_are_read_newest_first(store: Store) -> None:
    project = make_project(store, 3).id
    store.start_run(project, RunKind.TRAINING, reason="", queued=True)
    much_later(store, project)
    found = [run.id for run in read_runs(store, project)]
    assert len(found) == MANY + 1
    assert found == sorted(found, reverse=True)
    assert [run.kind for run in read_runs(store, project, kind=RunKind.TRAINING)] == [RunKind.TRAINING]
