"""Every piece of a worker's work is a run in the store: started, followed, ended, whatever becomes of it."""

import contextlib
import logging
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from jlabel.assist.compute.interruption import Interrupted, look
from jlabel.errors import JlabelError, StoreError
from jlabel.model.run import Run, RunKind, RunState
from jlabel.store import Store

if TYPE_CHECKING:
    from jlabel.model.metrics import Metrics

COUNTED = 200
"""Units of work between two looks at the clock."""
REPORT_EVERY = 1.0
"""Seconds between two writes of progress: each one wakes the subscribers of the project."""

T = TypeVar("T")

logger = logging.getLogger(__name__)


class RunHandle:
    """One run under way.

    Attributes:
        id: of the run.
        kind: of the run.
        cancelled: somebody cancelled it.
        metrics: what is recorded of it, with its progress and at its end.
        adopted: whether its result is used.
        why_not: why not, a sentence.
        model_hash: of the model used or made.
        stopped: it ends before it is done: recorded as cancelled.
    """

    def __init__(self, store: Store, run: Run) -> None:
        self._store, self.id, self.kind = store, run.id, run.kind
        self.cancelled = run.state is RunState.CANCELLED
        self.stopped = False
        self.metrics: Metrics | None = None
        self.adopted: bool | None = None
        self.why_not: str | None = None
        self.model_hash: str | None = None
        self._reported = 0.0

    def report(
        self, done: int | None = None, total: int | None = None, *, now: bool = False, device: str | None = None
    ) -> bool:
        """Record progress and metrics, at most once a second unless ``now``; return whether to go on."""
        if now or time.monotonic() - self._reported >= REPORT_EVERY:
            run = self._store.update_run(
                self.id,
                done=done,
                total=total,
                metrics=self.metrics.to_json() if self.metrics else None,
                device=device,
                model_hash=self.model_hash,
            )
            self.cancelled = run.state is RunState.CANCELLED
            self._reported = time.monotonic()
        return not self.cancelled

    def each(self, made: Iterable[T]) -> Iterator[T]:
        """Yield what is ``made``, and look now and then whether it is still wanted.

        Raises:
            Interrupted: it is not.
        """
        for number, one in enumerate(made):
            look()
            if number % COUNTED == COUNTED - 1 and not self.report(number):
                raise Interrupted(cancelled=True)
            yield one

    def final_metrics(self, seconds: float) -> dict[str, Any]:
        """Return the metrics as JSON data, with the duration of the run."""
        return {**(self.metrics.to_json() if self.metrics else {}), "seconds": seconds}


class RunRecorder:
    """Records the runs of one project.

    Args:
        store: of the project.
        project_id: the project.

    Attributes:
        device: that runs compute on.
    """

    def __init__(self, store: Store, project_id: int) -> None:
        self.store, self.project_id = store, project_id
        self.device = ""
        self._open: list[RunHandle] = []

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled the innermost run that is under way; read from the store."""
        return bool(self._open) and self.store.run(self._open[-1].id).state is RunState.CANCELLED

    @contextlib.contextmanager
    def run(
        self, kind: RunKind, reason: str, *, total: int = 0, model_hash: str = "", asked: Run | None = None
    ) -> Iterator[RunHandle]:
        """Record what is done in the block as a run; an exception in the block fails the run and is raised again.

        ``Interrupted`` cancels it instead, and is raised too where a run that was cancelled makes the store refuse.

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
        self._open.append(handle)
        logger.info("Run %d, %s: %s", handle.id, kind, made.reason)
        try:
            yield handle
        except Interrupted as error:
            self._interrupted(handle, made, error)
            raise
        except BaseException as error:
            words = str(error) if isinstance(error, JlabelError) else f"{type(error).__name__}: {error}"
            logger.warning("Run %d, %s, failed: %s", handle.id, kind, words)
            with contextlib.suppress(JlabelError):  # the exception of the block is the one to raise
                ended = self.store.fail_run(handle.id, words)
                if ended.state is RunState.CANCELLED and isinstance(error, JlabelError):
                    refused = Interrupted(cancelled=True)
                    refused.kind, refused.reason = kind, made.reason
                    raise refused from error
            raise
        finally:
            self._open.remove(handle)
        seconds = round(time.monotonic() - begun, 3)
        metrics = handle.final_metrics(seconds)
        if handle.stopped:
            self.store.update_run(handle.id, metrics=metrics)
            self.store.cancel_run(handle.id)
        ended = self.store.finish_run(
            handle.id,
            metrics=metrics,
            adopted=handle.adopted,
            why_not=handle.why_not,
            model_hash=handle.model_hash,
        )
        handle.cancelled = ended.state is RunState.CANCELLED
        logger.info("Run %d, %s, %s after %.3f s. %s", handle.id, kind, ended.state, seconds, handle.why_not or "")

    def _interrupted(self, handle: RunHandle, made: Run, why: Interrupted) -> None:
        """Cancel a run that was left before it was done."""
        if why.kind is None:
            why.kind, why.reason = handle.kind, made.reason
        logger.info("Run %d, %s: %s", handle.id, handle.kind, why)
        with contextlib.suppress(StoreError):  # whoever takes the lease next closes it
            if handle.metrics is not None:
                self.store.update_run(handle.id, metrics=handle.metrics.to_json())
            self.store.cancel_run(handle.id)
