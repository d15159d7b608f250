"""The port of assist's runs, settings and worker lease."""

from collections.abc import Mapping
from typing import Any, Protocol

from jlabel.model.assist_lease import ASSIST_SECONDS, AssistLease
from jlabel.model.run import Run, RunKind, RunState


class Runs(Protocol):
    """Runs of assist; one that has ended stays as it ended."""

    def assist_settings(self, project_id: int) -> dict[str, Any]:
        """Return the settings of assist, as ``AssistSettings.to_dict`` gave them; empty before they are set."""
        ...

    def set_assist_settings(self, project_id: int, values: Mapping[str, Any]) -> None:
        """Replace the settings of assist; the project's other settings stay.

        Raises:
            InputError: they are not JSON data.
        """
        ...

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
        """Record a run that begins now, or with ``queued`` one that is asked for.

        Raises:
            NotFound: no such project.
        """
        ...

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
        """Record progress, and that a queued run has begun; the state of the run returned shows whether to go on.

        Args:
            run_id: the run.
            done: units of work done; ``None``, as below, keeps what is recorded.
            total: units of work in all.
            metrics: JSON data, added to what is recorded.
            device: where it runs.
            model_hash: the model's.

        Raises:
            NotFound: no such run.
            InputError: metrics that are not JSON data.
        """
        ...

    def finish_run(
        self,
        run_id: int,
        *,
        metrics: Mapping[str, Any] | None = None,
        adopted: bool | None = None,
        why_not: str | None = None,
        model_hash: str | None = None,
    ) -> Run:
        """Record that a run is done; one that was cancelled meanwhile stays so.

        Raises:
            NotFound: no such run.
            InputError: metrics that are not JSON data.
        """
        ...

    def fail_run(self, run_id: int, last_words: str) -> Run:
        """Record that a run failed, with its last message."""
        ...

    def cancel_run(self, run_id: int) -> Run:
        """Cancel a run; its worker sees it at its next ``update_run``."""
        ...

    def run(self, run_id: int) -> Run:
        """Return a run.

        Raises:
            NotFound: no such run.
        """
        ...

    def runs(
        self,
        project_id: int,
        *,
        kind: RunKind | None = None,
        state: RunState | None = None,
        limit: int = 100,
        before: int | None = None,
    ) -> list[Run]:
        """Return one page of a project's runs, newest first.

        Args:
            project_id: the project.
            kind: only runs of this kind.
            state: only runs in this state.
            limit: how many of these at most.
            before: only those with a lower id; the last id of a page is the position of the next.
        """
        ...

    def latest_runs(self, project_id: int) -> list[Run]:
        """Return the newest run of each kind in each state, newest first: whatever the number of runs, 25 at most."""
        ...

    # The worker's lease

    def acquire_assist(
        self, project_id: int, *, seconds: float = ASSIST_SECONDS, last_words: str = ""
    ) -> AssistLease | None:
        """Make this process the project's worker; ``None`` if another living one is.

        Runs that a dead worker left under way are marked failed.

        Args:
            project_id: the project.
            seconds: how long the lease lasts without renewal.
            last_words: the former worker's last message, recorded with its runs.

        Raises:
            NotFound: no such project.
        """
        ...

    def renew_assist(self, token: str, *, seconds: float = ASSIST_SECONDS) -> AssistLease:
        """Renew the worker's lease.

        Raises:
            LeaseLost: another worker succeeded this one, or the lease was released.
        """
        ...

    def release_assist(self, token: str) -> None:
        """Give the worker's lease back; one that was lost meanwhile stays with its present holder."""
        ...

    def assist_lease(self, project_id: int) -> AssistLease | None:
        """Return the lease of the project's worker, a lapsed one too; ``None`` if there is none."""
        ...
