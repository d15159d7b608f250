"""Where assist stands, as data and as one sentence; no worker is needed to tell, nor torch."""

import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jlabel.assist.status import Status, duration, read_status
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


@pytest.mark.parametrize(
    ("status", "summary"),
    [
        (Status(state="off"), ""),
        (Status(state="starting"), "Assist is starting"),
        (
            Status(state="working", run=a_run(), done=640, total=1565, rate=37.0, seconds_left=25.0),
            "Embedding images: 640 of 1,565, 25 s left",
        ),
        (Status(state="working", run=a_run(RunKind.TRAINING), labels=1412), "Training on 1,412 labels"),
        (Status(state="idle", labels_to_next_run=12), "12 more labels to the next run"),
        (Status(state="idle", labels_to_next_run=1, accuracy=0.9, threshold=0.9), "1 more label to the next run"),
        (
            Status(state="idle", prelabeled=412, labels_to_next_run=12, accuracy=0.9, threshold=0.9),
            "412 images pre-labeled; 12 more labels to the next run",
        ),
        (
            Status(state="idle", labels_to_next_run=5, accuracy=0.9, labels_needed=40),
            "Nothing is pre-labeled yet: about 40 more labels are needed to prove 95%",
        ),
        (
            Status(state="idle", labels_to_next_run=5, accuracy=0.4),
            "Nothing is pre-labeled yet: the model is not sure enough; 5 more labels to the next run",
        ),
        (Status(state="paused"), "Assist is paused"),
        (Status(state="stopped", prelabeled=1), "Assist is stopped; 1 image pre-labeled"),
        (Status(state="failed", last_error="The disk is full."), "Assist stopped: The disk is full."),
    ],
)
def test_the_sentence(status: Status, summary: str) -> None:
    assert status.summary == summary


def test_times_as_people_say_them() -> None:
    assert [duration(s) for s in (0.2, 25, 119, 300, 4800)] == ["1 s", "25 s", "119 s", "5 min", "1 h 20 min"]


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
    store.finish_run(
        validation.id, metrics={"threshold": None, "accuracy": 0.8, "more": 40, "reason": "About 40.", "coverage": 0.0}
    )
    training = store.start_run(project, RunKind.TRAINING, reason="")
    store.finish_run(training.id, metrics={"labels": 4}, adopted=True)
    status = read_status(store, project)
    assert (status.reason, status.labels_needed, status.accuracy) == ("About 40.", 40, 0.8)
    assert "about 40 more labels" in status.summary
    store.release_assist(lease.token)
    assert (read_status(store, project).state, read_status(store, project).labels_to_next_run) == ("stopped", None)
    store.fail_run(store.start_run(project, RunKind.TRAINING, reason="").id, "It broke.")
    assert read_status(store, project).summary == "Assist stopped: It broke."


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
