"""Assist's progress in a cell: followed while it changes, and harmless whatever the words are."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jlabel.model.run import RunKind
from jlabel.store import Store, open_store
from jlabel.widgets.progress import Progress
from tests.store.helpers import make_project


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def until(condition: object) -> None:
    deadline = time.monotonic() + 60
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_follows_a_run_and_stops_when_closed(store: Store) -> None:
    project = make_project(store, 30).id
    others = set(threading.enumerate())  # screens that tests before this one left open
    screen = Progress(store, project, every=0.01)
    assert "p.assist.start()" in screen.text.value
    assert repr(screen) == "Assist is off. Start it with p.assist.start()."  # what a saved notebook shows
    assert screen.bar.layout.visibility == "hidden"
    store.acquire_assist(project)
    run = store.start_run(project, RunKind.FEATURIZATION, reason="")
    store.update_run(run.id, done=15, total=30, metrics={"rate": 5.0})
    until(lambda: "15 of 30, about 10 s left" in screen.text.value)
    assert (screen.bar.value, screen.bar.layout.visibility) == (0.5, "visible")
    assert "5.0 images a second" in screen.text.value
    store.fail_run(run.id, "<script>alert(1)</script>")
    store.release_assist(store.assist_lease(project).token)  # type: ignore[union-attr]
    until(lambda: "Assist stopped" in screen.text.value)
    assert repr(screen).startswith("Assist stopped")
    assert "<script" not in screen.text.value
    followers = [t for t in set(threading.enumerate()) - others if t.name == f"jlabel watch of project {project}"]
    assert followers == [screen._subscription.watch.thread]
    screen.close()
    followers[0].join(60)
    assert not followers[0].is_alive()


def test_a_deleted_project_breaks_nothing(store: Store) -> None:
    project = make_project(store, 3).id
    screen = Progress(store, project, every=0.01)
    store.delete_project(project)
    screen.close()
