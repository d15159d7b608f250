"""The task types, as data: what an annotation is and what an image takes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from jlabel.errors import InputError

GRIDS = (1, 4, 6, 9)
"""Numbers of items on a manual page."""
LARGE_GRIDS = (9, 16, 25)
"""Numbers of items on a page that is pre-labeled or grouped."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a task type is; each is an attribute of ``TaskType``, where they are described."""

    caption: str
    shape: str | None = None
    many_classes: bool = True
    allows_empty: bool = True
    grids: tuple[int, ...] = GRIDS
    large_grids: tuple[int, ...] = LARGE_GRIDS


_NONE = Facts(caption="")


class TaskType(StrEnum):
    """What a labeler says about an image; fixed for the life of a project.

    A further task type is one more member; whatever depends on the task asks these attributes.

    Attributes:
        caption: the name for people.
        shape: key of the shape that every annotation has (``model/shapes/table.py``); ``None`` in classification.
        many_classes: whether one image takes more than one label class.
        allows_empty: whether "No objects" is an answer.
        grids: how many images its screen shows at once on a manual page.
        large_grids: how many on others, where the labeler may choose; empty where it shows one image at a time.
    """

    caption: str
    shape: str | None
    many_classes: bool
    allows_empty: bool
    grids: tuple[int, ...]
    large_grids: tuple[int, ...]

    def __new__(cls, value: str, facts: Facts = _NONE) -> Self:
        """Make a member of the name by which it is stored; ``TaskType(name)`` looks a member up."""
        task = str.__new__(cls, value)
        task._value_ = value
        task.caption, task.shape = facts.caption, facts.shape
        task.grids, task.large_grids = facts.grids, facts.large_grids
        task.many_classes, task.allows_empty = facts.many_classes, facts.allows_empty
        return task

    MULTI_CLASS = (
        "multi-class",
        Facts(caption="Image classification: one class", many_classes=False, allows_empty=False),
    )
    """Exactly one label class."""
    MULTI_LABEL = "multi-label", Facts(caption="Image classification: several classes")
    """One or more label classes, or "No objects"."""
    BOXES = "boxes", Facts(caption="Object detection: boxes", shape="box", grids=(1,), large_grids=())
    """Axis-aligned rectangles, each of one class, or "No objects"."""
    POLYGONS = "polygons", Facts(caption="Instance segmentation: polygons", shape="polygon", grids=(1,), large_grids=())
    """Outlines, each of one class, or "No objects"."""

    @property
    def has_shapes(self) -> bool:
        """Whether annotations carry a shape."""
        return self.shape is not None


def task_type(name: TaskType | str) -> TaskType:
    """Return the task type of this name.

    Raises:
        InputError: there is none.
    """
    try:
        return TaskType(name)
    except ValueError:
        known = ", ".join(repr(str(task)) for task in TaskType)
        raise InputError(f"{name!r} is not a task type. Choose one of {known}.") from None
