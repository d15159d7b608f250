"""Validation: how sure held-out predictions for random labels were, and whether they were right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.scores import Scores
from jlabel.assist.classification.train import Trained
from jlabel.assist.guarantee.curve import curve
from jlabel.model.run_metrics import Suspicion, ValidationMetrics


@dataclass(frozen=True, kw_only=True, eq=False)
class Validation:
    """Held-out predictions for labels that chance drew, with those for items that were skipped.

    Attributes:
        confidence: (m,) of the answer as a whole.
        right: (m,) whether the whole answer is the label; never for a skipped item.
        metrics: what is recorded of them.
    """

    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    metrics: ValidationMetrics


def validate(trained: Trained, waiting: Scores, skipped: Scores, suspects: tuple[Suspicion, ...] = ()) -> Validation:
    """Return what the held-out predictions of a training show.

    Args:
        trained: the head with its held-out predictions.
        waiting: of the items that still wait.
        skipped: of items that chance drew and people skipped.
        suspects: labels that predictions contradict, to be recorded.
    """
    head, held = trained.head, trained.held
    outputs = head.outputs
    seen = outputs.decide(held.probabilities, head.class_ids, held.index)
    right = outputs.hits(held.probabilities, held.targets)
    accuracies = outputs.accuracies(held.probabilities, held.targets)
    metrics = ValidationMetrics(
        accuracy=accuracies.whole,
        label_precision=accuracies.labels,
        set_right=accuracies.whole if accuracies.labels is not None else None,
        curve=curve(seen.confidence, right, waiting.confidence),
        suspects=suspects,
    )
    return Validation(
        confidence=np.concatenate([seen.confidence, skipped.confidence]),
        right=np.concatenate([right, np.zeros(len(skipped.confidence), dtype=bool)]),
        metrics=metrics,
    )
