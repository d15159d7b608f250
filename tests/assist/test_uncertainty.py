"""Which item next."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.assist.ranking.uncertainty import blind, doubt, grouped, mixed, spread, uncertainty
from jlabel.errors import InputError


def test_uncertainty_and_doubt() -> None:
    p = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.6, 0.3, 0.1]])
    assert uncertainty(p) == pytest.approx([1, 0, 0.7])
    assert doubt(p) == pytest.approx([0.5, 0, 0.4])
    assert uncertainty(np.ones((2, 1))).tolist() == [0, 0]


def test_cells_take_turns() -> None:
    order = spread(np.array([0.9, 0.8, 0.7, 0.6, 0.1]), np.array([5, 5, 5, 8, 3]))
    assert order.tolist() == [0, 3, 4, 1, 2]
    assert len(spread(np.zeros(0), np.zeros(0, int))) == 0


@given(st.integers(0, 60), st.floats(0, 1), st.integers(0, 99))
def test_the_random_share_is_kept_at_every_point(count: int, share: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    chosen, drawn = rng.permutation(count), rng.permutation(count)
    order, random = mixed(chosen, drawn, share=share)
    assert sorted(order.tolist()) == list(range(count))
    for k in range(1, count + 1):
        assert random[:k].sum() >= share * k - 1e-9
    # What is marked random follows the random order, with only the strategy's picks left out of it.
    places = {item: place for place, item in enumerate(drawn.tolist())}
    at = [places[item] for item in order[random].tolist()]
    assert at == sorted(at)


def test_nothing_random_is_refused_only_when_nonsense() -> None:
    assert not mixed(np.arange(4), np.arange(4), share=0)[1].any()
    with pytest.raises(InputError, match="between 0 and 1"):
        mixed(np.arange(4), np.arange(4), share=1.2)


def test_prelabeled_items_are_grouped_by_class() -> None:
    order = grouped(np.array([0.9, 0.95, 0.99, 0.5, 0.97]), np.array([1, 2, 2, 2, 1]), 0.9)
    assert order.tolist() == [2, 1, 4, 0] or order.tolist() == [4, 0, 2, 1]
    assert grouped(np.array([0.1]), np.array([1]), 0.9).tolist() == []


def test_blind_items_are_a_tenth_and_always_the_same() -> None:
    items = np.arange(1, 20_001)
    marks = blind(items, seed=3)
    assert marks.mean() == pytest.approx(0.1, abs=0.01)
    assert (blind(items[::-1], seed=3)[::-1] == marks).all()
    assert (blind(items, seed=4) != marks).any()
