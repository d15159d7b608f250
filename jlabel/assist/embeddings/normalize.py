"""Embeddings as the head sees them: unit length, centred, and drawn a little towards their neighbours.

Centring takes away what all images of a project share and is worth a point of accuracy at a hundred labels.
Smoothing adds a share of the mean of the nearest neighbours (a step of feature propagation on the k-nearest-neighbour
graph: Zhu and Ghahramani 2002 for labels; Rossi et al. 2022 for features) and is worth two more. Neither looks at a
label, and both treat all items alike, so that the guarantee of ``threshold`` is untouched.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.compute.interruption import look

SAMPLE = 20_000
"""Items whose mean stands for all."""
SMOOTHED = 25_000
"""Up to so many items are smoothed; above, neighbours of all items would take minutes."""
NEIGHBOURS = 10
SHARE = 0.3
CHUNK = 8192
POWER = 3
_BLOCK = 1024
EXACT = 2 * _BLOCK
"""Up to so many items neighbours are sought in all directions, beyond in the ``COARSE`` main ones."""
COARSE = 128

Vectors = NDArray[np.floating]


class NormalizedEmbeddings:
    """All embeddings of a project, ready for the head.

    Args:
        vectors: (n, d) float16 or float32, in memory or memory-mapped; not copied while there are many.
        smooth: draw each towards its neighbours; by default where there are at most ``SMOOTHED``.
        seed: of the sample that gives the mean.
    """

    def __init__(self, vectors: Vectors, *, smooth: bool | None = None, seed: int = 0) -> None:
        self.vectors = vectors
        count = len(vectors)
        picked = np.arange(count)
        if count > SAMPLE:
            picked = np.sort(np.random.default_rng(seed).choice(count, SAMPLE, replace=False))
        self.center: NDArray[np.float32] = (
            unit(vectors[picked]).mean(axis=0) if count else np.zeros(vectors.shape[1], np.float32)
        )
        self._dense: NDArray[np.float32] | None = None
        if smooth if smooth is not None else count <= SMOOTHED:
            self._dense = smoothed(self._plain(slice(None)))

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def smooth(self) -> bool:
        """Whether each is drawn towards its neighbours."""
        return self._dense is not None

    @property
    def dim(self) -> int:
        """Numbers in an embedding."""
        return int(self.vectors.shape[1])

    def rows(self, index: NDArray[np.integer] | slice) -> NDArray[np.float32]:
        """Return prepared embeddings, (m, d) float32."""
        look()
        return self._plain(index) if self._dense is None else self._dense[index]

    def chunks(self, size: int = CHUNK) -> Iterator[NDArray[np.float32]]:
        """Yield all prepared embeddings in order, ``size`` at a time."""
        for start in range(0, len(self), size):
            yield self.rows(slice(start, start + size))

    def _plain(self, index: NDArray[np.integer] | slice) -> NDArray[np.float32]:
        x = unit(self.vectors[index])
        x -= self.center
        return unit(x)


def unit(vectors: Vectors) -> NDArray[np.float32]:
    """Return float32 rows of length one; a row of zeros stays so."""
    x = np.array(vectors, dtype=np.float32)
    length = np.sqrt(np.einsum("ij,ij->i", x, x))
    x /= np.maximum(length, 1e-12)[:, None]
    return x


def smoothed(x: NDArray[np.float32], count: int = NEIGHBOURS, share: float = SHARE) -> NDArray[np.float32]:
    """Return unit rows moved by ``share`` towards the mean of their ``count`` nearest, weighted by cosine cubed."""
    total = len(x)
    count = min(count, total - 1)
    if count < 1:
        return x
    # Neighbours are sought in the main directions only: ten times quicker, and as good for this purpose.
    near = x if total <= EXACT else unit(x @ directions(x, COARSE))
    out = np.empty_like(x)
    for start in range(0, total, _BLOCK):
        look()
        block = near[start : start + _BLOCK] @ near.T
        rows = np.arange(len(block))
        block[rows, start + rows] = -2
        nearest = np.argpartition(-block, count - 1, axis=1)[:, :count]
        weight = np.maximum(np.take_along_axis(block, nearest, axis=1), 1e-6) ** POWER
        weight /= weight.sum(axis=1, keepdims=True)
        mean = np.einsum("nk,nkd->nd", weight, x[nearest])
        out[start : start + _BLOCK] = (1 - share) * x[start : start + _BLOCK] + share * mean
    return unit(out)


def directions(sample: NDArray[np.float32], dims: int) -> NDArray[np.float32]:
    """Return the (d, dims) principal directions of a sample of rows, not centred (cosines are to be kept)."""
    x = sample.astype(np.float64, copy=False)
    _, vectors = np.linalg.eigh(x.T @ x)
    return np.ascontiguousarray(vectors[:, ::-1][:, :dims]).astype(np.float32)
