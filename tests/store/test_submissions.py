from datetime import UTC, datetime

import pytest

from jlabel.errors import AnswerError, InputError, LeaseLost, NotFound, PageIncomplete
from jlabel.model.answer import UNANSWERED, Answer
from jlabel.model.item import ItemState
from jlabel.model.record import Origin
from jlabel.store import Store, read_records
from jlabel.store.sql.counters import Change
from jlabel.store.sql.engine import Database, Transaction
from jlabel.store.sql.queue.claims import sweep
from tests.store.conftest import Clock
from tests.store.helpers import SKIP, answer, answers, claimed, items, make_project


def test_a_submission_becomes_labels(store: Store, clock: Clock) -> None:
    project = make_project(store, 9).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    numbers = items(page)
    said = {**answers(page), numbers[0]: SKIP}
    store.save_drafts(session, said)
    done = store.submit(session, page.token, said, seconds=18.0, origins={numbers[1]: Origin.ACCEPTED})
    assert done.items == tuple(numbers)
    assert done.at == datetime.fromtimestamp(clock.now, UTC)
    counts = store.counts(project)
    assert (counts.labeled, counts.skipped, counts.remaining, counts.total) == (8, 1, 0, 9)
    records = {record.item: record for record in read_records(store, project)}
    assert (records[numbers[0]].state, records[numbers[0]].reason) == (ItemState.SKIPPED, "blurred")
    accepted = records[numbers[1]]
    assert (accepted.answer, accepted.labeler, accepted.seconds) == (answer(), "me", 2.0)
    assert (accepted.origin, accepted.at) == (Origin.ACCEPTED, done.at)
    assert records[numbers[2]].origin is Origin.HUMAN
    assert store.drafts(session, numbers) == {}
    assert store.pages(session) == []
    assert store.claim(session, 9) is None


def test_the_same_token_again_returns_the_first_submission(store: Store, clock: Clock) -> None:
    project = make_project(store, 9).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    first = store.submit(session, page.token, answers(page), seconds=1)
    revision = store.revision(project)
    clock.now += 5
    assert store.submit(session, page.token, answers(page, 2), seconds=9) == first
    assert store.revision(project) == revision
    assert {record.answer for record in read_records(store, project)} == {answer(1)}
    assert all(len(store.history(number)) == 1 for number in first.items)


def test_an_incomplete_page_is_refused_whole(store: Store) -> None:
    project = make_project(store, 9).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    numbers = items(page)
    said = {**answers(page), numbers[3]: UNANSWERED}
    del said[numbers[5]]
    with pytest.raises(PageIncomplete, match="2 of the 9") as caught:
        store.submit(session, page.token, said, seconds=1)
    assert caught.value.items == (numbers[3], numbers[5])
    assert store.counts(project).labeled == 0


@pytest.mark.parametrize("wrong", [Answer(empty=True), answer(7)])
def test_an_answer_that_the_task_does_not_allow_is_refused_whole(store: Store, wrong: Answer) -> None:
    project = make_project(store, 9).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    with pytest.raises(AnswerError):
        store.submit(session, page.token, {**answers(page), items(page)[8]: wrong}, seconds=1)
    assert store.counts(project).labeled == 0
    assert store.pages(session) == [page]


def test_a_label_of_a_retired_class_still_counts(store: Store) -> None:
    project = make_project(store, 9).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    store.retire_class(project, 2)
    assert len(store.submit(session, page.token, answers(page, 2), seconds=1).items) == 9


def test_strange_input_is_refused(store: Store) -> None:
    project = make_project(store, 12).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    other = items(store.claim(session, 1))[0]
    with pytest.raises(InputError, match="not on this page"):
        store.submit(session, page.token, {**answers(page), other: answer()}, seconds=1)
    for seconds in (-1.0, float("nan")):
        with pytest.raises(InputError, match="seconds"):
            store.submit(session, page.token, answers(page), seconds=seconds)
    with pytest.raises(NotFound):
        store.submit(session, "f" * 32, {}, seconds=1)


