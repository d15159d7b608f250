"""The head of the last training on disk, with what it takes to apply it to an image that the project does not have."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.linear_head import Head
from jlabel.assist.embeddings.checkpoint import load_network, save_network
from jlabel.assist.embeddings.embedding_table import EmbeddingTable
from jlabel.assist.extra import need
from jlabel.errors import CheckpointError

FILE = "classifier.pt"


@dataclass(frozen=True, kw_only=True, eq=False)
class SavedHead:
    """A trained head, and how the embeddings were prepared that it was trained on.

    Attributes:
        class_ids: ``LabelClass.id`` of each column.
        weight: (d, k).
        bias: (k,).
        temperature: divides the scores.
        backbone: hash of the network.
        hash: of the head, as runs have it.
        center: (d,) mean of unit embeddings.
        smooth: embeddings were drawn towards their neighbours.
        rows: (n,) the embeddings that are neighbours, as rows of the ``EmbeddingStore``; none where not ``smooth``.
        checksum: of these embeddings.
    """

    class_ids: tuple[int, ...]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    backbone: str
    hash: str
    center: NDArray[np.float32]
    smooth: bool
    rows: NDArray[np.int64]
    checksum: str

    def neighbors(self, matrix: NDArray[np.float16]) -> NDArray[np.float16]:
        """Return (n, d) embeddings of neighbours out of those that are stored.

        Raises:
            CheckpointError: they were computed again since the training.
        """
        fits = not len(self.rows) or int(self.rows.max()) < len(matrix)
        found = np.asarray(matrix[self.rows]) if fits else np.zeros((0, len(self.center)), np.float16)
        if checksum(found) != self.checksum:
            raise CheckpointError(
                "The embeddings that the classifier was trained on are not there any more. "
                "Train it again with p.assist.train(wait=True)."
            )
        return found


def save_classifier(head: Head, table: EmbeddingTable, folder: Path) -> None:
    """Write a head, whole or not at all.

    Args:
        head: trained on rows of the table.
        table: with all that its embeddings were prepared from.
        folder: of the project's assist.

    Raises:
        StoreFull: the disk is full or the folder cannot be written.
    """
    torch = need("torch")
    features = table.features
    rows = np.zeros(0, np.int64)
    if features.smooth:
        rows = np.arange(len(features)) if table.stored is None else np.asarray(table.stored, np.int64)
    state = {
        "weight": torch.from_numpy(head.weight),
        "bias": torch.from_numpy(head.bias),
        "center": torch.from_numpy(np.array(features.center, np.float32)),
        "rows": torch.from_numpy(rows),
    }
    about = {
        "architecture": "classifier",
        "backbone": head.backbone,
        "hash": head.hash,
        "class_ids": list(head.class_ids),
        "temperature": head.temperature,
        "smooth": features.smooth,
        "checksum": checksum(features.vectors if features.smooth else np.zeros((0, features.dim), np.float16)),
    }
    save_network(state, about, folder / FILE)


def read_classifier(folder: Path) -> SavedHead | None:
    """Return the head in ``folder``; ``None`` where there is none.

    Raises:
        CheckpointError: the file is damaged.
    """
    path = folder / FILE
    if not path.exists():
        return None
    state, about = load_network(path)
    try:
        return SavedHead(
            class_ids=tuple(int(one) for one in about["class_ids"]),
            weight=state["weight"].numpy(),
            bias=state["bias"].numpy(),
            temperature=float(about["temperature"]),
            backbone=str(about["backbone"]),
            hash=str(about["hash"]),
            center=state["center"].numpy(),
            smooth=bool(about["smooth"]),
            rows=state["rows"].numpy(),
            checksum=str(about["checksum"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"The classifier {str(path)!r} is damaged ({error}). Train it again.") from error


def checksum(vectors: NDArray[np.floating]) -> str:
    """Return 16 hex digits of (n, d) float16 embeddings: of every row its first numbers."""
    return hashlib.sha256(np.ascontiguousarray(vectors[:, :16], dtype=np.float16).tobytes()).hexdigest()[:16]
