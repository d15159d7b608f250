"""The items of a project, and how far they are prepared for its learner; rounds go on in between."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from jlabel.assist.compute.compute import Compute
from jlabel.assist.learner import AnyLearner, ItemFile, Progress
from jlabel.assist.run_recorder import RunHandle
from jlabel.assist.worker.pace import Pace
from jlabel.model.item_table import ItemTable
from jlabel.model.run_metrics import FeaturizationMetrics
from jlabel.store import Store, read_item_table

logger = logging.getLogger(__name__)


class Featurizer:
    """One project's items under one learner.

    Labeled items that are not prepared take turns with those that wait: without the former nothing can be learned,
    without the latter there is nothing to pre-label.

    Args:
        store: of the items.
        project_id: the project.
        learner: that they are prepared for.
        compute: where they are prepared.

    Attributes:
        learner: that they are prepared for.
        items: all items, as last listed.
    """

    def __init__(self, store: Store, project_id: int, learner: AnyLearner, compute: Compute) -> None:
        self.store, self.project_id, self.learner, self.compute = store, project_id, learner, compute
        self._answered: set[int] = set()
        self._labeled: deque[ItemFile] = deque()
        self._waiting: deque[ItemFile] = deque()
        self._given: deque[ItemFile] = deque()
        """Handed to the learner, not reported done."""
        self.items = self.list()

    def list(self) -> ItemTable:
        """Read the items again and find out which are to be prepared, also while others are being prepared."""
        self.items = read_item_table(self.store, self.project_id)
        labeled = {item for item, free in zip(self.items.items, self.items.waiting, strict=True) if not free}
        self._answered = labeled
        given = {file.item for file in self._given}
        missing = [file for file in self.learner.missing(self.items, labeled) if file.item not in given]
        self._labeled = deque(file for file in missing if file.item in labeled)
        self._waiting = deque(file for file in missing if file.item not in labeled)
        return self.items

    @property
    def todo(self) -> int:
        """How many items are still to be prepared."""
        return len(self._labeled) + len(self._waiting) + len(self._given)

    @property
    def behind(self) -> int:
        """How many labels cannot be learned from yet, because their items are still to be prepared, as last listed."""
        if self.learner.learns_unprepared:
            return 0
        return len(self._labeled) + sum(file.item in self._answered for file in self._given)

    @property
    def prepared(self) -> int:
        """How many items are prepared, or cannot be."""
        return len(self.items.items) - self.todo

    def refresh(self) -> None:
        """Let the learner take in what was prepared since."""
        self.learner.refresh(self.items, complete=not self.todo)

    def refresh_and_list(self) -> ItemTable:
        """Let the learner take in what was prepared since, then read the items again."""
        self.refresh()
        return self.list()

    def prepare(self, handle: RunHandle, between: Callable[[], bool]) -> None:
        """Prepare items until all are, or ``between`` returns true; unreadable items leave the queue.

        Args:
            handle: of the run, which records the progress.
            between: called before every batch, after what was prepared is stored; it may do a round.
        """
        metrics = handle.metrics if isinstance(handle.metrics, FeaturizationMetrics) else FeaturizationMetrics()
        before, pace, elsewhere = metrics.done, Pace(), 0.0
        done = 0

        def report(progress: Progress) -> None:
            nonlocal done
            for _ in range(progress.done - done):
                self._given.popleft()
            done = progress.done
            pace.record(done)
            rate = pace.rate
            handle.metrics = replace(metrics, rate=None if rate is None else round(rate, 2))
            handle.report(before + done, before + done + self.todo)

        def cancel() -> bool:
            nonlocal elsewhere
            begun = time.monotonic()
            try:
                return between()
            finally:
                elsewhere += time.monotonic() - begun

        try:
            found = self.compute.run(self.learner.prepare, self._files(), progress=report, cancel=cancel)
        finally:
            self._given.clear()
        for item, reason in found.unreadable:
            if self.store.mark_unreadable(item, reason):
                logger.info("Item %d is unreadable: %s", item, reason)
        self.list()
        seconds = metrics.computed + max(0.0, found.seconds - elsewhere)
        ended = before + found.done + len(found.unreadable)
        handle.metrics = replace(
            metrics,
            done=ended,
            unreadable=metrics.unreadable + len(found.unreadable),
            computed=round(seconds, 3),
            rate=round(ended / seconds, 2) if seconds else None,
            notes=(*metrics.notes, *found.notes),
        )
        handle.report(ended, ended + self.todo, now=True)

    def _files(self) -> Iterator[ItemFile]:
        """Yield what is to be prepared, one labeled and one waiting in turn, as both are when the next is asked for."""
        labeled_next = True
        while self._labeled or self._waiting:
            queue = self._labeled if self._labeled and (labeled_next or not self._waiting) else self._waiting
            labeled_next = queue is not self._labeled
            self._given.append(queue.popleft())
            yield self._given[-1]
