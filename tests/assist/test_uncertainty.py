"""Which item next."""

import numpy as np
import pytest

from jlabel.assist.ranking.uncertainty import blind, doubt, spread, uncertainty


def test_uncertainty_and_doubt() -> None:
    p = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.6, 0.3, 0.1]])
    assert uncertainty(p) == pytest.approx([1, 0, 0.7])
    assert doubt(p) == pytest.approx([0.5, 0, 0.4])
    assert uncertainty(np.ones((2, 1))).tolist() == [0, 0]


def test_cells_take_turns() -> None:
    order = spread(np.array([0.9, 0.8, 0.7, 0.6, 0.1]), np.array([5, 5, 5, 8, 3]))
    assert order.tolist() == [0, 3, 4, 1, 2]
    assert len(spread(np.zeros(0), np.zeros(0, int))) == 0


def test_blind_items_are_a_tenth_and_always_the_same() -> None:
    items = np.arange(1, 20_001)
    marks = blind(items, seed=3)
    assert marks.mean() == pytest.approx(0.1, abs=0.01)
    assert (blind(items[::-1], seed=3)[::-1] == marks).all()
    assert (blind(items, seed=4) != marks).any()
