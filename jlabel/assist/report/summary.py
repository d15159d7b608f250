"""What assist promised and what came of it: data, a table and a plot."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jlabel.assist.report.data import Pace, ReportData, ValidationSummary
from jlabel.assist.report.html import render
from jlabel.assist.report.outcomes import Tally, shape_tallies
from jlabel.assist.report.plots import overview
from jlabel.errors import NotFound
from jlabel.model.assist_outcomes import AssistOutcomes
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.page import Queue
from jlabel.model.run import Outcome, Run, RunKind, RunState
from jlabel.model.run_metrics import ValidationMetrics
from jlabel.store import Store, read_runs

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NO_OBJECTS = "No objects"
_COLUMNS = {
    Outcome.ACCEPTED: "accepted",
    Outcome.EDITED: "edited",
    Outcome.REJECTED: "rejected",
    Outcome.BLIND_SAME: "blind_same",
    Outcome.BLIND_OTHER: "blind_other",
}


@dataclass(frozen=True, kw_only=True)
class Report(ReportData):
    """What became of the work of a project's assist: shown in a notebook, as a frame, as plots.

    Attributes are those of ``ReportData``.
    """

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

    def shapes_to_frame(self) -> "pd.DataFrame":
        """Return a pandas frame of what became of proposed shapes, one row for each class."""
        import pandas as pd  # noqa: PLC0415 -- half a second that only frames are worth

        names = ("class_name", "proposed", "accepted", "moved", "median_iou", "reclassed", "rejected", "added")
        rows = [{name: getattr(one, name) for name in names} for one in self.shapes]
        return pd.DataFrame(rows, columns=list(names)).rename(columns={"class_name": "class"})

    def plot(self) -> "Figure":
        """Return a figure: the curve, measured against promised, what became of pre-labels, and what an item costs.

        Raises:
            MissingExtra: matplotlib is not installed.
        """
        return overview(self)

    def _repr_html_(self) -> str:
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
        for run in reversed(list(read_runs(store, project_id, kind=RunKind.VALIDATION, state=RunState.DONE)))
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
        times=outcomes.times,
        shapes=shape_tallies(outcomes.shapes, names),
        validations=tuple(_validation(run, found) for run, found in done),
        batches=done[-1][1].batches if done else (),
        curve=done[-1][1].curve if done else (),
        expected=done[-1][1].shapes if done else None,
    )


def _tallies(
    outcomes: AssistOutcomes, names: Mapping[int, str], validations: list[tuple[Run, ValidationMetrics]]
) -> tuple[Tally, ...]:
    counts: dict[tuple[int, int, bool], dict[str, int]] = defaultdict(dict)
    for count in outcomes.numbers:
        counts[count.run, count.class_id, count.proven][_COLUMNS[count.outcome]] = count.number
    promises = [(run.id, found.target or None) for run, found in validations]
    return tuple(
        Tally(
            run=run,
            class_name=names.get(class_id, f"class {class_id}"),
            # What a run showed as proved was judged by the validation just before it.
            promised=next((target for earlier, target in reversed(promises) if earlier < run), None)
            if proven
            else None,
            proven=proven,
            **counts[run, class_id, proven],
        )
        for run, class_id, proven in sorted(counts)
    )


def _validation(run: Run, found: ValidationMetrics) -> ValidationSummary:
    return ValidationSummary(
        run=run.id,
        at=run.started_at,
        labels=found.labels,
        accuracy=found.accuracy,
        threshold=found.threshold,
        coverage=found.coverage,
        target=found.target,
        reason=found.reason,
    )
