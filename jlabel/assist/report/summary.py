"""What assist promised and what came of it: data, a table and a plot."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jlabel.assist.report.outcomes import Tally, total
from jlabel.errors import NotFound
from jlabel.model.assist_outcomes import AssistOutcomes
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.page import Queue
from jlabel.model.run import Outcome, Run, RunKind, RunState
from jlabel.model.run_metrics import CurvePoint, ValidationMetrics
from jlabel.store import Store

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NO_OBJECTS = "No objects"
_RUNS = 3000
"""Newest runs that are read: a thousand rounds."""
_COLUMNS = {
    Outcome.ACCEPTED: "accepted",
    Outcome.EDITED: "edited",
    Outcome.REJECTED: "rejected",
    Outcome.BLIND_SAME: "blind_same",
    Outcome.BLIND_OTHER: "blind_other",
}


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
        threshold: of all classes without one of their own; ``None``: nothing was proved.
        by_class: thresholds of classes that have one of their own, by class path; ``None``: nothing was proved.
        coverage: share of the waiting images above the threshold.
        bound: lower bound of the precision at the threshold, 95 % confidence.
        target: the precision that was asked for.
        labels_needed: random labels that were likely still needed for a first threshold; 0 with one, ``None`` where
            no number would do.
        reason: one sentence for people.
    """

    run: int
    at: datetime
    labels: int
    accuracy: float | None
    threshold: float | None
    by_class: dict[str, float | None]
    coverage: float
    bound: float
    target: float
    labels_needed: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """What became of the work of a project's assist.

    Attributes:
        project: its name.
        target: the precision that is asked for now.
        tallies: what became of pre-labels, by run and first proposed class.
        pace: what an item costs by queue, those queues that anything was submitted from.
        validations: all of them, oldest first.
        curve: precision by threshold and coverage, of the newest validation, strictest first.
    """

    project: str
    target: float
    tallies: tuple[Tally, ...]
    pace: tuple[Pace, ...]
    validations: tuple[ValidationSummary, ...]
    curve: tuple[CurvePoint, ...]

    @property
    def total(self) -> Tally:
        """All pre-labels together."""
        return total(self.tallies)

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

    def to_frame(self) -> "pd.DataFrame":
        """Return a pandas frame, one row for each run and class, with the measured precision and its interval."""
        import pandas as pd  # noqa: PLC0415 -- half a second that only frames are worth

        names = ("run", "class_name", "promised", "accepted", "edited", "rejected", "blind_same", "blind_other")
        rows = [
            {name: getattr(one, name) for name in names}
            | {"shown": one.shown.n, "precision": one.shown.value, "low": one.shown.low, "high": one.shown.high}
            | {"blind": one.blind.n, "blind_precision": one.blind.value}
            for one in self.tallies
        ]
        columns = [*names, "shown", "precision", "low", "high", "blind", "blind_precision"]
        return pd.DataFrame(rows, columns=columns).rename(columns={"class_name": "class"})

    def plot(self) -> "Figure":
        """Return a figure: the curve, measured against promised, what became of pre-labels, and what an item costs.

        Raises:
            MissingExtra: matplotlib is not installed.
        """
        from jlabel.assist.report.plots import overview  # noqa: PLC0415 -- draws this class

        return overview(self)

    def _repr_html_(self) -> str:
        from jlabel.assist.report.html import render  # noqa: PLC0415 -- renders this class

        return render(self)

    def __repr__(self) -> str:
        both = self.total
        return f"Report({self.project!r}: {both.items} pre-labels judged, {self.target:.0%} promised, {both.shown})"


def report(store: Store, project_id: int) -> Report:
    """Return the report of a project's assist, by its runs and its labels; what was taken back does not count.

    Raises:
        NotFound: no such project.
    """
    project = next((one for one in store.projects() if one.id == project_id), None)
    if project is None:
        raise NotFound(f"No project has the id {project_id}. List them with projects().")
    names = {0: NO_OBJECTS} | {one.id: one.path for one in store.classes(project_id, retired=True)}
    settings = AssistSettings.from_dict(store.assist_settings(project_id))
    done = [
        (run, ValidationMetrics.from_json(run.metrics))
        for run in reversed(store.runs(project_id, limit=_RUNS))
        if run.kind is RunKind.VALIDATION and run.state is RunState.DONE
    ]
    outcomes = store.assist_outcomes(project_id)
    return Report(
        project=project.name,
        target=settings.target_precision,
        tallies=_tallies(outcomes, names, done),
        pace=tuple(
            Pace(queue=queue, items=outcomes.items[queue], seconds=outcomes.seconds[queue])
            for queue in Queue
            if outcomes.items.get(queue)
        ),
        validations=tuple(_validation(run, found, names) for run, found in done),
        curve=done[-1][1].curve if done else (),
    )


def _tallies(
    outcomes: AssistOutcomes, names: Mapping[int, str], validations: list[tuple[Run, ValidationMetrics]]
) -> tuple[Tally, ...]:
    counts: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for count in outcomes.numbers:
        counts[count.run, count.class_id][_COLUMNS[count.outcome]] = count.number
    promises = [(run.id, found.target or None) for run, found in validations]
    return tuple(
        Tally(
            run=run,
            class_name=names.get(class_id, f"class {class_id}"),
            # A run's pre-labels passed the thresholds of the validation just before it.
            promised=next((target for earlier, target in reversed(promises) if earlier < run), None),
            **counts[run, class_id],
        )
        for run, class_id in sorted(counts)
    )


def _validation(run: Run, found: ValidationMetrics, names: Mapping[int, str]) -> ValidationSummary:
    return ValidationSummary(
        run=run.id,
        at=run.started_at,
        labels=found.labels,
        accuracy=found.accuracy,
        threshold=found.threshold,
        by_class={names.get(key, f"class {key}"): one.threshold for key, one in found.by_class.items()},
        coverage=found.coverage,
        bound=found.bound,
        target=found.target,
        labels_needed=found.labels_needed,
        reason=found.reason,
    )
