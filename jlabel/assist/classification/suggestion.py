"""Suggestions that carry no promise: where they are expected to save keys, or where a person set the threshold."""

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.scores import Scores
from jlabel.model.assist_settings import AssistSettings

WORTHWHILE = 0.4
"""The least probability of being right. A right suggestion saves a key; a wrong one costs a click where the second
likeliest class is right, and a click and a key otherwise: about one and a half."""


def above_thresholds(scores: Scores, settings: AssistSettings) -> NDArray[np.bool_]:
    """Return (n,) which answers pass the threshold that was set by hand for their class."""
    limits = np.full(len(scores.confidence), np.inf)
    for class_id in np.unique(scores.top):
        threshold = settings.threshold_of(int(class_id))
        if threshold is not None:
            limits[scores.top == class_id] = threshold
    return np.asarray((scores.confidence >= limits) & (scores.top > 0))
