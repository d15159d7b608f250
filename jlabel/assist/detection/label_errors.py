"""Labeled boxes that held-out predictions contradict: missed, spurious, badly placed, of another class.

The four kinds are those of cleanlab's object detection (Tkachenko, Thyagarajan and Mueller, "ObjectLab: Automated
detection of label errors in object detection", 2023: overlooked, badly located, swapped), with labels that nothing
speaks for beside them; the scores here are calibrated confidences.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from torch import from_numpy
from torchvision.ops import box_iou

from jlabel.assist.detection.calibration import Calibration, Held
from jlabel.model.run_metrics import Suspicion, SuspicionKind

_SURE = 0.7
"""Confidence from which a prediction contradicts a label."""
_HARDLY = 0.05
"""Confidence below which nothing speaks for a label."""
_APART = 0.2
"""IoU below which two boxes are of two objects."""
_SAME = 0.5


def suspects(held: Iterable[Held], calibration: Calibration, class_ids: tuple[int, ...]) -> list[Suspicion]:
    """Return labels that are probably wrong, the most doubtful first.

    Args:
        held: held-out predictions with the labels.
        calibration: of their scores.
        class_ids: of the classes, by their numbers.
    """
    found = [one for image in held for one in _of_image(image, calibration(image.found.scores), class_ids)]
    return sorted(found, key=lambda one: one.score)


def _of_image(held: Held, sure: NDArray[np.float64], class_ids: tuple[int, ...]) -> list[Suspicion]:
    boxes = np.asarray(held.boxes, np.float32).reshape(-1, 4)
    overlap = box_iou(from_numpy(held.found.boxes), from_numpy(boxes)).double().numpy()
    same = held.found.classes[:, None] == np.asarray(held.classes)[None]
    found: list[Suspicion] = []

    def add(kind: SuspicionKind, given: int, proposed: int, score: float, box: NDArray[np.floating]) -> None:
        bounds = tuple(round(float(value), 1) for value in box)
        found.append(
            Suspicion(
                item=held.item,
                given=class_ids[given] if given >= 0 else 0,
                proposed=class_ids[proposed] if proposed >= 0 else 0,
                score=round(score, 4),
                kind=kind,
                bounds=(bounds[0], bounds[1], bounds[2], bounds[3]),
            )
        )

    told: set[int] = set()
    for row in np.flatnonzero((sure >= _SURE) & ~held.matched.right):
        number = int(held.found.classes[row])
        nearest = int(overlap[row].argmax()) if overlap.shape[1] else -1
        value = float(overlap[row, nearest]) if nearest >= 0 else 0.0
        if nearest >= 0 and nearest in told:
            continue
        free = nearest >= 0 and not (held.matched.truth == nearest).any()
        if value < _APART:
            add(SuspicionKind.MISSED, -1, number, 1 - float(sure[row]), held.found.boxes[row])
        elif free and value >= _SAME and not same[row, nearest]:
            add(SuspicionKind.CLASS, int(held.classes[nearest]), number, 1 - float(sure[row]), boxes[nearest])
            told.add(nearest)
        elif free and same[row, nearest]:
            add(SuspicionKind.PLACED, int(held.classes[nearest]), number, 1 - float(sure[row]), boxes[nearest])
            told.add(nearest)
    for column, kind in enumerate(np.asarray(held.classes).tolist()):
        near = (overlap[:, column] >= _APART) & same[:, column]
        most = float(sure[near].max(initial=0.0))
        if column not in told and most < _HARDLY:
            add(SuspicionKind.SPURIOUS, int(kind), -1, most, boxes[column])
    return found
