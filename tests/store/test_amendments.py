import pytest

from jlabel.errors import AnswerError, Conflict, NotFound
from jlabel.model.answer import UNANSWERED
from jlabel.model.record import Origin
from jlabel.model.submission import Submission
from jlabel.store import Store, read_records
from jlabel.store.sql.engine import Database
from tests.store.helpers import SKIP, answer, answers, claimed, expected, items, make_project


def submitted(store: Store, session: int, size: int = 4) -> Submission:
    page = claimed(store.claim(session, size))
    return store.submit(session, page.token, answers(page), seconds=8)


def test_a_submission_opens_with_its_answers_and_labels(store: Store) -> None:
    project = make_project(store).id
    session = store.open_session(project, "me")
    done = submitted(store, session)
    page = store.open_submission(session, done.id)
    assert (page.submission, items(page)) == (done.id, list(done.items))
    assert {task.answer for task in page.tasks} == {answer()}
    labels = {record.item: record.label for record in read_records(store, project)}
    assert all(task.label == labels[task.item] for task in page.tasks)
    store.save_draft(session, done.items[1], answer(2))
    assert store.open_submission(session, done.id).tasks[1].answer == answer(2)


def test_only_ones_own_submissions_open(store: Store) -> None:
    project = make_project(store).id
    mine, yours = store.open_session(project, "me"), store.open_session(project, "you")
    done = submitted(store, mine)
    with pytest.raises(NotFound, match="you has no submission"):
        store.open_submission(yours, done.id)
    with pytest.raises(NotFound):
        store.open_submission(mine, done.id + 1)


def test_amending_appends_what_changed(store: Store) -> None:
    project = make_project(store).id
    session = store.open_session(project, "me")
    done = submitted(store, session)
    page = store.open_submission(session, done.id)
    first, second = done.items[:2]
    store.save_draft(session, first, answer(2))
    mended = store.amend(
        session, done.id, {**answers(page), first: answer(2), second: SKIP}, expected=expected(page), seconds=6
    )
    assert mended.items == (first, second)
    assert mended.id > done.id
    assert [entry.answer for entry in store.history(first)] == [answer(), answer(2)]
    assert [entry.submission for entry in store.history(first)] == [done.id, mended.id]
    assert store.history(first)[1].seconds == 3.0
    assert len(store.history(done.items[2])) == 1
    assert store.drafts(session, done.items) == {}
    counts = store.counts(project)
    assert (counts.labeled, counts.skipped) == (3, 1)
    assert [record.id for record in store.submissions(project, "me")] == [done.id]
    again = store.open_submission(session, done.id)
    assert store.amend(
        session, done.id, {t.item: t.answer for t in again.tasks}, expected=expected(again), seconds=1
    ) == (Submission(id=done.id, at=done.at, items=()))


def test_a_label_changed_meanwhile_is_a_conflict_and_nothing_is_written(store: Store) -> None:
    project = make_project(store).id
    one, two = store.open_session(project, "me"), store.open_session(project, "me")
    done = submitted(store, one)
    here, there = store.open_submission(one, done.id), store.open_submission(two, done.id)
    store.amend(one, done.id, {done.items[2]: answer(2)}, expected=expected(here), seconds=1)
    with pytest.raises(Conflict, match="1 of these") as caught:
        store.amend(two, done.id, answers(there, 2), expected=expected(there), seconds=1)
    assert caught.value.items == (done.items[2],)
    assert len(store.history(done.items[0])) == 1
    with pytest.raises(Conflict):
        store.amend(two, done.id, {done.items[0]: answer(2)}, expected={}, seconds=1)


def test_strange_amendments_are_refused(store: Store) -> None:
    project = make_project(store).id
    session = store.open_session(project, "me")
    done, other = submitted(store, session), submitted(store, session)
    page = store.open_submission(session, done.id)
    with pytest.raises(NotFound, match="no items"):
        store.amend(session, done.id, {other.items[0]: answer()}, expected={}, seconds=1)
    with pytest.raises(AnswerError, match="without an answer"):
        store.amend(session, done.id, {done.items[0]: UNANSWERED}, expected=expected(page), seconds=1)
    with pytest.raises(AnswerError):
        store.amend(session, done.id, {done.items[0]: answer(9)}, expected=expected(page), seconds=1)


