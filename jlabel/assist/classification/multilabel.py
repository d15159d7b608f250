"""Multi-label predictions with their confidence and whether they are right, by label and by set."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.scores import ASSIGNED


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoredLabels:
    """Predictions with their confidence and whether they were right, ready for ``threshold.choose``.

    Attributes:
        scores: (m,) confidences.
        right: (m,) whether each was right.
        columns: (m,) class column of each; -1 where a whole set is judged.
        rows: (m,) the image of each.
    """

    scores: NDArray[np.float64]
    right: NDArray[np.bool_]
    columns: NDArray[np.intp]
    rows: NDArray[np.intp]


def assigned(probabilities: NDArray[np.floating], targets: NDArray[np.floating]) -> ScoredLabels:
    """Return every assigned label of (n, k) probabilities; for reports."""
    rows, columns = np.nonzero(probabilities >= ASSIGNED)
    return ScoredLabels(
        scores=np.asarray(probabilities[rows, columns], dtype=np.float64),
        right=np.asarray(targets[rows, columns] > 0),
        columns=columns,
        rows=rows,
    )


def whole(probabilities: NDArray[np.floating], targets: NDArray[np.floating]) -> ScoredLabels:
    """Return complete sets: right when every class agrees, as sure as the least sure class."""
    given = probabilities >= ASSIGNED
    count = len(probabilities)
    sure = np.where(given, probabilities, 1 - probabilities)
    return ScoredLabels(
        scores=np.asarray(sure.min(axis=1), dtype=np.float64) if count else np.zeros(0),
        right=np.asarray((given == (targets > 0)).all(axis=1)),
        columns=np.full(count, -1, dtype=np.intp),
        rows=np.arange(count),
    )
