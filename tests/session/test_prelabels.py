"""The pre-labels that a page shows."""

from jlabel.model.answer import Annotation, Answer
from jlabel.model.proposals import DEFAULT_LEVEL
from jlabel.model.run import Suggestion
from jlabel.model.shapes.box import Box
from jlabel.session.prelabels import Prelabels
from tests.prelabels import answer


def test_what_came_after_the_last_arrival_that_was_seen_is_taken_back() -> None:
    prelabels = Prelabels()
    prelabels.add(1, Suggestion(run=4, answer=answer(1)))
    prelabels.add(2, Suggestion(run=5, answer=answer(1)), 2)
    prelabels.add(3, Suggestion(run=5, answer=answer(2)), 2)
    assert [prelabels.version(item) for item in (1, 2, 9)] == [0, 2, 0]
    assert prelabels.drop_unseen([1, 2, 9], 2) == frozenset()
    assert prelabels.drop_unseen([1, 2, 9], 1) == {2}
    assert (prelabels.answer(2, DEFAULT_LEVEL), prelabels.answer(3, DEFAULT_LEVEL)) == (None, answer(2))
    assert prelabels.shown.keys() == {1, 3}


def test_proposed_shapes_get_names_so_that_they_can_be_changed() -> None:
    prelabels = Prelabels()
    boxes = tuple(Annotation(class_id=1, shape=Box(n, 0, n + 1, 1), uid="mine" if n == 1 else "") for n in range(3))
    prelabels.add(7, Suggestion(run=1, answer=Answer(annotations=boxes)))
    proposed = prelabels.answer(7, DEFAULT_LEVEL)
    assert proposed is not None
    assert [one.uid for one in proposed.annotations] == ["prelabel0", "mine", "prelabel2"]
    assert [one.shape for one in proposed.annotations] == [one.shape for one in boxes]
