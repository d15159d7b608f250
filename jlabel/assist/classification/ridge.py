"""Ridge regression on one-hot targets, with exact leave-one-out predictions.

For a few hundred labels on unit embeddings it is as accurate as logistic regression (on the clothing images 0.774 and
0.773 at 100 labels, 0.845 and 0.847 at 400), and takes a tenth of the time: what each label would be predicted as by a
head that did not see it follows from the hat matrix, without folds (Allen, Technometrics 1974; Golub, Heath and Wahba,
Technometrics 1979).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.calibrate import temperature
from jlabel.assist.classification.outputs import EXCLUSIVE

PENALTIES = (0.03, 0.1, 0.3, 1.0, 3.0)
"""Candidates on unit embeddings; by likelihood of the left-out labels mostly 0.3 or 1."""
_INTERCEPT = 1e-6

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class RidgeFit:
    """A fitted head.

    Attributes:
        weights: (r + 1, k), the intercept last.
        left_out: (n, k) scores of each label by the head that was fitted without it.
        temperature: divides scores before the softmax, fitted to those that were left out.
        penalty: that was chosen.
        surprise: mean negative log-likelihood of the left-out labels, nats.
    """

    weights: Array
    left_out: Array
    temperature: float
    penalty: float
    surprise: float


def fit(
    points: Array, y: Array, weights: Array, random: NDArray[np.bool_], penalties: Sequence[float] = PENALTIES
) -> RidgeFit:
    """Fit with the penalty under which left-out labels are likeliest.

    Args:
        points: (n, r) coordinates.
        y: (n, k) one-hot.
        weights: (n,) of the labels.
        random: (n,) which labels chance drew; the temperature is fitted to them, where there are any.
        penalties: candidates.
    """
    x = np.hstack([points, np.ones((len(points), 1))])
    drawn = random if random.any() else np.ones(len(y), dtype=bool)
    weighted = x * weights[:, None]
    square, cross = weighted.T @ x, weighted.T @ y
    best: RidgeFit | None = None
    for penalty in penalties:
        ridge = np.full(x.shape[1], float(penalty))
        ridge[-1] = _INTERCEPT
        inverse = np.linalg.inv(square + np.diag(ridge))
        solution = inverse @ cross
        leverage = np.minimum(np.einsum("ij,ij->i", x @ inverse, weighted), 1 - 1e-6)[:, None]
        left_out = (x @ solution - leverage * y) / (1 - leverage)
        degree = temperature(left_out[drawn], y[drawn], EXCLUSIVE)
        surprise = EXCLUSIVE.surprise(left_out[drawn], y[drawn], degree)
        if best is None or surprise < best.surprise:
            best = RidgeFit(weights=solution, left_out=left_out, temperature=degree, penalty=penalty, surprise=surprise)
    assert best is not None
    return best
