"""Pictures that look alike: neighbours, pages of them, centroids and near-duplicates.

All by brute-force matrix products. Half a million embeddings of 1280 numbers do not fit twice into 3 GB, so that a
compact copy (their 128 main directions, float32, 256 MB) finds candidates, and only those are ranked exactly.
"""

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.compute.interruption import look
from jlabel.assist.embeddings.normalize import directions, unit
from jlabel.assist.extra import need
from jlabel.errors import InputError

DIMS = 128
CANDIDATES = 20
"""How many times more candidates than wanted neighbours are ranked exactly."""
DUPLICATE = 0.98
"""Cosine of raw embeddings from which two pictures count as the same one, saved or cropped anew."""
_SAMPLE = 20_000
_CHUNK = 16_384
_BLOCK = 2048
_CELL = 256

Vectors = NDArray[np.floating]


class Neighbors:
    """An index over all embeddings of a project.

    Args:
        vectors: (n, d) float16 or float32, in memory or memory-mapped.
        dims: directions kept in memory.
        seed: of the sample that finds them.
    """

    def __init__(self, vectors: Vectors, *, dims: int = DIMS, seed: int = 0) -> None:
        self.vectors = vectors
        count, dim = vectors.shape
        rng = np.random.default_rng(seed)
        picked = np.arange(count) if count <= _SAMPLE else np.sort(rng.choice(count, _SAMPLE, replace=False))
        sample = unit(vectors[picked])
        self.center = sample.mean(axis=0) if count else np.zeros(dim, np.float32)
        kept = min(dims, dim)
        self._basis = directions(sample - self.center, kept) if count else np.eye(dim, kept, dtype=np.float32)
        self.compact = np.empty((count, kept), dtype=np.float32)
        for start in range(0, count, _CHUNK):
            look()
            part = unit(vectors[start : start + _CHUNK]) - self.center
            self.compact[start : start + _CHUNK] = unit(part @ self._basis)

    def __len__(self) -> int:
        return len(self.compact)

    def near(self, row: int, count: int, *, among: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
        """Return the ``count`` rows most like ``row``, itself first, nearest first.

        Args:
            row: the picture to start from.
            count: how many, ``row`` included; fewer where there are no more.
            among: (n,) rows that may be returned; ``row`` always is.
        """
        if not 0 <= row < len(self):
            raise InputError(f"There is no embedding in row {row}; there are {len(self)}.")
        alike = self.compact @ self.compact[row]
        if among is not None:
            alike[~among] = -np.inf
        alike[row] = np.inf
        wide = min(len(alike), count * CANDIDATES)
        found = np.argpartition(-alike, wide - 1)[:wide]
        found = np.sort(found[np.isfinite(alike[found]) | (found == row)])
        exact = unit(unit(self.vectors[found]) - self.center)
        min_similarity = exact @ exact[np.searchsorted(found, row)]
        min_similarity[np.searchsorted(found, row)] = 2
        return np.asarray(found[np.argsort(-min_similarity, kind="stable")][:count])

    def pages(self, rows: NDArray[np.integer], size: int, *, seed: int = 0) -> list[NDArray[np.intp]]:
        """Part ``rows`` into pages of pictures that look alike, every row on one page.

        Cells of a few hundred by k-means, and within each cell greedily: the picture farthest from the cell's middle
        takes its nearest along, so that no page is made of leftovers only.

        Args:
            rows: to be parted, for example all waiting items.
            size: pictures on a page; the last page of a cell may hold fewer.
            seed: of k-means.
        """
        rows = np.asarray(rows, dtype=np.intp)
        if size < 1:
            raise InputError(f"A page holds at least one picture, not {size}.")
        if not len(rows):
            return []
        cells = max(1, len(rows) // _CELL)
        points = self.compact[rows]
        label = kmeans(points, cells, seed=seed)[1] if cells > 1 else np.zeros(len(rows), np.intp)
        pages: list[NDArray[np.intp]] = []
        order: NDArray[np.intp] = np.argsort(label, kind="stable")
        for cell in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
            look()
            pages += [np.asarray(rows[page], dtype=np.intp) for page in _greedy(points, cell, size)]
        return pages

    def duplicates(self, threshold: float = DUPLICATE) -> list[NDArray[np.intp]]:
        """Return groups of two or more rows that are nearly the same picture, each group ascending.

        Rows are linked when the cosine of their whole, uncentred embeddings reaches ``threshold``; linked rows are in
        one group. Time grows with the square of the number of rows.
        """
        parent = np.arange(len(self))

        def root(row: int) -> int:
            while parent[row] != row:
                parent[row] = parent[parent[row]]
                row = int(parent[row])
            return row

        # What is nearly equal whole is nearly equal in the main directions, give or take what centring stretches.
        loose = 1 - 4 * (1 - threshold)
        for start in range(0, len(self), _BLOCK):
            min_similarity = self.compact[start : start + _BLOCK] @ self.compact[start:].T
            left, right = np.nonzero(min_similarity >= loose)
            keep = left < right
            left, right = left[keep] + start, right[keep] + start
            for first in range(0, len(left), _BLOCK):
                a, b = left[first : first + _BLOCK], right[first : first + _BLOCK]
                same = np.einsum("ij,ij->i", unit(self.vectors[a]), unit(self.vectors[b])) >= threshold
                for i, j in zip(a[same], b[same], strict=True):
                    parent[root(int(j))] = root(int(i))
        roots = np.array([root(row) for row in range(len(self))], dtype=np.intp)
        order = np.argsort(roots, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(roots[order])) + 1)
        return [np.asarray(group, dtype=np.intp) for group in groups if len(group) > 1]


def kmeans(points: Vectors, count: int, *, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Return (count, d) centroids and the (n,) cell of each point; fewer centroids where there are fewer points."""
    cluster = need("sklearn.cluster")
    count = max(1, min(count, len(points)))
    model = cluster.MiniBatchKMeans(count, random_state=seed, n_init=1, batch_size=max(4096, 2 * count), max_iter=30)
    label = model.fit_predict(np.asarray(points, dtype=np.float32))
    return np.asarray(model.cluster_centers_, dtype=np.float32), np.asarray(label, dtype=np.intp)


def centroids(points: Vectors, count: int, *, seed: int = 0) -> NDArray[np.intp]:
    """Return the rows nearest to ``count`` k-means centroids, largest cell first: what to label first of all."""
    if not len(points) or count < 1:
        return np.zeros(0, np.intp)
    centers, label = kmeans(points, count, seed=seed)
    sizes = np.bincount(label, minlength=len(centers))
    middles: list[int] = []
    for cell in np.argsort(-sizes, kind="stable"):
        members = np.flatnonzero(label == cell)
        if len(members):
            away = ((points[members] - centers[cell]) ** 2).sum(axis=1)
            middles.append(int(members[away.argmin()]))
    return np.array(middles, dtype=np.intp)


def _greedy(points: NDArray[np.float32], cell: NDArray[np.intp], size: int) -> list[NDArray[np.intp]]:
    """Part one cell into pages."""
    near = points[cell] @ points[cell].T
    centrality = near.mean(axis=1)
    left = np.ones(len(cell), dtype=bool)
    pages: list[NDArray[np.intp]] = []
    while left.any():
        seed = int(np.where(left, centrality, np.inf).argmin())
        order = np.argsort(-np.where(left, near[seed], -np.inf), kind="stable")
        # The seed comes first whatever rounding says, and no row twice.
        page = np.concatenate([[seed], order[order != seed]])[: min(size, int(left.sum()))]
        left[page] = False
        pages.append(cell[page])
    return pages
