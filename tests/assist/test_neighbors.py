"""Neighbours, pages, centroids, near-duplicates."""

import numpy as np
import pytest

from jlabel.assist.embeddings.neighbors import Neighbors, centroids
from jlabel.errors import InputError

pytest.importorskip("sklearn")


def heaps(count: int, each: int, dim: int = 200, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    middles = np.abs(rng.normal(size=(count, dim)))
    labels = rng.permutation(np.repeat(np.arange(count), each))
    return (middles[labels] + 0.15 * rng.normal(size=(len(labels), dim))).astype(np.float16), labels


def test_neighbours_are_those_of_an_exact_search() -> None:
    vectors, _ = heaps(40, 50)
    index = Neighbors(vectors)
    x = vectors.astype(np.float64)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    x -= x.mean(axis=0)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    for row in (0, 77, 1999):
        exact = np.argsort(-(x @ x[row]))[:9]
        found = index.near(row, 9)
        assert found[0] == row
        assert len(set(found.tolist()) & set(exact.tolist())) >= 8


def test_neighbours_among_some_rows_only() -> None:
    vectors, labels = heaps(5, 20)
    index = Neighbors(vectors)
    waiting = np.zeros(100, dtype=bool)
    waiting[np.flatnonzero(labels == labels[3])[:4]] = True
    found = index.near(3, 9, among=waiting)
    assert found[0] == 3
    assert set(found[1:].tolist()) == set(np.flatnonzero(waiting).tolist()) - {3}
    with pytest.raises(InputError, match="row 100"):
        index.near(100, 9)


def test_pages_hold_every_row_once_and_look_alike() -> None:
    vectors, labels = heaps(70, 18)
    index = Neighbors(vectors)
    rows = np.arange(0, len(labels), 1)[5:]
    pages = index.pages(rows, 9)
    assert sorted(np.concatenate(pages).tolist()) == rows.tolist()
    assert max(len(page) for page in pages) == 9
    alike = [np.bincount(labels[page]).max() / len(page) for page in pages]
    assert np.mean(alike) > 0.85
    assert index.pages(np.zeros(0, int), 9) == []
    with pytest.raises(InputError, match="at least one"):
        index.pages(rows, 0)


def test_centroids_visit_every_heap() -> None:
    vectors, labels = heaps(8, 30)
    rows = centroids(Neighbors(vectors).compact, 8)
    assert set(labels[rows].tolist()) == set(range(8))
    assert len(centroids(np.zeros((3, 4), np.float32) + np.eye(3, 4, dtype=np.float32), 10)) == 3


def test_near_duplicates_are_grouped() -> None:
    vectors, _ = heaps(30, 3, seed=2)
    vectors = vectors + np.random.default_rng(5).normal(size=vectors.shape).astype(np.float16) * np.float16(0.5)
    copies = np.vstack([vectors, vectors[4] * np.float16(1.001), vectors[4] + np.float16(0.002), vectors[50]])
    groups = Neighbors(copies).duplicates()
    assert sorted(group.tolist() for group in groups) == [[4, 90, 91], [50, 92]]


def test_identical_embeddings_are_no_accident() -> None:
    index = Neighbors(np.ones((40, 16), np.float16))
    assert len(index.near(3, 9)) == 9
    assert sorted(np.concatenate(index.pages(np.arange(40), 9)).tolist()) == list(range(40))
