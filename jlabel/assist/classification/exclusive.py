"""Multi-class: one class an image, probabilities by a softmax. The methods are described in ``outputs.Outputs``."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.label_errors import Suspect, suspects
from jlabel.assist.classification.scores import Accuracies, Floats, Ids, Scores, share
from jlabel.assist.ranking.order import Ranked
from jlabel.assist.ranking.uncertainty import doubt, uncertainty
from jlabel.model.assist_settings import QueueOrder

_MAX_WEIGHT = 2.0
_DIGITS = 4
_SMOOTHING = 0.1

Array = NDArray[np.float64]


class Exclusive:
    """One class an image: softmax."""

    one_each = True

    def why_not(self, targets: Floats) -> str:
        """Return why nothing can be learned from these targets."""
        if not len(targets):
            return "No image has a label yet."
        given = (np.asarray(targets) > 0).sum(axis=0)
        if np.count_nonzero(given) < 2:  # noqa: PLR2004 -- two classes
            return "All labels so far are of one class; a model needs examples of two."
        return ""

    def weights(self, targets: Array) -> Array:
        """Return (n, 1) weights: the square root of what would balance classes, so that confidences stay honest."""
        given = np.maximum(targets.sum(axis=0), 1)
        weight = np.clip(np.sqrt(len(targets) / (targets.shape[1] * given)), 1 / _MAX_WEIGHT, _MAX_WEIGHT)
        return np.asarray((targets * weight).sum(axis=1, keepdims=True))

    def loss(self, logits: Array, targets: Array, weights: Array) -> tuple[float, Array]:
        """Return the weighted cross entropy and its derivative."""
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        total = odds.sum(axis=1, keepdims=True)
        value = float((weights * targets * (np.log(total) - logits)).sum())
        return value, (odds / total - targets) * weights

    def torch_loss(self) -> Any:  # noqa: ANN401 -- a torch module
        """Return the cross entropy with smoothed labels."""
        from torch import nn  # noqa: PLC0415 -- takes seconds

        return nn.CrossEntropyLoss(label_smoothing=_SMOOTHING)

    def probabilities(self, logits: Floats, temperature: float = 1.0) -> Floats:
        """Return the softmax."""
        scaled = logits / temperature
        top = scaled.max(axis=1, keepdims=True)
        odds = np.exp(scaled - np.where(np.isfinite(top), top, 0))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def surprise(self, logits: Floats, targets: Floats, temperature: float = 1.0, *, floor: float = 1e-6) -> float:
        """Return the mean negative log-likelihood."""
        p = self.probabilities(logits, temperature)
        return -float((targets * np.log(np.maximum(p, floor))).sum()) / max(1, len(logits))

    def softened(self, targets: Floats) -> Array:
        """Return softened targets; what a label lacks is shared out among the other classes."""
        count, width = targets.shape
        others = max(1, width - 1)
        return np.asarray(np.where(targets > 0, (count + 1) / (count + 2), 1 / (count + 2) / others))

    def held_out_surprise(self, probabilities: Floats, logits: Floats, targets: Floats, temperature: float) -> float:  # noqa: ARG002 -- of the protocol
        """Return the surprise of the calibrated probabilities."""
        return self.surprise(np.log(np.clip(probabilities, 1e-12, 1)), targets)

    def decide(
        self, probabilities: Floats, class_ids: tuple[int, ...], items: NDArray[np.integer] | None = None
    ) -> Scores:
        """Return the likeliest class of each image."""
        p = np.asarray(probabilities, dtype=np.float64)
        numbers = np.arange(len(p)) if items is None else np.asarray(items, dtype=np.int64)
        if not len(p):
            return Scores(probabilities=p, confidence=np.zeros(0), top=np.zeros(0, np.int64), items=numbers)
        top = np.array(class_ids, dtype=np.int64)[p.argmax(axis=1)]
        return Scores(probabilities=p, confidence=p.max(axis=1), top=top, items=numbers)

    def hits(self, probabilities: Floats, targets: Floats) -> NDArray[np.bool_]:
        """Return whether the likeliest class is the given one."""
        return np.asarray(probabilities.argmax(axis=1) == np.asarray(targets).argmax(axis=1))

    def labels(
        self, scores: Scores, class_ids: tuple[int, ...], offered: frozenset[int]
    ) -> Iterator[tuple[tuple[int, ...], tuple[float, ...]]]:
        """Yield the likeliest class; nothing where it is not offered."""
        del class_ids
        rounded = np.clip(np.round(scores.confidence, _DIGITS), 0, 1).tolist()
        for top, confidence in zip(scores.top.tolist(), rounded, strict=True):
            yield ((top,), (confidence,)) if top in offered else ((), ())

    def alternatives(self, scores: Scores, class_ids: tuple[int, ...], offered: frozenset[int]) -> Ids:
        """Return the likeliest offered class beside the likeliest of all."""
        usable = [n for n, class_id in enumerate(class_ids) if class_id in offered]
        if not usable or not len(scores.items):
            return np.zeros(len(scores.items), dtype=np.int64)
        ids = np.array(class_ids, dtype=np.int64)[usable]
        p = np.array(scores.probabilities[:, usable])
        p[scores.top[:, None] == ids] = -1.0
        best = p.argmax(axis=1)
        return np.where(p[np.arange(len(p)), best] < 0, 0, ids[best])

    def proposable(self, scores: Scores, offered: frozenset[int]) -> NDArray[np.bool_]:
        """Return which likeliest classes are offered."""
        return np.isin(scores.top, np.array(sorted(offered)))

    def accuracies(self, probabilities: Floats, targets: Floats) -> Accuracies:
        """Return the share of right classes."""
        best = probabilities.argmax(axis=1)
        return Accuracies(whole=share(np.asarray(targets[np.arange(len(best)), best] > 0)))

    def proposing(self, scores: Scores) -> NDArray[np.bool_]:
        """Return that every image has an answer."""
        return np.ones(len(scores.top), dtype=bool)

    def suspects(self, probabilities: Floats, targets: Floats) -> list[Suspect]:
        """Return labels of which another class is likelier."""
        return suspects(probabilities, targets.argmax(axis=1))

    def ranked(self, scores: Scores, order: QueueOrder) -> Ranked:
        """Return what the order of queues is made of."""
        urgency = doubt if order is QueueOrder.LIKELY_WRONG else uncertainty
        return Ranked(
            confidence=scores.confidence,
            answers=scores.top,
            right=scores.confidence,
            labels=np.ones(len(scores.top), dtype=np.intp),
            urgency=urgency(scores.probabilities),
        )
