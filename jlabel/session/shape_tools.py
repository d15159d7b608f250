"""What one gesture does to the shapes of an answer: pure functions.

Each takes an ``Answer`` and, where a shape may come to lie elsewhere, the image's ``Size``, and returns a new
``Answer`` or raises and leaves everything as it was. Drawing on an image that was skipped or called "No objects"
replaces that.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from jlabel.errors import AnswerError, GeometryError, NotFound
from jlabel.model.answer import UNANSWERED, Annotation, Answer, Made
from jlabel.model.shapes import planar
from jlabel.model.shapes.shape import Box, Polygon, Shape, box_to_polygon, polygon_to_box, translate

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
    new = Annotation(class_id=class_id, shape=shape, uid=uid or _free(answer))
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
        fitted.append(replace(annotation, shape=planar.check_shape(annotation.shape, *size, repaired=repaired)))
    return _with(answer.annotations, fitted)


def change(answer: Answer, uid: str, shape: Shape, size: Size, *, repaired: bool = False) -> Answer:
    """Return the answer with another outline for ``uid``, clipped to the image.

    Raises:
        NotFound: no such shape.
        GeometryError: as for ``draw``.
        AnswerError: a box given for a polygon or the other way round; convert it instead.
    """
    return change_many(answer, {uid: shape}, size, repaired=repaired)


def change_many(answer: Answer, outlines: Mapping[str, Shape], size: Size, *, repaired: bool = False) -> Answer:
    """Return the answer with other outlines for several shapes; otherwise as ``change``."""

    def fitted(annotation: Annotation) -> Shape:
        shape = outlines[annotation.uid]
        if type(annotation.shape) is not type(shape):
            was, now = _kind(annotation.shape), _kind(shape)
            raise AnswerError(f"The shape {annotation.uid!r} is a {was}, not a {now}. Convert it instead.")
        return planar.check_shape(shape, *size, repaired=repaired)

    return _reshaped(answer, outlines, fitted)


def remove(answer: Answer, uids: Iterable[str]) -> Answer:
    """Return the answer without these shapes; without any left it is unanswered, not "No objects".

    Raises:
        NotFound: no such shape.
    """
    gone = _known(answer, uids)
    return _with((), [a for a in answer.annotations if a.uid not in gone])


def remove_all(answer: Answer) -> Answer:
    """Return the answer without any shape: unanswered, not "No objects"; a skip and "No objects" stay."""
    return UNANSWERED if answer.annotations else answer


def reclass(answer: Answer, uids: Iterable[str], class_id: int) -> Answer:
    """Return the answer with another class for these shapes.

    Raises:
        NotFound: no such shape.
    """
    chosen = _known(answer, uids)
    return replace(
        answer, annotations=tuple(replace(a, class_id=class_id) if a.uid in chosen else a for a in answer.annotations)
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
            shape = planar.check_shape(translate(annotation.shape, dx, dy), *size)
        except GeometryError:  # from a larger image: this one lies outside
            continue
        uid = _next(taken)
        taken.add(uid)
        fresh.append(Annotation(class_id=annotation.class_id, shape=shape, uid=uid, made=Made.COPIED))
    if not fresh:
        raise AnswerError("There is nothing to paste on this image. Copy a shape that lies within it first.")
    return _with(answer.annotations, fresh)


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


def cut(answer: Answer, uid: str, shape: Shape, size: Size) -> Answer:
    """Return the answer with ``shape`` cut out of the polygon ``uid``: a hole, a bite, or two parts.

    Raises:
        NotFound: no such shape.
        AnswerError: ``uid`` is a box.
        GeometryError: nothing would be left.
    """
    old = _polygon(find(answer, uid))
    return _replaced(answer, uid, planar.check_shape(planar.subtract(old, [shape]), *size))


def add(answer: Answer, uid: str, shape: Shape, size: Size) -> Answer:
    """Return the answer with ``shape`` added to the polygon ``uid``: a bulge, a filled hole, or another part.

    Raises:
        NotFound: no such shape.
        AnswerError: ``uid`` is a box.
        GeometryError: ``shape`` lies outside the image or crosses itself.
    """
    old = _polygon(find(answer, uid))
    return _replaced(answer, uid, planar.unite([old, planar.check_shape(shape, *size)]))


def subtract(answer: Answer, uid: str, others: Iterable[str] | None = None) -> Answer:
    """Return the answer with the polygon ``uid`` less what ``others`` cover, so that they no longer overlap.

    Args:
        answer: before.
        uid: the polygon that gives way.
        others: shapes that stay as they are; ``None`` for all others on the image.

    Raises:
        NotFound: no such shape.
        AnswerError: ``uid`` is a box, or there are no others.
        GeometryError: nothing would be left.
    """
    old = _polygon(find(answer, uid))
    names = {a.uid for a in answer.annotations} if others is None else _known(answer, others)
    covers = [a.shape for a in answer.annotations if a.uid in names - {uid} and a.shape is not None]
    if not covers:
        raise AnswerError("There is no other shape to subtract. Select the one to cut and those to cut away.")
    return _replaced(answer, uid, planar.subtract(old, covers))


def join(answer: Answer, uids: Sequence[str]) -> Answer:
    """Return the answer with several polygons made one instance under the first one's name and class.

    Raises:
        NotFound: no such shape.
        AnswerError: fewer than two, or a box among them.
    """
    names = tuple(dict.fromkeys(uids))
    if len(names) < 2:  # noqa: PLR2004 -- a pair
        raise AnswerError("Joining takes at least two polygons. Select more.")
    whole = planar.unite([_polygon(find(answer, uid)) for uid in names])
    return _replaced(remove(answer, names[1:]), names[0], whole)


def split(answer: Answer, uid: str) -> Answer:
    """Return the answer with each part of one polygon an instance of its own; the first keeps the name.

    Raises:
        NotFound: no such shape.
        AnswerError: a box, or a polygon of one part.
    """
    old = find(answer, uid)
    first, *rest = planar.parts(_polygon(find(answer, uid)))
    if not rest:
        raise AnswerError(f"The polygon {uid!r} has one part and cannot be split.")
    after = _replaced(answer, uid, first)
    for part in rest:
        after = _with(after.annotations, (replace(old, shape=part, uid=_free(after)),))
    return after


def to_polygon(answer: Answer, *uids: str) -> Answer:
    """Return the answer with boxes as polygons of four points; polygons stay as they are."""
    return _reshaped(answer, uids, lambda a: box_to_polygon(a.shape) if isinstance(a.shape, Box) else _shape(a))


def to_box(answer: Answer, *uids: str) -> Answer:
    """Return the answer with polygons as the boxes around them; boxes stay as they are."""
    return _reshaped(answer, uids, lambda a: polygon_to_box(a.shape) if isinstance(a.shape, Polygon) else _shape(a))


def simplify(answer: Answer, *uids: str, tolerance: float) -> Answer:
    """Return the answer with fewer points on shapes, none dropped farther than ``tolerance`` pixels off."""
    return _reshaped(answer, uids, lambda a: planar.simplify(_polygon(a), tolerance))


def repair(answer: Answer, *uids: str) -> Answer:
    """Return the answer with polygons no longer crossing themselves."""
    return _reshaped(answer, uids, lambda a: planar.repair(_polygon(a)))


def find(answer: Answer, uid: str) -> Annotation:
    """Return the annotation named ``uid``.

    Raises:
        NotFound: no such shape on the image.
    """
    _known(answer, [uid])
    return next(a for a in answer.annotations if a.uid == uid)


def _known(answer: Answer, uids: Iterable[str]) -> set[str]:
    named, here = set(uids), {a.uid for a in answer.annotations if a.uid}
    if named - here:
        raise NotFound(f"No shape named {min(named - here)!r} is on the image. It may have been deleted.")
    return named


def _with(old: Iterable[Annotation], new: Iterable[Annotation]) -> Answer:
    annotations = (*old, *new)
    if len(annotations) > MAX_SHAPES:
        raise AnswerError(f"An image takes at most {MAX_SHAPES} shapes.")
    return Answer(annotations=annotations)


def _reshaped(answer: Answer, uids: Iterable[str], reshape: Callable[[Annotation], Shape]) -> Answer:
    """Return the answer with other outlines for some shapes; the other annotations are the same objects."""
    chosen = _known(answer, uids)
    annotations = (replace(a, shape=reshape(a)) if a.uid in chosen else a for a in answer.annotations)
    return replace(answer, annotations=tuple(annotations))


def _replaced(answer: Answer, uid: str, shape: Shape) -> Answer:
    return _reshaped(answer, [uid], lambda _: shape)


def _shape(annotation: Annotation) -> Shape:
    if annotation.shape is None:
        raise AnswerError(f"The annotation {annotation.uid!r} has no shape.")
    return annotation.shape


def _polygon(annotation: Annotation) -> Polygon:
    if not isinstance(annotation.shape, Polygon):
        kind = _kind(annotation.shape)
        raise AnswerError(f"The shape {annotation.uid!r} is a {kind}; this takes a polygon. Convert it first.")
    return annotation.shape


def _kind(shape: Shape | None) -> str:
    return "label without a shape" if shape is None else type(shape).__name__.lower()


def _free(answer: Answer) -> str:
    return _next({a.uid for a in answer.annotations})


def _next(taken: set[str]) -> str:
    number = len(taken) + 1
    while f"s{number}" in taken:
        number += 1
    return f"s{number}"
