"""What an editor does not draw: label classes, and single shapes."""

from collections.abc import Collection

from jlabel.model.answer import Annotation, Answer


class Hidden:
    """Hidden classes and shapes; all are shown at first.

    Attributes:
        classes: ids of the hidden classes.
    """

    def __init__(self) -> None:
        self.classes: frozenset[int] = frozenset()
        self._shapes: frozenset[tuple[str, str]] = frozenset()
        """Tokens of pages and names of shapes, which are unique on one image only."""

    @property
    def state(self) -> object:
        """A value that differs where what is hidden differs."""
        return self.classes, self._shapes

    @property
    def nothing(self) -> bool:
        """Whether all is shown."""
        return not self.classes and not self._shapes

    def shapes(self, token: str) -> list[str]:
        """Return the names of the hidden shapes on a page."""
        return sorted(uid for page, uid in self._shapes if page == token)

    def covers(self, token: str, annotation: Annotation) -> bool:
        """Whether a shape on a page is hidden."""
        return annotation.class_id in self.classes or (token, annotation.uid) in self._shapes

    def toggle_shapes(self, token: str, answer: Answer, uids: Collection[str]) -> None:
        """Hide or show again some shapes of a page; those that are deleted are forgotten."""
        here = {annotation.uid for annotation in answer.annotations}
        kept = {(page, uid) for page, uid in self._shapes if page == token and uid in here}
        self._shapes = frozenset(kept ^ {(token, uid) for uid in here.intersection(uids)})

    def toggle_class(self, class_id: int) -> None:
        """Hide or show again all shapes of a class."""
        self.classes ^= {class_id}

    def toggle_all(self, class_ids: Collection[int]) -> None:
        """Show all classes again, or where none is hidden hide all."""
        self.classes = frozenset() if self.classes else frozenset(class_ids)
