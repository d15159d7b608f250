"""Pre-labels on the pages of a session: shown, corrected, accepted, arriving late, taken back."""

import pytest

from jlabel import Project
from jlabel.errors import InputError, PageIncomplete
from jlabel.model.answer import Answer
from jlabel.model.page import Queue
from jlabel.model.record import Origin, Record
from jlabel.session.page_sizes import remembered_large
from jlabel.session.session import Session
from tests.prelabels import answer, items, no_chance, publish
from tests.session.conftest import Make


def labels(session: Session) -> list[tuple[int, ...]]:
    return [one.class_ids for one in session.answers.values()]


def standing(session: Session) -> list[bool]:
    """Which items show a pre-label that nobody has touched."""
    state = session.parts.pages.state()
    return [item in state.prelabels for item in state.items]


def drafts(session: Session) -> dict[int, Answer]:
    return session.parts.store.drafts(session.parts.id, items(session.page))


def opened(make: Make, count: int = 30, task: str = "multi-class", grid: int = 4) -> tuple[Project, Session]:
    """A manual page of a project that leaves nothing to chance."""
    project = make(count, task=task)
    no_chance(project)
    session = project.session(labeler="me", grid=grid)
    session.next_page()
    return project, session


def records(project: Project, of: list[int]) -> list[Record]:
    found = {record.item: record for record in project.records()}
    return [found[item] for item in of]


def test_a_prelabeled_page_is_checked_and_submitted(make: Make) -> None:
    project = make(12)
    everything = [record.item for record in project.records()]
    run = publish(project, {item: [1 + place % 2] for place, item in enumerate(everything)})
    session = project.session(labeler="me", grid=4)
    page = session.next_page()
    assert page is not None
    assert page.queue is Queue.PRELABELED
    assert labels(session) == [(1,)] * 4, "one page shows one class"
    assert standing(session) == [True] * 4
    assert {(s.run, s.confidence) for s in session.suggestions.values()} == {(run, 0.97)}
    assert drafts(session) == {}, "what nobody touched is no draft"
    first, second, third, _ = items(page)
    session.apply("dog", [first])
    session.skip("dark", [second])
    assert standing(session) == [False, False, True, True]
    assert session.accept([third])
    assert not session.accept([first]), "there is nothing to accept"
    session.submit(seconds=4)
    found = records(project, items(page))
    assert [record.origin for record in found] == [Origin.EDITED, Origin.HUMAN, Origin.ACCEPTED, Origin.ACCEPTED]
    assert {record.run for record in found} == {run}
    assert [record.answer.class_ids for record in found] == [(2,), (), (1,), (1,)]


def test_arrivals_fill_what_was_not_begun_and_are_one_undo(make: Make) -> None:
    project, session = opened(make)
    first, second, third, fourth = items(session.page)
    session.apply("dog", [first])
    session.apply("dog", [second])
    session.clear([second])
    run = publish(project, dict.fromkeys([first, second, third, fourth], (1,)))
    assert labels(session) == [(2,), (), (), ()], "nothing changes before it is asked for"
    assert session.refresh_suggestions() == 2
    assert labels(session) == [(2,), (), (1,), (1,)]
    assert standing(session) == [False, False, True, True]
    assert session.page is not None
    assert [task.suggestion and task.suggestion.run for task in session.page.tasks][2:] == [run, run]
    assert session.refresh_suggestions() == 0
    assert session.undo()
    assert labels(session) == [(2,), (), (), ()]
    assert session.refresh_suggestions() == 0, "what was taken off stays off"
    assert session.redo()
    assert (labels(session), standing(session)) == ([(2,), (), (1,), (1,)], [False, False, True, True])
    assert drafts(session).keys() == {first, second}
    for _ in range(4):
        assert session.undo()
    assert labels(session) == [(), (), (), ()]


def test_accepting_and_correcting_are_undone_to_the_untouched_prelabel(make: Make) -> None:
    project, session = opened(make)
    first, *rest = items(session.page)
    publish(project, dict.fromkeys(items(session.page), (1,)))
    session.refresh_suggestions()
    assert session.accept()
    assert standing(session) == [False] * 4
    assert drafts(session) == dict.fromkeys([first, *rest], answer(1))
    session.apply("dog", [first])
    assert session.undo()
    assert labels(session) == [(1,)] * 4
    assert session.undo()
    assert standing(session) == [True] * 4
    assert drafts(session) == {}
    assert session.redo()
    assert standing(session) == [False] * 4
    assert session.undo()
    assert session.apply("cat", [first]), "the class that it shows, pressed by hand, confirms it"
    assert standing(session) == [False, True, True, True]


