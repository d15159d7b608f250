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
