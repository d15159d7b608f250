"""The items of a project, and how far they are prepared for its learner; rounds go on between two parts."""

import logging
from collections.abc import Callable
from dataclasses import replace

from jlabel.assist.compute.compute import Compute
from jlabel.assist.learner import AnyLearner, ItemFile, Progress
from jlabel.assist.run_recorder import RunHandle
from jlabel.model.item_table import ItemTable
from jlabel.model.run_metrics import FeaturizationMetrics
from jlabel.store import Store, read_item_table

logger = logging.getLogger(__name__)


class Featurizer:
    """One project's items under one learner.

    Args:
        store: of the items.
        project_id: the project.
        learner: that they are prepared for.
        compute: where they are prepared.

    Attributes:
        learner: that they are prepared for.
        items: all items, as last listed.
        todo: files still to be prepared.
        now: how many items are prepared, also while more are.
    """

    def __init__(self, store: Store, project_id: int, learner: AnyLearner, compute: Compute) -> None:
        self.store, self.project_id, self.learner, self.compute = store, project_id, learner, compute
        self.todo: list[ItemFile] = []
        self._labeled: set[int] = set()
        self.now = 0
        self.items = self.list()

    def list(self) -> ItemTable:
        """Read the items again and find out which are to be prepared, labeled ones first."""
        self.items = read_item_table(self.store, self.project_id)
        self._labeled = {item for item, free in zip(self.items.items, self.items.waiting, strict=True) if not free}
        self.todo = self.learner.missing(self.items, self._labeled)
        self.now = self.prepared
        return self.items

    @property
    def behind(self) -> int:
        """How many labeled items are not prepared yet."""
        return sum(file.item in self._labeled for file in self.todo)

    @property
    def prepared(self) -> int:
        """How many items are prepared."""
        return len(self.items.items) - len(self.todo)

    def refresh(self) -> None:
        """Let the learner take in what was prepared since."""
        self.learner.refresh(self.items, complete=not self.todo)

    def refresh_and_list(self) -> ItemTable:
        """Let the learner take in what was prepared since, then read the items again."""
        self.refresh()
        return self.list()

    def prepare(self, handle: RunHandle, interrupted: Callable[[], bool], *, some: int | None = None) -> None:
        """Prepare items until all are, or ``interrupted`` returns true; unreadable items leave the queue.

        Args:
            handle: of the run, which records the progress.
            interrupted: called after every batch, so that each call prepares one at least.
            some: only so many items, without an interruption.
        """
        metrics = handle.metrics if isinstance(handle.metrics, FeaturizationMetrics) else FeaturizationMetrics()
        before, total, base = metrics.done, metrics.done + len(self.todo), self.prepared

        def report(progress: Progress) -> None:
            self.now = base + progress.done
            handle.metrics = replace(metrics, rate=round(progress.rate, 2))
            handle.report(before + progress.done, total)

        files = self.todo if some is None else self.todo[:some]
        found = self.compute.run(
            self.learner.prepare,
            files,
            progress=report,
            cancel=lambda: self.now > base and some is None and interrupted(),
        )
        for item, reason in found.unreadable:
            if self.store.mark_unreadable(item, reason):
                logger.info("Item %d is unreadable: %s", item, reason)
        self.todo = self.learner.missing(self.items, self._labeled)
        done, seconds = before + found.done + len(found.unreadable), metrics.computed + found.seconds
        handle.metrics = replace(
            metrics,
            done=done,
            unreadable=metrics.unreadable + len(found.unreadable),
            computed=round(seconds, 3),
            rate=round(done / seconds, 2) if seconds else None,
            notes=(*metrics.notes, *found.notes),
        )
        handle.report(done, done + len(self.todo), now=True)
