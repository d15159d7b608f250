"""The values of a report: what assist promised and what came of it. ``summary`` reads them from a store."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from jlabel.assist.report.outcomes import ShapeTally, Tally, total
from jlabel.model.assist_outcomes import PageTime
from jlabel.model.batch import Batch
from jlabel.model.page import Queue
from jlabel.model.run_metrics import CurvePoint, ShapeMetrics


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The time of a person for items of one queue.

    Attributes:
        queue: manual, clustered or pre-labeled.
        items: submitted from it.
        seconds: a person's, for one item, on average; a page's time is shared out among its items.
    """

    queue: Queue
    items: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class ValidationSummary:
    """What one validation found.

    Attributes:
        run: its id.
        at: when it began, UTC.
        labels: random human labels that it was tested on.
        accuracy: of held-out predictions; ``None`` where there was none.
        threshold: lowest confidence in the batch that was pre-labeled; ``None``: nothing was.
        coverage: share of the waiting images that were pre-labeled.
        target: the precision that was asked for.
        reason: one sentence for people.
    """

    run: int
    at: datetime
    labels: int
    accuracy: float | None
    threshold: float | None
    coverage: float
    target: float
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReportData:
    """What became of the work of a project's assist.

    Attributes:
        project: its name.
        target: the precision that is asked for now.
        tallies: what became of pre-labels, by run and first proposed class.
        pace: what an item costs by queue, those queues that anything was submitted from.
        times: the same by size of the page too, and whether pre-labels were proved.
        validations: all of them, oldest first.
        batches: the audited batches, oldest first.
        curve: precision by threshold and coverage, of the newest validation, strictest first.
        shapes: what became of proposed shapes by class, all runs together, most proposed first.
        expected: what proposing shapes would have come to on the labeled images, by the newest validation; ``None`` in
            classification.
    """

    project: str
    target: float
    tallies: tuple[Tally, ...]
    pace: tuple[Pace, ...]
    validations: tuple[ValidationSummary, ...]
    curve: tuple[CurvePoint, ...]
    batches: tuple[Batch, ...] = ()
    times: tuple[PageTime, ...] = ()
    shapes: tuple[ShapeTally, ...] = ()
    expected: ShapeMetrics | None = None

    @property
    def total(self) -> Tally:
        """All proved pre-labels together."""
        return total(one for one in self.tallies if one.proven)

    @property
    def suggested(self) -> Tally:
        """All suggestions without a promise together."""
        return total(one for one in self.tallies if not one.proven)

    @property
    def validation(self) -> ValidationSummary | None:
        """The newest."""
        return self.validations[-1] if self.validations else None

    @property
    def by_class(self) -> tuple[Tally, ...]:
        """Pre-labels by first proposed class, all runs together, most first."""
        groups: dict[str, list[Tally]] = defaultdict(list)
        for one in self.tallies:
            groups[one.class_name].append(one)
        added = [total(several, class_name=name) for name, several in groups.items()]
        return tuple(sorted(added, key=lambda one: -one.items))

    @property
    def by_run(self) -> tuple[Tally, ...]:
        """Pre-labels by run, all classes together, oldest run first."""
        groups: dict[int | None, list[Tally]] = defaultdict(list)
        for one in self.tallies:
            groups[one.run].append(one)
        return tuple(total(several, run=run) for run, several in groups.items())

    @property
    def seconds(self) -> dict[Queue, float]:
        """Person-seconds for one item, by queue."""
        return {one.queue: one.seconds for one in self.pace}
