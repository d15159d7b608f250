"""One thread a project: it notices changes, ticks while there are none, reports errors, ends with the last."""

import threading

import pytest

from jlabel.errors import JlabelError, StoreError
from jlabel.store import project_watch, watch_project

LIMIT = 60.0


class Revisions:
    """A store of which nothing but the revision is asked."""

    def __init__(self) -> None:
        self.number = 1
        self.away = False

    def revision(self, project_id: int) -> int:
        if self.away:
            raise StoreError(f"The database of project {project_id} is away.")
        return self.number


class Calls:
    """Keeps what it was called with."""

    def __init__(self) -> None:
        self.seen: list[object] = []
        self._changed = threading.Condition()

    def __call__(self, what: object) -> None:
        with self._changed:
            self.seen.append(what)
            self._changed.notify_all()

    def wait(self, last: object, count: int = 1) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.seen.count(last) >= count, LIMIT), self.seen


def test_subscribers_share_a_thread_that_ends_with_the_last() -> None:
    store, one, two = Revisions(), Calls(), Calls()
    first = watch_project(store, 7, one, every=0.01)
    second = watch_project(store, 7, two, every=0.01)
    other = watch_project(store, 8, Calls(), every=0.01)
    assert first.watch is second.watch is not other.watch
    one.wait(1)
    two.wait(1)
    store.number = 2
    one.wait(2)
    two.wait(2)
    first.close()
    assert second.watch.thread.is_alive()
    for subscription in (second, other, other):
        subscription.close()
        subscription.watch.thread.join(LIMIT)
        assert not subscription.watch.thread.is_alive()
    assert not project_watch._watches


def test_while_nothing_changes_it_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_watch, "TICK", 0.02)
    store, calls = Revisions(), Calls()
    subscription = watch_project(store, 1, calls, every=0.01)
    calls.wait(1, count=3)
    subscription.close()


def test_errors_of_the_store_are_passed_on_and_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_watch, "MAX_BACKOFF", 0.05)
    store, calls, failed = Revisions(), Calls(), threading.Event()
    store.away = True

    def fail(error: JlabelError) -> None:
        assert "is away" in str(error)
        failed.set()

    subscription = watch_project(store, 1, calls, failed=fail, every=0.01)
    assert failed.wait(LIMIT)
    assert not calls.seen
    store.away = False
    calls.wait(1)
    subscription.close()
