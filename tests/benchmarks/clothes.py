"""The clothing images, embedded by the backbone that needs no network; kept in the user's cache folder."""

import csv
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import platformdirs

from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.embeddings.embedding_table import EmbeddingTable
from jlabel.assist.embeddings.featurize import featurize, framed
from jlabel.assist.embeddings.normalize import NormalizedEmbeddings
from jlabel.assist.learner import ItemFile
from tests.benchmarks.rows import Row, row
from tests.fixtures.realdata import FOLDER


@dataclass(frozen=True, kw_only=True, eq=False)
class Clothes:
    """The data set, embedded: raw and prepared embeddings, and the (n,) class of each image."""

    vectors: np.ndarray
    features: np.ndarray
    classes: np.ndarray

    @property
    def targets(self) -> np.ndarray:
        """(n, 10) 0 or 1."""
        return np.eye(self.classes.max() + 1)[self.classes]

    @cached_property
    def table(self) -> EmbeddingTable:
        """The images as the worker has them; items are rows."""
        return EmbeddingTable(
            items=np.arange(len(self.classes)), features=NormalizedEmbeddings(self.vectors), backbone="clothing"
        )

    @property
    def ids(self) -> tuple[int, ...]:
        """Class ids, which here are the columns."""
        return tuple(range(int(self.classes.max()) + 1))

    def grouped(self, *groups: tuple[int, ...]) -> "Clothes":
        """Return the images of some classes, those of a group as one class: sets that are told apart easily."""
        one = np.full(int(self.classes.max()) + 1, -1)
        for number, group in enumerate(groups):
            one[list(group)] = number
        classes = one[self.classes]
        kept = classes >= 0
        return Clothes(vectors=self.vectors[kept], features=self.features[kept], classes=classes[kept])


TOPS, TROUSERS, SHOES = (2, 3, 5, 9), (4, 7), (6,)
"""Long sleeves, outwear, shirts and T-shirts; trousers and shorts; shoes: of the ten classes in the order of names."""
NO_SHOES = tuple(n for n in range(10) if n not in SHOES)


def embedded() -> tuple[Clothes, list[Row]]:
    """The data set, and the pace of its featurization beside that of the bare network."""
    with (FOLDER / "clothing" / "labels.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    names = sorted({line["label"] for line in lines})
    backbone = open_backbone()
    embeddings = EmbeddingStore(
        Path(platformdirs.user_cache_dir("jlabel")) / "bench" / backbone.hash, backbone=backbone.hash, dim=backbone.dim
    )
    subjects = [
        ItemFile(item=n, uri=str(FOLDER / "clothing" / line["image"]), stamp="1") for n, line in enumerate(lines)
    ]
    found = []
    # The pace of both is taken in turns, so that whatever else the machine does weighs on both.
    bare, whole = [], []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(3):
            some = subjects[turn * 96 : turn * 96 + 96]
            pixels = np.stack([framed(s.uri, backbone) for s in some])
            backbone.embed(pixels[:8])
            begun = time.perf_counter()
            backbone.embed(pixels)
            bare.append(len(some) / (time.perf_counter() - begun))
            fresh = EmbeddingStore(Path(folder) / str(turn), backbone=backbone.hash, dim=backbone.dim)
            done = featurize(some, backbone, fresh)
            whole.append(done.done / done.seconds)
    found.append(
        row(
            f"featurization ({backbone.name} at {backbone.size})",
            float(np.median(whole)),
            "images/s",
            baseline=float(np.median(bare)),
            target=">= 0.85x",
        )
    )
    featurize(subjects, backbone, embeddings)
    vectors = np.array(embeddings.matrix[embeddings.rows([s.item for s in subjects])])
    classes = np.array([names.index(line["label"]) for line in lines])
    return Clothes(vectors=vectors, features=NormalizedEmbeddings(vectors).rows(slice(None)), classes=classes), found
