"""What one gesture does to the shapes of an answer, whatever their kind: pure functions.

Each takes an ``Answer`` and, where a shape may come to lie elsewhere, the image's ``Size``, and returns a new
``Answer`` or raises and changes nothing. Drawing on an image that was skipped or called "No objects" replaces that.
What only outlines of any form can do is in ``outline_edits.py``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from jlabel.errors import AnswerError, GeometryError, NotFound
from jlabel.model.answer import UNANSWERED, Annotation, Answer, Made
from jlabel.model.shapes.check import check_shape
from jlabel.model.shapes.shape import Shape

Size = tuple[float, float]
"""Width and height of the image, pixels."""
MAX_SHAPES = 10_000
"""On one image."""


def draw(answer: Answer, class_id: int, shape: Shape, size: Size, uid: str = "", *, repaired: bool = False) -> Answer:
    """Return the answer with one more shape, on top of the others.

    Args:
        answer: before.
        class_id: of the new shape.
        shape: what overshoots the image is clipped.
        size: of the image.
        uid: the new shape's name; ``""`` gives it the next free one.
        repaired: mend an outline that crosses itself instead of refusing it.

    Raises:
        GeometryError: outside the image, without area, or crossing itself.
        AnswerError: the name is taken, or the image holds too many shapes.
    """
    new = Annotation(class_id=class_id, shape=shape, uid=uid or free_uid(answer))
    return draw_many(answer, [new], size, repaired=repaired)


def draw_many(answer: Answer, new: Sequence[Annotation], size: Size, *, repaired: bool = False) -> Answer:
    """Return the answer with more shapes, each with a name of its own; otherwise as ``draw``."""
    taken, fitted = {a.uid for a in answer.annotations}, list[Annotation]()
    for annotation in new:
        if annotation.uid in taken:
            raise AnswerError(f"A shape named {annotation.uid!r} is on the image already.")
        if annotation.shape is None:
            raise AnswerError(f"The annotation {annotation.uid!r} has no shape.")
        taken.add(annotation.uid)
        fitted.append(replace(annotation, shape=check_shape(annotation.shape, *size, repaired=repaired)))
    return with_more(answer.annotations, fitted)


def change(answer: Answer, uid: str, shape: Shape, size: Size, *, repaired: bool = False) -> Answer:
    """Return the answer with another outline for ``uid``, clipped to the image.

    Raises:
        NotFound: no such shape.
        GeometryError: as for ``draw``.
        AnswerError: a shape of another kind; convert it instead.
    """
    return change_many(answer, {uid: shape}, size, repaired=repaired)


def change_many(answer: Answer, outlines: Mapping[str, Shape], size: Size, *, repaired: bool = False) -> Answer:
    """Return the answer with other outlines for several shapes; otherwise as ``change``."""

    def fitted(annotation: Annotation) -> Shape:
        shape = outlines[annotation.uid]
        if type(annotation.shape) is not type(shape):
            was, now = kind_of(annotation.shape), kind_of(shape)
            raise AnswerError(f"The shape {annotation.uid!r} is a {was}, not a {now}. Convert it instead.")
        return check_shape(shape, *size, repaired=repaired)

    return reshaped(answer, outlines, fitted)


def remove(answer: Answer, uids: Iterable[str]) -> Answer:
    """Return the answer without these shapes; without any left it is unanswered, not "No objects".

    Raises:
        NotFound: no such shape.
    """
    gone = known(answer, uids)
    return with_more((), [a for a in answer.annotations if a.uid not in gone])


def remove_all(answer: Answer) -> Answer:
    """Return the answer without any shape: unanswered, not "No objects"; a skip and "No objects" stay."""
    return UNANSWERED if answer.annotations else answer


def reclass(answer: Answer, uids: Iterable[str], class_id: int) -> Answer:
    """Return the answer with another class for these shapes.

    Raises:
        NotFound: no such shape.
    """
    chosen = known(answer, uids)
    return replace(
        answer, annotations=tuple(replace(a, class_id=class_id) if a.uid in chosen else a for a in answer.annotations)
    )


def accept(answer: Answer, uids: Iterable[str]) -> Answer:
    """Return the answer with these proposed shapes confirmed; shapes of another origin stay as they are.

    Raises:
        NotFound: no such shape.
    """
    chosen = known(answer, uids)
    return replace(
        answer,
        annotations=tuple(
            replace(a, made=Made.ACCEPTED) if a.uid in chosen and a.made is Made.PROPOSED else a
            for a in answer.annotations
        ),
    )


def paste(answer: Answer, copied: Sequence[Annotation], size: Size, *, dx: float = 0.0, dy: float = 0.0) -> Answer:
    """Return the answer with copies of shapes, moved by (dx, dy) pixels and clipped, with new names, at the end.

    Raises:
        AnswerError: nothing to paste, or none of it would lie on this image.
    """
    taken, fresh = {a.uid for a in answer.annotations}, list[Annotation]()
    for annotation in copied:
        if annotation.shape is None:
            continue
        try:
            shape = check_shape(annotation.shape.translate(dx, dy), *size)
        except GeometryError:  # from a larger image: this one lies outside
            continue
        uid = _next(taken)
        taken.add(uid)
        fresh.append(Annotation(class_id=annotation.class_id, shape=shape, uid=uid, made=Made.COPIED))
    if not fresh:
        raise AnswerError("There is nothing to paste on this image. Copy a shape that lies within it first.")
    return with_more(answer.annotations, fresh)


def copy_from(answer: Answer, previous: Answer, size: Size) -> Answer:
    """Return the answer with the shapes of the previous image that are not on this one already.

    Raises:
        AnswerError: the previous image has no shape, or none that is new and fits.
    """
    here = {(a.class_id, a.shape) for a in answer.annotations}
    fresh = [a for a in previous.annotations if a.shape is not None and (a.class_id, a.shape) not in here]
    if not fresh:
        raise AnswerError("The previous image has no shape that this one lacks.")
    return paste(answer, fresh, size)


def find(answer: Answer, uid: str) -> Annotation:
    """Return the annotation named ``uid``.

    Raises:
        NotFound: no such shape on the image.
    """
    known(answer, [uid])
    return next(a for a in answer.annotations if a.uid == uid)


def known(answer: Answer, uids: Iterable[str]) -> set[str]:
    """Return names as a set.

    Raises:
        NotFound: no shape on the image has one of them.
    """
    named, here = set(uids), {a.uid for a in answer.annotations if a.uid}
    if named - here:
        raise NotFound(f"No shape named {min(named - here)!r} is on the image. It may have been deleted.")
    return named


def with_more(old: Iterable[Annotation], new: Iterable[Annotation]) -> Answer:
    """Return an answer of ``old``, then ``new``.

    Raises:
        AnswerError: more than ``MAX_SHAPES``.
    """
    annotations = (*old, *new)
    if len(annotations) > MAX_SHAPES:
        raise AnswerError(f"An image takes at most {MAX_SHAPES} shapes.")
    return Answer(annotations=annotations)


def reshaped(answer: Answer, uids: Iterable[str], reshape: Callable[[Annotation], Shape]) -> Answer:
    """Return the answer with other outlines for some shapes; the other annotations are the same objects."""
    chosen = known(answer, uids)
    annotations = (replace(a, shape=reshape(a)) if a.uid in chosen else a for a in answer.annotations)
    return replace(answer, annotations=tuple(annotations))


def kind_of(shape: Shape | None) -> str:
    """Return what a shape is called."""
    return "label without a shape" if shape is None else shape.name


def free_uid(answer: Answer) -> str:
    """Return a name that no shape on the image has."""
    return _next({a.uid for a in answer.annotations})


def _next(taken: set[str]) -> str:
    number = len(taken) + 1
    while f"s{number}" in taken:
        number += 1
    return f"s{number}"
