"""Proposed shapes on the page of a session: shown by a level, confirmed, deleted, arriving on what was begun."""

import pytest

from jlabel import Box, Project
from jlabel.errors import InputError, NotFound, StoreError
from jlabel.model.answer import Answer, Made
from jlabel.model.page import Queue
from jlabel.model.proposals import DEFAULT_LEVEL, ProposalLevel
from jlabel.model.record import Origin
from jlabel.session.gestures import Accept
from jlabel.session.session import Session
from tests.prelabels import Proposed, items, no_chance, propose
from tests.session.conftest import Make

# pictures are 40 x 30 pixels
FAR = [
    Proposed(Box(0, 0, 8, 8), 0.95),
    Proposed(Box(10, 0, 18, 8), 0.9, class_id=2),
    Proposed(Box(20, 0, 28, 8), 0.8),
    Proposed(Box(0, 12, 8, 20), 0.4, above=False),
    Proposed(Box(10, 12, 18, 20), 0.3, above=False),
]
MINE = Box(30, 20, 38, 28)
OVER = Box(1, 0, 8, 8)
"""Covers the first proposal."""


@pytest.fixture
def project(make: Make) -> Project:
    project = make(6, task="boxes")
    no_chance(project)
    return project


def opened(project: Project, *, proven: bool = True) -> Session:
    """A page on which proposals were served."""
    propose(project, dict.fromkeys(ids(project), FAR), proven=proven)
    session = project.session(labeler="me", grid=1)
    page = session.next_page()
    assert page is not None
    assert page.queue is Queue.PRELABELED
    return session


def bare(project: Project) -> Session:
    """A page that was opened before anything was proposed."""
    session = project.session(labeler="me", grid=1)
    session.next_page()
    return session


def ids(project: Project) -> list[int]:
    return [record.item for record in project.records()]


def answer(session: Session) -> Answer:
    return next(iter(session.answers.values()))


def names(session: Session) -> list[str]:
    """The proposals on the image by their numbers, other shapes as "x"."""
    return [one.uid.removeprefix("prelabel") if "prelabel" in one.uid else "x" for one in answer(session).annotations]


def draft(session: Session) -> Answer | None:
    return session.parts.store.drafts(session.parts.id, items(session.page)).get(items(session.page)[0])


def untouched(session: Session) -> int:
    state = session.parts.pages.state()
    return sum(state.is_untouched(state.items[0], one) for one in answer(session).annotations)


def test_an_untouched_image_shows_the_default_and_then_what_is_asked_for(project: Project) -> None:
    session = opened(project)
    assert names(session) == ["0", "1", "2"]
    assert session.show_proposals(0.85)
    assert names(session) == ["0", "1"]
    assert not session.show_proposals(0.85)
    session.show_proposals(0.1)
    assert names(session) == ["0", "1", "2"], "below the threshold nothing is promised"
    session.show_proposals(0.35, unproven=True)
    assert names(session) == ["0", "1", "2", "3"]
    assert draft(session) is None, "nothing was begun"
    assert not session.parts.pages.state().history.can_undo
    session.submit(seconds=1)
    assert names(session) == ["0", "1", "2", "3"], "the level is kept for the next page"
    session.show_proposals()
    assert names(session) == ["0", "1", "2"]
    assert {one.origin for one in project.records() if one.origin} == {Origin.ACCEPTED}, (
        "also with one that was shown on demand"
    )
    with pytest.raises(InputError, match="between 0 and 1"):
        session.show_proposals(1.5)


def test_suggestions_without_a_promise_are_shown_both_ways(project: Project) -> None:
    session = opened(project, proven=False)
    session.show_proposals(0.35)
    assert names(session) == ["0", "1", "2", "3"]


def test_on_a_begun_image_only_untouched_proposals_come_and_go_in_one_step(project: Project) -> None:
    session = opened(project)
    session.accept_shapes("prelabel2")
    session.remove("prelabel1")
    session.draw("cat", MINE)
    before = answer(session)
    assert names(session) == ["0", "2", "x"]
    assert (before.rejected, untouched(session)) == (("prelabel1",), 1)
    for least in (0.99, 0.5, 0.35, 0.0):
        session.show_proposals(least, unproven=True)
    assert names(session) == ["2", "x", "0", "3", "4"], "what was deleted does not come back"
    assert draft(session) == answer(session)
    assert session.undo()
    assert answer(session) == before, "one step, however far the slider went"
    assert session.parts.pages.level == DEFAULT_LEVEL, "and the slider is back"
    assert session.redo()
    assert session.parts.pages.level == ProposalLevel(least=0.0, unproven=True)
    session.show_proposals()
    assert names(session) == ["2", "x", "0"]
    session.submit(seconds=1)
    (shapes,) = [one for one in project.store.assist_outcomes(project.id).shapes if one.class_id == 1]
    assert (shapes.accepted, shapes.rejected, shapes.added) == (2, 0, 1)
    (other,) = [one for one in project.store.assist_outcomes(project.id).shapes if one.class_id == 2]
    assert (other.proposed, other.rejected) == (1, 1)


def test_accepting_one_is_drafted_and_undone(project: Project) -> None:
    session = opened(project)
    assert session.accept_shapes("prelabel1")
    assert [one.made for one in answer(session).annotations] == [Made.PROPOSED, Made.ACCEPTED, Made.PROPOSED]
    assert draft(session) == answer(session)
    assert not session.accept_shapes("prelabel1")
    assert session.edit(Accept(uids=["prelabel0"]))
    assert untouched(session) == 1
    assert session.accept_shapes(), "all that are left"
    for _ in range(3):
        assert session.undo()
    assert (untouched(session), draft(session)) == (3, None)
    with pytest.raises(NotFound, match="'z'"):
        session.accept_shapes("z")


