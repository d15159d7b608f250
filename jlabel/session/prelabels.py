"""Pre-labels on one page: what is proposed for which item, and since which arrival."""

from collections.abc import Iterable
from dataclasses import replace

from jlabel.model.answer import Annotation, Answer
from jlabel.model.run import Suggestion


class Prelabels:
    """The pre-labels that a page shows; those that are withheld (blind) are no prelabels.

    Pre-labels that the page was handed out with count as arrival 0. Later ones carry the number of their arrival, so
    that what a screen says before it has shown them is not taken as said about them.
    """

    def __init__(self) -> None:
        self._made: dict[int, tuple[Suggestion, int]] = {}

    @property
    def shown(self) -> dict[int, Suggestion]:
        """The pre-labels by item."""
        return {item: suggestion for item, (suggestion, _) in self._made.items()}

    def arrival(self, item: int) -> int:
        """Return the number of the arrival that brought an item's pre-label; 0 also where there is none."""
        return self._made[item][1] if item in self._made else 0

    def answer(self, item: int) -> Answer | None:
        """Return what is proposed for an item; ``None`` where nothing is."""
        return self._made[item][0].answer if item in self._made else None

    def add(self, item: int, suggestion: Suggestion, arrival: int = 0) -> None:
        """Propose for an item, in place of what was; shapes without a name get one, so that they can be changed."""
        self._made[item] = (replace(suggestion, answer=_named(suggestion.answer)), arrival)

    def take_back(self, items: Iterable[int], seen_version: int) -> frozenset[int]:
        """Forget those pre-labels of ``items`` that came after the version ``seen_version``; return whose they were."""
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
