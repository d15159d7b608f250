"""One page at work: answers, the time on it, and what happens to both when the page changes."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from jlabel.errors import AnswerError, InputError, NotFound, StoreFull
from jlabel.model.answer import Annotation, Answer
from jlabel.model.page import Page, Queue, Task
from jlabel.model.shapes.box import Box
from jlabel.model.task import TaskType
from jlabel.session import page_state as module
from jlabel.session.page_state import Change, PageState

CAT = Answer(annotations=(Annotation(class_id=1),))
DOG = Answer(annotations=(Annotation(class_id=2),))
TASKS = tuple(Task(item=n, name=f"{n}.jpg", uri=f"/{n}.jpg") for n in (7, 3, 5))
PAGE = Page(token="0" * 32, labeler="me", queue=Queue.MANUAL, tasks=TASKS, seconds=10.0)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "monotonic", made)
    return made


class Saved(dict[int, Answer]):
    """What was saved; a full disk when told so."""

    full = False

    def __call__(self, changes: Mapping[int, Change]) -> None:
        if self.full:
            raise StoreFull("There is no room left.")
        self.update({item: change.draft for item, change in changes.items() if change.draft is not None})


@pytest.fixture
def saved() -> Saved:
    return Saved()


def make(saved: Saved, page: Page = PAGE, task: TaskType = TaskType.MULTI_CLASS) -> PageState:
    return PageState(page, task, lambda: frozenset({1, 2}), saved)


def test_items_and_answers_keep_the_order_shown(saved: Saved) -> None:
    page_state = make(saved)
    assert page_state.items == (7, 3, 5)
    page_state.change({5: CAT, 7: DOG})
    assert list(page_state.answers.items()) == [(7, DOG), (3, Answer()), (5, CAT)]
    assert page_state.missing == (3,)
    assert page_state.begun
    assert saved == {5: CAT, 7: DOG}


def test_drafts_are_there_from_the_start_and_no_step_to_undo(saved: Saved) -> None:
    page_state = make(saved, replace(PAGE, tasks=(replace(TASKS[0], answer=CAT), *TASKS[1:])))
    assert page_state.answers[7] == CAT
    assert not page_state.undo()
    assert saved == {}


def test_what_cannot_be_saved_is_not_shown(saved: Saved) -> None:
    page_state = make(saved)
    page_state.change({7: CAT})
    saved.full = True
    with pytest.raises(StoreFull):
        page_state.change({7: DOG})
    assert page_state.answers[7] == CAT
    saved.full = False
    assert page_state.undo()
    assert page_state.answers[7] == Answer()
    assert not page_state.history.can_undo


@pytest.mark.parametrize("wrong", [Answer(empty=True), Answer(annotations=(Annotation(class_id=9),))])
def test_an_answer_that_is_none_changes_nothing(saved: Saved, wrong: Answer) -> None:
    page_state = make(saved)
    with pytest.raises(AnswerError):
        page_state.change({7: CAT, 3: wrong})
    assert not page_state.begun
    assert saved == {}


def test_only_what_differs_is_saved_and_undone(saved: Saved) -> None:
    page_state = make(saved)
    page_state.change({7: CAT})
    saved.clear()
    assert not page_state.change({7: CAT})
    assert page_state.change({7: CAT, 3: CAT})
    assert saved == {3: CAT}
    page_state.undo()
    assert page_state.answers == {7: CAT, 3: Answer(), 5: Answer()}


def test_items_are_picked_once_each_and_only_from_the_page(saved: Saved) -> None:
    page_state = make(saved)
    assert page_state.pick(None) == (7, 3, 5)
    assert page_state.pick([5, 5, 3]) == (5, 3)
    with pytest.raises(NotFound, match="Item 99"):
        page_state.pick([5, 99])
    with pytest.raises(InputError, match="No image"):
        page_state.pick([])


def test_time_runs_while_the_page_is_open(saved: Saved, clock: Clock) -> None:
    page_state = make(saved)
    assert page_state.seconds == 10.0
    clock.now += 5
    assert page_state.seconds == 10.0, "not open yet"
    page_state.open()
    clock.now += 5
    page_state.open()
    clock.now += 5
    assert page_state.seconds == 20.0
    page_state.leave()
    clock.now += 5
    assert page_state.seconds == 20.0


def test_a_clock_elsewhere_never_sets_the_time_back(saved: Saved, clock: Clock) -> None:
    page_state = make(saved)
    page_state.spend(25.0)
    page_state.spend(12.0)
    assert page_state.seconds == 25.0
    page_state.open()
    clock.now += 2
    page_state.spend(40.0)
    clock.now += 2
    assert page_state.seconds == 42.0


def test_a_page_that_lost_an_item_keeps_time_and_undo(saved: Saved, clock: Clock) -> None:
    page_state = make(saved)
    page_state.open()
    clock.now += 30
    page_state.change({7: CAT})
    page_state.change({3: CAT})
    page_state.change({3: DOG, 7: DOG})
    rest = make(saved, replace(PAGE, tasks=tuple(replace(t, answer=saved.get(t.item, Answer())) for t in TASKS[1:])))
    rest.take_over(page_state)
    assert rest.seconds == 40.0
    assert rest.undo()
    assert rest.answers == {3: CAT, 5: Answer()}
    assert rest.undo()
    assert not rest.begun
    assert not rest.undo()
    assert saved[7] == DOG, "what left is not touched"


def test_a_gesture_is_held_to_the_classes_of_the_shapes_that_it_touches(saved: Saved) -> None:
    old = tuple(Annotation(class_id=9, shape=Box(n, 0, n + 1, 1), uid=f"s{n}") for n in range(3))  # retired since
    page = replace(PAGE, tasks=(replace(TASKS[0], answer=Answer(annotations=old)),))
    page_state = make(saved, page, TaskType.BOXES)
    new = Annotation(class_id=1, shape=Box(0, 0, 5, 5), uid="new")
    assert page_state.change({7: Answer(annotations=(*old, new))})
    with pytest.raises(AnswerError, match="id 9"):
        page_state.change({7: Answer(annotations=(*old, new, replace(new, class_id=9, uid="other")))})
    with pytest.raises(AnswerError, match="no annotation"):
        page_state.change({7: Answer(annotations=(*old, replace(new, shape=None)))})
    assert page_state.answers[7].annotations == (*old, new)
    assert page_state.undo()
    assert page_state.answers[7].annotations == old
