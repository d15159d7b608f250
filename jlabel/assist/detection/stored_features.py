"""The features of an image on disk: where they are, and the row of one image."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.errors import CheckpointError, StoreFull

FOLDER = "features"
SIZE = 4
"""Numbers that hold the image's width and height: each in two digits to the base 1024, which half precision keeps."""
BASE = 1024

Size = tuple[int, int]


def read_row(stored: EmbeddingStore, item: int) -> tuple[NDArray[np.float16], Size]:
    """Return (dim,) features of an item that has some, and the width and height of its image in pixels."""
    row = stored.matrix[int(stored.rows([item])[0])]
    high_x, low_x, high_y, low_y = (int(value) for value in row[-SIZE:])
    return np.array(row[:-SIZE]), (high_x * BASE + low_x, high_y * BASE + low_y)


def read_features(folder: Path, name: str, item: int, stamp: str) -> tuple[NDArray[np.float16], Size] | None:
    """Return what ``read_row`` does of features that another process stores; ``None`` where there are none.

    Args:
        folder: of the project's assist.
        name: hash of network and frame.
        item: its id.
        stamp: of its file as it is now.
    """
    try:
        stored = EmbeddingStore.open(folder / FOLDER / name)
        return None if stored.missing([(item, stamp)]) else read_row(stored, item)
    except (CheckpointError, StoreFull, OSError, ValueError):  # none, or thrown away this moment
        return None
