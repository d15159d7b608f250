"""Fine-tuning beside the rounds: when it is due, and the run that records it."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from jlabel.assist.compute.compute import Compute, Job
from jlabel.assist.learner import AnyLearner, FineTuningJob
from jlabel.assist.run_recorder import RunHandle, RunRecorder
from jlabel.errors import JlabelError
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run import Run, RunKind

LEAST = 100
"""Labels before fine-tuning starts by itself; again at twice as many."""
_HELD = 0.2
"""Seconds between two looks whether to go on."""

logger = logging.getLogger(__name__)


class Finetuner:
    """One project's fine-tuning.

    Args:
        compute: where it runs.
        held: whether it is to wait, for example while the worker is paused; asked before every step.

    Attributes:
        labels: that there were at the last one; 0 before.
    """

    def __init__(self, compute: Compute, held: Callable[[], bool] = lambda: False) -> None:
        self.compute, self.labels, self._held = compute, 0, held
        self._job: Job[AnyLearner | None] | None = None
        self._stop = threading.Event()

    @property
    def busy(self) -> bool:
        """Whether it is under way."""
        return self._job is not None and self._job.running

    def due(self, labels: int, settings: AssistSettings, device: str) -> bool:
        """Whether it is time for it."""
        wanted = settings.fine_tune is True or (settings.fine_tune == "auto" and device.startswith("cuda"))
        return wanted and not self.busy and labels >= max(LEAST, 2 * self.labels)

    def start(
        self,
        recorder: RunRecorder,
        work: FineTuningJob,
        labels: int,
        *,
        reason: str,
        model_hash: str,
        asked: Run | None = None,
    ) -> None:
        """Begin.

        Args:
            recorder: of the run.
            work: of the learner.
            labels: that there are.
            reason: for the run, a sentence.
            model_hash: of the network that is fine-tuned.
            asked: the queued run that this is.
        """
        self.labels = labels
        self._stop.clear()

        def run() -> AnyLearner | None:
            try:
                with recorder.run(RunKind.FINE_TUNING, reason, asked=asked, model_hash=model_hash) as handle:
                    return self._run(work, handle)
            except JlabelError as error:  # the run records it; rounds go on with the network as it was
                logger.warning("Fine-tuning failed: %s", error)
            except Exception:
                logger.exception("Fine-tuning failed")
            return None

        self._job = self.compute.start(run, "jlabel-assist-fine-tuning")

    def take(self) -> AnyLearner | None:
        """Return the learner of an adopted network, once."""
        if self._job is None or self._job.running:
            return None
        job, self._job = self._job, None
        return job.result()

    def stop(self) -> None:
        """End it soon, and wait for that."""
        self._stop.set()
        if self._job is not None:
            self._job.wait()

    def _run(self, work: FineTuningJob, handle: RunHandle) -> AnyLearner | None:
        metrics = handle.metrics = work.metrics
        last: list[float | None] = [None]

        def progress(epoch: int, epochs: int, accuracy: float) -> None:
            last[0] = accuracy
            handle.metrics = replace(metrics, last=accuracy)
            handle.report(epoch, epochs)

        found = work.run(progress, self._cancel(handle))
        handle.metrics = replace(found.metrics, last=last[0])
        handle.adopted = found.learner is not None
        handle.stopped = self._stop.is_set()
        handle.why_not = "" if handle.adopted else found.reason
        if found.learner is None or handle.stopped:
            return None
        handle.model_hash = found.learner.hash
        return found.learner

    def _cancel(self, handle: RunHandle) -> Callable[[], bool]:
        def cancel() -> bool:
            while self._held() and not self._stop.wait(_HELD):
                pass
            return self._stop.is_set() or not handle.report()

        return cancel
