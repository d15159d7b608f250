"""What became of each proposed shape, and which proposals are shown."""

from dataclasses import replace

import pytest

from jlabel.model.answer import Annotation, Answer, Made, answer_from_dict, answer_to_dict
from jlabel.model.answer_diff import apply_difference, difference_from_dict, difference_to_dict, find_difference
from jlabel.model.proposals import DEFAULT_LEVEL, ProposalLevel, name_proposals, show_proposals
from jlabel.model.run import AnnotationScore, Outcome, Suggestion, agrees, find_outcome
from jlabel.model.shape_outcomes import ShapeOutcome, find_shape_outcomes
from jlabel.model.shapes.box import Box

SURE = (0.9, 0.8, 0.7, 0.4, 0.3)
PLAIN = Answer(annotations=tuple(Annotation(class_id=1, shape=Box(20 * n, 0, 20 * n + 10, 10)) for n in range(5)))
ANSWER = name_proposals(PLAIN)
A, B, C, D, E = ANSWER.annotations
SCORES = tuple(AnnotationScore(confidence=one, above=one > 0.5) for one in SURE)
MADE = Suggestion(run=3, answer=ANSWER, confidence=0.9, scores=SCORES)
HAND = Annotation(class_id=2, shape=Box(0, 50, 10, 60), uid="hand")


def given(*annotations: Annotation, rejected: tuple[str, ...] = ()) -> Answer:
    return Answer(annotations=annotations, rejected=rejected)


def outcomes(answer: Answer, made: Suggestion = MADE) -> dict[str, ShapeOutcome]:
    return {one.uid: one.outcome for one in find_shape_outcomes(answer, made)}


def test_proposals_are_named_by_their_place_in_the_whole_answer_and_marked() -> None:
    assert [one.uid for one in ANSWER.annotations] == [f"prelabel{n}" for n in range(5)]
    assert {one.made for one in ANSWER.annotations} == {Made.PROPOSED}
    assert name_proposals(ANSWER) is ANSWER
    assert MADE.shown.annotations == (A, B, C)
    classes = Answer(annotations=(Annotation(class_id=1),))
    assert name_proposals(classes) is classes


def test_a_level_shows_what_is_asked_for_and_never_breaks_a_promise() -> None:
    def shown(made: Suggestion, level: ProposalLevel) -> list[int]:
        return sorted(int(uid[-1]) for uid in level.shows(made))

    suggested = replace(MADE, proven=False)
    assert shown(MADE, DEFAULT_LEVEL) == shown(suggested, DEFAULT_LEVEL) == [0, 1, 2]
    assert shown(MADE, ProposalLevel(least=0.75)) == [0, 1]
    assert shown(MADE, ProposalLevel(least=0.1)) == [0, 1, 2], "below the threshold nothing is promised"
    assert shown(MADE, ProposalLevel(least=0.35, unproven=True)) == [0, 1, 2, 3]
    assert shown(suggested, ProposalLevel(least=0.35)) == [0, 1, 2, 3]
    assert shown(replace(MADE, scores=()), ProposalLevel(least=0.95)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("answer", "same"),
    [
        (given(C, A, B), True),
        (given(A, B, C, E), True),
        (given(A, replace(B, uid="other", made=Made.ACCEPTED), C), True),
        (given(A, B), False),
        (given(A, B, C, HAND), False),
        (given(A, B, C, C), False),
        (given(A, B, replace(C, class_id=2)), False),
        (Answer(empty=True), False),
        (Answer(skipped=""), False),
    ],
)
def test_an_image_agrees_if_it_has_all_that_is_shown_and_nothing_but_proposals(answer: Answer, same: bool) -> None:
    assert agrees(answer, PLAIN, MADE.shown) == same
    accepted = find_outcome(answer, PLAIN, blind=False, shown=MADE.shown) is Outcome.ACCEPTED
    assert accepted == same


def test_without_scores_the_whole_must_be_there() -> None:
    assert agrees(PLAIN, ANSWER)
    assert not agrees(given(A, B, C), ANSWER)


def test_each_shape_has_its_outcome() -> None:
    moved = replace(B, shape=Box(22, 0, 32, 10))
    both = replace(C, class_id=2, shape=Box(40, 0, 50, 5))
    answer = given(replace(A, made=Made.ACCEPTED), moved, both, HAND, rejected=(D.uid,))
    found = find_shape_outcomes(answer, MADE)
    assert [(one.uid, one.outcome) for one in found] == [
        (A.uid, ShapeOutcome.ACCEPTED),
        (B.uid, ShapeOutcome.MOVED),
        (C.uid, ShapeOutcome.RECLASSED),
        (D.uid, ShapeOutcome.REJECTED),
        ("hand", ShapeOutcome.ADDED),
    ]
    assert [one.iou for one in found] == [1.0, pytest.approx(80 / 120), pytest.approx(0.5), None, None]
    assert [(one.proposed_class, one.class_id) for one in found] == [(1, 1), (1, 1), (1, 2), (1, None), (None, 2)]


def test_what_was_never_shown_is_no_rejection() -> None:
    assert outcomes(given(A)) == {
        A.uid: ShapeOutcome.ACCEPTED, B.uid: ShapeOutcome.REJECTED, C.uid: ShapeOutcome.REJECTED
    }  # fmt: skip
    assert outcomes(given(A, B, C, E))[E.uid] is ShapeOutcome.ACCEPTED
    assert set(outcomes(Answer(empty=True)).values()) == {ShapeOutcome.REJECTED}
    assert outcomes(Answer(skipped="dark")) == {}
    assert len(outcomes(given(A), replace(MADE, scores=()))) == 5


def test_a_proposal_that_came_over_a_shape_of_the_hand_is_no_rejection() -> None:
    mine = Annotation(class_id=1, shape=Box(21, 0, 31, 10), uid="mine")
    assert outcomes(given(A, C, mine)) == {
        A.uid: ShapeOutcome.ACCEPTED, C.uid: ShapeOutcome.ACCEPTED, "mine": ShapeOutcome.ADDED
    }  # fmt: skip
    assert outcomes(given(A, C, mine, rejected=(B.uid,)))[B.uid] is ShapeOutcome.REJECTED, "deleted, then drawn anew"


def test_proposals_come_and_go_and_the_hand_s_shapes_stay() -> None:
    moved = replace(B, shape=Box(22, 0, 32, 10))
    accepted = replace(A, made=Made.ACCEPTED)
    over = Annotation(class_id=2, shape=Box(61, 0, 71, 10), uid="over")
    answer = given(accepted, moved, C, over, rejected=(E.uid,))
    assert show_proposals(answer, MADE, []).annotations == (accepted, moved, over)
    every = ProposalLevel(least=0.0, unproven=True).shows(MADE)
    assert show_proposals(answer, MADE, every) is answer, "D lies under a shape of the hand, E was deleted"
    assert show_proposals(given(HAND), MADE, every).annotations == (HAND, A, B, C, D, E)


def test_what_was_rejected_is_stored_with_the_answer_and_its_changes() -> None:
    answer = given(A, rejected=("prelabel1",))
    assert answer_from_dict(answer_to_dict(answer)) == answer
    assert "rejected" not in answer_to_dict(given(A))
    difference = find_difference(given(A, B), answer)
    assert apply_difference(given(A, B), difference_from_dict(difference_to_dict(difference))) == answer
