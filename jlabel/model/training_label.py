"""A label as a learner reads it."""

from dataclasses import dataclass
from datetime import datetime

from jlabel.model.answer import Answer


@dataclass(frozen=True, kw_only=True)
class TrainingLabel:
    """One item's current label.

    Attributes:
        item: the item's id.
        answer: the answer; a skip only where skipped items were asked for.
        labeler: who gave it.
        at: when, UTC.
        random: chance alone chose the item and nothing was suggested: it may stand in a random sample.
        run: the run whose suggestion was served with it, if any.
        blind: that suggestion was withheld.
    """

    item: int
    answer: Answer
    labeler: str
    at: datetime
    random: bool = False
    run: int | None = None
    blind: bool = False

    @property
    def class_ids(self) -> tuple[int, ...]:
        """Class ids of the answer."""
        return self.answer.class_ids
