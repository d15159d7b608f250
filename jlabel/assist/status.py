"""The status of a project's assist, read from the store in a few milliseconds; for headers, dashboards and scripts."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from jlabel.assist.schedule import labels_more
from jlabel.assist.sentences import summarize
from jlabel.assist.status_facts import State, StatusFacts
from jlabel.errors import InputError
from jlabel.model.assist_lease import AssistLease
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run import Run, RunKind, RunState
from jlabel.model.run_metrics import FeaturizationMetrics, InferenceMetrics, TrainingMetrics, ValidationMetrics
from jlabel.store import Store


@dataclass(frozen=True, kw_only=True, repr=False)
class Status(StatusFacts):
    """The status of assist; shown as one sentence.

    Attributes:
        summary: all of it in one short sentence for a labeler's header; ``""`` when assist is off.

    The others are those of ``StatusFacts``.
    """

    summary: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "summary", summarize(self))

    def __str__(self) -> str:
        return self.summary or "Assist is off. Start it with p.assist.start()."

    def __repr__(self) -> str:
        return str(self)


def read_status(store: Store, project_id: int) -> Status:
    """Return the status of a project's assist.

    Raises:
        NotFound: no such project.
        StoreError: the database cannot be read.
    """
    settings, problem = _settings(store, project_id)
    lease = store.assist_lease(project_id)
    runs = store.latest_runs(project_id)
    counts = store.counts(project_id)
    labels, waiting, skipped = counts.labeled, counts.remaining, counts.skipped
    if lease is None and not runs:
        return Status(state="off", labels=labels, waiting=waiting, skipped=skipped, target=settings.target_precision)
    queues = store.queue_counts(project_id)
    running = _running(runs) if lease is not None and lease.alive else None
    training, validation = _newest(runs, RunKind.TRAINING), _newest(runs, RunKind.VALIDATION)
    found = ValidationMetrics.from_json(validation.metrics) if validation else None
    inference = _newest(runs, RunKind.INFERENCE)
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
        waiting=waiting,
        skipped=skipped,
        labels_to_next_run=labels_more(labels, _labels_of(training), settings.retrain_every) if alive else None,
        threshold=found.threshold if found else None,
        target=settings.target_precision,
        coverage=found.coverage if found else 0.0,
        accuracy=found.accuracy if found else None,
        batch=found.batches[-1] if found and found.batches else None,
        prelabeled=queues.prelabeled,
        suggested=InferenceMetrics.from_json(inference.metrics).suggested if inference else 0,
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
    if running is not None and not (settings.paused and running.kind is RunKind.FINE_TUNING):
        return "working"  # a fine-tuning is held in the middle while the worker is paused
    if not runs or runs[0].started_at < lease.acquired_at:
        return "starting"  # a worker begins with a run
    if settings.paused:
        return "paused"
    return "working" if any(run.state is RunState.QUEUED for run in runs) else "idle"


def _pace(run: Run | None) -> tuple[int, int, float | None, float | None]:
    if run is None:
        return 0, 0, None, None
    rate = FeaturizationMetrics.from_json(run.metrics).rate if run.kind is RunKind.FEATURIZATION else None
    if rate is None and run.done and run.kind is not RunKind.FEATURIZATION:  # its worker knows when it can tell
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
    return "" if found is None else found.reason
