"""Temperature scaling: confidences that mean what they say (Guo et al., ICML 2017)."""

import numpy as np
from numpy.typing import NDArray

RANGE = (0.02, 20.0)
_ROUNDS = 48
_NOTHING = 1e-300
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


def surprise(
    logits: Floats, targets: Floats, temperature: float = 1.0, *, exclusive: bool = True, floor: float = 1e-6
) -> float:
    """Return the mean negative log-likelihood per example, in nats; a probability never counts below ``floor``."""
    p = probabilities(logits, temperature, exclusive=exclusive)
    gain = targets * np.log(np.maximum(p, floor))
    if not exclusive:
        gain = gain + (1 - targets) * np.log(np.maximum(1 - p, floor))
    return -float(gain.sum()) / max(1, len(logits))


def temperature(logits: Floats, targets: Floats, *, exclusive: bool = True) -> float:
    """Return the temperature under which held-out logits surprise least, by golden-section search on its logarithm.

    Where all are right, plain targets would have no end of confidence: each label counts as given with the probability
    ``(n + 1) / (n + 2)`` (Platt, "Probabilistic outputs for support vector machines", 1999).

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
    count, width = targets.shape
    share = max(1, width - 1) if exclusive else 1
    targets = np.where(targets > 0, (count + 1) / (count + 2), 1 / (count + 2) / share)

    def cost(place: float) -> float:
        # Without a floor that matters, or the search would see a plain where a slope should be.
        return surprise(logits, targets, float(np.exp(place)), exclusive=exclusive, floor=_NOTHING)

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
