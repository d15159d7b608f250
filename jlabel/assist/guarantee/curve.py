"""Precision and coverage by threshold, for reports: what held-out labels show, and no proof of anything.

Standard library and numpy only.
"""

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.guarantee.binomial import lower_bound
from jlabel.model.run_metrics import CurvePoint

STEPS = 40
"""Points at most; all are kept with the run."""

Floats = NDArray[np.floating]


def curve(sure: Floats, right: NDArray[np.bool_], waiting: Floats) -> tuple[CurvePoint, ...]:
    """Return what thresholds would give, strictest first.

    Args:
        sure: (m,) confidences of held-out predictions for items that chance drew.
        right: (m,) whether each was right.
        waiting: (n,) confidences of the items that wait.
    """
    order = np.argsort(-np.asarray(sure), kind="stable")
    ordered, hits = np.asarray(sure, dtype=np.float64)[order], np.asarray(right)[order]
    others = np.sort(np.asarray(waiting, dtype=np.float64))
    errors = np.concatenate([[0], np.cumsum(~hits)])
    return tuple(_point(float(ordered[n - 1]), n, int(errors[n]), others) for n in _ends(ordered))


def _ends(ordered: NDArray[np.float64]) -> list[int]:
    """Return numbers of labels above each threshold, ascending; equal confidences are never parted."""
    total = len(ordered)
    if not total:
        return []
    counts = np.unique(np.ceil(np.linspace(0, total, min(STEPS, total) + 1))).astype(int)[1:]
    return sorted({int(np.searchsorted(-ordered, -ordered[count - 1], side="right")) for count in counts})


def _point(threshold: float, n: int, errors: int, others: NDArray[np.float64]) -> CurvePoint:
    above = len(others) - int(np.searchsorted(others, threshold, side="left"))
    return CurvePoint(
        threshold=round(threshold, 5),
        n=n,
        errors=errors,
        precision=round(1 - errors / n, 5),
        bound=round(lower_bound(n, errors), 5),
        coverage=round(above / len(others), 5) if len(others) else 0.0,
    )