def test_a_later_run_changes_nothing_that_is_shown(make: Make) -> None:
    project, session = opened(make)
    page = items(session.page)
    run = publish(project, {page[0]: [1]})
    session.refresh_suggestions()
    later = publish(project, dict.fromkeys(page, (2,)))
    assert session.refresh_suggestions() == 3
    assert labels(session) == [(1,), (2,), (2,), (2,)]
    session.submit(seconds=1)
    found = records(project, page)
    assert [record.run for record in found] == [run, later, later, later]
    assert {record.origin for record in found} == {Origin.ACCEPTED}


def test_the_page_ahead_is_refreshed_and_its_arrival_is_no_undo(make: Make) -> None:
    project, session = opened(make)
    ahead = session.parts.pages.prefetch()
    publish(project, dict.fromkeys(items(ahead), (2,)))
    assert session.refresh_suggestions() == 0, "none on the page on screen"
    session.apply("cat")
    session.submit(seconds=1)
    assert items(session.page) == items(ahead)
    assert labels(session) == [(2,)] * 4
    assert session.undo()
    assert labels(session) == [(1,)] * 4, "the submission was taken back"


def test_next_page_brings_what_was_published_since_the_claim(make: Make) -> None:
    project, session = opened(make)
    session.apply("cat")
    session.submit(seconds=1)
    publish(project, dict.fromkeys(items(session.page), (2,)))
    session.next_page()
    assert labels(session) == [(2,)] * 4
    session.undo()
    assert labels(session) == [(1,)] * 4, "it was handed out like this: undo takes the submission back"


def test_blind_prelabels_are_not_shown_and_are_recorded(make: Make) -> None:
    project, session = opened(make)
    page = items(session.page)
    run = publish(project, dict.fromkeys(page, (1,)), blind=1.0)
    assert session.refresh_suggestions() == 0
    assert labels(session) == [()] * 4
    assert session.suggestions == {}
    assert not session.accept()
    with pytest.raises(PageIncomplete):
        session.submit()
    session.apply("cat")
    session.submit(seconds=1)
    assert {(record.origin, record.run) for record in records(project, page)} == {(Origin.HUMAN, None)}
    outcomes = project.store.assist_outcomes(project.id).numbers
    assert {(one.run, one.outcome): one.number for one in outcomes} == {(run, "blind-same"): 4}


def test_multi_label_prelabels_are_toggled_class_by_class(make: Make) -> None:
    project, session = opened(make, task="multi-label")
    first, second, third, fourth = items(session.page)
    publish(project, {first: [1, 2], second: [1], third: []})
    assert session.refresh_suggestions() == 3
    assert session.suggestions[first].confidences == (0.97, pytest.approx(0.87))
    assert [session.answers[item] for item in (first, second, third, fourth)] == [
        answer(1, 2), answer(1), answer(), Answer()
    ]  # fmt: skip
    session.apply("dog", [first])
    session.apply("Owl", [second])
    session.clear([third], label="cat")
    assert labels(session) == [(1,), (1, 3), (), ()]
    assert standing(session) == [False, False, True, False], "clearing a class that is not there touches nothing"
    session.apply("cat", [fourth])
    session.submit(seconds=1)
    found = records(project, [first, second, third, fourth])
    assert [record.origin for record in found] == [Origin.EDITED, Origin.EDITED, Origin.ACCEPTED, Origin.HUMAN]
    assert found[2].answer.empty


def test_a_gesture_that_knew_nothing_of_an_arrival_is_done_without_it(make: Make) -> None:
    project, session = opened(make, task="multi-label")
    first, second, *_ = page = items(session.page)
    session.apply("dog", [second])
    seen = session.parts.suggestions.version
    run = publish(project, dict.fromkeys(page, (1,)))
    assert session.refresh_suggestions() == 3
    session.parts.suggestions.discard_unseen(seen, [first])
    session.apply("cat", [first])  # pressed on an image without a label: it must not be toggled off
    assert labels(session) == [(1,), (2,), (1,), (1,)]
    assert session.undo(seen_version=seen)
    assert labels(session)[0] == ()
    assert session.undo(seen_version=seen)
    assert labels(session)[1] == (), "the arrival is passed over"
    assert not session.undo(seen_version=seen)
    session.apply("cat", [first, second])
    with pytest.raises(PageIncomplete):
        session.submit(seen_version=seen)
    assert session.refresh_suggestions() == 2, "they come again"
    assert session.submit(seconds=1)
    found = records(project, page)
    assert [record.origin for record in found] == [Origin.HUMAN, Origin.HUMAN, Origin.ACCEPTED, Origin.ACCEPTED]
    assert [record.run for record in found] == [None, None, run, run]


def test_what_arrives_while_something_was_undone_can_still_be_redone(make: Make) -> None:
    project, session = opened(make)
    first, second, *_ = items(session.page)
    session.apply("dog", [first])
    session.undo()
    publish(project, {first: [1], second: [1]})
    assert session.refresh_suggestions() == 1
    assert labels(session) == [(), (1,), (), ()], "an image that was cleared by hand shows nothing"
    assert session.redo()
    assert labels(session) == [(2,), (1,), (), ()]


