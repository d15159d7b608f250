"""Items taken out of a project and put back, whatever they were."""

import pytest

from jlabel.errors import Conflict, NotFound
from jlabel.model.item import ItemState
from jlabel.store import Store, read_records
from jlabel.store.sql import pieces
from tests.store.helpers import SKIP, answer, answers, claimed, expected, items, make_project


def test_removed_items_keep_their_labels_and_come_back_as_they_were(store: Store) -> None:
    project = make_project(store, 12).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 4))
    first, second, *_ = items(page)
    store.submit(session, page.token, {**answers(page), first: SKIP}, seconds=4)
    broken = next(r.item for r in read_records(store, project, states=[ItemState.WAITING]))
    store.mark_unreadable(broken, "damaged")
    before = {r.item: r for r in read_records(store, project)}
    waiting = next(n for n, r in before.items() if r.state is ItemState.WAITING)
    four = [first, second, broken, waiting]
    assert store.remove_items(project, [*four, first], reason="not ours") == tuple(sorted(four))
    assert store.remove_items(project, [first]) == ()
    removed = {r.item: r for r in read_records(store, project, states=[ItemState.REMOVED])}
    assert set(removed) == set(four)
    assert {r.reason for r in removed.values()} == {"not ours"}
    assert (removed[second].answer, removed[second].labeler) == (answer(), "me")
    assert (store.counts(project).removed, store.counts(project).total) == (4, 12)
    assert len(store.history(second)) == 1
    assert store.restore_items(project, four) == tuple(sorted(four))
    assert store.restore_items(project, four) == ()
    after = {r.item: r for r in read_records(store, project)}
    assert after.pop(broken).state is ItemState.WAITING, "decoded again"
    assert before.pop(broken).state is ItemState.UNREADABLE
    assert after == before
    assert len(store.history(second)) == 1


def test_a_removed_item_leaves_the_page_that_it_is_on(store: Store) -> None:
    project = make_project(store, 3).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 2))
    gone, kept = items(page)
    store.remove_items(project, [gone])
    assert [items(each) for each in store.pages(session)] == [[kept]]
    assert store.submit(session, page.token, answers(page), seconds=1).items == (kept,)
    last = claimed(store.claim(session, 2))
    store.remove_items(project, items(last))
    assert store.pages(session) == []
    assert store.claim(session, 2) is None
    store.restore_items(project, [gone])
    assert items(store.claim(session, 2)) == [gone]


def test_an_amendment_of_an_item_that_was_removed_is_refused(store: Store) -> None:
    project = make_project(store, 3).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 2))
    submission = store.submit(session, page.token, answers(page), seconds=1).id
    opened = store.open_submission(session, submission)
    gone = items(opened)[0]
    store.remove_items(project, [gone])
    with pytest.raises(Conflict, match="or were removed") as caught:
        store.amend(session, submission, answers(opened, 2), expected=expected(opened), seconds=1)
    assert caught.value.items == (gone,)
    again = store.open_submission(session, submission)
    assert gone not in items(again)
    store.amend(session, submission, answers(again, 2), expected=expected(again), seconds=1)


def test_a_submission_that_is_taken_back_leaves_removed_items_out(store: Store) -> None:
    project = make_project(store, 2).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 2))
    store.submit(session, page.token, answers(page), seconds=1)
    gone, kept = items(page)
    store.remove_items(project, [gone])
    assert items(store.undo_submission(session)) == [kept]
    store.restore_items(project, [gone])
    assert store.counts(project).labeled == 1


def test_unknown_items_change_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "FIRST", 1)
    one, two = make_project(store, 3).id, make_project(store, 3, name="two").id
    mine = [record.item for record in read_records(store, one)]
    other = [record.item for record in read_records(store, two)]
    for call in (store.remove_items, store.restore_items):
        for strange in (other[0], 10**9, -1):
            with pytest.raises(NotFound, match=f"id {min([strange])}. Nothing was changed"):
                call(one, [*mine, strange])
        with pytest.raises(NotFound):
            call(10**9, mine)
    assert store.counts(one).removed == 0
