"""The embeddings of a project: which are stored, which are missing, and the table that rounds work on."""

import logging
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.embeddings.backbone import Backbone
from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.embeddings.neighbors import Neighbors, kmeans
from jlabel.assist.embeddings.normalize import SMOOTHED, NormalizedEmbeddings
from jlabel.assist.learner import ItemFile
from jlabel.errors import CheckpointError
from jlabel.model.item_table import ItemTable

FOLDER = "embeddings"
GROWTH = 1.25
"""The table is built again when so many times more images are embedded, or all of them are."""
SMALL = 3000
"""Up to so many rows it is built again whenever it grew: that takes less than a second."""
_CELL = 64
_CELLS = 256

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, eq=False)
class EmbeddingTable:
    """Images with their prepared embeddings, row by row.

    Attributes:
        items: (n,) item ids; -1 for a row whose file has changed since.
        features: prepared embeddings, (n, d).
        backbone: hash of the network.
        stored: (n,) row of each in the ``EmbeddingStore``; ``None`` where they are in its order.
    """

    items: NDArray[np.int64]
    features: NormalizedEmbeddings
    backbone: str
    stored: NDArray[np.intp] | None = None

    def __len__(self) -> int:
        return int(np.count_nonzero(self.items >= 0))

    def rows(self, items: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the row of each item; -1 where it has none."""
        if not len(self.items):
            return np.full(len(items), -1, dtype=np.intp)
        at = np.minimum(np.searchsorted(self.items, items, sorter=self._order), len(self.items) - 1)
        found = self._order[at]
        return np.where(self.items[found] == items, found, -1)

    @cached_property
    def index(self) -> Neighbors:
        """Neighbors among all rows, computed at the first access."""
        return Neighbors(self.features.vectors)

    @cached_property
    def cells(self) -> NDArray[np.intp]:
        """(n,) the cell of each row: a group of images that look alike."""
        return kmeans(self.index.compact, min(_CELLS, max(1, len(self.items) // _CELL)))[1]

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        return np.argsort(self.items, kind="stable")


class TableBuilder:
    """Builds the table of a project's embeddings under one backbone, and knows which are missing.

    Args:
        folder: of the project's assist.
        backbone: the network.

    Attributes:
        embeddings: what is stored.
        note: what was wrong with stored embeddings, a sentence; ``""`` as a rule.
    """

    def __init__(self, folder: Path, backbone: Backbone) -> None:
        self.backbone = backbone
        self.note = ""
        self._bad: set[tuple[int, str]] = set()
        self._table: EmbeddingTable | None = None
        self._state = (0, 0)
        path = folder / FOLDER / backbone.hash
        try:
            self.embeddings = EmbeddingStore(path, backbone=backbone.hash, dim=backbone.dim)
        except CheckpointError as error:
            self.note = f"{error} They were thrown away."
            logger.warning(self.note)
            shutil.rmtree(path, ignore_errors=True)
            self.embeddings = EmbeddingStore(path, backbone=backbone.hash, dim=backbone.dim)

    def missing(self, items: ItemTable, first: Collection[int]) -> list[ItemFile]:
        """Return the images that are to be embedded: ``first`` ones first, the others in the order of their ranks.

        Ranks were drawn at random, so that whatever part is done by now is a random sample of the project.
        """
        positions = self.embeddings.missing(list(zip(items.items, items.stamps, strict=True)))
        positions = [n for n in positions if (items.items[n], items.stamps[n]) not in self._bad]
        positions.sort(key=lambda n: (items.items[n] not in first, items.ranks[n]))
        return [ItemFile(item=items.items[n], uri=items.uri(n), stamp=items.stamps[n]) for n in positions]

    def refuse(self, item: int, stamp: str) -> None:
        """Do not try this file again: it cannot be decoded."""
        self._bad.add((item, stamp))

    def table(self, items: ItemTable, *, complete: bool = True) -> EmbeddingTable:
        """Return the embeddings there are, of the files as they are now; built again only if that is due.

        Args:
            items: all items.
            complete: all are embedded, or cannot be.
        """
        old, count = self._table, len(self.embeddings.matrix)
        state = (count, len(items.items))
        due = old is None or count <= SMALL or complete or len(self.embeddings) > GROWTH * len(old)
        if old is None or (due and state != self._state):
            self._table, self._state = self._build(items), state
        assert self._table is not None
        return self._table

    def _build(self, items: ItemTable) -> EmbeddingTable:
        stored = self.embeddings
        outdated = set(stored.missing(list(zip(items.items, items.stamps, strict=True))))
        ids = np.array([item for n, item in enumerate(items.items) if n not in outdated], dtype=np.int64)
        rows = stored.rows(ids)
        if len(ids) > SMOOTHED:  # too many to copy: read in place, rows without an item included
            owners = np.full(len(stored.matrix), -1, dtype=np.int64)
            owners[rows] = ids
            return EmbeddingTable(
                items=owners, features=NormalizedEmbeddings(stored.matrix), backbone=self.backbone.hash
            )
        order = np.argsort(rows)
        rows = rows[order]
        return EmbeddingTable(
            items=ids[order],
            features=NormalizedEmbeddings(np.asarray(stored.matrix[rows])),
            backbone=self.backbone.hash,
            stored=rows,
        )
