"""Images of a project that are nearly the same picture."""

import numpy as np

from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.embeddings.embedding_table import FOLDER
from jlabel.assist.embeddings.neighbors import Neighbors
from jlabel.assist.paths import project_folder
from jlabel.errors import InputError
from jlabel.model.run import RunKind
from jlabel.store import Store, read_records, read_runs

_LEAST = 0.5
"""Below, most pictures of a project are alike."""


def find_duplicates(store: Store, project_id: int, min_similarity: float) -> list[tuple[str, ...]]:
    """Group images whose embeddings have a cosine of ``min_similarity`` or more; see ``Assist.duplicates``.

    Raises:
        InputError: min_similarity is out of range.
    """
    if not _LEAST < min_similarity <= 1:
        raise InputError(f"min_similarity must be above {_LEAST} and at most 1, not {min_similarity!r}.")
    folder = project_folder(store, project_id) / FOLDER
    embedded = (run.model_hash for run in read_runs(store, project_id, kind=RunKind.FEATURIZATION) if run.model_hash)
    newest = next((model for model in embedded if (folder / model).is_dir()), None)
    if newest is None:
        return []
    embeddings = EmbeddingStore.open(folder / newest)
    items = np.sort(embeddings.items)
    names = {record.item: record.name for record in read_records(store, project_id, items=[int(i) for i in items])}
    items = np.array([item for item in items if int(item) in names], dtype=np.int64)
    if len(items) < 2:  # noqa: PLR2004 -- a pair
        return []
    groups = Neighbors(np.asarray(embeddings.matrix[embeddings.rows(items)])).duplicates(min_similarity)
    return [tuple(names[int(items[row])] for row in group) for group in sorted(groups, key=len, reverse=True)]
