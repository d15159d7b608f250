"""What one gesture does to outlines of any form: cut, add, join, split, convert, simplify, repair; pure functions.

They take and return an ``Answer`` as those of ``shape_edits.py`` do, and refuse a shape that is not ``freeform``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jlabel.errors import AnswerError
from jlabel.model.answer import Annotation, Answer
from jlabel.model.shapes.box import box_around
from jlabel.model.shapes.check import check_shape
from jlabel.model.shapes.polygon import Polygon, polygon_of, unite
from jlabel.model.shapes.shape import Shape
from jlabel.session.shape_edits import Size, find, free_uid, kind_of, known, remove, reshaped, with_more


def cut(answer: Answer, uid: str, shape: Shape, size: Size) -> Answer:
    """Return the answer with ``shape`` cut out of the polygon ``uid``: a hole, a bite, or two parts.

    Raises:
        NotFound: no such shape.
        AnswerError: ``uid`` is a box.
        GeometryError: nothing would be left.
    """
    old = _outline(find(answer, uid))
    return _replaced(answer, uid, check_shape(old.subtract([shape]), *size))


def add(answer: Answer, uid: str, shape: Shape, size: Size) -> Answer:
    """Return the answer with ``shape`` added to the polygon ``uid``: a bulge, a filled hole, or another part.

    Raises:
        NotFound: no such shape.
        AnswerError: ``uid`` is a box.
        GeometryError: ``shape`` lies outside the image or crosses itself.
    """
    old = _outline(find(answer, uid))
    return _replaced(answer, uid, unite([old, check_shape(shape, *size)]))


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
    old = _outline(find(answer, uid))
    names = {a.uid for a in answer.annotations} if others is None else known(answer, others)
    covers = [a.shape for a in answer.annotations if a.uid in names - {uid} and a.shape is not None]
    if not covers:
        raise AnswerError("There is no other shape to subtract. Select the one to cut and those to cut away.")
    return _replaced(answer, uid, old.subtract(covers))


def join(answer: Answer, uids: Sequence[str]) -> Answer:
    """Return the answer with several polygons made one instance under the first one's name and class.

    Raises:
        NotFound: no such shape.
        AnswerError: fewer than two, or a box among them.
    """
    names = tuple(dict.fromkeys(uids))
    if len(names) < 2:  # noqa: PLR2004 -- a pair
        raise AnswerError("Joining takes at least two polygons. Select more.")
    whole = unite([_outline(find(answer, uid)) for uid in names])
    return _replaced(remove(answer, names[1:]), names[0], whole)


def split(answer: Answer, uid: str) -> Answer:
    """Return the answer with each part of one polygon an instance of its own; the first keeps the name.

    Raises:
        NotFound: no such shape.
        AnswerError: a box, or a polygon of one part.
    """
    old = find(answer, uid)
    first, *rest = _outline(find(answer, uid)).parts()
    if not rest:
        raise AnswerError(f"The polygon {uid!r} has one part and cannot be split.")
    after = _replaced(answer, uid, first)
    for part in rest:
        after = with_more(after.annotations, (replace(old, shape=part, uid=free_uid(after)),))
    return after


def to_polygon(answer: Answer, *uids: str) -> Answer:
    """Return the answer with shapes as polygons of the same outline; polygons stay as they are."""
    return reshaped(answer, uids, lambda a: polygon_of(_shape(a)))


def to_box(answer: Answer, *uids: str) -> Answer:
    """Return the answer with shapes as the boxes around them; boxes stay as they are."""
    return reshaped(answer, uids, lambda a: box_around(_shape(a)))


def simplify(answer: Answer, *uids: str, tolerance: float) -> Answer:
    """Return the answer with fewer points on shapes, none dropped farther than ``tolerance`` pixels off."""
    return reshaped(answer, uids, lambda a: _outline(a).simplify(tolerance))


def repair(answer: Answer, *uids: str) -> Answer:
    """Return the answer with polygons no longer crossing themselves."""
    return reshaped(answer, uids, lambda a: _outline(a).repair())


def _replaced(answer: Answer, uid: str, shape: Shape) -> Answer:
    return reshaped(answer, [uid], lambda _: shape)


def _shape(annotation: Annotation) -> Shape:
    if annotation.shape is None:
        raise AnswerError(f"The annotation {annotation.uid!r} has no shape.")
    return annotation.shape


def _outline(annotation: Annotation) -> Polygon:
    """Return the outline of a shape that may take any form."""
    if annotation.shape is None or not annotation.shape.freeform:
        kind = kind_of(annotation.shape)
        raise AnswerError(f"The shape {annotation.uid!r} is a {kind}; this takes a polygon. Convert it first.")
    return polygon_of(annotation.shape)
