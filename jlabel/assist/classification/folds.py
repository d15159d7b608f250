"""Which labels are held out together."""

import numpy as np
from numpy.typing import NDArray


def folds(groups: NDArray[np.integer], count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Deal items into folds at random, each group (a class) as evenly as can be.

    Args:
        groups: (n,) class of each item.
        count: number of folds; no more are used than there are items.
        rng: source of chance.

    Returns:
        (n,) fold of each item, 0 to ``count - 1``.
    """
    total = len(groups)
    count = max(1, min(count, total))
    order = rng.permutation(total)
    order = order[np.argsort(np.asarray(groups)[order], kind="stable")]
    fold = np.empty(total, dtype=np.intp)
    # Dealt round in one go over all classes, so that the folds stay equal in size as well.
    fold[order] = np.arange(total) % count
    return fold
