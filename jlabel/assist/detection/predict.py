"""Inference: the proposed shapes of each waiting image, as the store takes them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.calibration import NEVER
from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.scores import ShapeScores
from jlabel.errors import GeometryError
from jlabel.model.answer import Annotation, Answer, Made
from jlabel.model.run import AnnotationScore, Prediction
from jlabel.model.shapes.box import Box

FLOOR = 0.1
"""Confidence below which a box is not even offered to a labeler who asks for more."""
MOST = 200
"""Boxes of an image that are stored."""
_DIGITS = 4


def predictions(
    scores: ShapeScores,
    proven: NDArray[np.bool_],
    suggested: NDArray[np.bool_],
    *,
    threshold: dict[int, float] | float,
    offered: frozenset[int],
) -> Iterator[Prediction]:
    """Yield a prediction for each item; its boxes are sorted by confidence, the surest first.

    Args:
        scores: of n items.
        proven: (n,) whose boxes from ``scores.proving`` on are shown as proved.
        suggested: (n,) whose boxes from the threshold on are shown without a promise.
        threshold: of all classes, or by class id.
        offered: classes that may be proposed.
    """
    for n, item in enumerate(scores.items.tolist()):
        found = scores.found[n]
        limits = np.full(len(found), scores.proving) if proven[n] else limits_of(found, threshold)
        yield _prediction(item, found, limits, shown=bool(proven[n] or suggested[n]), proven=bool(proven[n]),
                          offered=offered)  # fmt: skip


def limits_of(found: Detections, threshold: dict[int, float] | float) -> NDArray[np.float64]:
    """Return (k,) the threshold of each box; above 1 for classes that have none."""
    if not isinstance(threshold, dict):
        return np.full(len(found), float(threshold))
    return np.array([threshold.get(class_id, NEVER) for class_id in found.classes.tolist()], np.float64)


def _prediction(
    item: int, found: Detections, limits: NDArray[np.float64], *, shown: bool, proven: bool, offered: frozenset[int]
) -> Prediction:
    annotations: list[Annotation] = []
    scores: list[AnnotationScore] = []
    sure: list[float] = []
    for box, score, class_id, limit in zip(
        found.boxes.tolist(), found.scores.tolist(), found.classes.tolist(), limits.tolist(), strict=True
    ):
        if score < FLOOR or class_id not in offered or len(annotations) >= MOST:
            continue
        try:
            shape = Box(*(round(value, 1) for value in box))
        except GeometryError:  # thinner than a tenth of a pixel
            continue
        above = shown and score >= limit
        confidence = min(1.0, round(score, _DIGITS))
        annotations.append(Annotation(class_id=class_id, shape=shape, made=Made.PROPOSED))
        scores.append(AnnotationScore(confidence=confidence, above=above))
        if above:
            sure.append(confidence)
    return Prediction(
        item=item,
        answer=Answer(annotations=tuple(annotations)),
        confidence=round(float(np.mean(sure)), _DIGITS) if sure else 0.0,
        scores=tuple(scores),
        above=bool(sure),
        proven=proven or not sure,
    )