def test_what_was_moved_or_reclassed_counts_as_touched(project: Project) -> None:
    session = opened(project)
    session.change("prelabel0", Box(1, 1, 9, 9))
    session.reclass("dog", "prelabel2")
    assert untouched(session) == 1
    session.show_proposals(1.0)
    assert names(session) == ["0", "2"]
    session.draw("cat", MINE)
    session.submit(seconds=1)
    shapes = {one.class_id: one for one in project.store.assist_outcomes(project.id).shapes}
    assert (shapes[1].moved, shapes[1].reclassed, shapes[1].added) == (1, 1, 1)
    assert shapes[1].ious == (pytest.approx(49 / 79),)
    assert shapes[2].rejected == 1, "it is shown by default, and the slider hid it"


@pytest.mark.parametrize("proven", [True, False])
def test_proposals_join_what_the_hand_has_drawn(project: Project, *, proven: bool) -> None:
    session = bare(project)
    session.draw("dog", OVER)
    alone = answer(session)
    run = propose(project, dict.fromkeys(ids(project), FAR), proven=proven)
    assert session.refresh_suggestions() == 1
    assert names(session) == ["x", "1", "2"], "none comes over a shape of the hand"
    assert draft(session) == answer(session)
    assert untouched(session) == 2
    assert session.refresh_suggestions() == 0
    assert session.undo()
    assert answer(session) == alone
    assert session.redo()
    session.remove("prelabel1")
    session.submit(seconds=1)
    assert {one.run for one in project.records() if one.run} == {run}
    counts = {one.class_id: one for one in project.store.assist_outcomes(project.id).shapes}
    assert (counts[1].accepted, counts[1].rejected) == (1, 0), "what lay under the hand's shape was never shown"
    assert (counts[2].rejected, counts[2].added) == (1, 1)


@pytest.mark.parametrize("how", ["skip", "no_objects"])
def test_nothing_joins_a_skip_or_no_objects_until_it_is_taken_back(project: Project, how: str) -> None:
    session = bare(project)
    getattr(session, how)()
    propose(project, dict.fromkeys(ids(project), FAR))
    assert session.refresh_suggestions() == 0
    assert names(session) == []
    getattr(session, how)()
    assert session.refresh_suggestions() == 1
    assert names(session) == ["0", "1", "2"]


def test_a_skip_is_taken_back_also_where_something_was_deleted(project: Project) -> None:
    session = opened(project)
    session.remove("prelabel0")
    session.skip("dark")
    assert not session.show_proposals(0.0, unproven=True)
    session.skip("dark")
    assert not answer(session).given
    session.show_proposals()
    assert names(session) == ["1", "2"]


def test_proposals_wait_for_a_draft_of_an_earlier_kernel(project: Project) -> None:
    session = bare(project)
    session.draw("dog", OVER)
    session.close()
    propose(project, dict.fromkeys(ids(project), FAR))
    heir = project.session(labeler="me", grid=1)
    heir.next_page()
    assert names(heir) == ["x", "1", "2"]
    heir.remove("prelabel1")
    heir.close()
    third = project.session(labeler="me", grid=1)
    third.next_page()
    assert names(third) == ["x", "2"]
    third.show_proposals(0.0, unproven=True)
    assert names(third) == ["x", "2", "3", "4"], "what was deleted is known to a later kernel too"


def test_what_nobody_has_seen_is_neither_submitted_nor_in_the_way_of_undo(project: Project) -> None:
    session = bare(project)
    session.draw("dog", OVER)
    session.draw("dog", MINE)
    seen = session.parts.suggestions.version
    propose(project, dict.fromkeys(ids(project), FAR))
    assert session.refresh_suggestions() == 1
    session.draw("cat", Box(30, 10, 36, 16))
    assert session.undo(seen_version=seen)
    assert names(session) == ["x", "x"]
    assert session.undo(seen_version=seen)
    assert names(session) == ["x"]
    assert session.refresh_suggestions() == 1, "they come again"
    assert names(session) == ["x", "1", "2"]
    session.submit(seconds=1, seen_version=seen)
    (done,) = [one for one in project.records() if one.answer.given]
    assert ([one.uid for one in done.answer.annotations if "prelabel" in one.uid], done.origin) == ([], Origin.HUMAN)
    assert project.store.assist_outcomes(project.id).shapes == ()


def test_proposals_that_could_not_be_saved_come_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    session = bare(project)
    session.draw("dog", OVER)
    propose(project, dict.fromkeys(ids(project), FAR))

    def fail(*_: object, **__: object) -> None:
        raise StoreError("The database is away.")

    with monkeypatch.context() as patched:
        patched.setattr(session.parts.store, "save_drafts", fail)
        with pytest.raises(StoreError):
            session.refresh_suggestions()
    assert names(session) == ["x"]
    assert session.refresh_suggestions() == 1
    assert names(session) == ["x", "1", "2"]


def test_withheld_shapes_are_left_out_and_what_is_undone_does_not_count(project: Project) -> None:
    propose(project, dict.fromkeys(ids(project), FAR), blind=1.0)
    session = bare(project)
    assert names(session) == []
    session.draw("cat", MINE)
    session.submit(seconds=1)
    assert project.store.assist_outcomes(project.id).shapes == ()


def test_a_submission_that_is_taken_back_opens_with_its_proposals(project: Project) -> None:
    session = opened(project)
    session.remove("prelabel0")
    session.submit(seconds=1)
    assert project.store.assist_outcomes(project.id).shapes
    session.undo()
    assert (names(session), untouched(session)) == (["1", "2"], 2)
    assert project.store.assist_outcomes(project.id).shapes == ()
    session.show_proposals(0.0, unproven=True)
    assert names(session) == ["1", "2", "3", "4"]
