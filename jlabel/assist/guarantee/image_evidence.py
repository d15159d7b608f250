"""Evidence that of all boxes in images that were not audited few are wrong: boxes of one image are not independent.

Images of a frozen batch are audited whole, one after the other, each drawn by lot with a chance in proportion to its
number of proposed boxes among those that are left (``image_lots``). The share of wrong ones among an image's boxes,
from 0 to 1, is then on average that among all boxes that are left, however errors gather in images and however many
boxes an image has. Method: betting on sampling without replacement (Waudby-Smith and Ramdas, "Estimating means of
bounded random variables by betting", JRSS B 2024, section 5) with a mixture of two bets; successive sampling by
exponential keys (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", IPL 2006).

For each possible number of wrong boxes the wealth, the mean over bets of ``prod(1 + bet * (rate_i - share_i))``, is a
martingale, where ``rate_i`` is the error rate of what was left before the i-th audit. It grows with that number; if the
promise were broken, the number were above the one that breaks it by nothing: so this one is put in. By Ville's
inequality the statement may be looked at after every image.

numpy alone.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jlabel.errors import InputError

_BETS = np.array([0.98, 0.4])
"""A bold bet, best where errors are few or spread over images, and a careful one; a bet of 1 could lose all."""
_WEIGHTS = np.array([0.8, 0.2])


def image_lots(proposed: ArrayLike, seed: int) -> NDArray[np.int64]:
    """Return the rows of a batch's images in the order of their audit; images without a proposal are in no lot.

    Args:
        proposed: (n,) boxes proposed for each image.
        seed: kept with the batch, and chosen when its predictions were frozen.
    """
    boxes = np.asarray(proposed, dtype=np.float64)
    keys = np.random.default_rng(seed).exponential(size=len(boxes))
    rows = np.flatnonzero(boxes > 0)
    return np.asarray(rows[np.argsort(keys[rows] / boxes[rows], kind="stable")], dtype=np.int64)


def image_evidence(proposed: ArrayLike, wrong: ArrayLike, *, boxes: int, target: float) -> float:
    """Return the logarithm of the evidence against "more than ``1 - target`` of the boxes not audited are wrong".

    Args:
        proposed: (n,) boxes proposed for each audited image, in the order of ``image_lots``.
        wrong: (n,) of these, wrong; all of an image that was skipped.
        boxes: proposed in the whole batch, those of audited images among them.
        target: the precision that is promised, above 0 and below 1.

    Raises:
        InputError: more are wrong than proposed, an image without a proposal, or more audited than there are.
    """
    mine, bad = np.asarray(proposed, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
    if (bad > mine).any() or (bad < 0).any() or (mine < 1).any():
        raise InputError("Of an image's proposed boxes, one or more, 0 to all may be wrong. Count them again.")
    left = boxes - float(mine.sum())
    if left < 0:
        raise InputError(f"{mine.sum():.0f} boxes were audited of a batch of {boxes}. Give those of the whole batch.")
    if not left:
        return math.inf
    if not len(mine):
        return 0.0
    total = float(bad.sum()) + (1 - target) * left
    rates = (total - (np.cumsum(bad) - bad)) / (boxes - (np.cumsum(mine) - mine))
    wealth = np.log1p(_BETS[:, None] * (rates - bad / mine)[None]).sum(axis=1)
    top = float(wealth.max())
    return top + math.log(float(_WEIGHTS @ np.exp(wealth - top)))
