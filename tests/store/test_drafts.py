"""Drafts of many shapes: a gesture writes what it changed, and what is read is always the whole."""

import os
import signal
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
import sqlalchemy as sa

from jlabel.errors import AnswerError
from jlabel.model.answer import Annotation, Answer
from jlabel.model.answer_diff import find_difference
from jlabel.model.draft import DraftChange
from jlabel.model.shapes.box import Box
from jlabel.store import Store
from jlabel.store.sql.engine import Database
from jlabel.store.sql.queue import drafts
from jlabel.store.sql.schema import draft, draft_change
from tests.store.database import opened, store_on
from tests.store.helpers import claimed, make_project
from tests.store.workers import draw_until_killed

SHAPES = tuple(Annotation(class_id=1, shape=Box(n, 0, n + 1, 9), uid=f"s{n}") for n in range(200))
MANY = Answer(annotations=SHAPES)


def moved(answer: Answer, place: int, by: float = 0.25) -> Answer:
    annotations = list(answer.annotations)
    shape = annotations[place].shape
    assert isinstance(shape, Box)
    annotations[place] = replace(annotations[place], shape=Box(shape.x0, shape.y0 + by, shape.x1, shape.y1 + by))
    return Answer(annotations=tuple(annotations))


class Drafted:
    """One image being drawn on, saved as a session does it."""

    def __init__(self, store: Store, database: Database) -> None:
        self.store, self.database = store, database
        self.session = store.open_session(make_project(store).id, "me")
        self.item = claimed(store.claim(self.session, 1)).tasks[0].item
        self.last: tuple[int, Answer] | None = None

    def save(self, answer: Answer) -> int:
        changes = {}
        if self.last:
            version, before = self.last
            changes[self.item] = DraftChange(since=version, difference=find_difference(before, answer))
        version = self.store.save_drafts(self.session, {self.item: answer}, changes=changes)[self.item]
        self.last = version, answer
        return version

    @property
    def stored(self) -> Answer:
        return self.store.drafts(self.session, [self.item])[self.item]

    @property
    def changes(self) -> list[str]:
        with self.database.snapshot() as transaction:
            query = sa.select(draft_change.c.change).order_by(draft_change.c.version)
            return list(transaction.conn.scalars(query))


@pytest.fixture
def drafted(store: Store, database: Database) -> Drafted:
    return Drafted(store, database)


def test_a_gesture_writes_the_shape_that_it_touched(drafted: Drafted) -> None:
    assert drafted.save(MANY) == 1
    assert drafted.changes == []
    answer = moved(MANY, 150)
    assert drafted.save(answer) == 2
    assert drafted.stored == answer
    [change] = drafted.changes
    assert len(change) < 200
    assert "s150" in change
    fewer = Answer(annotations=answer.annotations[:-1])
    assert drafted.save(fewer) == 3
    assert drafted.stored == fewer
    page = drafted.store.pages(drafted.session)[0]
    assert page.tasks[0].answer == fewer, "as a page is served, too"


def test_after_many_changes_the_draft_is_written_whole(drafted: Drafted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "WHOLE_AFTER", 3)
    answer, versions, kept = MANY, [], []
    for place in range(9):
        versions.append(drafted.save(answer))
        kept.append(len(drafted.changes))
        assert drafted.stored == answer
        answer = moved(answer, place)
    assert versions == list(range(1, 10))
    assert kept == [0, 1, 2, 3, 0, 1, 2, 3, 0]


def test_few_shapes_a_skip_and_no_objects_are_written_whole(drafted: Drafted) -> None:
    for answer in (MANY, Answer(annotations=SHAPES[:3]), MANY, Answer(skipped="dark"), MANY, Answer(empty=True)):
        drafted.save(answer)
        assert drafted.stored == answer
        assert drafted.changes == []


def test_what_another_notebook_wrote_is_replaced_whole(drafted: Drafted) -> None:
    drafted.save(MANY)
    drafted.save(moved(MANY, 1))
    mine = drafted.last
    drafted.save(moved(MANY, 2))
    theirs = drafted.last
    drafted.last = mine  # the other notebook knows nothing of the last change
    answer = moved(MANY, 3)
    assert drafted.save(answer) == 4
    assert drafted.stored == answer
    drafted.last = theirs
    drafted.save(moved(MANY, 4))
    assert drafted.stored == moved(MANY, 4)


def test_a_draft_that_was_dropped_meanwhile_is_written_whole(drafted: Drafted) -> None:
    drafted.save(MANY)
    drafted.save(moved(MANY, 1))
    drafted.store.clear_draft(drafted.session, drafted.item)
    assert drafted.changes == []
    assert drafted.store.drafts(drafted.session, [drafted.item]) == {}
    assert drafted.save(moved(MANY, 2)) == 1
    assert drafted.stored == moved(MANY, 2)


def test_a_submission_leaves_no_changes_behind(drafted: Drafted) -> None:
    drafted.save(MANY)
    drafted.save(moved(MANY, 1))
    assert len(drafted.changes) == 1
    token = drafted.store.pages(drafted.session)[0].token
    said = Answer(annotations=(Annotation(class_id=1),))
    drafted.store.submit(drafted.session, token, {drafted.item: said}, seconds=1)
    assert drafted.changes == []
    assert drafted.store.drafts(drafted.session, [drafted.item]) == {}


@pytest.mark.parametrize("damage", ['{"v": 99}', '{"v": 1, "splices": [{"at": 900, "gone": 1, "put": []}]}'])
def test_a_change_that_cannot_be_read_is_refused_and_kept(drafted: Drafted, damage: str) -> None:
    drafted.save(MANY)
    drafted.save(moved(MANY, 1))
    with drafted.database.connection() as connection, connection.begin():
        connection.execute(sa.update(draft_change).values(change=damage))
    with pytest.raises(AnswerError, match=f"image {drafted.item} stays as it is"):
        drafted.store.pages(drafted.session)
    assert drafted.changes == [damage]
    with drafted.database.snapshot() as transaction:
        assert transaction.conn.scalar(sa.select(draft.c.version)) == 1


def test_what_was_said_to_be_stored_survives_a_killed_process(location: str | Path) -> None:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    with opened(location) as database:
        store = store_on(database)
        here = Drafted(store, database)
        here.save(MANY)
        process = context.Process(target=draw_until_killed, args=(str(location), here.session, here.item, theirs))
        process.start()
        done = 0
        while done < 40:
            done = ours.recv()
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        while ours.poll():
            done = ours.recv()
        shapes = here.stored.annotations
        # the one under way at the end may have been stored without its being said
        assert [a.uid for a in shapes[200:]] in ([f"n{n}" for n in range(done + more)] for more in (0, 1))
        assert shapes[:200] == SHAPES
