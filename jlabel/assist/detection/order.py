"""Which image comes next: where many boxes are in doubt, where rare classes are, and images with proposals first."""

from collections import Counter

import numpy as np

from jlabel.assist.detection.scores import ShapeScores
from jlabel.assist.learner import Mask, Order, Predictions
from jlabel.model.assist_settings import AssistSettings, QueueOrder

_RARE = 0.5
"""How much a box of the rarest class counts beside the doubt of one box."""


def doubt(scores: ShapeScores) -> np.ndarray:
    """Return (n,) errors that are to be expected on each image: proposed boxes that are wrong, right ones left out."""
    return np.array(
        [float(np.minimum(one.scores, 1 - one.scores).sum()) if len(one) else 0.0 for one in scores.found], np.float64
    )


def by_doubt(scores: ShapeScores, predictions: Predictions, free: Mask, settings: AssistSettings) -> Order:
    """Order images; with ``QueueOrder.RANDOM`` as they came.

    Args:
        scores: of n items.
        predictions: of the same.
        free: (n,) which may be ordered.
        settings: of the project.
    """
    rows = np.flatnonzero(free)
    # All suggestions are one group, or the images of one class would come before those of the next.
    together = {int(scores.items[row]): 0 for row in np.flatnonzero(free & predictions.suggested)}
    if settings.queue_order is QueueOrder.RANDOM:
        return Order(clusters=together, priorities={int(scores.items[row]): 0.0 for row in rows})
    urgency = doubt(scores)
    counts: Counter[int] = Counter()
    for one in scores.found:
        counts.update(one.above(scores.threshold).classes.tolist())
    if counts:
        least = min(counts.values())
        for row in rows:
            found = scores.found[row].above(scores.threshold)
            urgency[row] += _RARE * sum(least / counts[kind] for kind in found.classes.tolist())
    return Order(clusters=together, priorities={int(scores.items[row]): -float(urgency[row]) for row in rows})
