"""Temperature scaling: confidences that mean what they say (Guo et al., ICML 2017)."""

import numpy as np
from numpy.typing import NDArray

RANGE = (0.02, 20.0)
_ROUNDS = 48
_GOLDEN = (5**0.5 - 1) / 2

Floats = NDArray[np.floating]


def probabilities(logits: Floats, temperature: float = 1.0, *, exclusive: bool = True) -> Floats:
    """Return softmax (or, class by class, sigmoid) probabilities of (n, k) logits, -inf allowed."""
    scaled = logits / temperature
    if not exclusive:
        return np.asarray(1 / (1 + np.exp(-np.clip(scaled, -60, 60))))
    top = scaled.max(axis=1, keepdims=True)
    odds = np.exp(scaled - np.where(np.isfinite(top), top, 0))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def surprise(logits: Floats, targets: Floats, temperature: float = 1.0, *, exclusive: bool = True) -> float:
    """Return the mean negative log-likelihood per example, in nats; a probability never counts below 1e-6."""
    p = np.clip(probabilities(logits, temperature, exclusive=exclusive), 1e-6, 1 - 1e-6)
    gain = targets * np.log(p)
    if not exclusive:
        gain = gain + (1 - targets) * np.log1p(-p)
    return -float(gain.sum()) / max(1, len(logits))


def temperature(logits: Floats, targets: Floats, *, exclusive: bool = True) -> float:
    """Return the temperature under which held-out logits surprise least, by golden-section search on its logarithm.

    Args:
        logits: (n, k) of held-out predictions.
        targets: (n, k), 0 or 1.
        exclusive: softmax, else sigmoids.

    Returns:
        Between 0.02 and 20; 1 where there is nothing to learn from.
    """
    if not len(logits):
        return 1.0
    low, high = np.log(RANGE)

    def cost(place: float) -> float:
        return surprise(logits, targets, float(np.exp(place)), exclusive=exclusive)

    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = cost(left), cost(right)
    for _ in range(_ROUNDS):
        if high - low < 1e-3:  # noqa: PLR2004 -- a thousandth of a temperature
            break
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = cost(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = cost(right)
    return float(np.exp((low + high) / 2))
