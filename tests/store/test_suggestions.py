"""Suggestions with an alternative, and those that carry no promise: stored, served on pages of their own, counted."""

from collections.abc import Collection

import pytest

from jlabel.errors import AnswerError
from jlabel.model.answer import Answer
from jlabel.model.assist_outcomes import PageTime
from jlabel.model.page import Page, Queue
from jlabel.model.run import AnnotationScore, Outcome, Prediction, RunKind
from jlabel.store import Store, read_records
from jlabel.store.sql.queue.suggestions import is_unproven, pack_prediction
from tests.store.helpers import answer, answers, claimed, items, make_project


def predicted(item: int, class_id: int = 1, *, alternative: int = 0, proven: bool = True) -> Prediction:
    return Prediction(
        item=item,
        answer=answer(class_id),
        confidence=0.9,
        scores=(AnnotationScore(confidence=0.9),),
        above=True,
        alternative=alternative,
        proven=proven,
    )


def publish(store: Store, project: int, made: list[Prediction], *, blind: float = 0.0) -> int:
    run = store.start_run(project, RunKind.INFERENCE, reason="").id
    store.write_predictions(run, made)
    store.finish_run(run, adopted=True)
    store.publish(run, random_share=0.0, blind_share=blind)
    return run


def all_items(store: Store, project: int) -> list[int]:
    return [record.item for record in read_records(store, project)]


def suggested(page: Page) -> Collection[tuple[tuple[int, ...], int, bool]]:
    return {(t.suggestion.class_ids, t.suggestion.alternative, t.suggestion.proven) for t in page.tasks if t.suggestion}


def test_what_has_neither_alternative_nor_doubt_is_stored_as_by_earlier_versions() -> None:
    plain = pack_prediction(predicted(1))
    assert "next" not in plain
    assert "proven" not in plain
    assert not is_unproven(plain)
    assert pack_prediction(predicted(1, alternative=2, proven=False)) == plain[:-1] + ',"next":2,"proven":false}'
    assert is_unproven(pack_prediction(predicted(1, proven=False)))


@pytest.mark.parametrize(("given", "alternative"), [(answer(1), 1), (Answer(empty=True), 1), (Answer(), 2)])
def test_an_alternative_is_another_class_than_the_one_proposed(given: Answer, alternative: int) -> None:
    with pytest.raises(AnswerError, match="alternative of item 3"):
        Prediction(item=3, answer=given, confidence=0.5, alternative=alternative)


def test_proven_suggestions_are_served_before_others_and_never_on_one_page_with_them(store: Store) -> None:
    project = make_project(store, 20).id
    ids = all_items(store, project)
    made = [predicted(i, 1, alternative=2, proven=n % 2 == 1) for n, i in enumerate(ids[:10])]
    made += [predicted(i, 2, alternative=1, proven=n % 2 == 1) for n, i in enumerate(ids[10:])]
    publish(store, project, made)
    assert store.queue_counts(project).prelabeled == 20
    session = store.open_session(project, "me")
    pages = [claimed(store.claim(session, 9)) for _ in range(4)]
    assert {page.queue for page in pages} == {Queue.PRELABELED}
    assert [suggested(page) for page in pages] == [
        {((1,), 2, True)}, {((2,), 1, True)}, {((1,), 2, False)}, {((2,), 1, False)}
    ]  # fmt: skip
    assert store.suggestions(session)[items(pages[3])[0]].alternative == 1
    again = store.repage(session, 100)
    assert [suggested(page) for page in again] == [suggested(page) for page in pages]


def test_withheld_suggestions_show_neither_alternative_nor_kind(store: Store) -> None:
    project = make_project(store, 3).id
    publish(store, project, [predicted(i, 1, alternative=2) for i in all_items(store, project)], blind=1)
    session = store.open_session(project, "me")
    assert suggested(claimed(store.claim(session, 9))) == {((), 0, True)}


def test_what_carries_no_promise_is_never_withheld(store: Store) -> None:
    project = make_project(store, 3).id
    publish(store, project, [predicted(i, 1, alternative=2, proven=False) for i in all_items(store, project)], blind=1)
    session = store.open_session(project, "me")
    assert suggested(claimed(store.claim(session, 9))) == {((1,), 2, False)}


def test_what_carries_no_promise_comes_on_no_page_that_was_opened_before(store: Store) -> None:
    project = make_project(store, 8).id
    ids = all_items(store, project)
    store.arrange(project, random_share=0.0)
    session = store.open_session(project, "me")
    manual = claimed(store.claim(session, 4))
    publish(store, project, [predicted(i, proven=n % 2 == 0) for n, i in enumerate(ids)])
    assert set(store.suggestions(session)) == {i for n, i in enumerate(ids) if i in items(manual) and n % 2 == 0}


def test_an_item_that_waits_for_a_page_of_the_other_kind_is_served_bare(store: Store) -> None:
    project = make_project(store, 6).id
    ids = all_items(store, project)
    publish(store, project, [predicted(i) for i in ids])
    session = store.open_session(project, "me")
    kept = claimed(store.claim(session, 3))  # on a page, so that they stay in the queue of what is proven
    publish(store, project, [predicted(i, proven=False) for i in ids])
    store.release(session, kept.token)
    assert suggested(claimed(store.claim(session, 9))) == set()
    assert suggested(claimed(store.claim(session, 9))) == {((1,), 0, False)}


def test_outcomes_and_times_are_counted_apart(store: Store) -> None:
    project = make_project(store, 12).id
    ids = all_items(store, project)
    run = publish(store, project, [predicted(i, proven=n < 4) for n, i in enumerate(ids[:9])])
    session = store.open_session(project, "me")
    proven = claimed(store.claim(session, 25))
    store.submit(session, proven.token, answers(proven), seconds=8)
    first, second = claimed(store.claim(session, 3)), claimed(store.claim(session, 3))
    store.submit(session, first.token, {**answers(first), first.tasks[0].item: answer(2)}, seconds=9)
    store.submit(session, second.token, answers(second), seconds=4)
    manual = claimed(store.claim(session, 9))
    store.submit(session, manual.token, answers(manual), seconds=3)
    entries = [store.history(items(page)[0])[0] for page in (proven, first, manual)]
    assert [(entry.run, entry.proven) for entry in entries] == [(run, True), (run, False), (None, True)]
    outcomes = store.assist_outcomes(project)
    assert {(one.run, one.proven, one.outcome): one.number for one in outcomes.numbers} == {
        (run, True, Outcome.ACCEPTED): 4, (run, False, Outcome.ACCEPTED): 4, (run, False, Outcome.EDITED): 1
    }  # fmt: skip
    assert outcomes.times == (
        PageTime(queue=Queue.MANUAL, size=3, proven=True, items=3, seconds=1.0),
        PageTime(queue=Queue.PRELABELED, size=2, proven=False, items=2, seconds=2.0),
        PageTime(queue=Queue.PRELABELED, size=3, proven=False, items=3, seconds=3.0),
        PageTime(queue=Queue.PRELABELED, size=4, proven=True, items=4, seconds=2.0),
    )
    assert outcomes.items == {Queue.MANUAL: 3, Queue.PRELABELED: 9}
    assert outcomes.seconds == {Queue.MANUAL: pytest.approx(1.0), Queue.PRELABELED: pytest.approx(21 / 9)}
