"""The pace of featurization, from which the time left is estimated."""

import pytest

from jlabel.assist.worker.pace import EARLY, Pace


def test_a_first_batch_is_too_early_to_tell() -> None:
    pace = Pace()
    pace.record(8, at=pace._last + EARLY / 2)
    assert pace.rate is None
    pace.record(24, at=pace._last + EARLY)
    assert pace.rate == pytest.approx(24 / (1.5 * EARLY), rel=0.05)


def test_one_slow_batch_does_not_multiply_the_time_left() -> None:
    pace = Pace()
    begun = pace._last
    for batch in range(1, 61):
        pace.record(32 * batch, at=begun + batch)
    usual = pace.rate
    assert usual == pytest.approx(32)
    pace.record(32 * 61, at=begun + 80)  # a round came in between
    slower = pace.rate
    assert usual is not None
    assert slower is not None
    assert 1 < usual / slower < 2


def test_what_was_long_ago_is_forgotten() -> None:
    pace = Pace()
    begun = pace._last
    for batch in range(1, 61):
        pace.record(100 * batch, at=begun + batch)
    for batch in range(1, 301):
        pace.record(6000 + 10 * batch, at=begun + 60 + batch)
    assert pace.rate == pytest.approx(10, rel=0.2)
