"""A project's embedded pictures: which are there, which are missing, and the prepared table that rounds work on."""

import logging
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.embeddings.backbone import Backbone
from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.embeddings.featurize import ImageFile
from jlabel.assist.embeddings.neighbors import Neighbors, kmeans
from jlabel.assist.embeddings.normalize import SMOOTHED, NormalizedEmbeddings
from jlabel.errors import CheckpointError
from jlabel.model.item_table import ItemTable

FOLDER = "embeddings"
_CELL = 64
_CELLS = 256

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, eq=False)
class EmbeddingTable:
    """Pictures with their prepared embeddings, row by row.

    Attributes:
        items: (n,) item ids; -1 for a row whose file has changed since.
        features: prepared embeddings, (n, d).
        backbone: hash of the network that made them.
    """

    items: NDArray[np.int64]
    features: NormalizedEmbeddings
    backbone: str

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
        """Neighbours among all rows, made when first asked for."""
        return Neighbors(self.features.vectors)

    @cached_property
    def cells(self) -> NDArray[np.intp]:
        """(n,) which group of pictures that look alike each row belongs to."""
        return kmeans(self.index.compact, min(_CELLS, max(1, len(self.items) // _CELL)))[1]

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        return np.argsort(self.items, kind="stable")


class TableBuilder:
    """The embeddings of a project under one backbone.

    Args:
        folder: of the project's assist.
        backbone: the network.

    Attributes:
        note: what was wrong with embeddings found there, a sentence; ``""`` as a rule.
    """

    def __init__(self, folder: Path, backbone: Backbone) -> None:
        self.backbone = backbone
        self.note = ""
        self._bad: set[tuple[int, str]] = set()
        place = folder / FOLDER / backbone.hash
        try:
            self.embeddings = EmbeddingStore(place, backbone=backbone.hash, dim=backbone.dim)
        except CheckpointError as error:
            self.note = f"{error} They were thrown away."
            logger.warning(self.note)
            shutil.rmtree(place, ignore_errors=True)
            self.embeddings = EmbeddingStore(place, backbone=backbone.hash, dim=backbone.dim)

    def missing(self, subjects: ItemTable, first: set[int]) -> list[ImageFile]:
        """Return the pictures that are to be embedded: ``first`` ones first, the others in the order of their ranks.

        Ranks were drawn at random, so that whatever part is done by now is a random sample of the project.
        """
        places = self.embeddings.missing(list(zip(subjects.items, subjects.stamps, strict=True)))
        places = [n for n in places if (subjects.items[n], subjects.stamps[n]) not in self._bad]
        places.sort(key=lambda n: (subjects.items[n] not in first, subjects.ranks[n]))
        return [ImageFile(item=subjects.items[n], uri=subjects.uri(n), stamp=subjects.stamps[n]) for n in places]

    def refuse(self, item: int, stamp: str) -> None:
        """Do not try this file again: it cannot be decoded."""
        self._bad.add((item, stamp))

    def table(self, subjects: ItemTable) -> EmbeddingTable:
        """Prepare all embeddings there are, of the files as they are now."""
        embeddings = self.embeddings
        outdated = set(embeddings.missing(list(zip(subjects.items, subjects.stamps, strict=True))))
        items = np.array([item for n, item in enumerate(subjects.items) if n not in outdated], dtype=np.int64)
        rows = embeddings.rows(items)
        if len(items) > SMOOTHED:  # too many to copy: read where they are, with rows that are nobody's left in
            owners = np.full(len(embeddings.matrix), -1, dtype=np.int64)
            owners[rows] = items
            return EmbeddingTable(
                items=owners, features=NormalizedEmbeddings(embeddings.matrix), backbone=self.backbone.hash
            )
        order = np.argsort(rows)
        vectors = np.asarray(embeddings.matrix[rows[order]])
        return EmbeddingTable(items=items[order], features=NormalizedEmbeddings(vectors), backbone=self.backbone.hash)
