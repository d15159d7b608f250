"""Which predicted box is right: matched one to one with true boxes of its class, and what follows from it.

The rule is that of COCO (Lin et al., "Microsoft COCO", ECCV 2014): in the order of the scores each box takes the true
box of its class, not taken before, with which it overlaps most, if by the least IoU at least.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.detections import Detections

LEAST_IOU = 0.5
_RECALLS = np.linspace(0, 1, 101)

Boxes = NDArray[np.floating]
Classes = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Matched:
    """What became of the predicted boxes of one image.

    Attributes:
        truth: (k,) number of the true box that each one found; -1 for none.
        iou: (k,) IoU with it; 0 for none.
    """

    truth: NDArray[np.int64]
    iou: NDArray[np.float64]

    @property
    def right(self) -> NDArray[np.bool_]:
        """(k,) whether each one found a true box."""
        return self.truth >= 0


def iou(a: Boxes, b: Boxes) -> NDArray[np.float64]:
    """Return (n, m) IoU of (n, 4) and (m, 4) boxes x0, y0, x1, y1."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(axis=-1, dtype=np.float64)
    areas = [(each[:, 2:] - each[:, :2]).prod(axis=-1, dtype=np.float64) for each in (a, b)]
    return np.asarray(both / np.maximum(areas[0][:, None] + areas[1][None] - both, 1e-12))


def match(found: Detections, boxes: Boxes, classes: Classes, *, least: float = LEAST_IOU) -> Matched:
    """Match the predicted boxes of an image, given the likeliest first.

    Args:
        found: predicted.
        boxes: (m, 4) true boxes.
        classes: (m,) their classes.
        least: IoU from which a box is right.
    """
    overlap = iou(found.boxes, np.asarray(boxes).reshape(-1, 4))
    overlap[found.classes[:, None] != np.asarray(classes)[None]] = 0
    truth, value = np.full(len(found), -1, np.int64), np.zeros(len(found))
    for row in range(len(found)):
        if not overlap.shape[1]:
            break
        best = int(overlap[row].argmax())
        if overlap[row, best] >= least:
            truth[row], value[row] = best, overlap[row, best]
            overlap[:, best] = 0
    return Matched(truth, value)


def average_precision(
    found: Sequence[Detections], truth: Sequence[tuple[Boxes, Classes]], number: int, *, least: float = LEAST_IOU
) -> float:
    """Return the average precision of one class over images, at 101 recalls as COCO; NaN where it has no true box.

    Args:
        found: predicted, by image.
        truth: true boxes and classes, by image.
        number: of the class.
        least: IoU from which a box is right.
    """
    total = sum(int((np.asarray(classes) == number).sum()) for _, classes in truth)
    if not total:
        return float("nan")
    scores: list[NDArray[np.floating]] = []
    right: list[NDArray[np.bool_]] = []
    for one, (boxes, classes) in zip(found, truth, strict=True):
        mine = one.classes == number
        scores.append(one.scores[mine])
        right.append(match(one, boxes, classes, least=least).right[mine])
    order = np.argsort(-np.concatenate(scores), kind="stable")
    hits = np.cumsum(np.concatenate(right)[order])
    if not len(hits):
        return 0.0
    recall, precision = hits / total, hits / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(recall, _RECALLS, side="left")
    return float(np.where(at < len(envelope), envelope[np.minimum(at, len(envelope) - 1)], 0.0).mean())


def edits_saved(found: Sequence[Detections], truth: Sequence[tuple[Boxes, Classes]], threshold: float) -> float:
    """Return (right boxes - wrong boxes) / true boxes at a threshold: the share of drawing that proposals save."""
    right = wrong = total = 0
    for one, (boxes, classes) in zip(found, truth, strict=True):
        hits = int(match(one.above(threshold), boxes, classes).right.sum())
        right, wrong, total = right + hits, wrong + len(one.above(threshold)) - hits, total + len(classes)
    return (right - wrong) / max(1, total)