def test_undo_returns_the_page_with_its_answers_as_drafts(store: Store) -> None:
    project = make_project(store, 9).id
    session = store.open_session(project, "me")
    assert store.undo_submission(session) is None
    page = claimed(store.claim(session, 9))
    said = {**answers(page), items(page)[0]: SKIP}
    done = store.submit(session, page.token, said, seconds=8)
    back = claimed(store.undo_submission(session))
    assert items(back) == items(page)
    assert {task.item: task.answer for task in back.tasks} == said
    assert (back.submission, back.seconds) == (None, 8.0)
    assert back.token != page.token
    assert store.pages(session) == [back]
    assert store.counts(project).leased == 9
    assert store.claim(store.open_session(project, "you"), 9) is None
    entry = store.history(items(page)[0])[-1]
    assert (entry.origin, entry.answer, entry.submission) == (Origin.UNDO, UNANSWERED, done.id)
    assert store.undo_submission(session) is None
    assert store.submissions(project, "me") == []
    with pytest.raises(NotFound, match="taken back"):
        store.open_submission(session, done.id)
    again = store.submit(session, back.token, said, seconds=9)
    assert again.id > done.id
    assert store.labelers(project)[0].seconds == 9.0


def test_undo_goes_back_one_at_a_time(store: Store) -> None:
    project = make_project(store).id
    session = store.open_session(project, "me")
    first, second = submitted(store, session), submitted(store, session)
    assert tuple(items(store.undo_submission(session))) == second.items
    assert tuple(items(store.undo_submission(session))) == first.items
    assert store.undo_submission(session) is None


def test_undo_of_an_amendment_restores_the_former_label(store: Store) -> None:
    project = make_project(store).id
    session = store.open_session(project, "me")
    done = submitted(store, session)
    number = done.items[0]
    for class_id in (2, 1):
        page = store.open_submission(session, done.id)
        wanted = answer(class_id)
        store.amend(session, done.id, {number: wanted}, expected=expected(page), seconds=1)
    seen = []
    for draft, standing in ((answer(1), answer(2)), (answer(2), answer(1))):
        page = claimed(store.undo_submission(session))
        assert page.submission == done.id
        assert page.tasks[0].answer == draft
        record = next(read_records(store, project, items=[number]))
        assert record.answer == standing
        assert record.label == page.tasks[0].label
        seen.append(record.seconds)
    assert seen == [1.0, 2.0]
    back = claimed(store.undo_submission(session))
    assert (back.submission, items(back)) == (None, list(done.items))
    assert store.counts(project).labeled == 0
    assert [entry.origin for entry in store.history(number)] == ["human"] * 3 + ["undo"] * 3


def test_undo_leaves_alone_what_others_changed(store: Store, database: Database) -> None:
    project = make_project(store).id
    session = store.open_session(project, "me")
    older, done = submitted(store, session), submitted(store, session)
    page = store.open_submission(session, done.id)
    # Another labeler's label on one item: amended under another name, as a reviewer would.
    store.amend(session, done.id, {done.items[0]: answer(2)}, expected=expected(page), seconds=1)
    with database.connection() as conn, conn.begin():
        conn.exec_driver_sql("UPDATE submission SET labeler = 'reviewer' WHERE amends IS NOT NULL")
    assert items(store.undo_submission(session)) == list(done.items[1:])
    assert next(read_records(store, project, items=[done.items[0]])).answer == answer(2)
    page = store.open_submission(session, older.id)
    store.amend(session, older.id, answers(page, 2), expected=expected(page), seconds=1)
    with database.connection() as conn, conn.begin():
        conn.exec_driver_sql("UPDATE submission SET labeler = 'reviewer' WHERE amends IS NOT NULL")
    assert store.undo_submission(session) is None
