"""The thread that watches a project for the screens of a process."""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from jlabel.assist.status import Status
from jlabel.assist.status_watch import watch_status
from jlabel.errors import NotFound
from jlabel.model.run import RunKind
from tests.session.conftest import Make

LIMIT = 60.0
WORKER = """import sys
from jlabel.store import open_store
open_store(sys.argv[1]).acquire_assist(int(sys.argv[2]), seconds=600)
print("working", flush=True)
sys.stdin.read()"""


class Listener:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[Status] = []
        self._news = threading.Condition()

    def __call__(self, status: Status) -> None:
        with self._news:
            self.told.append(status)
            self._news.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(condition, LIMIT), f"never told; the last was {self.told[-1:]}"


def test_listeners_are_told_at_once_and_of_changes_until_they_leave(make: Make) -> None:
    project = make(4)
    store = project.store
    one, two = Listener(), Listener()
    first, second = (watch_status(store, project.id, listener) for listener in (one, two))
    assert first.watch is second.watch
    for listener in (one, two):
        listener.wait(lambda listener=listener: bool(listener.told))  # type: ignore[misc]
    assert one.told[-1].state == "off"
    first.close()
    first.close()
    count = len(one.told)
    store.start_run(project.id, RunKind.TRAINING, reason="")
    two.wait(lambda: two.told[-1].state != "off")
    second.close()
    second.watch.thread.join(LIMIT)
    assert not second.watch.thread.is_alive()
    assert len(one.told) == count
    late = Listener()
    third = watch_status(store, project.id, late)
    late.wait(lambda: bool(late.told))
    third.close()


def test_a_listener_in_trouble_blinds_no_other(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    project = make(4)
    store = project.store
    calls = Listener()

    def troubled(status: Status) -> None:
        calls(status)
        raise NotFound("Its page is gone.") if len(calls.told) == 1 else RuntimeError("a fault of ours")

    bad = watch_status(store, project.id, troubled)
    good = Listener()
    subscription = watch_status(store, project.id, good)
    with caplog.at_level(logging.ERROR, "jlabel.store.project_watch"):
        calls.wait(lambda: len(calls.told) > 1)  # an error of jlabel's: told again
        store.start_run(project.id, RunKind.TRAINING, reason="")
        good.wait(lambda: bool(good.told) and good.told[-1].state != "off")
    assert "a fault of ours" in caplog.text
    bad.close()
    subscription.close()


def test_a_worker_that_dies_without_a_word_is_noticed(make: Make) -> None:
    project = make(4)
    command = [sys.executable, "-c", WORKER, project.location, str(project.id)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "working\n"
        listener = Listener()
        subscription = watch_status(project.store, project.id, listener)
        listener.wait(lambda: bool(listener.told) and listener.told[-1].worker is not None)
        worker.kill()
        listener.wait(lambda: listener.told[-1].worker is None)
    assert listener.told[-1].state == "failed"
    subscription.close()
