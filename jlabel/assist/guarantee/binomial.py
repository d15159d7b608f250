"""Exact statements about a precision from right and wrong counts. Standard library only."""

import math
from functools import lru_cache

CONFIDENCE = 0.95
_BISECTIONS = 36
_NOTHING = 1e-17


@lru_cache(maxsize=1 << 16)
def chance(n: int, errors: int, target: float) -> float:
    """Return the probability of at most ``errors`` wrong among ``n`` if the precision were exactly ``target``."""
    if errors >= n:
        return 1.0
    whole = math.lgamma(n + 1) - math.lgamma(errors + 1) - math.lgamma(n - errors + 1)
    term = math.exp(whole + errors * math.log1p(-target) + (n - errors) * math.log(target))
    # From the last term downwards, so that the sum ends where terms vanish.
    total, odds = term, target / (1 - target)
    for k in range(errors, 0, -1):
        term *= k * odds / (n - k + 1)
        total += term
        if term < total * _NOTHING and k * odds < n - k + 1:
            break
    return min(1.0, total)


def passes(n: int, errors: int, target: float, confidence: float = CONFIDENCE) -> bool:
    """Tell whether ``errors`` among ``n`` prove a precision of ``target``."""
    return chance(n, errors, target) <= 1 - confidence


@lru_cache(maxsize=1 << 16)
def passes_for(n: int, errors: int, waiting: int, target: float, confidence: float = CONFIDENCE) -> bool:
    """Tell whether ``errors`` among ``n`` prove that at least ``target`` of ``waiting`` others will be right.

    Labels and waiting items are one random order of the same items, so that, whatever the number of wrong ones among
    all, those among the labels follow a hypergeometric law. This is stricter than ``passes``, which speaks of a rate:
    among a few hundred items luck alone may go against a rate that is kept. It tends to ``passes`` as ``waiting``
    grows.
    """
    if waiting < 1:
        return passes(n, errors, target, confidence)
    wrong = errors + math.floor((1 - target) * waiting + 1e-9) + 1  # the fewest, with which the promise is broken
    total = n + waiting
    if wrong > total:
        return True
    term = math.exp(_choices(wrong, errors) + _choices(total - wrong, n - errors) - _choices(total, n))
    chances = term
    for k in range(errors, 0, -1):
        term *= k * (total - wrong - n + k) / ((wrong - k + 1) * (n - k + 1))
        chances += term
        if term < chances * _NOTHING:
            break
    return chances <= 1 - confidence


def _choices(n: int, k: int) -> float:
    """Return the logarithm of n over k; minus infinity where there is no such choice."""
    if not 0 <= k <= n:
        return -math.inf
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


@lru_cache(maxsize=1 << 16)
def lower_bound(n: int, errors: int, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided Clopper-Pearson lower bound of the precision; 0 where nothing is known."""
    if errors >= n:
        return 0.0
    low, high = 0.0, (n - errors) / n  # the bound lies below what was seen, save where that is 1
    high = high if errors else 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if 0 < middle < 1 and passes(n, errors, middle, confidence):
            low = middle
        else:
            high = middle
    return low


@lru_cache
def needed(errors: int, target: float, confidence: float = CONFIDENCE) -> int:
    """Return how many labels prove ``target`` when ``errors`` of them are wrong."""
    low, high = errors, errors + 1
    while not passes(high, errors, target, confidence):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passes(middle, errors, target, confidence) else (middle, high)
    return high


def power(n: int, expected: float, target: float, confidence: float, waiting: int = 0) -> float:
    """Return the probability of passing with ``expected`` errors (Poisson) among ``n``."""
    most = allowed(n, target, confidence)
    while most >= 0 and not passes_for(n, most, waiting, target, confidence):
        most -= 1
    if most < 0:
        return 0.0
    term = total = math.exp(-expected)
    for k in range(1, most + 1):
        term *= expected / k
        total += term
    return min(total, 1.0)


@lru_cache(maxsize=1 << 14)
def allowed(n: int, target: float, confidence: float) -> int:
    """Return the most errors among ``n`` that still prove ``target``; -1 where none does."""
    term, total, k = target**n, 0.0, 0
    while k <= n:
        total += term
        if total > 1 - confidence:
            return k - 1
        term *= (n - k) / (k + 1) * (1 - target) / target
        k += 1
    return n
