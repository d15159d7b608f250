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
        proven: whether the suggestions carried the promise of a precision.
    """

    run: int
    class_id: int
    outcome: Outcome
    number: int
    proven: bool = True


@dataclass(frozen=True, kw_only=True)
class PageTime:
    """The time of labelers for items on pages of one kind and size.

    Attributes:
        queue: where the pages came from.
        size: how many items were on each page when it was submitted.
        proven: ``False`` for pages with suggestions that carry no promise, shown or withheld.
        items: how many items were submitted on such pages.
        seconds: the labelers', for one item, on average.
    """

    queue: Queue
    size: int
    proven: bool
    items: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class AssistOutcomes:
    """What became of suggestions, without submissions that were taken back.

    Attributes:
        numbers: one entry for each run, class, outcome and kind of suggestion that occurred, in this order.
        items: by queue, how many items were submitted from it.
        seconds: by queue, the mean of the labelers' seconds for one item.
        times: the same by queue, size of the page, and whether its suggestions were proven, in this order.
    """

    numbers: tuple[OutcomeCount, ...]
    items: dict[Queue, int]
    seconds: dict[Queue, float]
    times: tuple[PageTime, ...] = ()
