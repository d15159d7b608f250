"""Counts of pre-labels: shares with exact intervals, sums, and how far people are swayed."""

import pytest

from jlabel.assist.report.outcomes import Share, Tally, total


@pytest.mark.parametrize(("right", "n"), [(0, 12), (12, 12), (95, 100), (1, 3), (480, 500)])
def test_intervals_are_those_of_the_library(right: int, n: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    wanted = stats.binomtest(right, n).proportion_ci(confidence_level=0.95, method="exact")
    share = Share(right=right, n=n)
    assert (share.low, share.high) == pytest.approx((wanted.low, wanted.high), abs=1e-6)
    assert share.value == right / n
    assert f"{right:,} of {n:,}" in str(share)


def test_nothing_counted_is_nothing_known() -> None:
    share = Share(right=0, n=0)
    assert (share.value, share.low, share.high, str(share)) == (None, 0.0, 1.0, "not measured yet")
    assert Tally().sway is None
    assert Tally().sway_interval == (-1.0, 1.0)
    assert total([]).items == 0


def test_sums_keep_a_promise_that_all_made() -> None:
    one = Tally(run=3, class_name="a", promised=0.95, accepted=8, edited=1, blind_same=2)
    two = Tally(run=5, class_name="a", promised=0.95, accepted=4, rejected=2, blind_other=1)
    both = total([one, two], class_name="a")
    assert (both.accepted, both.edited, both.rejected, both.blind_same, both.blind_other) == (12, 1, 2, 2, 1)
    assert (both.shown, both.blind, both.items) == (Share(right=12, n=15), Share(right=2, n=3), 18)
    assert (both.promised, both.class_name, both.run) == (0.95, "a", None)
    assert total([one, Tally(promised=0.9)]).promised is None


def test_sway_is_the_difference_and_its_interval_is_newcombes() -> None:
    tally = Tally(accepted=90, edited=10, blind_same=14, blind_other=6)
    assert tally.sway == pytest.approx(0.2)
    low, high = tally.sway_interval
    assert low == pytest.approx(0.2 - ((0.9 - tally.shown.low) ** 2 + (tally.blind.high - 0.7) ** 2) ** 0.5)
    assert high == pytest.approx(0.2 + ((tally.shown.high - 0.9) ** 2 + (0.7 - tally.blind.low) ** 2) ** 0.5)
    assert low < 0.2 < high
    same = Tally(accepted=500, blind_same=500)
    assert same.sway == 0
    assert same.sway_interval[0] < 0 < same.sway_interval[1]
