"""How far labels drawn from all items represent those that still wait.

What chance drew is a sample of the whole project. What waits is not: the surest items are taken away first, on
clustered and pre-labeled pages, so that above any confidence fewer of the easy ones are left than the sample has. A
label counts for as much as items like it are left: the share of those that wait among those that wait or were taken,
of the same likeliest class and of nearly its confidence (inverse probability weighting: Horvitz and Thompson 1952; for
prediction sets under covariate shift Tibshirani et al. 2019). Weights depend on confidences, never on what was right.

Standard library and numpy only.
"""

import numpy as np
from numpy.typing import NDArray

from jlabel.errors import InputError

NEAREST = 50
"""So many items of the nearest confidence give a weight."""

Floats = NDArray[np.floating]


def weights(scores: Floats, waiting: Floats, taken: Floats, *, nearest: int = NEAREST) -> NDArray[np.float64]:
    """Return (n,) how much each label counts, 0 to 1; all 1 where nothing was taken.

    Args:
        scores: (n,) confidences of the labels that chance drew.
        waiting: (m,) confidences of the items that wait.
        taken: (k,) confidences of the items that were taken otherwise than by chance, by models that did not see them.
        nearest: how many items give one weight.

    Raises:
        InputError: ``nearest`` is not positive.
    """
    if nearest < 1:
        raise InputError(f"A weight needs one item or more, not by {nearest}.")
    scores = np.asarray(scores, dtype=np.float64)
    if not len(taken) or not len(scores):
        return np.ones(len(scores))
    pool = np.concatenate([np.asarray(waiting, dtype=np.float64), np.asarray(taken, dtype=np.float64)])
    left = np.repeat([1.0, 0.0], [len(waiting), len(taken)])
    order = np.argsort(pool, kind="stable")
    ordered, total = pool[order], np.concatenate([[0.0], np.cumsum(left[order])])
    count = min(nearest, len(pool))
    # A window of ranks around where the label would stand, moved inwards at the ends.
    at = (np.searchsorted(ordered, scores, "left") + np.searchsorted(ordered, scores, "right")) // 2
    low = np.clip(at - count // 2, 0, len(pool) - count)
    return np.asarray((total[low + count] - total[low]) / count)
