"""How much a label of an item is wanted, and which items are left to chance: pure functions of numbers."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

BLIND_SHARE = 0.1
"""Share, unless given."""

Floats = NDArray[np.floating]


def uncertainty(probabilities: Floats) -> NDArray[np.float64]:
    """Return ``1 - (best - second)`` of (n, k) softmax probabilities: 1 where two classes are equally likely."""
    p = np.asarray(probabilities, dtype=np.float64)
    if p.shape[1] < 2:  # noqa: PLR2004 -- two classes
        return np.zeros(len(p))
    top = np.partition(p, -2, axis=1)[:, -2:]
    return np.asarray(1 - (top[:, 1] - top[:, 0]))


def doubt(probabilities: Floats) -> NDArray[np.float64]:
    """Return the probability that the likeliest answer is wrong."""
    return np.asarray(1 - np.asarray(probabilities, dtype=np.float64).max(axis=1))


def spread(urgency: Floats, cells: NDArray[np.integer]) -> NDArray[np.intp]:
    """Return positions, most urgent first, alternating among cells: the first of every cell before any second."""
    urgency = np.asarray(urgency, dtype=np.float64)
    order = np.argsort(-urgency, kind="stable")
    rank = np.empty(len(order), dtype=np.intp)
    by_cell = order[np.argsort(np.asarray(cells)[order], kind="stable")]
    sorted_cells = np.asarray(cells)[by_cell]
    change = sorted_cells[1:] != sorted_cells[:-1]
    starts: list[int] = [0, *(np.flatnonzero(change) + 1).tolist()]
    for start, end in pairwise([*starts, len(by_cell)]):
        rank[by_cell[start:end]] = np.arange(end - start)
    return np.asarray(np.lexsort((-urgency, rank)))


def blind(items: NDArray[np.integer], *, seed: int, share: float = BLIND_SHARE) -> NDArray[np.bool_]:
    """Return which items are in a share of all: always the same ones for a seed, whatever their order."""
    x = np.asarray(items).astype(np.uint64) + np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)
    # The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): neighbouring ids fall apart.
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return np.asarray((x >> np.uint64(11)).astype(np.float64) / 2.0**53 < share)
