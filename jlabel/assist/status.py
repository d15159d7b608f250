"""The status of a project's assist, read from the store in a few milliseconds; for headers, dashboards and scripts."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from jlabel.assist.schedule import labels_more
from jlabel.errors import InputError
from jlabel.model.assist_lease import AssistLease
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run import Run, RunKind, RunState
from jlabel.model.run_metrics import FeaturizationMetrics, TrainingMetrics, ValidationMetrics
from jlabel.store import Store

State = Literal["off", "starting", "working", "idle", "paused", "stopped", "failed"]
_MINUTE, _HOUR = 60, 3600
_DOING = {
    RunKind.FEATURIZATION: "Embedding images",
    RunKind.TRAINING: "Training on {labels} labels",
    RunKind.VALIDATION: "Proving the threshold",
    RunKind.INFERENCE: "Pre-labeling images",
    RunKind.FINE_TUNING: "Fine-tuning the network",
}
_LOOKED_AT = 60
"""Newest runs that are read: some twenty rounds."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """The status of assist.

    Attributes:
        state: ``"off"`` before it was ever started; ``"failed"`` when the last worker died or gave up.
        run: the run under way.
        done: units of its work that are done; images, as a rule.
        total: units in all; 0 while unknown.
        rate: units a second.
        seconds_left: seconds likely left.
        labels: items with a label.
        labels_to_next_run: new labels that the next training waits for; ``None`` when no worker would notice.
        threshold: lowest confidence that is pre-labeled, where classes have several the one of the rest; ``None``: none
            is proved.
        target: precision that pre-labels must have.
        coverage: share of the waiting images that the last validation would pre-label, 0 to 1.
        accuracy: of held-out predictions for random labels; ``None`` before a validation.
        labels_needed: random labels that are likely still needed for a first threshold; ``None`` where no number
            would do.
        prelabeled: free images in the pre-labeled queue.
        clustered: free images in the clustered queue.
        reason: why nothing is pre-labeled, as a sentence; ``""`` when something is.
        last_error: last words of the newest run, if it failed; ``""`` otherwise.
        worker: the lease of its worker.
        summary: all of it in one short sentence for a labeler's header; ``""`` when assist is off.
    """

    state: State
    run: Run | None = None
    done: int = 0
    total: int = 0
    rate: float | None = None
    seconds_left: float | None = None
    labels: int = 0
    labels_to_next_run: int | None = None
    threshold: float | None = None
    target: float = 0.95
    coverage: float = 0.0
    accuracy: float | None = None
    labels_needed: int | None = None
    prelabeled: int = 0
    clustered: int = 0
    reason: str = ""
    last_error: str = ""
    worker: AssistLease | None = None
    summary: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "summary", summarize(self))

    def __str__(self) -> str:
        return self.summary or "Assist is off. Start it with p.assist.start()."


def read_status(store: Store, project_id: int) -> Status:
    """Return the status of a project's assist.

    Raises:
        NotFound: no such project.
        StoreError: the database cannot be read.
    """
    settings, problem = _settings(store, project_id)
    lease = store.assist_lease(project_id)
    runs = store.runs(project_id, limit=_LOOKED_AT)
    labels = store.counts(project_id).labeled
    if lease is None and not runs:
        return Status(state="off", labels=labels, target=settings.target_precision)
    queues = store.queue_counts(project_id)
    running = _running(runs) if lease is not None and lease.alive else None
    training, validation = _newest(runs, RunKind.TRAINING), _newest(runs, RunKind.VALIDATION)
    found = ValidationMetrics.from_json(validation.metrics) if validation else None
    error = problem or _last_error(runs, lease)
    done, total, rate, left = _pace(running)
    alive = lease is not None and lease.alive
    state = _state(settings, lease, runs, running, error)
    return Status(
        state=state,
        run=running,
        done=done,
        total=total,
        rate=rate,
        seconds_left=left,
        labels=labels,
        labels_to_next_run=labels_more(labels, _labels_of(training), settings.retrain_every) if alive else None,
        threshold=found.threshold if found else None,
        target=settings.target_precision,
        coverage=found.coverage if found else 0.0,
        accuracy=found.accuracy if found else None,
        labels_needed=found.labels_needed if found else None,
        prelabeled=queues.prelabeled,
        clustered=queues.clustered,
        reason="" if queues.prelabeled else _why_none(settings, training, found),
        last_error=error,
        worker=lease if alive else None,
    )


def _settings(store: Store, project_id: int) -> tuple[AssistSettings, str]:
    try:
        return AssistSettings.from_dict(store.assist_settings(project_id)), ""
    except InputError as error:  # written by another version: a header must not fail because of it
        return AssistSettings(), str(error)


def _running(runs: list[Run]) -> Run | None:
    return next((run for run in runs if run.state is RunState.RUNNING), None)


def _newest(runs: list[Run], kind: RunKind) -> Run | None:
    return next((run for run in runs if run.kind is kind and run.state is RunState.DONE), None)


def _labels_of(training: Run | None) -> int | None:
    return None if training is None else TrainingMetrics.from_json(training.metrics).labels


def _last_error(runs: list[Run], lease: AssistLease | None) -> str:
    if lease is not None and not lease.alive:
        return "The worker's process ended without a word."
    newest = next((run for run in runs if run.state.ended), None)
    return newest.last_words if newest is not None and newest.state is RunState.FAILED else ""


def _state(
    settings: AssistSettings, lease: AssistLease | None, runs: list[Run], running: Run | None, error: str
) -> State:
    if lease is None or not lease.alive:
        return "failed" if error else "stopped"
    if running is not None:
        return "working"
    if not runs or runs[0].started_at < lease.acquired_at:
        return "starting"  # a worker begins with a run
    return "paused" if settings.paused else "idle"


def _pace(run: Run | None) -> tuple[int, int, float | None, float | None]:
    if run is None:
        return 0, 0, None, None
    rate = FeaturizationMetrics.from_json(run.metrics).rate if run.kind is RunKind.FEATURIZATION else None
    if rate is None and run.done:
        rate = run.done / max(1e-3, (datetime.now(UTC) - run.started_at).total_seconds())
    left = (run.total - run.done) / rate if rate and run.total else None
    return run.done, run.total, rate, left


def _why_none(settings: AssistSettings, training: Run | None, found: ValidationMetrics | None) -> str:
    if not settings.prelabel:
        return "Pre-labeling is switched off."
    if training is None:
        return "No model has been trained yet."
    if training.why_not:
        return training.why_not
    if found is None:
        return ""
    if found.threshold is None and not found.by_class:
        return found.reason
    return "No waiting image is above the threshold."


def summarize(status: Status) -> str:
    """Return the sentence for a status; ``""`` when assist is off."""
    match status.state:
        case "off":
            return ""
        case "starting":
            return "Assist is starting"
        case "failed":
            return f"Assist stopped: {status.last_error}"
        case "working":
            return _working(status)
        case "idle":
            return _idle(status)
    stay = f"; {_count(status.prelabeled, 'image')} pre-labeled" if status.prelabeled else ""
    return f"Assist is {status.state}{stay}"


def duration(seconds: float) -> str:
    """Return a time as people say it: ``25 s``, ``3 min``, ``1 h 20 min``."""
    whole = max(1, round(seconds))
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{round(whole / _MINUTE)} min"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"


def _working(status: Status) -> str:
    assert status.run is not None
    text = _DOING[status.run.kind].format(labels=f"{status.labels:,}")
    if status.total:
        text += f": {status.done:,} of {status.total:,}"
        if status.seconds_left is not None and status.seconds_left >= 1:
            text += f", {duration(status.seconds_left)} left"
    return text


def _idle(status: Status) -> str:
    following = ""
    if status.labels_to_next_run is not None:
        following = (
            f"{_count(status.labels_to_next_run, 'more label')} to the next run"
            if status.labels_to_next_run
            else "the next run is due"
        )
    if status.prelabeled:
        return f"{_count(status.prelabeled, 'image')} pre-labeled; {following}"
    if status.accuracy is None or status.threshold is not None:
        return following[:1].upper() + following[1:]
    if status.labels_needed is None:
        return f"Nothing is pre-labeled yet: the model is not sure enough; {following}"
    labels = _count(status.labels_needed, "more label")
    verb = "is" if status.labels_needed == 1 else "are"
    return f"Nothing is pre-labeled yet: about {labels} {verb} needed to prove {status.target:.0%}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
