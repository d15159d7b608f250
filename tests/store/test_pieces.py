"""Long work is done in pieces: others write in between, and nothing of it is seen before it is whole."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jlabel.errors import NameTaken, NotFound
from jlabel.model.item import Refresh
from jlabel.model.label_class import make_classes
from jlabel.model.source import ListedFile
from jlabel.model.task import TaskType
from jlabel.store import Store, open_store, read_records
from jlabel.store.sql import pieces
from jlabel.store.sql.catalog import creation, items
from jlabel.store.sql.engine import Database
from jlabel.store.sql.schema import item, label_class, project, source
from tests.store.conftest import Clock
from tests.store.database import opened, store_on
from tests.store.helpers import SOURCE, answers, claimed, files, make_project


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "FIRST", 7)
    monkeypatch.setattr(pieces, "_LEAST", 7)
    monkeypatch.setattr(pieces, "_MOST", 7)


class Neighbour:
    """Another process's store, which does not wait for a lock, at work in every pause between two pieces."""

    def __init__(self, folder: Path) -> None:
        self.store = open_store(folder)
        self.project = make_project(self.store, 60, name="theirs").id
        self.session = self.store.open_session(self.project, "ann")
        self.submitted = 0
        database = self.store._store._database  # type: ignore[attr-defined]
        with database.connection() as conn:
            conn.connection.driver_connection.execute("PRAGMA busy_timeout=0")

    def work(self, _seconds: float) -> None:
        page = claimed(self.store.claim(self.session, 1))
        self.store.submit(self.session, page.token, answers(page), seconds=1)
        self.submitted += 1


@pytest.fixture
def neighbour(tmp_path: Path, small_pieces: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Neighbour]:
    made = Neighbour(tmp_path)
    monkeypatch.setattr(time, "sleep", made.work)
    yield made
    made.store.close()


def test_others_write_while_a_project_is_created_refreshed_and_measured(tmp_path: Path, neighbour: Neighbour) -> None:
    with open_store(tmp_path) as store:
        made = make_project(store, 70)
        assert neighbour.submitted == 9
        ((source, _),) = store.sources(made.id)
        done = store.reconcile(made.id, source, [*files(35, stamp="2"), *files(35, start=70)])
        assert done == Refresh(added=35, changed=35, vanished=35)
        assert neighbour.submitted == 9 + 9 + 4
        store.set_sizes({record.item: (64, 48) for record in read_records(store, made.id)})
        assert neighbour.submitted == 22 + 14
        assert {record.width for record in read_records(store, made.id)} == {64}
        assert store.counts(neighbour.project).labeled == neighbour.submitted


@pytest.mark.usefixtures("small_pieces")
def test_what_is_done_in_pieces_adds_up(store: Store) -> None:
    made = make_project(store, 100)
    ((source, _),) = store.sources(made.id)
    assert [record.name for record in read_records(store, made.id)] == [f"{n:06}.png" for n in range(100)]
    assert store.add_items(made.id, source, [*files(120), *files(120)]) == 20
    assert store.reconcile(made.id, source, files(90)) == Refresh(vanished=30)
    assert store.reconcile(made.id, source, files(130, stamp="2")) == Refresh(added=10, changed=120, returned=30)
    assert store.counts(made.id).waiting == 130


@pytest.mark.usefixtures("small_pieces")
def test_a_project_that_fails_half_way_leaves_no_trace(
    store: Store, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = items.insert_items
    calls = []

    def fail(*args: Any) -> int:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return insert(*args)

    monkeypatch.setattr(items, "insert_items", fail)
    with pytest.raises(KeyboardInterrupt):
        make_project(store, 50)
    monkeypatch.setattr(items, "insert_items", insert)
    assert rows(database) == [0, 0, 0, 0]
    assert make_project(store, 50).name == "masks"


@pytest.mark.usefixtures("small_pieces")
def test_nobody_sees_a_project_before_it_is_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    insert = items.insert_items

    def look(*args: Any) -> int:
        assert store.projects() == []
        with pytest.raises(NotFound):
            store.project("masks")
        return insert(*args)

    monkeypatch.setattr(items, "insert_items", look)
    made = make_project(store, 50)
    assert (store.projects(), store.counts(made.id).waiting) == ([made], 50)


def test_of_two_who_create_one_name_one_is_refused(store: Store, database: Database) -> None:
    def listing() -> Iterator[ListedFile]:
        make_project(store, 3)  # another process is quicker
        yield from files(50)

    with pytest.raises(NameTaken, match="masks"):
        store.create_project(
            name="masks", task=TaskType.MULTI_CLASS, classes=make_classes(["a"]), sources=[(SOURCE, listing())]
        )
    assert rows(database) == [1, 1, 2, 3]


def test_what_a_killed_process_left_is_removed_with_the_next_project(
    store: Store, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(creation, "finish_project", lambda *_: sys.exit())
        patch.setattr(creation, "_remove", lambda *_: None)  # killed: nothing is tidied
        with pytest.raises(SystemExit):
            make_project(store, 50)
    assert rows(database) == [1, 1, 2, 50]
    make_project(store, 2, name="soon")
    assert rows(database) == [2, 2, 4, 52]  # its process may be alive
    clock.now += 2 * 24 * 3600
    make_project(store, 2)
    assert rows(database) == [2, 2, 4, 4]
    assert [each.name for each in store.projects()] == ["soon", "masks"]


def test_a_taken_name_is_refused_before_the_files_are_listed(store: Store) -> None:
    make_project(store, 1)

    def listing() -> Iterator[ListedFile]:
        raise AssertionError
        yield

    with pytest.raises(NameTaken):
        store.create_project(
            name="MASKS",
            task=TaskType.MULTI_CLASS,
            classes=make_classes(["a"]),
            sources=[(SOURCE, listing())],
        )


def test_a_refresh_takes_steps_in_proportion_to_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_MOST", 200)  # as on a slow disk, where a step for each piece and item would show
    monkeypatch.setattr(time, "sleep", lambda _: None)
    assert steps(tmp_path / "two", 4000) < 3 * steps(tmp_path / "one", 2000)


def steps(folder: Path, number: int) -> int:
    """How many thousand instructions SQLite needs to refresh unchanged, changed, new and vanished files."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    with opened(folder) as database:
        store = store_on(database)
        made = make_project(store, number).id
        ((source, _),) = store.sources(made)
        sa.event.listen(database._engine, "checkout", lambda driver, *_: driver.set_progress_handler(count, 1000))
        assert store.reconcile(made, source, files(number)) == Refresh()
        unchanged = counted[0]
        few = number // 10
        later = [*files(number - few, start=few, stamp="2"), *files(number, start=number)]
        assert store.reconcile(made, source, later) == Refresh(added=number, changed=number - few, vanished=few)
    assert unchanged > 0
    return counted[0]


def rows(database: Database) -> list[int]:
    """How many projects, sources, label classes and items there are, seen or not."""
    with database.snapshot() as transaction:
        return [
            transaction.conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (project, source, label_class, item)
        ]
