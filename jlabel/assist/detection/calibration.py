"""From a detector's scores to the probability that a box is right, by held-out predictions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.matching import LEAST_IOU, Boxes, Classes, Matched, match
from jlabel.assist.extra import need

NEVER = 2.0
"""A threshold that no confidence passes."""
_LEAST = 20
"""Held-out boxes, right and wrong ones among them, from which scores are calibrated."""
EDGE = 1e-4
_PROVING = 30
"""Held-out boxes above a threshold from which it may be tried."""
_SHARE_WRONG = 0.4
"""Of the errors that are promised at most, so many are expected: then about fifty images prove nine in ten."""

Floats = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A logistic curve over the logit of a score (Platt, "Probabilistic outputs for support vector machines", 1999).

    Attributes:
        slope: above 0, so that the order of scores stays.
        offset: added to it.
    """

    slope: float = 1.0
    offset: float = 0.0

    def __call__(self, scores: Floats) -> NDArray[np.float64]:
        """Return (k,) probabilities of (k,) scores."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * _logit(scores) + self.offset))))


@dataclass(frozen=True, eq=False)
class Held:
    """The held-out predictions for one labeled image.

    Attributes:
        item: the item's id.
        found: predicted by a detector that was not trained on it; scores as they come from it.
        boxes: (m, 4) true boxes.
        classes: (m,) their classes.
        matched: which prediction found which true box.
    """

    item: int
    found: Detections
    boxes: Boxes
    classes: Classes
    matched: Matched


def hold(item: int, found: Detections, boxes: Boxes, classes: Classes, *, least: float = LEAST_IOU) -> Held:
    """Return held-out predictions with what became of them; ``least`` is the IoU from which a box is right."""
    return Held(item, found, boxes, classes, match(found, boxes, classes, least=least))


def calibrate(held: Sequence[Held]) -> Calibration:
    """Return the calibration that held-out predictions show; none where they are too few."""
    scores = np.concatenate([one.found.scores for one in held]) if held else np.zeros(0)
    right = np.concatenate([one.matched.right for one in held]) if held else np.zeros(0, bool)
    if min(right.sum(), (~right).sum()) < _LEAST / 4 or len(scores) < _LEAST:
        return Calibration()
    # imported here: to find outlines it is not needed, and it takes a second
    curve = need("sklearn.linear_model").LogisticRegression(C=1e3).fit(_logit(scores)[:, None], right)
    slope = float(curve.coef_[0, 0])
    return Calibration(slope=slope, offset=float(curve.intercept_[0])) if slope > 0 else Calibration()


def most_saving(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Return the confidence from which showing boxes saves most edits: each right one saves one, each wrong costs one.

    Args:
        confidence: (k,) of held-out predictions.
        right: (k,) whether each is right.

    Returns:
        Half where there are none: there a box saves as much as it costs.
    """
    if not len(confidence):
        return 0.5
    order = np.argsort(-np.asarray(confidence), kind="stable")
    ends = _ends(np.asarray(confidence)[order])
    saved = np.cumsum(np.where(np.asarray(right)[order], 1, -1))
    best = int(ends[saved[ends].argmax()])
    if saved[best] <= 0:
        return 1.0
    # Half way to the next lower one, so that the threshold is none of these predictions' own.
    ordered = np.asarray(confidence, np.float64)[order]
    return float((ordered[best] + (ordered[best + 1] if best + 1 < len(ordered) else ordered[best])) / 2)


def least_provable(confidence: Floats, right: NDArray[np.bool_], target: float) -> float:
    """Return the lowest confidence from which boxes are wrong so seldom that a proof is likely; else ``NEVER``.

    Args:
        confidence: (k,) of held-out predictions.
        right: (k,) whether each is right.
        target: the precision that is to be proved.
    """
    order = np.argsort(-np.asarray(confidence), kind="stable")
    wrong = np.cumsum(~np.asarray(right)[order])
    counts = np.arange(1, len(order) + 1)
    fine = ((wrong + 0.5) / (counts + 1) <= _SHARE_WRONG * (1 - target)) & (counts >= _PROVING)
    ends = _ends(np.asarray(confidence)[order])
    provable = ends[fine[ends]]
    return float(np.asarray(confidence)[order][provable[-1]]) if len(provable) else NEVER


def _ends(ordered: Floats) -> NDArray[np.intp]:
    """Return the last position of each run of equal confidences, descending: a threshold never parts equal ones."""
    return np.flatnonzero(np.append(np.diff(ordered) != 0, True)) if len(ordered) else np.zeros(0, np.intp)


def _logit(scores: Floats) -> NDArray[np.float64]:
    p = np.clip(np.asarray(scores, np.float64), EDGE, 1 - EDGE)
    return np.asarray(np.log(p / (1 - p)))
