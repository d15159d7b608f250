"""The evidence of audits: held beside the definition, and beside what chance does."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom

from jlabel.assist.guarantee.evidence import ALPHA, Audited, brake, evidence, prior

LIMIT = math.log(1 / ALPHA)


@pytest.mark.parametrize(("errors", "audits"), [(0, 69), (1, 137), (2, 192), (3, 239)])
def test_a_thousand_items_are_proved_by_as_many_audits_as_the_study_says(errors: int, audits: int) -> None:
    def proves(count: int) -> bool:
        one = Audited(size=1000, audited=count, errors=errors, a=0.4, b=39.6)
        return evidence([one], shown=one.rest, target=0.95) >= LIMIT

    assert next(count for count in range(errors + 1, 1000) if proves(count)) == audits


@given(st.integers(5, 60), st.data())
def test_evidence_is_the_ratio_of_prior_and_posterior(size: int, data: st.DataObject) -> None:
    audited = data.draw(st.integers(1, size - 1))
    errors = data.draw(st.integers(0, audited))
    wrong = data.draw(st.integers(0, size - audited))
    one = Audited(size=size, audited=audited, errors=errors, a=0.7, b=12.0)
    prior_ = betabinom.logpmf(errors + wrong, size, 0.7, 12.0)
    posterior = betabinom.logpmf(wrong, size - audited, 0.7 + errors, 12.0 + audited - errors)
    assert float(one.against(wrong)) == pytest.approx(prior_ - posterior, abs=1e-6)
    least = min(float(one.against(r)) for r in range(wrong, one.rest + 1))
    assert one.least(wrong) == pytest.approx(least, abs=1e-9)
    assert one.least(one.rest + 1) == math.inf


@given(st.data())
def test_several_batches_count_by_the_worst_way_to_spread_errors(data: st.DataObject) -> None:
    batches = []
    for _ in range(data.draw(st.integers(2, 3))):
        size = data.draw(st.integers(4, 14))
        audited = data.draw(st.integers(0, size - 1))
        errors = data.draw(st.integers(0, audited))
        batches.append(Audited(size=size, audited=audited, errors=errors, a=0.5, b=9.5))
    shown, target = sum(one.rest for one in batches), data.draw(st.sampled_from([0.7, 0.8, 0.9, 0.95]))
    most = math.floor((1 - target) * shown + 1e-9) + 1
    ways = product(*(range(one.rest + 1) for one in batches))
    costs = [
        sum(float(one.against(r)) for one, r in zip(batches, way, strict=True)) for way in ways if sum(way) >= most
    ]
    assert evidence(batches, shown=shown, target=target) == pytest.approx(min(costs, default=math.inf), abs=1e-9)


def test_a_dropped_batch_may_count_against_a_promise_and_never_for_it() -> None:
    good = Audited(size=400, audited=100, errors=0, a=0.4, b=39.6)
    alone = evidence([good], shown=good.rest, target=0.95)
    bad = Audited(size=300, audited=90, errors=12, a=0.4, b=39.6)
    assert evidence([good], [bad], shown=good.rest, target=0.95) < alone
    unknown = Audited(size=300, audited=0, errors=0, a=0.4, b=39.6)
    assert evidence([good], [unknown], shown=good.rest, target=0.95) == alone


@pytest.mark.parametrize("rate", [0.052, 0.07])
def test_a_broken_promise_is_hardly_ever_released_however_often_one_looks(rate: float) -> None:
    rng, broken, runs = np.random.default_rng(7), 0, 200
    for _ in range(runs):
        size = int(rng.integers(200, 800))
        wrong = rng.permutation(size) < math.ceil(rate * size)
        for audited in range(45, int(0.75 * size), 15):
            one = Audited(size=size, audited=audited, errors=int(wrong[:audited].sum()), a=0.4, b=39.6)
            if evidence([one], shown=one.rest, target=0.95) >= LIMIT:
                broken += int(wrong[audited:].sum() > 0.05 * one.rest)
                break
    assert broken / runs <= 0.05


@pytest.mark.parametrize(("rate", "low", "high"), [(0.05, 0.0, 0.06), (0.02, 0.0, 0.02), (0.25, 0.99, 1.0)])
def test_the_brake_stops_what_is_wrong_and_lets_alone_what_holds(rate: float, low: float, high: float) -> None:
    rng = np.random.default_rng(3)
    stopped = 0
    for _ in range(200):
        wrong = np.cumsum(rng.random(200) < rate)
        stopped += any(brake(int(wrong[n]), n + 1, 0.95) >= LIMIT for n in range(200))
    assert low <= stopped / 200 <= high


def test_the_prior_says_what_random_labels_and_confidences_say() -> None:
    a, b = prior(2, 80, 0.01)
    assert a / (a + b) == pytest.approx((2 + 0.2 + 0.3) / 100.3)
    assert prior(0, 0, 0.0)[0] == pytest.approx(40 * 0.3 / 20.3)
    assert prior(0, 500, 0.0)[0] == 0.3
