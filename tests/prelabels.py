"""What the assist worker does, done by a test: a run is published with the pre-labels that the test wants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jlabel import Project
from jlabel.model.answer import Annotation, Answer, Made
from jlabel.model.page import Page
from jlabel.model.run import AnnotationScore, Prediction, RunKind
from jlabel.model.shapes.shape import Shape
from jlabel.store import Store


def answer(*class_ids: int) -> Answer:
    """An answer of these classes; of none of them: "No objects"."""
    return Answer(annotations=tuple(Annotation(class_id=number) for number in class_ids), empty=not class_ids)


def publish(
    project: Project,
    sure: Mapping[int, Sequence[int]],
    *,
    confidence: float = 0.97,
    blind: float = 0.0,
    alternative: int = 0,
    proven: bool = True,
    store: Store | None = None,
) -> int:
    """Publish a run that pre-labels the items ``sure`` with their classes, and return its id.

    ``alternative`` is the second likeliest class of those with one class; ``proven=False``: they carry no promise.
    """
    store = store or project.store
    run = store.start_run(project.id, RunKind.INFERENCE, reason="12 new labels").id
    made = (
        Prediction(
            item=item,
            answer=answer(*classes),
            confidence=confidence,
            scores=tuple(AnnotationScore(confidence=confidence - 0.1 * place) for place in range(len(classes))),
            above=True,
            alternative=alternative if len(classes) == 1 else 0,
            proven=proven,
        )
        for item, classes in sure.items()
    )
    store.write_predictions(run, made)
    store.finish_run(run, adopted=True)
    store.publish(run, random_share=0.0, blind_share=blind)
    return run


@dataclass(frozen=True)
class Proposed:
    """One proposed shape."""

    shape: Shape
    confidence: float = 0.9
    class_id: int = 1
    above: bool = True


def propose(
    project: Project,
    made: Mapping[int, Sequence[Proposed]],
    *,
    blind: float = 0.0,
    proven: bool = True,
    store: Store | None = None,
) -> int:
    """Publish a run that proposes shapes on items, and return its id; ``proven=False``: they carry no promise."""
    store = store or project.store
    run = store.start_run(project.id, RunKind.INFERENCE, reason="12 new labels").id
    predictions = (
        Prediction(
            item=item,
            answer=Answer(
                annotations=tuple(
                    Annotation(class_id=one.class_id, shape=one.shape, made=Made.PROPOSED) for one in proposals
                )
            ),
            confidence=max(one.confidence for one in proposals),
            scores=tuple(AnnotationScore(confidence=one.confidence, above=one.above) for one in proposals),
            above=True,
            proven=proven,
        )
        for item, proposals in made.items()
    )
    store.write_predictions(run, predictions)
    store.finish_run(run, adopted=True)
    store.publish(run, random_share=0.0, blind_share=blind)
    return run


def no_chance(project: Project) -> None:
    """Leave no item to chance: those that are get no pre-label."""
    project.store.arrange(project.id, random_share=0.0)


def items(page: Page | None) -> list[int]:
    return [] if page is None else [task.item for task in page.tasks]
