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
class ShapeCount:
    """What became of the proposed shapes of one run and class; those that were withheld are left out.

    Attributes:
        run: id of the run.
        class_id: the class proposed; of shapes that were added the class given.
        accepted: submitted as proposed.
        moved: submitted with another outline.
        reclassed: submitted with another class, perhaps with another outline too.
        rejected: not submitted, but for those that are shown on demand only and that nobody deleted.
        added: drawn or copied on the images of the run.
        ious: intersection over union with the proposal of each that was moved, 0 to 1, ascending.
    """

    run: int
    class_id: int
    accepted: int = 0
    moved: int = 0
    reclassed: int = 0
    rejected: int = 0
    added: int = 0
    ious: tuple[float, ...] = ()

    @property
    def proposed(self) -> int:
        """How many proposals were judged."""
        return self.accepted + self.moved + self.reclassed + self.rejected


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
        shapes: what became of proposed shapes, by run and class in this order; empty in classification.
    """

    numbers: tuple[OutcomeCount, ...]
    items: dict[Queue, int]
    seconds: dict[Queue, float]
    times: tuple[PageTime, ...] = ()
    shapes: tuple[ShapeCount, ...] = ()
