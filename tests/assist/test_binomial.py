"""The exact binomial statements, against the published table and a library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.assist.guarantee.binomial import chance, lower_bound, passes


@pytest.mark.parametrize(
    ("target", "counts"),
    [(0.90, (29, 46, 61)), (0.95, (59, 93, 124)), (0.98, (149, 236, 313)), (0.99, (299, 473, 628))],
)
def test_labels_needed_are_those_of_the_known_table(target: float, counts: tuple[int, int, int]) -> None:
    for errors, count in enumerate(counts):
        assert passes(count, errors, target)
        assert not passes(count - 1, errors, target)


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