def test_a_late_submission_never_overwrites_anothers_answer(store: Store, clock: Clock) -> None:
    project = make_project(store, 9).id
    mine, yours = store.open_session(project, "me"), store.open_session(project, "you")
    page = claimed(store.claim(mine, 9))
    store.save_drafts(mine, answers(page))
    clock.now += 601
    taken = claimed(store.claim(yours, 4))
    store.submit(yours, taken.token, answers(taken, 2), seconds=1)
    with pytest.raises(LeaseLost, match="4 of the 9") as caught:
        store.submit(mine, page.token, answers(page), seconds=1)
    assert set(caught.value.items) == set(items(taken))
    assert store.counts(project).labeled == 4
    assert len(store.drafts(mine, items(page))) == 9
    # What remains is regained and can be submitted under the same token.
    assert set(store.renew(mine)) == set(items(taken))
    (left,) = store.pages(mine)
    assert left.token == page.token
    store.submit(mine, left.token, answers(left), seconds=1)
    by_labeler = {record.labeler: record.answer for record in read_records(store, project)}
    assert by_labeler == {"me": answer(1), "you": answer(2)}


def test_a_lapsed_page_that_nobody_took_is_accepted(store: Store, clock: Clock, database: Database) -> None:
    project = make_project(store, 9).id
    mine = store.open_session(project, "me")
    page = claimed(store.claim(mine, 9))
    clock.now += 601

    def work(transaction: Transaction) -> None:
        change = Change(project)
        assert sweep(transaction, project, change) == 1
        change.commit(transaction)

    database.write(work)
    assert store.counts(project).waiting == 9
    store.submit(mine, page.token, answers(page), seconds=1)
    assert store.counts(project).labeled == 9


def test_a_page_taken_over_is_no_longer_accepted_from_its_first_session(store: Store) -> None:
    project = make_project(store, 9).id
    first, second = store.open_session(project, "me"), store.open_session(project, "me")
    page = claimed(store.claim(first, 9))
    store.end_session(first)
    store.adopt(second)
    with pytest.raises(LeaseLost) as caught:
        store.submit(first, page.token, answers(page), seconds=1)
    assert set(caught.value.items) == set(items(page))
    done = store.submit(second, page.token, answers(page), seconds=1)
    assert store.submit(first, page.token, answers(page), seconds=1) == done


def test_a_page_of_another_labeler_is_not_theirs_to_submit(store: Store) -> None:
    project = make_project(store, 9).id
    mine, yours = store.open_session(project, "me"), store.open_session(project, "you")
    page = claimed(store.claim(mine, 9))
    with pytest.raises(LeaseLost):
        store.submit(yours, page.token, answers(page), seconds=1)
    store.submit(mine, page.token, answers(page), seconds=1)
    with pytest.raises(LeaseLost):
        store.submit(yours, page.token, answers(page), seconds=1)


def test_a_closed_page_is_not_accepted(store: Store) -> None:
    project = make_project(store, 9).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    store.repage(session, 4)
    with pytest.raises(LeaseLost):
        store.submit(session, page.token, answers(page), seconds=1)
    assert store.counts(project).labeled == 0


def test_submissions_are_listed_newest_first(store: Store) -> None:
    project = make_project(store, 30).id
    session, other = store.open_session(project, "me"), store.open_session(project, "you")
    done = []
    for who in (session, other, session, session):
        page = claimed(store.claim(who, 4))
        done.append(store.submit(who, page.token, answers(page), seconds=3))
    mine = store.submissions(project, "me")
    assert [(record.id, record.items, record.seconds) for record in mine] == [
        (one.id, one.items, 3.0) for one in (done[3], done[2], done[0])
    ]
    assert [record.id for record in store.submissions(project, "me", limit=1, before=done[3].id)] == [done[2].id]
    totals = {total.labeler: total for total in store.labelers(project)}
    assert (totals["me"].labeled, totals["me"].skipped, totals["me"].seconds) == (12, 0, 9.0)
    assert totals["you"].labeled == 4
