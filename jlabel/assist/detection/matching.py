"""Which predicted box is right: matched one to one with true boxes of its class.

The rule is that of COCO (Lin et al., "Microsoft COCO", ECCV 2014): in the order of the scores each box takes the true
box of its class, not taken before, with which it overlaps most, if by the least IoU at least.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torchvision.ops import box_iou

from jlabel.assist.detection.detections import Detections

LEAST_IOU = 0.5

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


def match(found: Detections, boxes: Boxes, classes: Classes, *, least: float = LEAST_IOU) -> Matched:
    """Match the predicted boxes of an image, given the likeliest first.

    Args:
        found: predicted.
        boxes: (m, 4) true boxes.
        classes: (m,) their classes.
        least: IoU from which a box is right.
    """
    true = torch.from_numpy(np.asarray(boxes, np.float32).reshape(-1, 4))
    overlap = box_iou(torch.from_numpy(found.boxes), true).double().numpy()
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


def edits_saved(found: Sequence[Detections], truth: Sequence[tuple[Boxes, Classes]], threshold: float) -> float:
    """Return (right boxes - wrong boxes) / true boxes at a threshold: the share of drawing that proposals save."""
    right = wrong = total = 0
    for one, (boxes, classes) in zip(found, truth, strict=True):
        hits = int(match(one.above(threshold), boxes, classes).right.sum())
        right, wrong, total = right + hits, wrong + len(one.above(threshold)) - hits, total + len(classes)
    return (right - wrong) / max(1, total)
