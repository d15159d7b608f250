"""What a labeler says about one item."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jlabel.errors import AnswerError
from jlabel.model.shapes.shape import Shape
from jlabel.model.shapes.table import shape_from_dict
from jlabel.model.task import TaskType

VERSION = 1


class Made(StrEnum):
    """How a shape came onto its image; moving it or giving it another class later does not change that."""

    DRAWN = "drawn"
    COPIED = "copied"
    """Pasted, or taken over from the previous image."""
    PROPOSED = "proposed"
    """A pre-label."""
    ACCEPTED = "accepted"
    """A pre-label that somebody confirmed by itself."""


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """One label class given to an image, or to a shape on it.

    Attributes:
        class_id: ``LabelClass.id``.
        shape: in image pixels; ``None`` in classification.
        uid: names the shape within its item while it is edited; empty in classification.
        made: how the shape came to be.
    """

    class_id: int
    shape: Shape | None = None
    uid: str = ""
    made: Made = Made.DRAWN


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said about one item: annotations, "No objects", a skip, or nothing yet.

    Attributes:
        annotations: in the order given.
        empty: "No objects": someone looked and there is none. Never confused with a skip.
        skipped: the reason for skipping, possibly ``""``; ``None`` when not skipped.
        rejected: names of the proposed shapes that somebody deleted, sorted.
    """

    annotations: tuple[Annotation, ...] = ()
    empty: bool = False
    skipped: str | None = None
    rejected: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        said = bool(self.annotations) + self.empty + (self.skipped is not None)
        if said > 1:
            raise AnswerError(
                "An answer is either labels, or 'No objects', or a skip, not several at once. Clear the item first."
            )

    @property
    def given(self) -> bool:
        """Whether anything was said, so that the item may be submitted."""
        return bool(self.annotations) or self.empty or self.skipped is not None

    @property
    def class_ids(self) -> tuple[int, ...]:
        """Class ids of the annotations, doubles kept."""
        return tuple(annotation.class_id for annotation in self.annotations)


UNANSWERED = Answer()


def check_answer(answer: Answer, task: TaskType, class_ids: frozenset[int]) -> Answer:
    """Return ``answer`` if the task type allows it.

    Raises:
        AnswerError: an unknown class, a shape where none belongs or none where one does, more than one class in
            multi-class, one class twice in multi-label, "No objects" in multi-class.
    """
    unknown = set(answer.class_ids) - class_ids
    if unknown:
        raise AnswerError(f"No label class has the id {min(unknown)}. It was removed, or belongs to another project.")
    if answer.empty and not task.allows_empty:
        raise AnswerError(f"'No objects' is not an answer in a {task} project. Pick a class, or skip the image.")
    if not task.many_classes and len(answer.annotations) > 1:
        raise AnswerError(f"A {task} image takes one label class, not {len(answer.annotations)}.")
    if not task.has_shapes and len(set(answer.class_ids)) < len(answer.annotations):
        raise AnswerError("The same label class was given twice to one image.")
    wrong = next((a for a in answer.annotations if _key(a.shape) != task.shape), None)
    if wrong is not None:
        raise AnswerError(f"A {task} project takes no annotation with the shape {type(wrong.shape).__name__}.")
    return answer


def _key(shape: Shape | None) -> str | None:
    return None if shape is None else shape.key


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """Return ``answer`` as plain JSON data, with a version."""
    data: dict[str, Any] = {"v": VERSION}
    if answer.annotations:
        data["annotations"] = [annotation_to_dict(annotation) for annotation in answer.annotations]
    if answer.empty:
        data["empty"] = True
    if answer.skipped is not None:
        data["skipped"] = answer.skipped
    if answer.rejected:
        data["rejected"] = list(answer.rejected)
    return data


def answer_from_dict(data: Mapping[str, Any]) -> Answer:
    """Read what ``answer_to_dict`` wrote.

    Raises:
        AnswerError: written by a later version, or not of this form.
    """
    version = data.get("v")
    if version != VERSION:
        raise AnswerError(f"An answer of version {version!r} cannot be read; this jlabel reads {VERSION}. Update it.")
    try:
        annotations = tuple(map(annotation_from_dict, data.get("annotations", ())))
        rejected = tuple(map(str, data.get("rejected", ())))
    except (KeyError, TypeError, ValueError) as error:
        raise AnswerError(f"A stored answer is malformed: {error}.") from error
    return Answer(
        annotations=annotations,
        empty=bool(data.get("empty", False)),
        skipped=data.get("skipped"),
        rejected=rejected,
    )


def annotation_to_dict(annotation: Annotation) -> dict[str, Any]:
    """Return ``annotation`` as plain JSON data: ``class``, and where it has them ``shape``, ``uid`` and ``made``."""
    data: dict[str, Any] = {"class": annotation.class_id}
    if annotation.shape is not None:
        data["shape"] = annotation.shape.to_dict()
    if annotation.uid:
        data["uid"] = annotation.uid
    if annotation.made is not Made.DRAWN:
        data["made"] = str(annotation.made)
    return data


def annotation_from_dict(data: Mapping[str, Any]) -> Annotation:
    """Read what ``annotation_to_dict`` wrote.

    Raises:
        GeometryError: the shape has no area or is not finite.
        KeyError, TypeError, ValueError: not of this form.
    """
    return Annotation(
        class_id=int(data["class"]),
        shape=shape_from_dict(data.get("shape")),
        uid=str(data.get("uid", "")),
        made=Made(data.get("made", Made.DRAWN)),
    )
