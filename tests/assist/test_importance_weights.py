"""Labels that chance drew, weighed so that they stand for what waits."""

import numpy as np
import pytest

from jlabel.assist.guarantee.importance_weights import weights
from jlabel.assist.guarantee.threshold import choose, choose_by_class
from jlabel.errors import InputError


def test_nothing_taken_leaves_every_label_whole() -> None:
    scores = np.linspace(0, 1, 30)
    assert (weights(scores, scores, np.zeros(0)) == 1).all()
    assert weights(np.zeros(0), scores, scores).shape == (0,)


def test_a_weight_is_the_share_that_is_left_of_items_of_its_confidence() -> None:
    rng = np.random.default_rng(0)
    everything = rng.random(20_000)
    gone = rng.random(20_000) < everything**2  # the surer, the likelier to be taken
    scores = np.linspace(0.05, 0.95, 19)
    found = weights(scores, everything[~gone], everything[gone], nearest=1000)
    assert np.abs(found - (1 - scores**2)).max() < 0.05


def test_where_all_is_taken_nothing_counts() -> None:
    waiting, taken = np.linspace(0, 0.5, 100), np.linspace(0.6, 1, 100)
    found = weights(np.array([0.1, 0.95, 1.0]), waiting, taken)
    assert found.tolist() == [1, 0, 0]
    assert weights(np.array([0.5]), np.zeros(0), taken).tolist() == [0]


def test_few_items_are_all_looked_at() -> None:
    assert weights(np.array([0.0, 1.0]), np.array([0.2]), np.array([0.8, 0.9])).tolist() == [1 / 3, 1 / 3]
    with pytest.raises(InputError, match="not by 0"):
        weights(np.ones(1), np.ones(1), np.ones(1), nearest=0)


def _depleted(seed: int) -> tuple[np.ndarray, ...]:
    """Two thousand items whose sure ones were mostly taken; six hundred labels that chance drew before."""
    rng = np.random.default_rng(seed)
    scores = rng.beta(4, 1, 2600)
    right = rng.random(2600) < np.where(scores > 0.85, 0.98, np.where(scores > 0.6, 0.85, 0.5))
    gone = rng.random(2600) < np.where(scores > 0.85, 0.75, 0.1)
    label = np.arange(2600) < 600
    return scores, right, label, gone & ~label, ~gone & ~label


def test_the_promise_holds_for_what_waits_though_the_surest_were_taken() -> None:
    broken = {False: 0, True: 0}
    covered = 0
    runs = 200
    for seed in range(runs):
        scores, right, label, taken, waiting = _depleted(seed)
        for weighed in broken:
            some = weights(scores[label], scores[waiting], scores[taken]) if weighed else None
            report = choose(scores[label], right[label], target=0.9, waiting=scores[waiting], weights=some)
            if report.threshold is not None:
                shown = waiting & (scores >= report.threshold)
                broken[weighed] += bool(right[shown].mean() < 0.9)
                covered += weighed
    assert broken[False] > 0.5 * runs, "the sample as it is promises too much"
    assert broken[True] <= 0.05 * runs
    assert covered > 0.5 * runs


def test_equal_weights_change_nothing_and_unequal_ones_prove_less() -> None:
    scores, right = np.linspace(0.9, 1, 80), np.ones(80, dtype=bool)
    whole = choose(scores, right, target=0.95)
    assert (whole.n, whole.errors, whole.labels) == (80, 0, 80)
    for same in (1.0, 0.5):
        assert choose(scores, right, target=0.95, weights=np.full(80, same)) == whole
    few = choose(scores, right, target=0.95, weights=np.repeat([1.0, 0.1], 40))
    assert few.labels == 47, "(40 + 4) squared, by 40 + 0.4"
    assert few.threshold is None, "59 labels without a mistake prove 95 %, 47 do not"
    none = choose(scores, right, target=0.95, weights=np.zeros(80))
    assert (none.labels, none.threshold, none.curve) == (0, None, ())


def test_a_mistake_counts_for_as_many_as_its_weight_is_above_the_others() -> None:
    scores, right = np.linspace(0.9, 1, 100), np.ones(100, dtype=bool)
    right[0] = False
    assert choose(scores, right, target=0.9).curve[-1].errors == 1
    heavy = choose(scores, right, target=0.9, weights=np.where(right, 0.5, 1.0)).curve[-1]
    assert (heavy.n, heavy.errors) == (99, 2)
    light = choose(scores, right, target=0.9, weights=np.where(right, 1.0, 0.2)).curve[-1]
    assert (light.n, light.errors) == (99, 1), "rounded against the proof"


def test_a_class_whose_labels_count_little_does_not_stand_alone() -> None:
    scores, right = np.tile(np.linspace(0.9, 1, 150), 2), np.ones(300, dtype=bool)
    predicted = np.repeat([1, 2], 150)
    waiting = (scores, predicted)
    assert set(choose_by_class(scores, right, predicted, target=0.95, waiting=waiting)) == {1, 2, None}
    weigh = np.where((predicted == 1) | (np.arange(300) % 10 == 0), 1.0, 0.02)
    assert set(choose_by_class(scores, right, predicted, target=0.95, waiting=waiting, weights=weigh)) == {1, None}


@pytest.mark.parametrize("bad", [np.ones(3), np.full(4, 1.5), np.full(4, -0.1), np.full(4, np.nan)])
def test_weights_that_are_none(bad: np.ndarray) -> None:
    with pytest.raises(InputError, match="4 numbers from 0 to 1"):
        choose(np.full(4, 0.9), np.ones(4, bool), target=0.95, weights=bad)
