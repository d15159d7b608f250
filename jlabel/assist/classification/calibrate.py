"""Temperature scaling: confidences that match frequencies (Guo et al., ICML 2017)."""

import numpy as np

from jlabel.assist.classification.outputs import EXCLUSIVE, Outputs
from jlabel.assist.classification.scores import Floats

RANGE = (0.02, 20.0)
_MAX_STEPS = 48
_FLOOR = 1e-300
_GOLDEN = (5**0.5 - 1) / 2


def temperature(logits: Floats, targets: Floats, outputs: Outputs = EXCLUSIVE) -> float:
    """Return the temperature under which held-out logits surprise least, by golden-section search on its logarithm.

    Where all are right, plain targets would allow any confidence: each label counts as given with the probability
    ``(n + 1) / (n + 2)`` (Platt, "Probabilistic outputs for support vector machines", 1999).

    Args:
        logits: (n, k) of held-out predictions.
        targets: (n, k), 0 or 1.
        outputs: of the classifier.

    Returns:
        Between 0.02 and 20; 1 where there are no logits.
    """
    if not len(logits):
        return 1.0
    low, high = np.log(RANGE)
    softened = outputs.softened(targets)

    def cost(logarithm: float) -> float:
        # A floor far below any probability, or the search would see a plain where a slope should be.
        return outputs.surprise(logits, softened, float(np.exp(logarithm)), floor=_FLOOR)

    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = cost(left), cost(right)
    for _ in range(_MAX_STEPS):
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
