"""Answers: what may be said of an item, and how it is written down."""

import pytest

from jlabel.errors import AnswerError, InputError
from jlabel.model.answer import UNANSWERED, Annotation, Answer, answer_from_dict, answer_to_dict, check_answer
from jlabel.model.item import TRANSITIONS, ItemEvent, ItemState, after
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.task import TaskType

CAT, DOG = Annotation(class_id=1), Annotation(class_id=2)
KNOWN = frozenset({1, 2})
BOX = Annotation(class_id=1, shape=Box(1, 2, 3, 4), uid="a")
RING = Annotation(class_id=1, shape=Polygon((((0, 0), (4, 0), (0, 4)),), holes=(((1, 1), (2, 1), (1, 2)),)), uid="b")


@pytest.mark.parametrize(
    "answer",
    [
        UNANSWERED,
        Answer(annotations=(CAT, DOG)),
        Answer(empty=True),
        Answer(skipped="dark"),
        Answer(skipped=""),
        Answer(annotations=(BOX, RING)),
    ],
)
def test_an_answer_survives_its_writing(answer: Answer) -> None:
    assert answer_from_dict(answer_to_dict(answer)) == answer


@pytest.mark.parametrize(
    "kwargs",
    [{"annotations": (CAT,), "empty": True}, {"annotations": (CAT,), "skipped": ""}, {"empty": True, "skipped": "x"}],
)
def test_an_answer_says_one_thing(kwargs: dict[str, object]) -> None:
    with pytest.raises(AnswerError, match="not several"):
        Answer(**kwargs)  # type: ignore[arg-type]


def test_a_skip_without_a_reason_is_given_and_nothing_is_not() -> None:
    assert Answer(skipped="").given
    assert not UNANSWERED.given


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"v": 2},
        {"v": 1, "annotations": [{}]},
        {"v": 1, "annotations": [{"class": 1, "shape": {"box": [1, 2, 3]}}]},
        {"v": 1, "annotations": [{"class": 1, "shape": {"box": [1, 1, 1, 1]}}]},
    ],
)
def test_foreign_answers_are_refused(data: dict[str, object]) -> None:
    with pytest.raises(AnswerError):
        answer_from_dict(data)


@pytest.mark.parametrize(
    ("answer", "task", "says"),
    [
        (Answer(annotations=(CAT, DOG)), TaskType.MULTI_CLASS, "one label class, not 2"),
        (Answer(empty=True), TaskType.MULTI_CLASS, "No objects"),
        (Answer(annotations=(CAT, CAT)), TaskType.MULTI_LABEL, "twice"),
        (Answer(annotations=(Annotation(class_id=9),)), TaskType.MULTI_LABEL, "id 9"),
        (Answer(annotations=(BOX,)), TaskType.MULTI_LABEL, "Box"),
        (Answer(annotations=(CAT,)), TaskType.BOXES, "NoneType"),
        (Answer(annotations=(RING,)), TaskType.BOXES, "Polygon"),
    ],
)
def test_the_task_type_decides_what_is_an_answer(answer: Answer, task: TaskType, says: str) -> None:
    with pytest.raises(AnswerError, match=says):
        check_answer(answer, task, KNOWN)


def test_two_boxes_of_one_class_are_an_answer() -> None:
    answer = Answer(annotations=(BOX, BOX))
    assert check_answer(answer, TaskType.BOXES, KNOWN) is answer


def test_the_table_of_states_is_closed_and_reaches_every_state() -> None:
    assert set(TRANSITIONS.values()) == set(ItemState)
    assert after(ItemState.WAITING, ItemEvent.LABEL) is ItemState.LABELED
    with pytest.raises(InputError, match="unreadable cannot label"):
        after(ItemState.UNREADABLE, ItemEvent.LABEL)
