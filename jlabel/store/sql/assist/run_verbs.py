"""The verbs of assist's runs, settings and lease on a database."""

from collections.abc import Mapping
from typing import Any

from jlabel.model.assist_lease import ASSIST_SECONDS, AssistLease
from jlabel.model.run import Run, RunKind, RunState
from jlabel.store.ports import Runs
from jlabel.store.sql.assist import assist_lease, runs
from jlabel.store.sql.catalog import settings
from jlabel.store.sql.engine import Database


class SqlRuns(Runs):
    """Runs of assist, its settings and its worker's lease in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def assist_settings(self, project_id: int) -> dict[str, Any]:
        return self._database.read(settings.read_setting, project_id, "assist")

    def set_assist_settings(self, project_id: int, values: Mapping[str, Any]) -> None:
        self._database.write(settings.write_setting, project_id, "assist", values)

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
        return self._database.write(
            runs.change_run,
            run_id,
            RunState.DONE,
            metrics=metrics,
            values={"adopted": adopted, "why_not": why_not, "model_hash": model_hash},
        )

    def fail_run(self, run_id: int, last_words: str) -> Run:
        return self._database.write(runs.change_run, run_id, RunState.FAILED, values={"last_words": last_words})

    def cancel_run(self, run_id: int) -> Run:
        return self._database.write(runs.change_run, run_id, RunState.CANCELLED)

    def run(self, run_id: int) -> Run:
        return self._database.read(runs.read_run, run_id)

    def runs(
        self,
        project_id: int,
        *,
        kind: RunKind | None = None,
        state: RunState | None = None,
        limit: int = 100,
        before: int | None = None,
    ) -> list[Run]:
        return self._database.read(runs.list_runs, project_id, kind=kind, state=state, limit=limit, before=before)

    def latest_runs(self, project_id: int) -> list[Run]:
        return self._database.read(runs.list_latest, project_id)

    def acquire_assist(
        self, project_id: int, *, seconds: float = ASSIST_SECONDS, last_words: str = ""
    ) -> AssistLease | None:
        return self._database.write(assist_lease.acquire, project_id, seconds=seconds, last_words=last_words)

    def renew_assist(self, token: str, *, seconds: float = ASSIST_SECONDS) -> AssistLease:
        return self._database.write(assist_lease.renew, token, seconds=seconds)

    def release_assist(self, token: str) -> None:
        self._database.write(assist_lease.release, token)

    def assist_lease(self, project_id: int) -> AssistLease | None:
        return self._database.read(assist_lease.find, project_id)
