"""Pre-labels on one page: what is proposed for which item, and since which version."""

from collections.abc import Iterable
from dataclasses import replace

from jlabel.model.answer import Annotation, Answer
from jlabel.model.run import Suggestion


class Prelabels:
    """The pre-labels that a page shows; blind ones, which are withheld, are not among them.

    Pre-labels that the page was handed out with have the version 0. Later ones have the version under which they
    arrived, so that a gesture made before the screen showed them is not applied to them.
    """

    def __init__(self) -> None:
        self._made: dict[int, tuple[Suggestion, int]] = {}

    @property
    def shown(self) -> dict[int, Suggestion]:
        """The pre-labels by item."""
        return {item: suggestion for item, (suggestion, _) in self._made.items()}

    def version(self, item: int) -> int:
        """Return the version of an item's pre-label; 0 also where there is none."""
        return self._made[item][1] if item in self._made else 0

    def answer(self, item: int) -> Answer | None:
        """Return what is proposed for an item; ``None`` where nothing is."""
        return self._made[item][0].answer if item in self._made else None

    def add(self, item: int, suggestion: Suggestion, version: int = 0) -> None:
        """Set the pre-label of an item; shapes without a name get one, so that they can be changed."""
        self._made[item] = (replace(suggestion, answer=_named(suggestion.answer)), version)

    def drop_unseen(self, items: Iterable[int], seen_version: int) -> frozenset[int]:
        """Remove the pre-labels of ``items`` later than ``seen_version``; return the items that had one."""
        late = frozenset(item for item in items if item in self._made and self._made[item][1] > seen_version)
        for item in late:
            del self._made[item]
        return late


def _named(answer: Answer) -> Answer:
    if all(annotation.uid or annotation.shape is None for annotation in answer.annotations):
        return answer
    named = (
        annotation if annotation.uid or annotation.shape is None else _name(annotation, number)
        for number, annotation in enumerate(answer.annotations)
    )
    return replace(answer, annotations=tuple(named))


def _name(annotation: Annotation, number: int) -> Annotation:
    return replace(annotation, uid=f"prelabel{number}")
