"""Multi-label: any number of classes an image, each by its own sigmoid. ``outputs.Outputs`` describes the methods."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.label_errors import Suspect, suspects_of_sets
from jlabel.assist.classification.multilabel import assigned, whole
from jlabel.assist.classification.scores import ASSIGNED, Accuracies, Floats, Ids, Scores, share
from jlabel.assist.ranking.order import Ranked
from jlabel.model.assist_settings import QueueOrder

_MAX_WEIGHT = 2.0
_DIGITS = 4

Array = NDArray[np.float64]


class Independent:
    """Any number of classes an image: a sigmoid each."""

    one_each = False

    def why_not(self, targets: Floats) -> str:
        """Return why nothing can be learned from these targets."""
        if not len(targets):
            return "No image has a label yet."
        given = (np.asarray(targets) > 0).sum(axis=0)
        if not ((given > 0) & (given < len(targets))).any():
            return "No class is yet both present on one image and absent from another; a model needs both."
        return ""

    def weights(self, targets: Array) -> Array:
        """Return (n, k) weights: the square root of what would balance each class, so that confidences stay honest."""
        given = np.maximum(targets.sum(axis=0), 1)
        ratio = np.clip(np.sqrt((len(targets) - given) / given), 1, _MAX_WEIGHT)
        return np.asarray(1 + targets * (ratio - 1))

    def loss(self, logits: Array, targets: Array, weights: Array) -> tuple[float, Array]:
        """Return the weighted binary cross entropy and its derivative."""
        value = float((weights * (np.logaddexp(0, logits) - targets * logits)).sum())
        return value, (1 / (1 + np.exp(-np.clip(logits, -50, 50))) - targets) * weights

    def torch_loss(self) -> Any:  # noqa: ANN401 -- a torch module
        """Return the binary cross entropy."""
        from torch import nn  # noqa: PLC0415 -- takes seconds

        return nn.BCEWithLogitsLoss()

    def probabilities(self, logits: Floats, temperature: float = 1.0) -> Floats:
        """Return the sigmoids."""
        return np.asarray(1 / (1 + np.exp(-np.clip(logits / temperature, -60, 60))))

    def surprise(self, logits: Floats, targets: Floats, temperature: float = 1.0, *, floor: float = 1e-6) -> float:
        """Return the mean negative log-likelihood, summed over classes."""
        p = self.probabilities(logits, temperature)
        gain = targets * np.log(np.maximum(p, floor))
        gain = gain + (1 - targets) * np.log(np.maximum(1 - p, floor))
        return -float(gain.sum()) / max(1, len(logits))

    def softened(self, targets: Floats) -> Array:
        """Return softened targets."""
        count = len(targets)
        return np.asarray(np.where(targets > 0, (count + 1) / (count + 2), 1 / (count + 2)))

    def held_out_surprise(self, probabilities: Floats, logits: Floats, targets: Floats, temperature: float) -> float:  # noqa: ARG002 -- of the protocol
        """Return the surprise of the logits under the temperature of all folds."""
        return self.surprise(logits, targets, temperature)

    def decide(
        self, probabilities: Floats, class_ids: tuple[int, ...], items: NDArray[np.integer] | None = None
    ) -> Scores:
        """Return the assigned classes of each image, as sure as it is that the whole set is right."""
        p = np.asarray(probabilities, dtype=np.float64)
        numbers = np.arange(len(p)) if items is None else np.asarray(items, dtype=np.int64)
        if not len(p):
            return Scores(probabilities=p, confidence=np.zeros(0), top=np.zeros(0, np.int64), items=numbers)
        top = np.array(class_ids, dtype=np.int64)[p.argmax(axis=1)]
        given = p >= ASSIGNED
        some = given.any(axis=1)
        confidence = np.where(given, p, 1 - p).prod(axis=1)
        return Scores(probabilities=p, confidence=confidence, top=np.where(some, top, 0), items=numbers)

    def hits(self, probabilities: Floats, targets: Floats) -> NDArray[np.bool_]:
        """Return whether the whole set is right."""
        return np.asarray(((probabilities >= ASSIGNED) == (np.asarray(targets) > 0)).all(axis=1))

    def labels(
        self, scores: Scores, class_ids: tuple[int, ...], offered: frozenset[int]
    ) -> Iterator[tuple[tuple[int, ...], tuple[float, ...]]]:
        """Yield the assigned classes that are offered."""
        ids = np.array(class_ids)
        usable = np.array([class_id in offered for class_id in class_ids])
        rounded = np.clip(np.round(scores.probabilities, _DIGITS), 0, 1)
        for n, p in enumerate(scores.probabilities):
            given = np.flatnonzero((p >= ASSIGNED) & usable)
            yield tuple(ids[given].tolist()), tuple(rounded[n, given].tolist())

    def alternatives(self, scores: Scores, class_ids: tuple[int, ...], offered: frozenset[int]) -> Ids:
        """Return none: a set has no second likeliest one that a click could mean."""
        del class_ids, offered
        return np.zeros(len(scores.items), dtype=np.int64)

    def proposable(self, scores: Scores, offered: frozenset[int]) -> NDArray[np.bool_]:
        """Return that every image is: of its classes those are proposed that are offered."""
        del offered
        return np.ones(len(scores.top), dtype=bool)

    def accuracies(self, probabilities: Floats, targets: Floats) -> Accuracies:
        """Return the shares of right sets and of right labels."""
        every, sets = assigned(probabilities, targets), whole(probabilities, targets)
        return Accuracies(whole=share(sets.right), labels=share(every.right))

    def proposing(self, scores: Scores) -> NDArray[np.bool_]:
        """Return which images have an assigned class."""
        return np.asarray(scores.top > 0)

    def suspects(self, probabilities: Floats, targets: Floats) -> list[Suspect]:
        """Return marks that are likely missing or one too many."""
        return suspects_of_sets(probabilities, targets)

    def ranked(self, scores: Scores, order: QueueOrder) -> Ranked:
        """Return what the order of queues is made of; both orders that a model gives ask for the least decided."""
        del order
        p = scores.probabilities
        given = p >= ASSIGNED
        _, keys = np.unique(np.concatenate([np.zeros((1, given.shape[1]), bool), given]), axis=0, return_inverse=True)
        keys = keys.reshape(-1)
        return Ranked(
            confidence=scores.confidence,
            answers=np.where(given.any(axis=1), keys[1:] + 1, 0),
            right=scores.confidence,
            labels=given.sum(axis=1),
            urgency=np.asarray((1 - np.abs(2 * np.asarray(p, dtype=np.float64) - 1)).max(axis=1)),
        )
