"""What a detector computed for the waiting items of a project."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.calibration import NEVER
from jlabel.assist.detection.detections import Detections


@dataclass(eq=False)
class ShapeScores:
    """The proposed boxes of n items.

    Attributes:
        items: (n,) ids.
        found: of each item, with calibrated scores and ids of classes in place of their numbers.
        sizes: of each item's image, width and height in pixels.
        threshold: confidence from which a box is proposed without a promise.
        proving: confidence from which a box may be in a batch that is to be proved.
    """

    items: NDArray[np.int64]
    found: list[Detections]
    sizes: list[tuple[int, int]]
    threshold: float = 0.5
    proving: float = NEVER
    _confidence: NDArray[np.float64] | None = field(default=None, repr=False)

    @property
    def confidence(self) -> NDArray[np.float64]:
        """(n,) expected share of right ones among the boxes that are proposed; 0 where none is."""
        if self._confidence is None:
            self._confidence = np.array([_mean(one.above(self.threshold).scores) for one in self.found], np.float64)
        return self._confidence

    @property
    def group(self) -> NDArray[np.int64]:
        """(n,) the same for all: an image has a page of its own."""
        return np.zeros(len(self.items), dtype=np.int64)

    def counts(self, threshold: float, offered: frozenset[int] | None = None) -> NDArray[np.int64]:
        """Return (n,) boxes of each item at or above a confidence, of offered classes alone where these are given."""
        allowed = None if offered is None else np.array(sorted(offered), np.int64)
        return np.array(
            [
                int(((one.scores >= threshold) & (True if allowed is None else np.isin(one.classes, allowed))).sum())
                for one in self.found
            ],
            np.int64,
        )


def _mean(scores: NDArray[np.float32]) -> float:
    return float(scores.mean()) if len(scores) else 0.0
