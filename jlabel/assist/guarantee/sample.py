"""What a threshold is chosen by: confidences, whether each was right and how much it counts, checked."""

import numpy as np
from numpy.typing import NDArray

from jlabel.errors import InputError
from jlabel.model.assist_settings import TARGETS

Floats = NDArray[np.floating]


def check_sample(
    scores: Floats, right: NDArray[np.bool_], target: float, confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return confidences and whether each was right as arrays.

    Raises:
        InputError: lengths differ, a score is not a number, or the target or the confidence is out of range.
    """
    values: NDArray[np.float64] = np.asarray(scores, dtype=np.float64)
    truth: NDArray[np.bool_] = np.asarray(right, dtype=bool)
    if values.ndim != 1 or values.shape != truth.shape:
        raise InputError(f"scores {values.shape} and right {truth.shape} must be of one length.")
    if not np.isfinite(values).all():
        raise InputError("A score is not a finite number; the model that gave it is broken. Train it again.")
    if not TARGETS[0] <= target <= TARGETS[1]:
        raise InputError(f"The precision target must lie between {TARGETS[0]} and {TARGETS[1]}, not {target!r}.")
    if not 0 < confidence < 1:
        raise InputError(f"The confidence must lie between 0 and 1, not {confidence!r}.")
    return values, truth


def check_weights(weights: Floats | None, count: int) -> NDArray[np.float64]:
    """Return (count,) how much each label counts, 0 to 1; 1 by default.

    Raises:
        InputError: not so many numbers in that range.
    """
    found = np.ones(count) if weights is None else np.asarray(weights, dtype=np.float64)
    if found.shape != (count,) or not ((found >= 0) & (found <= 1)).all():
        raise InputError(f"weights must be {count} numbers from 0 to 1, one a score.")
    return found


def amount(weights: NDArray[np.float64]) -> float:
    """Return how many labels of equal weight carry as much information: Kish, "Survey Sampling", 1965."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0
