"""Images of a project that are nearly the same picture."""

from collections.abc import Iterable

import numpy as np

from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.embeddings.embedding_table import FOLDER
from jlabel.assist.embeddings.neighbors import Neighbors
from jlabel.assist.paths import made_folder, project_folder
from jlabel.assist.ranking.hash_file import hashed
from jlabel.assist.ranking.perceptual_hash import copies
from jlabel.errors import InputError
from jlabel.model.run import RunKind
from jlabel.store import Store, read_item_table, read_records, read_runs

_LEAST = 0.5
"""Below, most pictures of a project are alike."""
_PART = 1000


def find_duplicates(store: Store, project_id: int, min_similarity: float) -> list[tuple[str, ...]]:
    """Group images that are copies by their perceptual hashes, or whose embeddings are nearly equal.

    See ``Assist.duplicates``.

    Raises:
        InputError: min_similarity is out of range.
        StoreFull: the folder of the hashes cannot be made.
    """
    if not _LEAST < min_similarity <= 1:
        raise InputError(f"min_similarity must be above {_LEAST} and at most 1, not {min_similarity!r}.")
    table = read_item_table(store, project_id)
    ids, hashes = hashed(table, made_folder(store, project_id))
    pairs = [(int(ids[a]), int(ids[b])) for a, b in copies(hashes)]
    pairs += _alike(store, project_id, min_similarity)
    groups = _joined(pairs)
    wanted = sorted({item for group in groups for item in group})
    names = {
        record.item: record.name
        for start in range(0, len(wanted), _PART)
        for record in read_records(store, project_id, items=wanted[start : start + _PART])
    }
    named = [tuple(names[item] for item in group if item in names) for group in groups]
    return sorted((group for group in named if len(group) > 1), key=len, reverse=True)


def _alike(store: Store, project_id: int, min_similarity: float) -> list[tuple[int, int]]:
    """Return pairs of items, enough to link all whose embeddings have a cosine of ``min_similarity`` or more."""
    folder = project_folder(store, project_id) / FOLDER
    embedded = (run.model_hash for run in read_runs(store, project_id, kind=RunKind.FEATURIZATION) if run.model_hash)
    newest = next((model for model in embedded if (folder / model).is_dir()), None)
    if newest is None:
        return []
    embeddings = EmbeddingStore.open(folder / newest)
    items = np.sort(embeddings.items)
    if len(items) < 2:  # noqa: PLR2004 -- a pair
        return []
    groups = Neighbors(np.asarray(embeddings.matrix[embeddings.rows(items)])).duplicates(min_similarity)
    return [(int(items[group[0]]), int(items[row])) for group in groups for row in group[1:]]


def _joined(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return groups of linked items, each ascending."""
    parent: dict[int, int] = {}

    def root(item: int) -> int:
        parent.setdefault(item, item)
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    groups: dict[int, list[int]] = {}
    for item in sorted(parent):
        groups.setdefault(root(item), []).append(item)
    return list(groups.values())
