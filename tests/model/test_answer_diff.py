"""Differences between answers: found, applied, written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.errors import AnswerError
from jlabel.model.answer import UNANSWERED, Annotation, Answer
from jlabel.model.answer_diff import Splice, apply_difference, difference_from_dict, difference_to_dict, find_difference
from jlabel.model.shapes.box import Box

SHAPES = tuple(Annotation(class_id=1, shape=Box(n, 0, n + 1, 1), uid=f"s{n}") for n in range(12))
orders = st.lists(st.integers(0, 11), max_size=14)


def of(*numbers: int) -> Answer:
    return Answer(annotations=tuple(SHAPES[n] for n in numbers))


@given(orders, orders)
def test_a_difference_leads_from_any_answer_to_any_other(old: list[int], new: list[int]) -> None:
    before, after = of(*old), of(*new)
    found = find_difference(before, after)
    assert apply_difference(before, found) == after
    assert difference_from_dict(difference_to_dict(found)) == found


def test_only_what_changed_is_told() -> None:
    before = of(0, 1, 2, 3, 4, 5)
    other = Annotation(class_id=2, shape=Box(0, 0, 5, 5), uid="s3")
    after = Answer(annotations=(SHAPES[0], SHAPES[2], other, SHAPES[4], SHAPES[5], SHAPES[6]))
    found = find_difference(before, after)
    assert found.splices == (
        Splice(at=1, gone=1),
        Splice(at=3, gone=1, put=(other,)),
        Splice(at=6, gone=0, put=(SHAPES[6],)),
    )
    assert found.put == (other, SHAPES[6])
    assert find_difference(before, before).splices == ()


@pytest.mark.parametrize("after", [UNANSWERED, Answer(empty=True), Answer(skipped=""), Answer(skipped="dark")])
def test_a_skip_and_no_objects_are_told(after: Answer) -> None:
    for before in (of(0, 1), UNANSWERED, Answer(skipped="blurred")):
        found = difference_from_dict(difference_to_dict(find_difference(before, after)))
        assert apply_difference(before, found) == after


def test_a_difference_of_another_answer_is_refused() -> None:
    found = find_difference(of(0, 1, 2), of(0, 1))
    with pytest.raises(AnswerError, match="does not fit"):
        apply_difference(of(0, 1), found)


@pytest.mark.parametrize(
    "data",
    [{}, {"v": 2}, {"v": 1, "splices": [{}]}, {"v": 1, "splices": [{"at": 0, "gone": 0, "put": [{"class": "x"}]}]}],
)
def test_foreign_differences_are_refused(data: dict[str, object]) -> None:
    with pytest.raises(AnswerError):
        difference_from_dict(data)
