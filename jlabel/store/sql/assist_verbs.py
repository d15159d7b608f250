"""The part of the store's face that assist uses."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jlabel.model.assist_lease import ASSIST_SECONDS, AssistLease
from jlabel.model.assist_outcomes import AssistOutcomes
from jlabel.model.item_table import ItemTable
from jlabel.model.project import QueueCounts
from jlabel.model.run import Prediction, Run, RunKind, RunState, Suggestion
from jlabel.model.training_label import TrainingLabel
from jlabel.store.sql import counters
from jlabel.store.sql.assist import assist_lease, outcomes, predictions, runs
from jlabel.store.sql.assist import item_table as items
from jlabel.store.sql.assist import queue_assignment as placing
from jlabel.store.sql.assist.queue_assignment import BLIND_SHARE, RANDOM_SHARE
from jlabel.store.sql.catalog import settings
from jlabel.store.sql.engine import Database


class AssistVerbs:
    """Runs, predictions, queues and the worker's lease; described where each is implemented."""

    _database: Database

    def queue_counts(self, project_id: int) -> QueueCounts:
        """Return how many free items are in which queue, in constant time."""
        return self._database.read(counters.queue_counts, project_id)

    def assist_settings(self, project_id: int) -> dict[str, Any]:
        """Return how the project wants to be assisted, as ``AssistSettings.to_dict`` gave it; empty before."""
        return self._database.read(settings.read_setting, project_id, "assist")

    def set_assist_settings(self, project_id: int, values: Mapping[str, Any]) -> None:
        """Replace how the project wants to be assisted; its other settings stay."""
        self._database.write(settings.write_setting, project_id, "assist", values)

    def item_table(self, project_id: int) -> ItemTable:
        """Return all items with what a model needs to know of them, lightly: no label, no record."""
        return self._database.read(items.read_item_table, project_id)

    # Runs

    def start_run(
        self,
        project_id: int,
        kind: RunKind,
        *,
        reason: str,
        device: str = "",
        model_hash: str = "",
        total: int = 0,
        queued: bool = False,
    ) -> Run:
        """Record a run that begins now, or is asked for."""
        return self._database.write(
            runs.start_run,
            project_id,
            kind,
            reason=reason,
            device=device,
            model_hash=model_hash,
            total=total,
            queued=queued,
        )

    def update_run(
        self,
        run_id: int,
        *,
        done: int | None = None,
        total: int | None = None,
        metrics: Mapping[str, Any] | None = None,
        device: str | None = None,
        model_hash: str | None = None,
    ) -> Run:
        """Record progress, and that a queued run has begun; the run returned tells whether it was cancelled."""
        return self._database.write(
            runs.change_run,
            run_id,
            RunState.RUNNING,
            metrics=metrics,
            values={"done": done, "total": total, "device": device, "model_hash": model_hash},
        )

    def finish_run(
        self,
        run_id: int,
        *,
        metrics: Mapping[str, Any] | None = None,
        adopted: bool | None = None,
        why_not: str | None = None,
        model_hash: str | None = None,
    ) -> Run:
        """Record that a run is done; one that was cancelled meanwhile stays so."""
        return self._database.write(
            runs.change_run,
            run_id,
            RunState.DONE,
            metrics=metrics,
            values={"adopted": adopted, "why_not": why_not, "model_hash": model_hash},
        )

    def fail_run(self, run_id: int, last_words: str) -> Run:
        """Record that a run failed."""
        return self._database.write(runs.change_run, run_id, RunState.FAILED, values={"last_words": last_words})

    def cancel_run(self, run_id: int) -> Run:
        """Cancel a run; its worker learns of it at its next ``update_run``."""
        return self._database.write(runs.change_run, run_id, RunState.CANCELLED)

    def run(self, run_id: int) -> Run:
        """Return a run."""
        return self._database.read(runs.read_run, run_id)

    def runs(self, project_id: int, *, state: RunState | None = None, limit: int = 100) -> list[Run]:
        """Return a project's runs, newest first."""
        return self._database.read(runs.list_runs, project_id, state=state, limit=limit)

    # The worker's lease

    def acquire_assist(
        self, project_id: int, *, seconds: float = ASSIST_SECONDS, last_words: str = ""
    ) -> AssistLease | None:
        """Make this process the project's worker; ``None`` if another living one is."""
        return self._database.write(assist_lease.acquire, project_id, seconds=seconds, last_words=last_words)

    def renew_assist(self, token: str, *, seconds: float = ASSIST_SECONDS) -> AssistLease:
        """Keep the worker's lease."""
        return self._database.write(assist_lease.renew, token, seconds=seconds)

    def release_assist(self, token: str) -> None:
        """Give the worker's lease back."""
        self._database.write(assist_lease.release, token)

    def assist_lease(self, project_id: int) -> AssistLease | None:
        """Return who works for the project's assist."""
        return self._database.read(assist_lease.find, project_id)

    # Predictions

    def write_predictions(self, run_id: int, made: Iterable[Prediction]) -> int:
        """Store a run's predictions, unseen until they are published; return how many there were."""
        return predictions.write_predictions(self._database, run_id, made)

    def publish(
        self,
        run_id: int,
        *,
        clusters: Mapping[int, int] | None = None,
        priorities: Mapping[int, float] | None = None,
        random_share: float = RANDOM_SHARE,
        blind_share: float = BLIND_SHARE,
    ) -> QueueCounts:
        """Serve a run's predictions, and move free items to the queues where they belong."""
        return placing.publish(
            self._database,
            run_id,
            clusters=clusters,
            priorities=priorities,
            random_share=random_share,
            blind_share=blind_share,
        )

    def arrange(
        self,
        project_id: int,
        *,
        clusters: Mapping[int, int] | None = None,
        priorities: Mapping[int, float] | None = None,
        random_share: float = RANDOM_SHARE,
    ) -> QueueCounts:
        """Cluster and order free items without new predictions."""
        return placing.arrange(
            self._database, project_id, clusters=clusters, priorities=priorities, random_share=random_share
        )

    def suggestions(self, session_id: int) -> dict[int, Suggestion]:
        """Return what is suggested by now for the items on the pages that a session holds."""
        return self._database.read(predictions.suggestions, session_id)

    # What was said

    def training_labels(self, project_id: int) -> Iterator[TrainingLabel]:
        """Yield the labels of labeled items, from one snapshot."""
        with self._database.snapshot() as transaction:
            yield from outcomes.training_labels(transaction, project_id)

    def assist_outcomes(self, project_id: int) -> AssistOutcomes:
        """Count what became of suggestions, and labelers' seconds."""
        return self._database.read(outcomes.assist_outcomes, project_id)
