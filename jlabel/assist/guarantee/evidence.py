"""How strongly audits without replacement speak against "more than so many of a batch are wrong".

A batch has ``N`` items whose answers are frozen; ``n`` of them, drawn by lot, were audited and ``e`` of these were
wrong. For every ``r``, the number of wrong ones among the ``N - n`` that were not audited, the prior-posterior ratio of
a beta-binomial prior is a martingale where ``r`` is true (Waudby-Smith and Ramdas, "Confidence sequences for sampling
without replacement", NeurIPS 2020), so that by Ville's inequality (1939) it reaches ``1 / alpha`` with a probability
of at most ``alpha``, however often one looks and whenever one stops. Batches are combined by minimising over all ways
in which wrong ones can be spread over them, as strata are in risk-limiting audits (Ottoboni et al., 2018).

numpy and scipy only.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln, gammaln

ALPHA = 0.05
"""The chance, at most, that a promise is ever broken in a project."""
_BRAKE = (2.4, 5.6)
"""Errors and right ones of the beta that the brake mixes rates by: what stops soon where a tenth or more is wrong."""


@dataclass(frozen=True, kw_only=True)
class Audited:
    """What is known of one batch.

    Attributes:
        size: items in the batch, N.
        audited: of these, drawn by lot and answered, n.
        errors: of these, wrong or skipped, e.
        a: of the beta prior of the error rate, fixed before the first audit: errors.
        b: of the same: right ones.
    """

    size: int
    audited: int
    errors: int
    a: float
    b: float

    @property
    def rest(self) -> int:
        """Items that were not audited."""
        return self.size - self.audited

    def against(self, wrong: NDArray[np.integer] | int) -> NDArray[np.float64]:
        """Return the logarithm of the evidence (an e-value) against ``wrong`` wrong ones among the rest."""
        r = np.asarray(wrong, dtype=np.float64)
        n, e = self.audited, self.errors
        found = _choices(self.size, e + r) - _choices(self.rest, r)
        return np.asarray(found + betaln(self.a + e, self.b + n - e) - betaln(self.a, self.b))

    @property
    def likeliest(self) -> int:
        """The number of wrong ones among the rest that the audits speak against least."""
        if not self.audited:
            return self.rest
        # The difference of two neighbours changes its sign where (r + 1) n = e (N - n + 1).
        return min(self.rest, max(0, math.ceil(self.errors * (self.rest + 1) / self.audited) - 1))

    def least(self, wrong: int) -> float:
        """Return the least evidence against ``wrong`` or more among the rest; infinite where there are not so many."""
        if wrong > self.rest:
            return math.inf
        return float(self.against(max(wrong, self.likeliest)))


def prior(errors: float, labels: float, doubt: float) -> tuple[float, float]:
    """Return ``(a, b)`` of the beta prior of a batch's error rate, worth 40 audits.

    Args:
        errors: of held-out predictions for random labels that are as sure as the batch.
        labels: of these, how many there are.
        doubt: the mean of ``1 - confidence`` over the batch, worth 20 labels.
    """
    rate = (errors + 20 * doubt + 0.3) / (labels + 20.3)
    return max(0.3, 40 * rate), 40 * (1 - rate)


def evidence(released: Iterable[Audited], dropped: Iterable[Audited] = (), *, shown: int, target: float) -> float:
    """Return the logarithm of the evidence against "more than ``1 - target`` of all that is shown is wrong".

    It is enough for a promise with confidence ``1 - alpha`` when it reaches ``log(1 / alpha)``.

    Args:
        released: batches that were released, and the one that would be.
        dropped: batches that were given up. They count where they speak for errors, or winners would be picked.
        shown: items that are, or would be, shown as proved.
        target: the precision that is promised.
    """
    most = math.floor((1 - target) * shown + 1e-9) + 1  # the fewest wrong ones with which the promise is broken
    batches = list(released)
    lost = sum(min(0.0, one.least(0)) for one in dropped)
    if len(batches) == 1:
        return batches[0].least(most) + lost
    # The least over all ways to spread so many wrong ones: a (min, +) convolution, whose last place means "or more".
    total = np.full(most + 1, math.inf)
    total[0] = 0.0
    for one in batches:
        some = np.arange(min(most, one.rest + 1))
        part = np.full(most + 1, math.inf)
        part[some] = one.against(some)
        part[most] = one.least(most)
        spread = np.full(most + 1, math.inf)
        for r in np.flatnonzero(np.isfinite(part)):
            moved = total + part[r]
            spread[r:] = np.minimum(spread[r:], moved[: most + 1 - r])
            spread[most] = min(spread[most], float(moved[most - r :].min()))
        total = spread
    return float(total[most]) + lost


def brake(wrong: int, seen: int, target: float) -> float:
    """Return the logarithm of the evidence that more than ``1 - target`` of what is shown is wrong.

    What people correct may stop a batch and never proves one: who accepts everything corrects nothing. The ratio of a
    mixture of rates above the promised one (a beta of mean three tenths, cut off there) to the promised rate is a
    supermartingale while the promise holds, so that it stops a kept promise with a chance of at most its inverse.

    Args:
        wrong: answers that differ from the frozen ones, or skips.
        seen: answers in all.
        target: the precision that is promised.
    """
    a, b = _BRAKE
    limit = 1 - target
    mixed = betaln(a + wrong, b + seen - wrong) - betaln(a, b)
    tail = _log_tail(a + wrong, b + seen - wrong, limit) - _log_tail(a, b, limit)
    return float(mixed + tail - wrong * math.log(limit) - (seen - wrong) * math.log(target))


def _log_tail(a: float, b: float, limit: float) -> float:
    """Return the logarithm of the share of a beta distribution above ``limit``."""
    return math.log(max(float(betainc(b, a, 1 - limit)), 1e-300))


def _choices(n: int, k: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of n over k; minus infinity where there is no such choice."""
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
