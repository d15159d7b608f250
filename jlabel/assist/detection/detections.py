"""Boxes out of scores and distances: the likeliest locations, without those that found the same object."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torchvision.ops import batched_nms, nms

LEAST = 0.02
"""Below this score nothing is kept."""
CANDIDATES = 1000
MOST = 300
"""Boxes of an image."""


@dataclass(frozen=True, eq=False)
class Detections:
    """The boxes of one image, the likeliest first.

    Attributes:
        boxes: (k, 4) x0, y0, x1, y1.
        scores: (k,) 0 to 1.
        classes: (k,) numbers of their classes.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    classes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.scores)

    def above(self, threshold: float) -> "Detections":
        """Return those that score at least so much."""
        return self.only(self.scores >= threshold)

    def only(self, kept: NDArray[np.bool_]) -> "Detections":
        """Return those that (k,) ``kept`` marks."""
        return Detections(self.boxes[kept], self.scores[kept], self.classes[kept])

    def first(self, count: int) -> "Detections":
        """Return the first ones, ``count`` at most."""
        return Detections(self.boxes[:count], self.scores[:count], self.classes[:count])


def detections(scores: Tensor, boxes: Tensor, *, overlap: float, by_class: bool, least: float = LEAST) -> Detections:
    """Return the objects of one image.

    Args:
        scores: (m, classes) probabilities.
        boxes: (m, 4).
        overlap: IoU from which two boxes are one object.
        by_class: boxes of two classes are two objects.
        least: score below which nothing is kept.
    """
    flat = scores.flatten()
    value, at = flat.topk(min(CANDIDATES, len(flat)))
    at, value = at[value >= least], value[value >= least]
    place, kind = at // scores.shape[1], at % scores.shape[1]
    found = boxes[place]
    kept = (batched_nms(found, value, kind, overlap) if by_class else nms(found, value, overlap))[:MOST]
    return Detections(found[kept].numpy(), value[kept].numpy(), kind[kept].numpy())
