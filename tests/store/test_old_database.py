"""A workspace written by an earlier version opens, reads as it did, and is worked on.

``fixtures/make_database.py`` made the databases and documents what is in them.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from jlabel.assist.report.summary import report
from jlabel.assist.status import read_status
from jlabel.errors import NameTaken, ProjectPaused
from jlabel.model.answer import Annotation, Answer
from jlabel.model.label_class import make_classes
from jlabel.model.page import Page, Queue
from jlabel.model.record import Origin
from jlabel.model.run import AnnotationScore, Outcome, Prediction, RunKind, RunState
from jlabel.model.shapes.box import Box
from jlabel.model.source import ListedFile
from jlabel.model.task import TaskType
from jlabel.session.session import Session
from jlabel.store import open_store, read_records
from jlabel.store.sql.engine import Database
from jlabel.store.sql.location import FILE
from jlabel.store.sql.migrate import migrate
from jlabel.store.sql.schema import VERSION, VERSION_TABLE, metadata
from tests.store.conftest import ENGINES, Clock, check_counters
from tests.store.database import store_on
from tests.store.helpers import SKIP, answer, answers, claimed, expected, items
from tests.store.reading import read_answer, read_workspace

FIXTURES = Path(__file__).parent / "fixtures"
VERSIONS = ["version_0_1_0"]


class Old:
    """A copy of an old database, opened by the present code at the time when it was left.

    Attributes:
        wanted: what it must read as.
        database: the copy.
        store: the present code's, on the copy.
        clock: the store's.
    """

    def __init__(self, location: str | Path, wanted: dict[str, Any]) -> None:
        self.wanted = wanted
        self.clock = Clock()
        self.clock.now = wanted["now"]
        self.database = Database(location, clock=self.clock)
        migrate(self.database)
        self.store = store_on(self.database)

    def project(self, name: str) -> int:
        return self.store.project(name).id

    def session(self, name: str) -> int:
        number: int = self.wanted["sessions"][name]["id"]
        return number

    def page(self, name: str) -> Page:
        (page,) = self.store.pages(self.session(name))
        return page


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=ENGINES)
def location(request: pytest.FixtureRequest, tmp_path: Path, version: str) -> Iterator[str | Path]:
    """Where a copy of the old database is."""
    if request.param == "sqlite":
        (tmp_path / "labels").mkdir()
        shutil.copyfile(FIXTURES / f"{version}.sqlite", tmp_path / "labels" / FILE)
        yield tmp_path / "labels"
        return
    server = request.getfixturevalue("postgres")
    import psycopg

    url = server.create()
    with psycopg.connect(url) as connection:
        connection.execute((FIXTURES / f"{version}.sql").read_bytes())
    yield url
    server.drop(url)


@pytest.fixture
def old(location: str | Path, version: str) -> Iterator[Old]:
    opened = Old(location, json.loads((FIXTURES / f"{version}.json").read_text(encoding="utf-8")))
    with opened.store:
        yield opened
        check_counters(opened.database)


def test_it_is_brought_to_the_newest_schema(old: Old) -> None:
    with old.database.snapshot() as transaction:
        found = transaction.conn.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()
        assert found == VERSION
        context = MigrationContext.configure(
            transaction.conn, opts={"version_table": VERSION_TABLE, "compare_server_default": False}
        )
        assert compare_metadata(context, metadata) == []


def test_everything_reads_as_it_did(old: Old, location: str | Path) -> None:
    sessions = {name: one["id"] for name, one in old.wanted["sessions"].items()}
    found = json.loads(json.dumps(read_workspace(old.store, sessions)))
    for name, wanted in old.wanted["projects"].items():
        # 0.1.0 proved thresholds by class, on five times as many labels left to chance.
        wanted["assist_settings"].pop("per_class")
        if wanted["assist_settings"]["random_share"] == 0.1:
            wanted["assist_settings"]["random_share"] = 0.02
        for key, value in wanted.items():
            assert found["projects"][name][key] == value, f"{key} of {name}"
    assert found["projects"].keys() == old.wanted["projects"].keys()
    assert found["sessions"] == old.wanted["sessions"]
    check_counters(old.database)
    with open_store(location, clock=old.clock) as again:
        assert json.loads(json.dumps(read_workspace(again, sessions))) == found


def test_pages_are_claimed_submitted_and_taken_back(old: Old) -> None:
    store, pets = old.store, old.project("Pets")
    before = store.counts(pets)
    session = store.open_session(pets, "new")
    page = claimed(store.claim(session, 2, queue=Queue.MANUAL))
    done = store.submit(session, page.token, answers(page, 3), seconds=4)
    now = store.counts(pets)
    assert (now.labeled, now.waiting) == (before.labeled + 2, before.waiting - 2)
    assert [entry.answer for entry in store.history(items(page)[0])][-1] == answer(3)
    back = claimed(store.undo_submission(session))
    assert items(back) == list(done.items)
    assert {task.answer for task in back.tasks} == {answer(3)}
    assert store.history(items(page)[0])[-1].origin is Origin.UNDO
    store.release(session, back.token)
    assert store.counts(pets) == before


def test_old_submissions_are_amended_and_taken_back(old: Old) -> None:
    store, pets = old.store, old.project("Pets")
    ana, ben = store.open_session(pets, "ana"), store.open_session(pets, "ben")
    oldest = store.submissions(pets, "ana")[-1]
    opened = store.open_submission(ana, oldest.id)
    first = opened.tasks[0]
    assert first.answer == answer(5), "the draft of an amendment"
    done = store.amend(ana, oldest.id, {first.item: first.answer}, expected=expected(opened), seconds=2)
    assert done.items == (first.item,)
    assert [entry.answer.class_ids for entry in store.history(first.item)] == [(2,), (5,)]
    newest = store.submissions(pets, "ben")[0]
    back = claimed(store.undo_submission(ben))
    assert (tuple(items(back)), back.queue) == (newest.items, newest.queue)
    assert {task.answer for task in back.tasks} == {answer(5)}
    assert store.submissions(pets, "ben")[0].id < newest.id


@pytest.mark.parametrize("name", ["ana on Boxes", "ben on Outlines"])
def test_a_draft_of_many_shapes_is_continued(old: Old, name: str) -> None:
    store, session = old.store, old.session(name)
    page = old.page(name)
    (task,) = page.tasks
    begun = task.answer.annotations
    assert len(begun) > 50
    less = Answer(annotations=begun[1:])
    store.save_draft(session, task.item, less)
    assert old.page(name).tasks[0].answer == less
    more = Answer(annotations=(*less.annotations, replace(begun[0], class_id=2, uid="again")))
    store.save_draft(session, task.item, more)
    assert store.renew(session) == ()
    store.submit(session, page.token, {task.item: more}, seconds=70)
    assert store.history(task.item)[-1].answer == more
    assert store.drafts(session, [task.item]) == {}


def test_a_page_that_had_lapsed_is_regained(old: Old) -> None:
    store, session = old.store, old.session("cleo on Boxes")
    page, counts = old.page("cleo on Boxes"), store.counts(old.project("Boxes"))
    assert store.renew(session) == ()
    assert store.counts(old.project("Boxes")).leased == counts.leased + 1
    task = page.tasks[0]
    assert read_answer(task.answer)["annotations"][0]["box"] == [1, 2, 3, 4]
    two = Answer(annotations=(*task.answer.annotations, Annotation(class_id=2, shape=Box(5, 6, 7, 8), uid="b")))
    store.submit(session, page.token, {task.item: two}, seconds=3)
    assert next(read_records(store, old.project("Boxes"), items=[task.item])).answer == two


def test_what_an_ended_session_left_is_adopted(old: Old) -> None:
    store = old.store
    left = old.page("Eve Müller on Outlines")
    session = store.open_session(old.project("Outlines"), "Eve Müller")
    (page,) = store.adopt(session)
    assert page == left
    assert page.tasks[0].begun
    store.submit(session, page.token, {task.item: task.answer for task in page.tasks}, seconds=page.seconds)
    assert old.store.history(page.tasks[0].item)[-1].seconds == 9.75


def test_a_paused_project_goes_on_when_it_is_resumed(old: Old) -> None:
    store, scenes = old.store, old.project("Scenes")
    session = store.open_session(scenes, "new")
    with pytest.raises(ProjectPaused):
        store.claim(session, 4)
    assert store.set_paused(scenes, False).paused is False
    page = claimed(store.claim(session, 4))
    assert page.queue is Queue.PRELABELED
    proposed = {task.item: task.suggestion.answer if task.suggestion else SKIP for task in page.tasks}
    given = {item: one if one.given else Answer(empty=True) for item, one in proposed.items()}
    store.submit(session, page.token, given, seconds=4)
    assert Outcome.ACCEPTED in {count.outcome for count in store.assist_outcomes(scenes).numbers}


def test_the_worker_is_succeeded_and_a_new_run_is_published(old: Old) -> None:
    store, pets = old.store, old.project("Pets")
    (running,) = store.runs(pets, state=RunState.RUNNING)
    assert store.acquire_assist(pets) is None, "its worker may live elsewhere"
    old.clock.now += 61
    lease = store.acquire_assist(pets, last_words="silence")
    assert lease is not None
    assert (store.run(running.id).state, store.run(running.id).last_words) == (RunState.FAILED, "silence")
    (asked,) = store.runs(pets, state=RunState.QUEUED)
    store.update_run(asked.id, done=1, total=2)
    assert store.finish_run(asked.id, adopted=True).state is RunState.DONE
    waiting = [record.item for record in read_records(store, pets) if record.state == "waiting"]
    run = store.start_run(pets, RunKind.INFERENCE, reason="")
    sure = (AnnotationScore(confidence=0.9),)
    made = (Prediction(item=i, answer=answer(5), confidence=0.9, scores=sure, above=True) for i in waiting)
    assert store.write_predictions(run.id, made) == len(waiting)
    store.finish_run(run.id, adopted=True)
    counts = store.publish(run.id, random_share=0.0, blind_share=0.0)
    assert (counts.manual, counts.clustered, counts.prelabeled) == (0, 0, store.counts(pets).waiting)
    page = claimed(store.claim(store.open_session(pets, "new"), 4))
    assert {task.suggestion and (task.suggestion.run, task.suggestion.class_ids) for task in page.tasks} == {
        (run.id, (5,))
    }
    shown = store.suggestions(old.session("cleo on Pets")).values()
    assert run.id not in {made.run for made in shown}, "what was shown stays"


def test_names_and_classes_stay_taken(old: Old) -> None:
    store = old.store
    for name in (*old.wanted["deleted"], "pets"):
        with pytest.raises(NameTaken):
            store.create_project(name=name, task=TaskType.BOXES, classes=make_classes(["a"]))
    (back,) = store.add_classes(old.project("Pets"), ["vehicle"])
    assert (back.id, back.path, back.retired) == (6, "Vehicle", False)
    assert store.create_project(name="new", task=TaskType.POLYGONS, classes=make_classes(["a"])).id > old.project(
        "Outlines"
    )


def test_a_refresh_finds_the_files_again(old: Old) -> None:
    store, pets = old.store, old.project("Pets")
    (near, _), (far, _) = store.sources(pets)
    missing = store.counts(pets).missing
    records = [record for record in read_records(store, pets) if record.uri.startswith("/data/pets/")]
    listed = [ListedFile(path=record.name, size=1, stamp=record.stamp) for record in records]
    found = store.reconcile(pets, near, [*listed, ListedFile(path="new.jpg", size=1, stamp="1")])
    assert (found.added, found.changed, found.vanished, found.returned) == (1, 0, 0, 2)
    assert missing == 1
    assert store.counts(pets).missing == 0
    assert store.add_items(pets, far, [ListedFile(path="new/new.jpg", size=1, stamp="1")]) == 1


def test_a_session_finds_its_page_its_habits_and_its_past(old: Old) -> None:
    left = old.page("ana on Pets, closed")
    with Session(old.store, old.store.project("Pets"), "ana", size=9) as session:
        assert session.auto_submit
        page = claimed(session.next_page())
        assert (page.token, items(page)) == (left.token, items(left))
        assert session.answers[items(page)[0]] == answer(1)
        session.apply("House cat", items(page)[1:])
        session.submit(seconds=20)
        assert next(read_records(old.store, session.project.id, items=items(page)[1:2])).answer == answer(2)
        assert session.undo()
        assert items(session.page) == items(page)
        assert session.previous() is not None


def test_the_numbers_of_old_runs_are_understood(old: Old) -> None:
    pets = old.project("Pets")
    found = report(old.store, pets)
    assert [(one.threshold, one.target) for one in found.validations] == [(0.75, 0.9), (None, 0.9)]
    assert found.batches == ()
    assert len(found.curve) == 1
    assert [(one.promised, one.accepted, one.edited, one.rejected) for one in found.tallies] == [(0.9, 3, 1, 1)]
    status = read_status(old.store, pets)
    assert (status.target, status.batch, status.threshold, status.accuracy) == (0.9, None, None, 0.9032)


def test_references_hold_after_the_tables_were_built_anew(old: Old) -> None:
    if old.store.dialect != "sqlite":
        return
    with old.database.snapshot() as transaction:
        assert transaction.conn.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert transaction.conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        project = transaction.conn.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'project'").scalar()
    assert "CHECK" not in str(project)
    assert "AUTOINCREMENT" in str(project)
