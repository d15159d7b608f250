"""What a classifier computed for some images, and what it computed for labels that it did not see."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ids = NDArray[np.int64]
ASSIGNED = 0.5
"""In multi-label, a class at or above this probability counts as assigned."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """The probabilities of some images, with the answer that follows from them.

    Attributes:
        probabilities: (n, k).
        confidence: (n,) that the answer as a whole is right: the probability of the likeliest class, or in multi-label
            of the whole set.
        top: (n,) id of the likeliest class; in multi-label 0 where no class is assigned.
        items: (n,) ids of the images, where they are items.
    """

    probabilities: Floats
    confidence: NDArray[np.float64]
    top: Ids
    items: Ids

    @property
    def group(self) -> Ids:
        """(n,) the likeliest class: answers of one class belong on one page."""
        return self.top

    def only(self, kept: NDArray[np.bool_]) -> Self:
        """Return the scores of some of the images."""
        return replace(
            self,
            probabilities=self.probabilities[kept],
            confidence=self.confidence[kept],
            top=self.top[kept],
            items=self.items[kept],
        )


@dataclass(frozen=True, kw_only=True)
class Accuracies:
    """Shares of held-out predictions that are right, 0 to 1; ``None`` where there are none or where it says nothing.

    Attributes:
        whole: of images whose whole answer is right.
        labels: multi-label: of assigned labels.
    """

    whole: float | None
    labels: float | None = None


def share(right: NDArray[np.bool_]) -> float | None:
    """Return the share of true values, rounded; ``None`` of none."""
    return round(float(right.mean()), 4) if len(right) else None
