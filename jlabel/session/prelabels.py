"""Pre-labels on one page: what is proposed for which item, and since which version."""

from collections.abc import Iterable
from dataclasses import replace

from jlabel.model.answer import Annotation, Answer
from jlabel.model.proposals import ProposalLevel, by_name, name_proposals
from jlabel.model.run import Suggestion


class Prelabels:
    """The pre-labels that a page shows; blind ones, which are withheld, are not among them.

    Pre-labels that the page was handed out with have the version 0. Later ones have the version under which they
    arrived, so that a gesture made before the screen showed them is not applied to them.
    """

    def __init__(self) -> None:
        self._made: dict[int, tuple[Suggestion, int]] = {}
        self._shapes: dict[int, dict[str, Annotation]] = {}
        self._confidences: dict[int, dict[str, float]] = {}

    @property
    def shown(self) -> dict[int, Suggestion]:
        """The pre-labels by item."""
        return {item: suggestion for item, (suggestion, _) in self._made.items()}

    def version(self, item: int) -> int:
        """Return the version of an item's pre-label; 0 also where there is none."""
        return self._made[item][1] if item in self._made else 0

    def answer(self, item: int, level: ProposalLevel) -> Answer | None:
        """Return what is shown of the proposal for an item; ``None`` where nothing is proposed."""
        if item not in self._made:
            return None
        made = self._made[item][0]
        if not self._shapes[item]:
            return made.answer
        shown = level.shows(made)
        return replace(made.answer, annotations=tuple(one for one in made.answer.annotations if one.uid in shown))

    def shapes(self, item: int) -> dict[str, Annotation]:
        """Return the shapes that are proposed for an item by their names, those too that are not shown."""
        return self._shapes.get(item, {})

    def confidences(self, item: int) -> dict[str, float]:
        """Return the confidence of each shape that is proposed for an item by its name, 0 to 1."""
        return self._confidences.get(item, {})

    def add(self, item: int, suggestion: Suggestion, version: int = 0) -> None:
        """Set the pre-label of an item; shapes without a name get one, so that they can be changed."""
        made = replace(suggestion, answer=name_proposals(suggestion.answer))
        self._made[item] = (made, version)
        self._shapes[item] = by_name(made.answer)
        self._confidences[item] = {
            one.uid: confidence
            for one, confidence in zip(made.answer.annotations, made.confidences, strict=True)
            if one.shape is not None
        }

    def drop_unseen(self, items: Iterable[int], seen_version: int) -> frozenset[int]:
        """Remove the pre-labels of ``items`` later than ``seen_version``; return the items that had one."""
        late = frozenset(item for item in items if item in self._made and self._made[item][1] > seen_version)
        self.remove(late)
        return late

    def remove(self, items: Iterable[int]) -> None:
        """Remove the pre-labels of items that have one."""
        for item in items:
            for table in (self._made, self._shapes, self._confidences):
                del table[item]
