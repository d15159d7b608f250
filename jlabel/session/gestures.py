"""The edits of shapes that the gestures of an editor make, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from jlabel.model.answer import UNANSWERED, Annotation, Answer
from jlabel.model.shapes.shape import Shape
from jlabel.session import outline_edits as outlines
from jlabel.session import shape_edits as shapes


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a gesture may depend on beside the answer.

    Attributes:
        size: width and height of the image, pixels.
        previous: the answer of the image before, for ``CopyPrevious``.
        freeform: whether the project's shapes are outlines of any form, so that a box is kept as one of four corners.
    """

    size: shapes.Size
    previous: Answer = UNANSWERED
    freeform: bool = False


class Gesture(Protocol):
    """One edit of the shapes on an image."""

    def apply(self, answer: Answer, scene: Scene) -> Answer:
        """Return the answer after the gesture.

        Raises:
            GeometryError, AnswerError, NotFound: the edit is refused.
        """


@dataclass(frozen=True, kw_only=True)
class Draw:
    """A new shape; ``repair`` mends an outline that crosses itself instead of refusing it."""

    uid: str
    class_id: int
    shape: Shape
    repair: bool = False

    def apply(self, answer: Answer, scene: Scene) -> Answer:
        """See ``Gesture``."""
        return shapes.draw(answer, self.class_id, self.shape, scene.size, self.uid, repaired=self.repair)


@dataclass(frozen=True, kw_only=True)
class Reshape:
    """Another outline for a shape; ``repair`` as for ``Draw``."""

    uid: str
    shape: Shape
    repair: bool = False

    def apply(self, answer: Answer, scene: Scene) -> Answer:
        """See ``Gesture``."""
        return shapes.change(answer, self.uid, self.shape, scene.size, repaired=self.repair)


@dataclass(frozen=True, kw_only=True)
class ReshapeMany:
    """Other outlines for several shapes, by name."""

    outlines: Mapping[str, Shape]

    def apply(self, answer: Answer, scene: Scene) -> Answer:
        """See ``Gesture``."""
        return shapes.change_many(answer, self.outlines, scene.size)


@dataclass(frozen=True, kw_only=True)
class Remove:
    """Shapes are deleted."""

    uids: Sequence[str]

    def apply(self, answer: Answer, scene: Scene) -> Answer:  # noqa: ARG002 -- of the port
        """See ``Gesture``."""
        return shapes.remove(answer, self.uids)


@dataclass(frozen=True, kw_only=True)
class RemoveAll:
    """All shapes are deleted."""

    def apply(self, answer: Answer, scene: Scene) -> Answer:  # noqa: ARG002 -- of the port
        """See ``Gesture``."""
        return shapes.remove_all(answer)


@dataclass(frozen=True, kw_only=True)
class Reclass:
    """Another label class for some shapes."""

    uids: Sequence[str]
    class_id: int

    def apply(self, answer: Answer, scene: Scene) -> Answer:  # noqa: ARG002 -- of the port
        """See ``Gesture``."""
        return shapes.reclass(answer, self.uids, self.class_id)


@dataclass(frozen=True, kw_only=True)
class Accept:
    """Proposed shapes are confirmed as they are."""

    uids: Sequence[str]

    def apply(self, answer: Answer, scene: Scene) -> Answer:  # noqa: ARG002 -- of the port
        """See ``Gesture``."""
        return shapes.accept(answer, self.uids)


@dataclass(frozen=True, kw_only=True)
class Paste:
    """Copied shapes are added, each under a name of its own."""

    annotations: Sequence[Annotation]

    def apply(self, answer: Answer, scene: Scene) -> Answer:
        """See ``Gesture``."""
        return shapes.draw_many(answer, self.annotations, scene.size)


@dataclass(frozen=True, kw_only=True)
class CopyPrevious:
    """The shapes of the image before that are not on this one already are added."""

    def apply(self, answer: Answer, scene: Scene) -> Answer:
        """See ``Gesture``."""
        return shapes.copy_from(answer, scene.previous, scene.size)


@dataclass(frozen=True, kw_only=True)
class Add:
    """A polygon is united with ``shape``."""

    uid: str
    shape: Shape

    def apply(self, answer: Answer, scene: Scene) -> Answer:
        """See ``Gesture``."""
        return outlines.add(answer, self.uid, self.shape, scene.size)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """``shape`` is cut out of a polygon."""

    uid: str
    shape: Shape

    def apply(self, answer: Answer, scene: Scene) -> Answer:
        """See ``Gesture``."""
        return outlines.cut(answer, self.uid, self.shape, scene.size)


@dataclass(frozen=True, kw_only=True)
class Subtract:
    """The first polygon loses what the others cover; all other shapes where one is named."""

    uids: Sequence[str]

    def apply(self, answer: Answer, scene: Scene) -> Answer:  # noqa: ARG002 -- of the port
        """See ``Gesture``."""
        first, *others = self.uids
        return outlines.subtract(answer, first, others or None)


@dataclass(frozen=True, kw_only=True)
class Join:
    """Polygons become one, under the name and class of the first."""

    uids: Sequence[str]

    def apply(self, answer: Answer, scene: Scene) -> Answer:  # noqa: ARG002 -- of the port
        """See ``Gesture``."""
        return outlines.join(answer, self.uids)


@dataclass(frozen=True, kw_only=True)
class Split:
    """Each part of the polygons becomes a polygon of its own."""

    uids: Sequence[str]

    def apply(self, answer: Answer, scene: Scene) -> Answer:  # noqa: ARG002 -- of the port
        """See ``Gesture``."""
        for uid in self.uids:
            answer = outlines.split(answer, uid)
        return answer


@dataclass(frozen=True, kw_only=True)
class Repair:
    """Polygons no longer cross themselves."""

    uids: Sequence[str]

    def apply(self, answer: Answer, scene: Scene) -> Answer:  # noqa: ARG002 -- of the port
        """See ``Gesture``."""
        return outlines.repair(answer, *self.uids)


@dataclass(frozen=True, kw_only=True)
class Simplify:
    """Polygons lose points, none of them farther than ``tolerance`` pixels from the outline that is left."""

    uids: Sequence[str]
    tolerance: float

    def apply(self, answer: Answer, scene: Scene) -> Answer:  # noqa: ARG002 -- of the port
        """See ``Gesture``."""
        return outlines.simplify(answer, *self.uids, tolerance=self.tolerance)


@dataclass(frozen=True, kw_only=True)
class ToPolygon:
    """Boxes become polygons of four points."""

    uids: Sequence[str]

    def apply(self, answer: Answer, scene: Scene) -> Answer:  # noqa: ARG002 -- of the port
        """See ``Gesture``."""
        return outlines.to_polygon(answer, *self.uids)


@dataclass(frozen=True, kw_only=True)
class ToBox:
    """Polygons become the boxes around them."""

    uids: Sequence[str]

    def apply(self, answer: Answer, scene: Scene) -> Answer:
        """See ``Gesture``."""
        boxed = outlines.to_box(answer, *self.uids)
        return outlines.to_polygon(boxed, *self.uids) if scene.freeform else boxed
