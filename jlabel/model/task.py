"""The four task types."""

from enum import StrEnum


class TaskType(StrEnum):
    """What a labeler says about an image; fixed for the life of a project."""

    MULTI_CLASS = "multi-class"
    """Exactly one label class."""
    MULTI_LABEL = "multi-label"
    """One or more label classes, or "No objects"."""
    BOXES = "boxes"
    """Axis-aligned rectangles, each of one class, or "No objects"."""
    POLYGONS = "polygons"
    """Outlines, each of one class, or "No objects"."""

    @property
    def has_shapes(self) -> bool:
        """Whether annotations carry a shape (boxes and polygons)."""
        return self in {TaskType.BOXES, TaskType.POLYGONS}

    @property
    def allows_empty(self) -> bool:
        """Whether "No objects" is an answer (every task type but multi-class)."""
        return self is not TaskType.MULTI_CLASS
