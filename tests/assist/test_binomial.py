"""The exact binomial statements, against the published table and a library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.assist.guarantee.binomial import allowed, chance, lower_bound, needed, passes, passes_for, power


@pytest.mark.parametrize(
    ("target", "counts"),
    [(0.90, (29, 46, 61)), (0.95, (59, 93, 124)), (0.98, (149, 236, 313)), (0.99, (299, 473, 628))],
)
def test_labels_needed_are_those_of_the_known_table(target: float, counts: tuple[int, int, int]) -> None:
    assert tuple(needed(errors, target) for errors in range(3)) == counts


@given(st.integers(1, 2000), st.data())
def test_the_test_agrees_with_the_bound_and_with_scipy(n: int, data: st.DataObject) -> None:
    stats = pytest.importorskip("scipy.stats")
    errors = data.draw(st.integers(0, min(n, 40)))
    target = data.draw(st.floats(0.8, 0.99))
    assert chance(n, errors, target) == pytest.approx(stats.binom.cdf(errors, n, 1 - target), abs=1e-9)
    bound = lower_bound(n, errors)
    expected = stats.beta.ppf(0.05, n - errors, errors + 1) if errors < n else 0.0
    assert bound == pytest.approx(expected, abs=1e-7)
    if abs(bound - target) > 1e-6:
        assert passes(n, errors, target) == (bound > target)


@given(st.integers(1, 500), st.integers(0, 20), st.floats(0.8, 0.99))
def test_more_errors_never_prove_more(n: int, errors: int, target: float) -> None:
    assert lower_bound(n, errors) >= lower_bound(n, errors + 1)
    assert lower_bound(n + 1, errors) >= lower_bound(n, errors)
    assert passes(n, errors, target) or not passes(n, errors + 1, target)


@given(st.integers(1, 700), st.floats(0.8, 0.99))
def test_allowed_is_the_last_number_of_errors_that_passes(n: int, target: float) -> None:
    most = allowed(n, target, 0.95)
    assert most < 0 or passes(n, most, target)
    assert not passes(n, most + 1, target)
    assert power(n, 0.0, target, 0.95) == (0.0 if most < 0 else 1.0)


@given(st.integers(1, 300), st.integers(0, 12), st.integers(1, 3000), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_test_for_waiting_items_agrees_with_scipy(n: int, errors: int, waiting: int, target: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    errors = min(errors, n)
    wrong = errors + int((1 - target) * waiting + 1e-9) + 1
    expected = stats.hypergeom.cdf(errors, n + waiting, wrong, n) if wrong <= n + waiting else 0.0
    if abs(expected - 0.05) > 1e-6:
        assert passes_for(n, errors, waiting, target) == (expected <= 0.05)


def test_for_very_many_waiting_items_it_is_the_binomial_test() -> None:
    for n in range(40, 400, 7):
        for errors in range(8):
            assert passes_for(n, errors, 10**8, 0.95) == passes(n, errors, 0.95)
