"""Undo and redo of a page's answers."""

from jlabel.model.answer import Annotation, Answer
from jlabel.session.history import LIMIT, History

BLANK = Answer()


def labeled(class_id: int) -> Answer:
    return Answer(annotations=(Annotation(class_id=class_id),))


def test_undo_and_redo_walk_back_and_forth() -> None:
    history = History()
    answers: dict[int, Answer | None] = {1: BLANK, 2: BLANK}
    for class_id in (1, 2, 3):
        history.record({1: answers[1]})
        answers[1] = labeled(class_id)
    for expected in (2, 1):
        answers |= history.undo(answers) or {}
        assert answers[1] == labeled(expected)
    answers |= history.redo(answers) or {}
    assert answers[1] == labeled(2)
    answers |= history.redo(answers) or {}
    assert answers[1] == labeled(3)
    assert history.redo(answers) is None
    assert not history.can_redo
    for _ in range(3):
        answers |= history.undo(answers) or {}
    assert answers[1] == BLANK
    assert history.undo(answers) is None
    assert not history.can_undo


def test_a_new_change_ends_what_could_be_redone() -> None:
    history = History()
    history.record({1: BLANK})
    assert history.undo({1: labeled(1)}) == {1: BLANK}
    history.record({1: BLANK})
    assert not history.can_redo
    assert history.can_undo


def test_the_oldest_steps_are_forgotten() -> None:
    history = History()
    for number in range(LIMIT + 7):
        history.record({1: labeled(number)})
    steps = 0
    while (change := history.undo({1: BLANK})) is not None:
        steps, last = steps + 1, change
    assert steps == LIMIT
    assert last == {1: labeled(7)}


def test_items_that_left_the_page_leave_the_history() -> None:
    history = History()
    history.record({1: BLANK})
    history.record({1: labeled(1), 2: BLANK})
    history.record({2: labeled(2)})
    history.drop(frozenset([1]))
    answers = {2: labeled(3)}
    assert history.undo(answers) == {2: labeled(2)}
    assert history.undo(answers) == {2: BLANK}
    assert history.undo(answers) is None, "a step of which nothing is left is no step"


def test_what_is_recorded_is_a_copy() -> None:
    history, before = History(), {1: BLANK}
    history.record(before)
    before[1] = labeled(9)
    assert history.undo({1: labeled(1)}) == {1: BLANK}


def test_an_arrival_that_was_not_seen_is_passed_over_and_ends_no_redo() -> None:
    history = History()
    history.record({1: BLANK})
    history.record({2: BLANK})
    now = {1: labeled(1), 2: labeled(2), 3: None}
    assert history.undo(now) == {2: BLANK}
    history.record_suggestions({3: BLANK}, 1)
    assert history.can_redo
    assert history.undo(now, seen_version=0) == {1: BLANK}
    assert history.undo(now, seen_version=0) is None
    assert history.undo(now, seen_version=1) == {3: BLANK}
    assert history.redo({1: BLANK, 2: BLANK, 3: BLANK}) == {3: None}, "the pre-label comes back untouched"