def test_another_session_of_the_labeler_goes_on_with_the_prelabels(make: Make) -> None:
    project, session = opened(make)
    first, second, *_ = page = items(session.page)
    publish(project, dict.fromkeys(page, (1,)))
    session.refresh_suggestions()
    session.apply("dog", [first])
    session.clear([second])
    session.close()
    heir = project.session(labeler="me", grid=4)
    assert items(heir.page) == page
    assert labels(heir) == [(2,), (), (1,), (1,)]
    assert standing(heir) == [False, False, True, True]
    heir.parts.pages.regrid(9)
    assert labels(heir)[:4] == [(2,), (), (1,), (1,)]
    assert standing(heir)[:4] == [False, False, True, True]


def test_a_prelabel_of_a_retired_class_is_not_shown(make: Make) -> None:
    project = make(8)
    everything = [record.item for record in project.records()]
    publish(project, {item: [2] for item in everything})
    project.store.retire_class(project.id, 2)
    session = project.session(labeler="me", grid=4)
    session.next_page()
    assert labels(session) == [()] * 4


def test_the_second_likeliest_class_is_taken_and_given_back(make: Make) -> None:
    project = make(12)
    everything = [record.item for record in project.records()]
    publish(project, dict.fromkeys(everything, (1,)), alternative=2)
    session = project.session(labeler="me", grid=4)
    first, second, third, _ = items(session.next_page())
    assert session.take_alternative([first])
    assert (labels(session), standing(session)) == ([(2,), (1,), (1,), (1,)], [False, True, True, True])
    assert drafts(session) == {first: answer(2)}
    assert session.take_alternative([first])
    assert (labels(session), standing(session)) == ([(1,)] * 4, [True] * 4)
    assert drafts(session) == {}, "it is as if nobody had touched it"
    assert session.undo()
    assert labels(session)[0] == (2,)
    assert session.undo()
    assert session.redo()
    assert (labels(session)[0], standing(session)[0]) == ((2,), False)
    session.accept([second])
    session.apply("dog", [third])
    session.skip("dark", [third])
    assert not session.take_alternative([second, third]), "what a hand has answered is left alone"
    session.submit(seconds=1)
    assert [one.class_ids for one in (record.answer for record in records(project, [first, second]))] == [(2,), (1,)]


def test_a_second_likeliest_class_that_was_retired_is_not_taken(make: Make) -> None:
    project = make(4)
    everything = [record.item for record in project.records()]
    publish(project, dict.fromkeys(everything, (1,)), alternative=2)
    project.retire_class("dog")
    session = project.session(labeler="me", grid=4)
    session.next_page()
    assert standing(session) == [True] * 4
    assert not session.take_alternative()


def test_large_pages_are_checked_and_the_choice_is_remembered(make: Make) -> None:
    project = make(40)
    publish(project, {record.item: (1,) for record in list(project.records())[:30]})
    session = project.session(labeler="me", grid=4, large=25)
    page = session.next_page()
    assert (page and page.queue, len(items(page))) == (Queue.PRELABELED, 25)
    session.submit(seconds=5)
    assert len(items(session.page)) == 5, "what is left of the class"
    session.submit(seconds=5)
    assert (session.page and session.page.queue, len(items(session.page))) == (Queue.MANUAL, 4)
    assert (session.size, session.large) == (4, 25)
    times = {(one.queue, one.size): one.seconds for one in project.store.assist_outcomes(project.id).times}
    assert times == {(Queue.PRELABELED, 5): 1.0, (Queue.PRELABELED, 25): pytest.approx(0.2)}
    with pytest.raises(InputError, match="9, 16 or 25 images, not 4"):
        session.next_page(large=4)
    assert remembered_large(project.store, project.id, "me") == 9, "a script's choice is the script's"
    session.set_auto_submit(on=True)
    session.next_page(large=16)
    assert remembered_large(project.store, project.id, "me") == 16
    session.set_auto_submit(on=False)
    assert remembered_large(project.store, project.id, "me") == 16, "one habit does not undo another"
    assert remembered_large(project.store, project.id, "you") == 9
    assert project.session(labeler="you", grid=4).large == 4


def test_what_carries_no_promise_is_not_accepted_on_a_page_that_nobody_sees(make: Make) -> None:
    project = make(12)
    publish(project, {record.item: (1,) for record in project.records()}, proven=False)
    session = project.session(labeler="me", grid=4)
    session.next_page()
    ahead = session.parts.pages.prefetch()
    assert ahead is not None
    with pytest.raises(PageIncomplete, match="4 of 4 images have a suggestion that nobody has looked at"):
        session.submit(page=ahead.token)
    session.submit()
    assert items(session.page) == items(ahead)
    session.submit(page=ahead.token)
    assert project.counts().labeled == 8
