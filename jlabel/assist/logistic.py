"""Regularised logistic regression on few examples of many features.

With fewer examples than features the problem is solved in the space that the examples span, which is exact (the
representer theorem: Kimeldorf and Wahba, 1971) and makes a fit on hundreds of labels a matter of milliseconds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.extra import need

STEPS = 100
_TOLERANCE = 1e-4

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Space:
    """Examples in the coordinates in which they are fitted.

    Attributes:
        points: (n, r) coordinates, r the lesser of n and d.
        back: (d, r) such that weights in d dimensions are ``back @ weights``.
    """

    points: Array
    back: Array


def span(features: NDArray[np.floating]) -> Space:
    """Return (n, d) features in the space that they span."""
    x = np.asarray(features, dtype=np.float64)
    count, dim = x.shape
    if count >= dim:
        return Space(points=x, back=np.eye(dim))
    values, vectors = np.linalg.eigh(x @ x.T)
    keep = values > values[-1] * 1e-10 if values[-1] > 0 else values >= 0
    roots = np.sqrt(np.maximum(values[keep], 1e-300))
    return Space(points=vectors[:, keep] * roots, back=x.T @ (vectors[:, keep] / roots))


def solve(
    points: Array,
    targets: Array,
    *,
    strength: float,
    shares: Array | None = None,
    exclusive: bool = True,
    start: Array | None = None,
) -> Array:
    """Fit all classes at once.

    Args:
        points: (n, r).
        targets: (n, k), 0 or 1; one 1 a row where ``exclusive``.
        strength: of the labels against the regulariser, the ``C`` of scikit-learn.
        shares: (n, k) or (n, 1) weight of each example; 1 unless given.
        exclusive: softmax over classes; otherwise one sigmoid a class.
        start: (r + 1, k) weights to begin from.

    Returns:
        (r + 1, k) weights, the last row the intercepts, which are not regularised.
    """
    minimize = need("scipy.optimize").minimize
    n, r = points.shape
    k = targets.shape[1]
    weight = np.ones((n, 1)) if shares is None else shares

    def loss(flat: Array) -> tuple[float, Array]:
        w = flat.reshape(r + 1, k)
        logits = points @ w[:r] + w[r]
        if exclusive:
            logits -= logits.max(axis=1, keepdims=True)
            odds = np.exp(logits)
            total = odds.sum(axis=1, keepdims=True)
            value = float((weight * targets * (np.log(total) - logits)).sum())
            slope = (odds / total - targets) * weight
        else:
            value = float((weight * (np.logaddexp(0, logits) - targets * logits)).sum())
            slope = (1 / (1 + np.exp(-np.clip(logits, -50, 50))) - targets) * weight
        gradient = np.empty_like(w)
        gradient[:r] = points.T @ slope + w[:r] / strength
        gradient[r] = slope.sum(axis=0)
        return value + float((w[:r] ** 2).sum()) / (2 * strength), gradient.ravel()

    first = np.zeros((r + 1, k)) if start is None else start
    found = minimize(
        loss, first.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "gtol": _TOLERANCE, "maxcor": 20}
    )
    return np.asarray(found.x, dtype=np.float64).reshape(r + 1, k)
