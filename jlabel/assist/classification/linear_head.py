"""The light head: linear scores over cached embeddings, with their temperature."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.calibrate import probabilities

CHUNK = 8192
"""Rows at a time: 42 MB of 1280 float32."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Head:
    """What a training run leaves behind.

    Attributes:
        class_ids: ``LabelClass.id`` of each column; classes without an example have none.
        weight: (d, k) float32.
        bias: (k,) float32.
        temperature: divides the scores before they become probabilities.
        exclusive: one class an image (softmax); otherwise each class by itself (sigmoid).
        backbone: hash of the backbone whose embeddings it reads.
    """

    class_ids: tuple[int, ...]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    exclusive: bool
    backbone: str

    def predict(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return (n, k) probabilities of (n, d) prepared embeddings (``Embedded.rows``)."""
        logits = np.asarray(features, dtype=np.float32) @ self.weight + self.bias
        return probabilities(logits, self.temperature, exclusive=self.exclusive).astype(np.float32)

    def predict_all(self, chunks: Iterable[NDArray[np.floating]]) -> Iterator[NDArray[np.float32]]:
        """Yield probabilities chunk by chunk, so that no more than a chunk is ever in memory."""
        return (self.predict(chunk) for chunk in chunks)
