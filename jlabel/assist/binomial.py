"""Exact statements about a precision from right and wrong counts. Standard library only."""

import math

CONFIDENCE = 0.95
_BISECTIONS = 60


def chance(n: int, errors: int, target: float) -> float:
    """Return the probability of at most ``errors`` wrong among ``n`` if the precision were exactly ``target``."""
    if errors >= n:
        return 1.0
    wrong, right = math.log1p(-target), math.log(target)
    whole = math.lgamma(n + 1)
    terms = (
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * wrong + (n - k) * right)
        for k in range(errors + 1)
    )
    return min(1.0, math.fsum(terms))


def passes(n: int, errors: int, target: float, confidence: float = CONFIDENCE) -> bool:
    """Tell whether ``errors`` among ``n`` prove a precision of ``target``."""
    return chance(n, errors, target) <= 1 - confidence


def lower_bound(n: int, errors: int, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided Clopper-Pearson lower bound of the precision; 0 where nothing is known."""
    if errors >= n:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if 0 < middle < 1 and passes(n, errors, middle, confidence):
            low = middle
        else:
            high = middle
    return low


def needed(errors: int, target: float, confidence: float = CONFIDENCE) -> int:
    """Return how many labels prove ``target`` when ``errors`` of them are wrong."""
    low, high = errors, errors + 1
    while not passes(high, errors, target, confidence):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passes(middle, errors, target, confidence) else (middle, high)
    return high


def power(n: int, expected: float, target: float, confidence: float) -> float:
    """Return the probability of passing with ``expected`` errors (Poisson) among ``n``."""
    most = allowed(n, target, confidence)
    if most < 0:
        return 0.0
    term = total = math.exp(-expected)
    for k in range(1, most + 1):
        term *= expected / k
        total += term
    return min(total, 1.0)


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
