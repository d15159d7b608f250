"""Where assist stands, as data and as one sentence; no worker is needed to tell, nor torch."""

import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jlabel.assist.status import Status, read_status
from jlabel.assist.worker.status_bar import _Bar, _Lines
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run import Run, RunKind, RunState
from jlabel.store import Store, open_store
from tests.store.helpers import answers, claimed, make_project


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def a_run(kind: RunKind = RunKind.FEATURIZATION) -> Run:
    return Run(id=1, project_id=1, kind=kind, state=RunState.RUNNING, reason="", started_at=datetime.now(UTC))


class Terminal(io.StringIO):
    """A terminal that remembers what was written."""

    def isatty(self) -> bool:
        return True


def test_the_terminal_shows_a_bar() -> None:
    terminal = Terminal()
    bar = _Bar(terminal)
    bar.show(Status(state="working", run=a_run(), done=1, total=4, rate=2.0))
    assert "Embedding images: 1 of 4 |" in terminal.getvalue()
    assert terminal.getvalue().endswith("| 2.0/s")
    bar.show(Status(state="paused"))
    bar.close()
    assert terminal.getvalue().rstrip().endswith("Assist is paused")


def test_a_file_gets_a_line_for_each_thing_that_changes() -> None:
    file = io.StringIO()
    lines = _Lines(file)
    for done in (1, 2, 3):
        lines.show(Status(state="working", run=a_run(), done=done, total=4))
    lines.show(Status(state="paused"))
    lines.close()
    assert file.getvalue() == "Embedding images\nAssist is paused\n"


def test_through_the_life_of_a_worker(store: Store) -> None:
    project = make_project(store, 30).id
    assert (read_status(store, project).state, read_status(store, project).summary) == ("off", "")
    lease = store.acquire_assist(project)
    assert lease is not None
    assert read_status(store, project).state == "starting"
    run = store.start_run(project, RunKind.FEATURIZATION, reason="Assist was started.")
    store.update_run(run.id, done=10, total=30, metrics={"rate": 4.0})
    status = read_status(store, project)
    assert (status.state, status.done, status.total, status.rate, status.seconds_left) == ("working", 10, 30, 4.0, 5.0)
    assert status.worker == lease
    store.finish_run(run.id)
    assert (read_status(store, project).state, read_status(store, project).labels_to_next_run) == ("idle", 9)
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 4))
    store.submit(session, page.token, answers(page), seconds=1)
    assert (read_status(store, project).labels, read_status(store, project).labels_to_next_run) == (4, 5)
    store.set_assist_settings(project, AssistSettings(paused=True, target_precision=0.9).to_dict())
    assert (read_status(store, project).state, read_status(store, project).target) == ("paused", 0.9)
    store.set_assist_settings(project, {})
    training = store.start_run(project, RunKind.TRAINING, reason="")
    store.finish_run(training.id, metrics={"labels": 4}, adopted=False, why_not="All labels so far are of one class.")
    assert read_status(store, project).reason == "All labels so far are of one class."
    validation = store.start_run(project, RunKind.VALIDATION, reason="")
    store.finish_run(validation.id, metrics={"accuracy": 0.8, "reason": "Not yet."})
    training = store.start_run(project, RunKind.TRAINING, reason="")
    store.finish_run(training.id, metrics={"labels": 4}, adopted=True)
    status = read_status(store, project)
    assert (status.reason, status.accuracy) == ("Not yet.", 0.8)
    assert status.summary.startswith("Nothing is pre-labeled yet; ")
    store.release_assist(lease.token)
    assert (read_status(store, project).state, read_status(store, project).labels_to_next_run) == ("stopped", None)
    store.fail_run(store.start_run(project, RunKind.TRAINING, reason="").id, "It broke.")
    assert read_status(store, project).summary == "Assist stopped: It broke."


def test_a_status_is_shown_as_a_sentence_and_keeps_its_fields() -> None:
    status = Status(state="idle", labels=30, waiting=0, target=0.9)
    assert repr(status) == str(status) == status.summary == "All images are labeled"
    assert (status.labels, status.target) == (30, 0.9)
    assert repr(Status(state="off")) == "Assist is off. Start it with p.assist.start()."


def test_a_finished_project_asks_for_nothing(store: Store) -> None:
    project = make_project(store, 2).id
    store.acquire_assist(project)
    store.finish_run(store.start_run(project, RunKind.FEATURIZATION, reason="").id)
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 2))
    assert read_status(store, project).waiting == 2
    store.submit(session, page.token, answers(page), seconds=1)
    status = read_status(store, project)
    assert (status.waiting, status.summary) == (0, "All images are labeled")


def test_settings_of_another_version_do_not_break_the_header(store: Store) -> None:
    project = make_project(store, 3).id
    store.acquire_assist(project)
    store.start_run(project, RunKind.FEATURIZATION, reason="")
    store.set_assist_settings(project, {"target_precision": "very high"})
    status = read_status(store, project)
    assert status.state == "working"
    assert "very high" in status.last_error


def test_it_needs_no_torch_and_no_numpy() -> None:
    code = "import sys, jlabel.assist.status; print([n for n in ('torch', 'numpy', 'sklearn') if n in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
