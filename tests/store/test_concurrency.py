"""Several processes and threads on one project: nothing doubled, nothing lost."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from jlabel.model.source import ListedFile
from jlabel.store import Store, open_store, read_records
from tests.store import workers
from tests.store.helpers import answers, claimed, files, items, make_project

SPAWN = multiprocessing.get_context("spawn")


def test_processes_share_a_project_without_doubles_or_losses(location: str | Path, store: Store) -> None:
    project = make_project(store, 300).id
    with ProcessPoolExecutor(4, mp_context=SPAWN) as pool:
        names = ["a", "b", "c", "a"]
        done = list(pool.map(workers.label_all, [str(location)] * 4, [project] * 4, names, [9, 9, 4, 1]))
    labeled = [number for part in done for number in part]
    assert len(labeled) == len(set(labeled)) == 300
    assert store.counts(project).labeled == 300
    assert all(len(store.history(number)) == 1 for number in labeled[:20])


def test_threads_share_a_store(store: Store) -> None:
    project = make_project(store, 200).id

    def work(name: str) -> list[int]:
        session = store.open_session(project, name)
        labeled: list[int] = []
        while (page := store.claim(session, 4)) is not None:
            store.save_drafts(session, answers(page))
            labeled += store.submit(session, page.token, answers(page), seconds=1).items
        return labeled

    with ThreadPoolExecutor(4) as pool:
        labeled = [number for part in pool.map(work, "abcd") for number in part]
    assert len(labeled) == len(set(labeled)) == 200


def test_a_reader_sees_one_moment_while_others_write(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jlabel.store.listings._PAGE", 7)
    project = make_project(store, 30).id
    session = store.open_session(project, "me")
    records = read_records(store, project)
    first = next(records)
    while (page := store.claim(session, 9)) is not None:
        store.submit(session, page.token, answers(page), seconds=1)
    rest = list(records)
    assert {record.state for record in [first, *rest]} == {"waiting"}
    assert store.counts(project).labeled == 30


def test_new_workspaces_open_once_for_all(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=SPAWN) as pool:
        names = list(pool.map(workers.open_and_create, [str(tmp_path / "new")] * 4, "abcd"))
    with open_store(tmp_path / "new") as store:
        assert {made.name for made in store.projects()} == set(names) == set("abcd")


def test_one_of_several_gets_a_name(location: str | Path) -> None:
    with ProcessPoolExecutor(3, mp_context=SPAWN) as pool:
        assert sorted(pool.map(workers.try_name, [str(location)] * 3)) == [False, False, True]


def test_a_killed_process_leaves_its_pages_to_the_next(location: str | Path, store: Store) -> None:
    project = make_project(store, 20).id
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=workers.hold, args=(str(location), project, "me", there))
    process.start()
    tokens, drafted = here.recv()
    session = store.open_session(project, "me")
    assert store.adopt(session) == []  # it lives
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    pages = store.adopt(session)
    assert [page.token for page in pages] == tokens
    assert [task.item for page in pages for task in page.tasks if task.answer.given] == [drafted]
    assert store.pages(session) == pages
    for page in pages:
        store.submit(session, page.token, answers(page), seconds=1)
    assert store.counts(project).labeled == 8
    assert len(items(claimed(store.claim(session, 9)))) == 9


def test_a_listing_under_way_lets_others_work(store: Store) -> None:
    project = make_project(store, 30).id
    session = store.open_session(project, "me")
    ((source, _),) = store.sources(project)
    pages = []

    def slow() -> Iterator[ListedFile]:
        yield from files(5500, start=100)  # more than a batch: the first is staged by now
        pages.append(store.claim(session, 9))
        yield from files(3, start=6000)

    assert store.add_items(project, source, slow()) == 5503
    assert len(items(*pages)) == 9
    assert store.counts(project).total == 5533


@pytest.mark.parametrize("location", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_items_whose_predictions_are_being_written_are_served(location: str, store: Store) -> None:
    project = make_project(store, 20).id
    session = store.open_session(project, "me")
    engine = sa.create_engine(location.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as writing:
        writing.execute(sa.text("SET idle_in_transaction_session_timeout = '20s'"))  # whoever waits for it goes on then
        # What inserting a row with a foreign key to an item does to the item's row.
        writing.execute(sa.text("SELECT id FROM item FOR KEY SHARE"))
        page = store.claim(session, 9)
        assert page is not None
        assert len(page.tasks) == 9
        assert store.submit(session, page.token, answers(page), seconds=1).items
        assert writing.scalar(sa.text("SELECT 1")) == 1, "nobody waited until the server had ended the writer"
    engine.dispose()


def test_publishing_while_others_label_doubles_and_loses_nothing(location: str | Path, store: Store) -> None:
    project = make_project(store, 200).id
    numbers = [record.item for record in read_records(store, project)]
    with ProcessPoolExecutor(3, mp_context=SPAWN) as pool:
        publishing = pool.submit(workers.publish_often, str(location), project, numbers, 8)
        labeling = [pool.submit(workers.label_all, str(location), project, name, 4) for name in "ab"]
        labeled = [number for part in labeling for number in part.result()]
        assert publishing.result() == 8
    assert len(labeled) == len(set(labeled)) == 200
    assert store.counts(project).labeled == 200
    assert all(len(store.history(number)) == 1 for number in numbers)
