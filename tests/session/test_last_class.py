"""The class of the shape that a labeler drew last, as a newly opened editor offers it."""

from jlabel import Box
from jlabel.model.answer import Annotation, Answer, Made
from jlabel.session.last_class import find_last_class, newest_class
from tests.session.conftest import Make


def test_the_newest_drawn_shape_counts_and_what_was_copied_or_proposed_does_not() -> None:
    made = [(1, Made.DRAWN), (2, Made.DRAWN), (3, Made.COPIED), (4, Made.PROPOSED)]
    shapes = [
        Annotation(class_id=class_id, shape=Box(0, 0, 9, 9), uid=str(class_id), made=how) for class_id, how in made
    ]
    assert newest_class(Answer(annotations=tuple(shapes))) == 2
    assert newest_class(Answer(empty=True)) is None


def test_it_is_found_in_what_the_labeler_submitted_and_nobody_else(make: Make) -> None:
    project = make(4, task="boxes")
    with project.session(labeler="me", grid=1) as session:
        assert find_last_class(session) is None
        session.next_page()
        session.draw("dog", Box(0, 0, 5, 5))
        assert find_last_class(session) is None, "a draft is on the page itself"
        session.submit()
        session.next_page()
        session.no_objects()
        session.submit()
    with project.session(labeler="me", grid=1) as again, project.session(labeler="you", grid=1) as other:
        assert find_last_class(again) == 2
        assert find_last_class(other) is None
