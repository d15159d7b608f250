"""Every piece of a worker's work is a run in the store: begun, followed, ended, whatever becomes of it."""

import contextlib
import logging
import time
from collections.abc import Iterator
from typing import Any

from jlabel.errors import JlabelError
from jlabel.model.run import Run, RunKind, RunState
from jlabel.store import Store

TOLD = 1.0
"""Seconds between two reports of progress: each one wakes those who watch."""

logger = logging.getLogger(__name__)


class RunHandle:
    """One run under way.

    Attributes:
        id: of the run.
        cancelled: somebody cancelled it.
        metrics: what will be recorded with its end.
        adopted: whether its result is used.
        why_not: why not, a sentence.
        model_hash: of the model used or made.
        stopped: it ends before it is done: recorded as cancelled.
    """

    def __init__(self, store: Store, run: Run) -> None:
        self._store, self.id, self.kind = store, run.id, run.kind
        self.cancelled = run.state is RunState.CANCELLED
        self.stopped = False
        self.metrics: dict[str, Any] = {}
        self.adopted: bool | None = None
        self.why_not: str | None = None
        self.model_hash: str | None = None
        self._told = 0.0

    def tell(
        self,
        done: int | None = None,
        total: int | None = None,
        *,
        now: bool = False,
        device: str | None = None,
        metrics: dict[str, Any] | None = None,
    ) -> bool:
        """Record progress, at most once a second unless ``now``; return whether to go on."""
        if now or time.monotonic() - self._told >= TOLD:
            run = self._store.update_run(
                self.id, done=done, total=total, metrics=metrics, device=device, model_hash=self.model_hash
            )
            self.cancelled = run.state is RunState.CANCELLED
            self._told = time.monotonic()
        return not self.cancelled


class RunRecorder:
    """Records one project's runs.

    Args:
        store: where.
        project_id: whose.

    Attributes:
        device: where runs compute.
    """

    def __init__(self, store: Store, project_id: int) -> None:
        self.store, self.project_id = store, project_id
        self.device = ""

    @contextlib.contextmanager
    def run(
        self, kind: RunKind, reason: str, *, total: int = 0, model_hash: str = "", asked: Run | None = None
    ) -> Iterator[RunHandle]:
        """Record what is done in the block as a run; it fails with what the block raises, which goes on.

        Args:
            kind: of the run.
            reason: why it is started, a sentence.
            total: units of work, when known.
            model_hash: of the model used.
            asked: the queued run that this one is; otherwise a new one.
        """
        if asked is None:
            made = self.store.start_run(
                self.project_id, kind, reason=reason, device=self.device, model_hash=model_hash, total=total
            )
        else:
            made = self.store.update_run(asked.id, total=total, device=self.device, model_hash=model_hash)
        handle, begun = RunHandle(self.store, made), time.monotonic()
        logger.info("Run %d, %s: %s", handle.id, kind, made.reason)
        try:
            yield handle
        except BaseException as error:
            words = str(error) if isinstance(error, JlabelError) else f"{type(error).__name__}: {error}"
            logger.warning("Run %d, %s, failed: %s", handle.id, kind, words)
            with contextlib.suppress(JlabelError):  # what the block raised tells more
                self.store.fail_run(handle.id, words)
            raise
        seconds = round(time.monotonic() - begun, 3)
        if handle.stopped:
            self.store.update_run(handle.id, metrics={**handle.metrics, "seconds": seconds})
            self.store.cancel_run(handle.id)
        ended = self.store.finish_run(
            handle.id,
            metrics={**handle.metrics, "seconds": seconds},
            adopted=handle.adopted,
            why_not=handle.why_not,
            model_hash=handle.model_hash,
        )
        handle.cancelled = ended.state is RunState.CANCELLED
        logger.info("Run %d, %s, %s after %.3f s. %s", handle.id, kind, ended.state, seconds, handle.why_not or "")
