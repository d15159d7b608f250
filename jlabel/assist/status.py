"""Where a project's assist stands, read from the store in a few milliseconds; for headers, dashboards and scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from jlabel.assist.schedule import labels_more
from jlabel.assist.sentence import say
from jlabel.errors import InputError
from jlabel.model.assist_lease import AssistLease
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run import Run, RunKind, RunState
from jlabel.store import Store

State = Literal["off", "starting", "working", "idle", "paused", "stopped", "failed"]
_LOOKED_AT = 60
"""Newest runs that are looked at: some twenty rounds."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """Where assist stands.

    Attributes:
        state: ``"off"`` before it was ever started; ``"failed"`` when the last worker died or gave up.
        run: what runs now.
        done: units of work behind that run; images, as a rule.
        total: units in all; 0 while unknown.
        rate: units a second.
        left: seconds likely left.
        labels: items with a label.
        more: new labels that the next training waits for; ``None`` when no worker would notice.
        threshold: lowest confidence that is pre-labeled, where classes have several the one of the rest; ``None``: none
            is proved.
        target: precision that pre-labels must have.
        coverage: share of the waiting images that the last validation would pre-label, 0 to 1.
        accuracy: of held-out predictions for random labels; ``None`` before a validation.
        needed: random labels that are likely still needed for a first threshold; ``None`` where nobody can tell.
        prelabeled: free images in the pre-labeled queue.
        clustered: free images in the clustered queue.
        why: why nothing is pre-labeled, as a sentence; ``""`` when something is.
        last_error: last words of the newest run, if it failed; ``""`` otherwise.
        worker: who works.
        line: all of it in one short sentence for a labeler's header; ``""`` when assist is off.
    """

    state: State
    run: Run | None = None
    done: int = 0
    total: int = 0
    rate: float | None = None
    left: float | None = None
    labels: int = 0
    more: int | None = None
    threshold: float | None = None
    target: float = 0.95
    coverage: float = 0.0
    accuracy: float | None = None
    needed: int | None = None
    prelabeled: int = 0
    clustered: int = 0
    why: str = ""
    last_error: str = ""
    worker: AssistLease | None = None
    line: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "line", say(self))

    def __str__(self) -> str:
        return self.line or "Assist is off. Start it with p.assist.start()."


def read_status(store: Store, project_id: int) -> Status:
    """Read where a project's assist stands.

    Raises:
        NotFound: no such project.
        StoreError: the database cannot be read.
    """
    settings, problem = _settings(store, project_id)
    lease = store.assist_lease(project_id)
    runs = store.runs(project_id, limit=_LOOKED_AT)
    labels = store.counts(project_id).labeled
    if lease is None and not runs:
        return Status(state="off", labels=labels, target=settings.target)
    queues = store.queue_counts(project_id)
    running = _running(runs) if lease is not None and lease.alive else None
    training, validation = _newest(runs, RunKind.TRAINING), _newest(runs, RunKind.VALIDATION)
    found = validation.metrics if validation else {}
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
        left=left,
        labels=labels,
        more=labels_more(labels, _labels_of(training), settings.every) if alive else None,
        threshold=found.get("threshold"),
        target=settings.target,
        coverage=float(found.get("coverage") or 0.0),
        accuracy=found.get("accuracy"),
        needed=found.get("more"),
        prelabeled=queues.prelabeled,
        clustered=queues.clustered,
        why="" if queues.prelabeled else _why(settings, training, found),
        last_error=error,
        worker=lease if alive else None,
    )


def _settings(store: Store, project_id: int) -> tuple[AssistSettings, str]:
    try:
        return AssistSettings.from_dict(store.assist_settings(project_id)), ""
    except InputError as error:  # another version wrote them: a header must not break over it
        return AssistSettings(), str(error)


def _running(runs: list[Run]) -> Run | None:
    return next((run for run in runs if run.state is RunState.RUNNING), None)


def _newest(runs: list[Run], kind: RunKind) -> Run | None:
    return next((run for run in runs if run.kind is kind and run.state is RunState.DONE), None)


def _labels_of(training: Run | None) -> int | None:
    return None if training is None else int(training.metrics.get("labels", 0))


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
        return "starting"  # a worker's first act is a run
    return "paused" if settings.paused else "idle"


def _pace(run: Run | None) -> tuple[int, int, float | None, float | None]:
    if run is None:
        return 0, 0, None, None
    rate = run.metrics.get("rate")
    if rate is None and run.done:
        rate = run.done / max(1e-3, (datetime.now(UTC) - run.started_at).total_seconds())
    left = (run.total - run.done) / rate if rate and run.total else None
    return run.done, run.total, rate, left


def _why(settings: AssistSettings, training: Run | None, found: Mapping[str, Any]) -> str:
    if not settings.prelabel:
        return "Pre-labeling is switched off."
    if training is None:
        return "No model has been trained yet."
    if training.why_not:
        return training.why_not
    if found and found.get("threshold") is None and not found.get("by_class"):
        return str(found.get("reason", ""))
    return "No waiting image is above the threshold." if found else ""
