"""Validation of a detector: how sure held-out boxes were, and whether they were right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.label_errors import suspects
from jlabel.assist.detection.model import ShapeModel
from jlabel.assist.detection.scores import ShapeScores
from jlabel.assist.detection.train import pooled
from jlabel.assist.guarantee.curve import curve
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run_metrics import ShapeMetrics, ValidationMetrics

_MAX_SUSPECTS = 100


@dataclass(frozen=True, kw_only=True, eq=False)
class ShapeValidation:
    """Held-out boxes.

    Attributes:
        confidence: (m,) of each box, those of skipped images among them.
        right: (m,) whether each is right; none of a skipped image is.
        metrics: what is recorded of them.
    """

    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    metrics: ValidationMetrics


def validate(
    model: ShapeModel, waiting: ShapeScores, skipped: ShapeScores, settings: AssistSettings
) -> ShapeValidation:
    """Return what the held-out predictions of a training show.

    Args:
        model: with them.
        waiting: of the items that still wait.
        skipped: of items that chance drew and people skipped.
        settings: of the project.
    """
    confidence, right = pooled(model.held, model.calibration)
    threshold = settings.threshold if isinstance(settings.threshold, float) else model.threshold
    sure = [one.scores.astype(np.float64) for one in waiting.found]
    metrics = ValidationMetrics(
        accuracy=_share(right[confidence >= threshold]),
        curve=curve(confidence, right, np.concatenate(sure) if sure else np.zeros(0)),
        suspects=tuple(suspects(model.held, model.calibration, model.class_ids)[:_MAX_SUSPECTS]),
        shapes=_measure(model, threshold),
    )
    unanswered = [one.scores.astype(np.float64) for one in skipped.found]
    return ShapeValidation(
        confidence=np.concatenate([confidence, *unanswered]),
        right=np.concatenate([right, *(np.zeros(len(one), bool) for one in unanswered)]),
        metrics=metrics,
    )


def _measure(model: ShapeModel, threshold: float) -> ShapeMetrics:
    """Return what showing boxes from a threshold on would have come to on the labeled images."""
    right = wrong = true = whole = 0
    overlaps: list[float] = []
    for one in model.held:
        shown = model.calibration(one.found.scores) >= threshold
        hits = int((one.matched.right & shown).sum())
        right, wrong, true = right + hits, wrong + int(shown.sum()) - hits, true + len(one.boxes)
        whole += int(hits == len(one.boxes) == int(shown.sum()))
        overlaps += one.matched.iou[one.matched.right & shown].tolist()
    return ShapeMetrics(
        images=len(model.held),
        threshold=round(threshold, 4),
        precision=_share_of(right, right + wrong),
        recall=_share_of(right, true),
        saved=_share_of(right - wrong, true),
        untouched=_share_of(whole, len(model.held)),
        iou=round(float(np.mean(overlaps)), 4) if overlaps else None,
    )


def _share(right: NDArray[np.bool_]) -> float | None:
    return round(float(right.mean()), 4) if len(right) else None


def _share_of(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
