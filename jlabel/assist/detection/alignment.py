"""From the scores of a head to those of its twins, whose held-out predictions calibrate.

A head that was trained on all labels gives higher scores than its twins for the same objects: it was trained longer and
on more. Unlabeled images, which neither has seen, show by how much: the box of a rank has the score that the twins' box
of the same rank has. The ranking of the head is at least as good, so that this errs on the careful side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.detections import LEAST

_KNOTS = 64
ENOUGH = 24
"""Unlabeled images from which scores are aligned."""
MOST = 64
"""Unlabeled images that are looked at: some hundred boxes, in about a second."""

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Alignment:
    """A monotone map of scores.

    Attributes:
        own: (k,) scores of the head, ascending.
        twins: (k,) scores of the twins at the same ranks.
    """

    own: NDArray[np.float64]
    twins: NDArray[np.float64]

    def __call__(self, scores: Floats) -> NDArray[np.float64]:
        """Return (n,) scores on the scale of the twins; as they are where nothing is known."""
        if not len(self.own):
            return np.asarray(scores, np.float64)
        return np.asarray(np.interp(scores, self.own, self.twins), np.float64)


def align(own: Floats, twins: Sequence[Floats]) -> Alignment:
    """Return the alignment of scores for the same unlabeled images.

    Args:
        own: of all boxes that the head finds on them.
        twins: of all boxes that each twin finds on them.
    """
    if not len(own) or not any(len(one) for one in twins):
        return Alignment(np.zeros(0), np.zeros(0))
    mine = np.sort(np.asarray(own, np.float64))[::-1]
    pooled = np.sort(np.concatenate([np.asarray(one, np.float64) for one in twins]))[::-1]
    ranks = np.unique(np.linspace(0, len(mine) - 1, _KNOTS).astype(int))
    at = np.minimum(ranks * len(twins), len(pooled) - 1)
    levels = np.where(ranks * len(twins) < len(pooled), pooled[at], LEAST)
    return Alignment(np.concatenate([mine[ranks][::-1], [1.0]]), np.concatenate([levels[::-1], [1.0]]))
