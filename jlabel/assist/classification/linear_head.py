"""The light head: linear scores over stored embeddings, with their temperature."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.outputs import Outputs

CHUNK = 8192
"""Rows at a time: 42 MB of 1280 float32."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Head:
    """The result of a training.

    Attributes:
        class_ids: ``LabelClass.id`` of each column; classes without an example have none.
        weight: (d, k) float32.
        bias: (k,) float32.
        temperature: divides the scores before they become probabilities.
        outputs: how scores become probabilities.
        backbone: hash of the backbone of the embeddings.
    """

    class_ids: tuple[int, ...]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    outputs: Outputs
    backbone: str

    @cached_property
    def hash(self) -> str:
        """16 hex digits of the backbone, the weights and the classes."""
        digest = hashlib.sha256(self.backbone.encode())
        for part in (self.weight, self.bias, np.array(self.class_ids)):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()[:16]

    def predict(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return (n, k) probabilities of (n, d) prepared embeddings (``NormalizedEmbeddings.rows``)."""
        logits = np.asarray(features, dtype=np.float32) @ self.weight + self.bias
        return self.outputs.probabilities(logits, self.temperature).astype(np.float32)

    def predict_all(self, chunks: Iterable[NDArray[np.floating]]) -> Iterator[NDArray[np.float32]]:
        """Yield probabilities chunk by chunk, so that only one chunk is in memory at a time."""
        return (self.predict(chunk) for chunk in chunks)
