"""A project's pictures are embedded, and rounds go on meanwhile on those that are done."""

import logging
from collections.abc import Callable
from pathlib import Path

from jlabel.assist.embeddings.backbone import Backbone
from jlabel.assist.embeddings.embedding_table import EmbeddingTable, TableBuilder
from jlabel.assist.embeddings.featurize import ImageFile, Progress, featurize
from jlabel.assist.run_recorder import RunHandle
from jlabel.model.item_table import ItemTable
from jlabel.store import Store, read_item_table

GROWN = 1.25
"""The table is prepared again when so many times more pictures are embedded, or all of them are."""
SMALL = 3000
"""Up to so many rows it is prepared again whenever it grew: that takes less than a second."""

logger = logging.getLogger(__name__)


class Featurizer:
    """One project's pictures and how far they are embedded under one backbone.

    Args:
        store: where the items are.
        project_id: whose.
        folder: of the project's assist.
        backbone: the network.

    Attributes:
        backbone: the network.
        subjects: all items, as last listed.
        todo: pictures still to be embedded.
        now: how many are embedded, also while they are.
    """

    def __init__(self, store: Store, project_id: int, folder: Path, backbone: Backbone) -> None:
        self.store, self.project_id, self.backbone = store, project_id, backbone
        self.builder = TableBuilder(folder, backbone)
        self._table: EmbeddingTable | None = None
        self._stamps: tuple[int, int] = (0, 0)
        self.todo: list[ImageFile] = []
        self.now = 0
        self.subjects = self.list()

    def list(self) -> ItemTable:
        """Read the items anew and find out which are to be embedded, labeled ones first."""
        self.subjects = read_item_table(self.store, self.project_id)
        said = {item for item, free in zip(self.subjects.items, self.subjects.waiting, strict=True) if not free}
        self.todo = self.builder.missing(self.subjects, said)
        self._said = said
        self.now = self.embedded
        return self.subjects

    @property
    def behind(self) -> int:
        """How many labeled pictures are not embedded yet."""
        return sum(subject.item in self._said for subject in self.todo)

    @property
    def embedded(self) -> int:
        """How many pictures are embedded."""
        return len(self.subjects.items) - len(self.todo)

    def table(self) -> EmbeddingTable:
        """Return the embedded pictures, prepared anew if that is due."""
        state = (len(self.builder.embeddings.matrix), len(self.subjects.items))
        old = self._table
        small = old is not None and len(self.builder.embeddings.matrix) <= SMALL
        due = old is None or small or not self.todo or len(self.builder.embeddings) > GROWN * len(old)
        if old is None or (due and state != self._stamps):
            self._table, self._stamps = self.builder.table(self.subjects), state
        assert self._table is not None
        return self._table

    def go_on(self, handle: RunHandle, interrupted: Callable[[], bool], *, some: int | None = None) -> None:
        """Embed until all is done, or ``interrupted`` says so; unreadable items leave the queue.

        Args:
            handle: of the run, which records the progress.
            interrupted: asked after every batch, so that each call does one at least.
            some: only so many pictures, without a break.
        """
        before = int(handle.metrics.get("done", 0))
        total, base = before + len(self.todo), self.embedded

        def told(progress: Progress) -> None:
            self.now = base + progress.done
            rate = round(progress.rate, 2)
            handle.tell(before + progress.done, total, metrics={"rate": rate})

        subjects = self.todo if some is None else self.todo[:some]
        outcome = featurize(
            subjects,
            self.backbone,
            self.builder.embeddings,
            progress=told,
            cancel=lambda: self.now > base and some is None and interrupted(),
        )
        stamps = {subject.item: subject.stamp for subject in subjects}
        for item, reason in outcome.unreadable:
            self.builder.refuse(item, stamps[item])
            if self.store.mark_unreadable(item, reason):
                logger.info("Item %d is unreadable: %s", item, reason)
        left = set(self.builder.embeddings.missing([(s.item, s.stamp) for s in self.todo]))
        unreadable = {item for item, _ in outcome.unreadable}
        self.todo = [s for n, s in enumerate(self.todo) if n in left and s.item not in unreadable]
        done = outcome.done + len(unreadable)
        seconds = float(handle.metrics.get("computed", 0.0)) + outcome.seconds
        handle.metrics |= {
            "done": before + done,
            "unreadable": int(handle.metrics.get("unreadable", 0)) + len(unreadable),
            "computed": round(seconds, 3),
            "rate": round((before + done) / seconds, 2) if seconds else None,
        }
        notes = getattr(self.backbone, "notes", None)
        if notes:
            handle.metrics["notes"] = [*handle.metrics.get("notes", []), *notes]
            notes.clear()
        handle.tell(before + done, before + done + len(self.todo), now=True)
