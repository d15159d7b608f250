"""What a session stores of its gestures: differences, which the labeler's next session reads as the whole."""

import sqlalchemy as sa

from jlabel import Box, Project
from jlabel.model.answer import Annotation
from jlabel.session.gestures import Paste
from jlabel.session.session import Session
from jlabel.store.sql.schema import draft_change
from tests.session.conftest import Make
from tests.store.database import opened

SHAPES = [
    Annotation(class_id=1, uid=f"m{n}", shape=Box(n % 10 * 5, n // 10 * 5, n % 10 * 5 + 4, n // 10 * 5 + 4))
    for n in range(60)
]


def _changes(project: Project) -> int:
    with opened(project.store.folder or "") as database, database.snapshot() as transaction:
        return transaction.conn.scalar(sa.select(sa.func.count()).select_from(draft_change)) or 0


def _drawn(project: Project) -> Session:
    session = project.session(labeler="me", grid=1)
    session.next_page()
    session.edit(Paste(annotations=SHAPES))
    return session


def test_gestures_undo_and_redo_on_many_shapes_are_stored_as_changes(make: Make) -> None:
    project = make(3, task="boxes")
    session = _drawn(project)
    assert _changes(project) == 0, "all are new"
    session.change("m7", Box(1, 1, 9, 9))
    session.remove("m8")
    session.undo()
    session.undo()
    session.redo()
    assert _changes(project) == 5
    now = session.answers
    session.close()
    with project.session(labeler="me", grid=1) as again:
        assert again.answers == now
        again.change("m9", Box(2, 2, 9, 9))
        assert _changes(project) == 0, "the first save of a session is whole"
        again.change("m10", Box(2, 2, 9, 9))
        assert _changes(project) == 1
        expected = again.answers
    with project.session(labeler="me", grid=1) as last:
        assert last.answers == expected


def test_a_page_handed_in_leaves_no_draft_behind(make: Make) -> None:
    project = make(3, task="boxes")
    with _drawn(project) as session:
        session.change("m7", Box(1, 1, 9, 9))
        item, answer = next(iter(session.answers.items()))
        session.submit()
        assert _changes(project) == 0
        assert next(r.answer for r in project.records() if r.item == item) == answer
