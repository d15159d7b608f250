"""Proposed shapes: they reach open pages, and what became of each is counted."""

from jlabel.model.answer import Annotation, Answer, Made
from jlabel.model.assist_outcomes import ShapeCount
from jlabel.model.label_class import make_classes
from jlabel.model.page import Page
from jlabel.model.proposals import name_proposals
from jlabel.model.record import Origin
from jlabel.model.run import AnnotationScore, Outcome, Prediction, RunKind
from jlabel.model.shapes.box import Box
from jlabel.model.task import TaskType
from jlabel.store import Store, read_records
from tests.store.helpers import SOURCE, claimed, files

BOXES = tuple(Annotation(class_id=n % 2 + 1, shape=Box(20 * n, 0, 20 * n + 10, 10)) for n in range(4))
"""Classes 1, 2, 1, 2; the last one is shown on demand only."""
NAMED = name_proposals(Answer(annotations=BOXES)).annotations
SCORES = tuple(AnnotationScore(confidence=0.9 - 0.1 * n, above=n < 3) for n in range(4))
HAND = Annotation(class_id=2, shape=Box(0, 50, 9, 59), uid="hand")


def make_project(store: Store, number: int = 6) -> int:
    project = store.create_project(
        name="cells", task=TaskType.BOXES, classes=make_classes(["a", "b"]), sources=[(SOURCE, files(number))]
    )
    store.arrange(project.id, random_share=0.0)
    return project.id


def propose(store: Store, project: int, *, proven: bool = True, blind: float = 0.0) -> int:
    run = store.start_run(project, RunKind.INFERENCE, reason="").id
    answer = Answer(annotations=BOXES)
    made = [
        Prediction(item=one.item, answer=answer, confidence=0.9, scores=SCORES, above=True, proven=proven)
        for one in read_records(store, project)
    ]
    store.write_predictions(run, made)
    store.finish_run(run, adopted=True)
    store.publish(run, random_share=0.0, blind_share=blind)
    return run


def said(page: Page, *annotations: Annotation) -> dict[int, Answer]:
    return {page.tasks[0].item: Answer(annotations=annotations)}


def test_shapes_reach_open_pages_without_a_promise_and_with_a_draft(store: Store) -> None:
    project = make_project(store)
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 1))
    store.save_drafts(session, said(page, HAND))
    run = propose(store, project, proven=False, blind=1.0)
    (made,) = store.suggestions(session).values()
    assert (made.run, made.proven, made.blind) == (run, False, False), "what carries no promise is never withheld"
    assert (len(made.answer.annotations), len(made.shown.annotations)) == (4, 3)
    again = propose(store, project)
    assert [one.run for one in store.suggestions(session).values()] == [run] != [again]


def test_an_image_that_chance_chose_gets_shapes_unless_it_is_left_to_chance(store: Store) -> None:
    project = store.create_project(
        name="cells", task=TaskType.BOXES, classes=make_classes(["a", "b"]), sources=[(SOURCE, files(6))]
    ).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 1))
    propose(store, project, proven=False)
    assert set(store.suggestions(session)) == {page.tasks[0].item}
    store.submit(session, page.token, said(page, HAND), seconds=1)
    (label,) = store.training_labels(project)
    assert not label.random, "a proposal was shown: it stands in no random sample"
    second = claimed(store.claim(store.open_session(project, "you"), 1))
    assert second.tasks[0].suggestion is not None


def test_what_is_left_to_chance_stays_bare(store: Store) -> None:
    project = store.create_project(
        name="cells", task=TaskType.BOXES, classes=make_classes(["a", "b"]), sources=[(SOURCE, files(6))]
    ).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 1))
    run = store.start_run(project, RunKind.INFERENCE, reason="").id
    answer = Answer(annotations=BOXES)
    item = page.tasks[0].item
    store.write_predictions(
        run, [Prediction(item=item, answer=answer, confidence=0.9, scores=SCORES, above=True, proven=False)]
    )
    store.finish_run(run, adopted=True)
    store.publish(run, random_share=1.0, blind_share=0.0)
    assert store.suggestions(session) == {}
    store.submit(session, page.token, said(page, HAND), seconds=1)
    (label,) = store.training_labels(project)
    assert label.random


def test_each_shape_is_counted_by_run_and_class(store: Store) -> None:
    project = make_project(store)
    run = propose(store, project)
    session = store.open_session(project, "me")
    a, b, c, d = NAMED
    moved = Annotation(class_id=1, shape=Box(42, 0, 52, 10), uid=c.uid, made=Made.PROPOSED)
    reclassed = Annotation(class_id=1, shape=b.shape, uid=b.uid, made=Made.PROPOSED)
    answers = [
        Answer(annotations=(a, b, c)),
        Answer(annotations=(a, b, c, d)),
        Answer(annotations=(a, reclassed, moved, HAND)),
        Answer(annotations=(a, c), rejected=(b.uid, d.uid)),
        Answer(skipped="dark"),
    ]
    done = []
    for answer in answers:
        page = claimed(store.claim(session, 1))
        done.append(store.submit(session, page.token, {page.tasks[0].item: answer}, seconds=1))
    outcomes = store.assist_outcomes(project)
    assert outcomes.shapes == (
        ShapeCount(run=run, class_id=1, accepted=7, moved=1, ious=(80 / 120,)),
        ShapeCount(run=run, class_id=2, accepted=3, reclassed=1, rejected=2, added=1),
    )
    numbers: dict[Outcome, int] = {}
    for one in outcomes.numbers:
        numbers[one.outcome] = numbers.get(one.outcome, 0) + one.number
    assert numbers == {Outcome.ACCEPTED: 2, Outcome.EDITED: 2, Outcome.REJECTED: 1}
    origins = [store.history(one.items[0])[0].origin for one in done]
    assert origins == [Origin.ACCEPTED, Origin.ACCEPTED, Origin.EDITED, Origin.EDITED, Origin.HUMAN]
    assert store.history(done[3].items[0])[0].answer.rejected == (b.uid, d.uid)
    store.undo_submission(session)
    store.undo_submission(session)
    assert [one.rejected for one in store.assist_outcomes(project).shapes] == [0, 0]


def test_withheld_shapes_are_left_out(store: Store) -> None:
    project = make_project(store)
    propose(store, project, blind=1.0)
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 1))
    store.submit(session, page.token, said(page, *BOXES[:3]), seconds=1)
    outcomes = store.assist_outcomes(project)
    assert outcomes.shapes == ()
    assert [one.outcome for one in outcomes.numbers] == [Outcome.BLIND_SAME]
