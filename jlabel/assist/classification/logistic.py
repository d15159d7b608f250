"""Regularised logistic regression on few examples of many features.

The problem is solved in the main directions of the examples: with as many examples as directions or fewer this is
exact (the representer theorem: Kimeldorf and Wahba, 1971); with more, what is left out is less than the regulariser
leaves out, and a fit stays a matter of milliseconds. In these coordinates the curvature is nearly diagonal, so that
scaling each by it (Jacobi's preconditioner) halves the steps.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.outputs import EXCLUSIVE, Outputs
from jlabel.assist.extra import need

STEPS = 200
DIRECTIONS = 256
_TOLERANCE = 1e-4
_CURVATURE = 0.1
"""A typical p (1 - p) of confident predictions; anything from 0.05 to 0.2 takes about as many steps."""

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Space:
    """Examples in the coordinates in which they are fitted.

    Attributes:
        points: (n, r) coordinates, the main ones first.
        back: (d, r) such that weights in d dimensions are ``back @ weights``.
    """

    points: Array
    back: Array


@contextmanager
def alone() -> Iterator[None]:
    """Compute on one thread: products as small as these gain nothing from two, and lose tenfold on a busy machine."""
    need("scipy.optimize")  # so that its own BLAS is loaded, and limited too
    with need("threadpoolctl").threadpool_limits(limits=1, user_api="blas"):
        yield


def span(features: NDArray[np.floating], most: int = DIRECTIONS) -> Space:
    """Return (n, d) features in the ``most`` main directions that they span, or all where they are fewer."""
    x = np.asarray(features, dtype=np.float64)
    count, dim = x.shape
    wide = count < dim
    values, vectors = np.linalg.eigh(x @ x.T if wide else x.T @ x)
    values, vectors = values[::-1][:most], vectors[:, ::-1][:, :most]
    keep = values > values[0] * 1e-10 if values[0] > 0 else values >= 0
    vectors = vectors[:, keep]
    roots = np.sqrt(np.maximum(values[keep], 1e-300))
    if wide:
        return Space(points=vectors * roots, back=x.T @ (vectors / roots))
    return Space(points=x @ vectors, back=vectors)


def solve(
    points: Array,
    targets: Array,
    *,
    strength: float,
    shares: Array | None = None,
    outputs: Outputs = EXCLUSIVE,
    start: Array | None = None,
) -> Array:
    """Fit all classes at once.

    Args:
        points: (n, r).
        targets: (n, k), 0 or 1.
        strength: of the labels against the regulariser, the ``C`` of scikit-learn.
        shares: (n, k) or (n, 1) weight of each example; 1 unless given.
        outputs: of the classifier.
        start: (r + 1, k) weights to begin from.

    Returns:
        (r + 1, k) weights, the last row the intercepts, which are not regularised.
    """
    minimize = need("scipy.optimize").minimize
    n, r = points.shape
    k = targets.shape[1]
    weight = np.ones((n, 1)) if shares is None else shares
    curved = np.append(_CURVATURE * (points**2).sum(axis=0) + 1 / strength, _CURVATURE * n)
    scale = (1 / np.sqrt(curved))[:, None]

    def loss(flat: Array) -> tuple[float, Array]:
        w = flat.reshape(r + 1, k) * scale
        value, slope = outputs.loss(points @ w[:r] + w[r], targets, weight)
        gradient = np.empty_like(w)
        gradient[:r] = points.T @ slope + w[:r] / strength
        gradient[r] = slope.sum(axis=0)
        return value + float((w[:r] ** 2).sum()) / (2 * strength), (gradient * scale).ravel()

    first = np.zeros((r + 1, k)) if start is None else start / scale
    found = minimize(
        loss, first.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "gtol": _TOLERANCE, "maxcor": 20}
    )
    return np.asarray(found.x.reshape(r + 1, k) * scale, dtype=np.float64)
