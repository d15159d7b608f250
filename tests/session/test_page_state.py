"""One page at work: answers, the time on it, and what happens to both when the page changes."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from jlabel.errors import AnswerError, InputError, NotFound, StoreFull
from jlabel.model.answer import Annotation, Answer
from jlabel.model.page import Page, Queue, Task
from jlabel.model.shapes.shape import Box
from jlabel.model.task import TaskType
from jlabel.session import page_state as module
from jlabel.session.page_state import Sheet

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

    def __call__(self, changed: Mapping[int, Answer]) -> None:
        if self.full:
            raise StoreFull("There is no room left.")
        self.update(changed)


@pytest.fixture
def saved() -> Saved:
    return Saved()


def make(saved: Saved, page: Page = PAGE, task: TaskType = TaskType.MULTI_CLASS) -> Sheet:
    return Sheet(page, task, frozenset({1, 2}), saved)


def test_items_and_answers_keep_the_order_shown(saved: Saved) -> None:
    sheet = make(saved)
    assert sheet.items == (7, 3, 5)
    sheet.change({5: CAT, 7: DOG})
    assert list(sheet.answers.items()) == [(7, DOG), (3, Answer()), (5, CAT)]
    assert sheet.missing == (3,)
    assert sheet.begun
    assert saved == {5: CAT, 7: DOG}


def test_drafts_are_there_from_the_start_and_no_step_to_undo(saved: Saved) -> None:
    sheet = make(saved, replace(PAGE, tasks=(replace(TASKS[0], answer=CAT), *TASKS[1:])))
    assert sheet.answers[7] == CAT
    assert not sheet.undo()
    assert saved == {}


def test_what_cannot_be_saved_is_not_shown(saved: Saved) -> None:
    sheet = make(saved)
    sheet.change({7: CAT})
    saved.full = True
    with pytest.raises(StoreFull):
        sheet.change({7: DOG})
    assert sheet.answers[7] == CAT
    saved.full = False
    assert sheet.undo()
    assert sheet.answers[7] == Answer()
    assert not sheet.history.can_undo


@pytest.mark.parametrize("wrong", [Answer(empty=True), Answer(annotations=(Annotation(class_id=9),))])
def test_an_answer_that_is_none_changes_nothing(saved: Saved, wrong: Answer) -> None:
    sheet = make(saved)
    with pytest.raises(AnswerError):
        sheet.change({7: CAT, 3: wrong})
    assert not sheet.begun
    assert saved == {}


def test_only_what_differs_is_saved_and_undone(saved: Saved) -> None:
    sheet = make(saved)
    sheet.change({7: CAT})
    saved.clear()
    assert not sheet.change({7: CAT})
    assert sheet.change({7: CAT, 3: CAT})
    assert saved == {3: CAT}
    sheet.undo()
    assert sheet.answers == {7: CAT, 3: Answer(), 5: Answer()}


def test_items_are_picked_once_each_and_only_from_the_page(saved: Saved) -> None:
    sheet = make(saved)
    assert sheet.pick(None) == (7, 3, 5)
    assert sheet.pick([5, 5, 3]) == (5, 3)
    with pytest.raises(NotFound, match="Item 99"):
        sheet.pick([5, 99])
    with pytest.raises(InputError, match="No image"):
        sheet.pick([])


def test_time_runs_while_the_page_is_open(saved: Saved, clock: Clock) -> None:
    sheet = make(saved)
    assert sheet.seconds == 10.0
    clock.now += 5
    assert sheet.seconds == 10.0, "not open yet"
    sheet.open()
    clock.now += 5
    sheet.open()
    clock.now += 5
    assert sheet.seconds == 20.0
    sheet.leave()
    clock.now += 5
    assert sheet.seconds == 20.0


def test_a_clock_elsewhere_never_sets_the_time_back(saved: Saved, clock: Clock) -> None:
    sheet = make(saved)
    sheet.spend(25.0)
    sheet.spend(12.0)
    assert sheet.seconds == 25.0
    sheet.open()
    clock.now += 2
    sheet.spend(40.0)
    clock.now += 2
    assert sheet.seconds == 42.0


def test_a_page_that_lost_an_item_keeps_time_and_undo(saved: Saved, clock: Clock) -> None:
    sheet = make(saved)
    sheet.open()
    clock.now += 30
    sheet.change({7: CAT})
    sheet.change({3: CAT})
    sheet.change({3: DOG, 7: DOG})
    rest = make(saved, replace(PAGE, tasks=tuple(replace(t, answer=saved.get(t.item, Answer())) for t in TASKS[1:])))
    rest.take_over(sheet)
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
    sheet = make(saved, page, TaskType.BOXES)
    new = Annotation(class_id=1, shape=Box(0, 0, 5, 5), uid="new")
    assert sheet.change({7: Answer(annotations=(*old, new))})
    with pytest.raises(AnswerError, match="id 9"):
        sheet.change({7: Answer(annotations=(*old, new, replace(new, class_id=9, uid="other")))})
    with pytest.raises(AnswerError, match="no annotation"):
        sheet.change({7: Answer(annotations=(*old, replace(new, shape=None)))})
    assert sheet.answers[7].annotations == (*old, new)
    assert sheet.undo()
    assert sheet.answers[7].annotations == old
