"""What became of suggestions: how many were accepted, corrected and rejected, and the labelers' time."""

from dataclasses import dataclass

from jlabel.model.page import Queue
from jlabel.model.run import Outcome


@dataclass(frozen=True, kw_only=True)
class OutcomeCount:
    """How often the suggestions of one run for one class came to one outcome.

    Attributes:
        run: id of the run.
        class_id: the first class suggested; 0 for "No objects".
        outcome: what the labelers made of the suggestions.
        number: how many suggestions.
    """

    run: int
    class_id: int
    outcome: Outcome
    number: int


@dataclass(frozen=True, kw_only=True)
class AssistOutcomes:
    """What became of suggestions, without submissions that were taken back.

    Attributes:
        numbers: one entry for each run, class and outcome that occurred, in this order.
        items: by queue, how many items were submitted from it.
        seconds: by queue, the mean of the labelers' seconds for one item.
    """

    numbers: tuple[OutcomeCount, ...]
    items: dict[Queue, int]
    seconds: dict[Queue, float]
