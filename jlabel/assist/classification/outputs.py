"""How classes exclude each other: the softmax of multi-class and the sigmoids of multi-label, behind one protocol."""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.exclusive import Exclusive
from jlabel.assist.classification.independent import Independent
from jlabel.assist.classification.label_errors import Suspect
from jlabel.assist.classification.scores import Accuracies, Floats, Ids, Scores
from jlabel.assist.ranking.order import Ranked
from jlabel.model.assist_settings import QueueOrder

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Outputs(Protocol):
    """The outputs of a classifier over k classes: logits to probabilities to answers.

    Attributes:
        one_each: an image has exactly one class.
    """

    one_each: bool

    # Fitting

    def why_not(self, targets: Floats) -> str:
        """Return why nothing can be learned from (n, k) targets, as a sentence; ``""`` when something can."""
        ...

    def weights(self, targets: Array) -> Array:
        """Return (n, 1) or (n, k) weights of the labels, which favour rare classes."""
        ...

    def loss(self, logits: Array, targets: Array, weights: Array) -> tuple[float, Array]:
        """Return the weighted negative log-likelihood, in nats, and its (n, k) derivative; may overwrite ``logits``."""
        ...

    def torch_loss(self) -> Any:  # noqa: ANN401 -- a torch module
        """Return the loss that a network is fine-tuned with."""
        ...

    # Probabilities

    def probabilities(self, logits: Floats, temperature: float = 1.0) -> Floats:
        """Return the probabilities of (n, k) logits, -inf allowed."""
        ...

    def surprise(self, logits: Floats, targets: Floats, temperature: float = 1.0, *, floor: float = 1e-6) -> float:
        """Return the mean negative log-likelihood an image, in nats; no probability counts below ``floor``."""
        ...

    def softened(self, targets: Floats) -> Array:
        """Return targets that a temperature is fitted to: each label counts with ``(n + 1) / (n + 2)``."""
        ...

    def held_out_surprise(self, probabilities: Floats, logits: Floats, targets: Floats, temperature: float) -> float:
        """Return the mean negative log-likelihood of held-out labels, in nats.

        Args:
            probabilities: (n, k), each fold calibrated by the others.
            logits: (n, k) of the same.
            targets: (n, k) 0 or 1.
            temperature: of all folds together.
        """
        ...

    # Answers

    def decide(
        self, probabilities: Floats, class_ids: tuple[int, ...], items: NDArray[np.integer] | None = None
    ) -> Scores:
        """Return the answers that follow from (n, k) probabilities, with their confidence.

        Args:
            probabilities: (n, k).
            class_ids: of the k columns.
            items: (n,) ids of the images; 0 to n - 1 unless given.
        """
        ...

    def hits(self, probabilities: Floats, targets: Floats) -> Mask:
        """Return (n,) whether the class, or in multi-label the whole set, is right."""
        ...

    def labels(
        self, scores: Scores, class_ids: tuple[int, ...], offered: frozenset[int]
    ) -> Iterator[tuple[tuple[int, ...], tuple[float, ...]]]:
        """Yield the class ids of each image's answer, of the offered classes only, and the confidence of each."""
        ...

    def alternatives(self, scores: Scores, class_ids: tuple[int, ...], offered: frozenset[int]) -> Ids:
        """Return (n,) the second likeliest class of each image, of the offered ones; 0 for none."""
        ...

    def proposable(self, scores: Scores, offered: frozenset[int]) -> Mask:
        """Return (n,) which answers are of offered classes."""
        ...

    # Validation

    def accuracies(self, probabilities: Floats, targets: Floats) -> Accuracies:
        """Return how many held-out predictions are right."""
        ...

    def proposing(self, scores: Scores) -> Mask:
        """Return (n,) which images have an answer that could be pre-labeled."""
        ...

    def suspects(self, probabilities: Floats, targets: Floats) -> list[Suspect]:
        """Return labels that held-out predictions contradict, the most doubtful first."""
        ...

    # Ranking

    def ranked(self, scores: Scores, order: QueueOrder) -> Ranked:
        """Return what the order of queues is made of."""
        ...


EXCLUSIVE: Outputs = Exclusive()
"""One class an image."""
INDEPENDENT: Outputs = Independent()
"""Any number of classes an image."""
