"""The confidence above which a pre-label is provably right often enough.

Decision 5 of the design: the threshold is the lowest one at which precision reaches the target with the stated
confidence (95 %) on randomly drawn human labels that the scored model did not see. Each candidate threshold is tested
exactly: ``errors`` among ``n`` labels above it are compared with a binomial of error rate ``1 - target`` (the same as
asking whether the one-sided Clopper-Pearson bound, Biometrika 1934, reaches the target). Candidates are tested in an
order fixed before any label is looked at, from strict to loose, and testing stops at the first that fails, so that no
correction for many tests is due (fixed-sequence testing: Maurer et al. 1995; as used for risk control by Angelopoulos
et al., "Learn then Test", 2021). Where the sequence begins may depend on scores, never on whether they were right.

Where the waiting items are known, the test is the hypergeometric one for as many of them as a threshold lets through:
what is promised is the precision among these very items, not that of a rate behind them.

Standard library and numpy only.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.binomial import CONFIDENCE, lower_bound, needed, passes, passes_for, power
from jlabel.errors import InputError

TARGETS = (0.8, 0.99)
"""The range in which a precision may be asked for."""
LEAST = 200
"""Fewer waiting items count as so many, or a single wrong one would decide at the end of a project."""
STEPS = 40
"""Candidate thresholds at most; more would end hardly nearer to the lowest that can be proved, and all are kept."""
_MOST_LABELS = 100_000

Floats = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class Point:
    """What the labels say about one threshold.

    Attributes:
        threshold: confidences at or above it are pre-labeled.
        n: labels at or above it.
        errors: how many of those the model had wrong.
        precision: ``1 - errors / n``; 1 where ``n`` is 0.
        bound: the one-sided lower confidence bound of the precision.
        coverage: share of the waiting items that would be pre-labeled.
    """

    threshold: float
    n: int
    errors: int
    precision: float
    bound: float
    coverage: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """The threshold and why it is where it is.

    Attributes:
        threshold: lowest confidence that may be pre-labeled; ``None``: nothing may.
        target: the precision asked for.
        confidence: with which the target is held.
        labels: random human labels that were tested on.
        n: of those, at or above the threshold.
        errors: of those, wrong.
        bound: lower bound of the precision at the threshold; 0 without a threshold.
        coverage: share of the waiting items at or above the threshold.
        more: random labels that are likely still needed for a first threshold: 0 with one, ``None`` where no number
            would do with a model as it is now.
        reason: one sentence for people.
        curve: all candidates, strictest first.
    """

    threshold: float | None
    target: float
    confidence: float
    labels: int
    n: int
    errors: int
    bound: float
    coverage: float
    more: int | None
    reason: str
    curve: tuple[Point, ...]


def choose(
    scores: Floats,
    right: NDArray[np.bool_],
    *,
    target: float,
    confidence: float = CONFIDENCE,
    waiting: Floats | None = None,
) -> Report:
    """Find the lowest threshold that the labels prove.

    Args:
        scores: (n,) confidences in [0, 1] of held-out predictions for randomly drawn items; calibrated ones make the
            sequence begin where most can be proved, and nothing else depends on it.
        right: (n,) whether each prediction agrees with the human label.
        target: precision to be held, 0.8 to 0.99.
        confidence: with which it is held.
        waiting: (m,) confidences of the items still waiting, about which the promise is made. Without them it is about
            a rate, and coverage is that of ``scores``.

    Raises:
        InputError: lengths differ, a score is not a number, or the target is out of range.
    """
    scores, right = _checked(scores, right, target, confidence)
    others = np.sort(scores if waiting is None else np.asarray(waiting, dtype=np.float64))
    ordered = np.sort(scores)[::-1]
    hits = right[np.argsort(-scores, kind="stable")]
    wrong = np.concatenate([[0], np.cumsum(~hits)])
    curve = tuple(_point(k, ordered, wrong, others, confidence) for k in _candidates(ordered))
    amounts = [max(LEAST, round(p.coverage * len(others))) if waiting is not None else 0 for p in curve]
    begin = _begin(curve, amounts, ordered, target, confidence)
    proved: Point | None = None
    for point, amount in zip(curve[begin:], amounts[begin:], strict=True):
        if not passes(point.n, point.errors, target, confidence):
            break
        if not passes_for(point.n, point.errors, amount, target, confidence):
            break
        proved = point
    return _report(curve, proved, len(scores), target, confidence)


def choose_by_class(
    scores: Floats,
    right: NDArray[np.bool_],
    predicted: NDArray[np.integer],
    *,
    target: float,
    confidence: float = CONFIDENCE,
    waiting: tuple[Floats, NDArray[np.integer]] | None = None,
) -> dict[int | None, Report]:
    """Find a threshold per predicted class where there are labels enough, and one for all other classes together.

    A class stands alone when at least twice as many labels were predicted as it as an error-free proof needs; each
    report's statement holds with ``confidence`` by itself. Which classes stand alone depends on predictions only.

    Args:
        scores: (n,) as in ``choose``.
        right: (n,) as in ``choose``.
        predicted: (n,) class ids of the predictions.
        target: as in ``choose``.
        confidence: as in ``choose``.
        waiting: confidences and predicted class ids of the items still waiting.

    Returns:
        Reports by class id; ``None`` is the key of the rest, which is all of them while labels are few.
    """
    predicted = np.asarray(predicted)
    ids, counts = np.unique(predicted, return_counts=True)
    enough = 2 * needed(0, target, confidence)
    alone = [int(i) for i, count in zip(ids, counts, strict=True) if count >= enough]
    reports: dict[int | None, Report] = {}
    for key in [*alone, None]:
        mask = predicted == key if key is not None else ~np.isin(predicted, alone)
        rest = None
        if waiting is not None:
            marks = np.asarray(waiting[1])
            rest = np.asarray(waiting[0])[marks == key if key is not None else ~np.isin(marks, alone)]
        reports[key] = choose(
            np.asarray(scores)[mask], np.asarray(right)[mask], target=target, confidence=confidence, waiting=rest
        )
    return reports


def by_hand(report: Report, threshold: float) -> Report:
    """Return the report for a threshold set by a person: what the labels say about it, proved or not."""
    if not 0 <= threshold <= 1:
        raise InputError(f"A threshold must lie between 0 and 1, not {threshold!r}.")
    inside = [point for point in report.curve if point.threshold >= threshold]
    point = inside[-1] if inside else None
    return replace(
        report,
        threshold=threshold,
        n=point.n if point else 0,
        errors=point.errors if point else 0,
        bound=point.bound if point else 0.0,
        coverage=point.coverage if point else 0.0,
        more=0,
        reason=f"The threshold {threshold:.2f} was set by hand; the labels do not have to prove it.",
    )


def _checked(
    scores: Floats, right: NDArray[np.bool_], target: float, confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    values: NDArray[np.float64] = np.asarray(scores, dtype=np.float64)
    truth: NDArray[np.bool_] = np.asarray(right, dtype=bool)
    if values.ndim != 1 or values.shape != truth.shape:
        raise InputError(f"scores {values.shape} and right {truth.shape} must be of one length.")
    if not np.isfinite(values).all():
        raise InputError("A score is not a finite number; the model that gave it is broken. Train it again.")
    if not TARGETS[0] <= target <= TARGETS[1]:
        raise InputError(f"The precision target must lie between {TARGETS[0]} and {TARGETS[1]}, not {target!r}.")
    if not 0 < confidence < 1:
        raise InputError(f"The confidence must lie between 0 and 1, not {confidence!r}.")
    return values, truth


def _candidates(ordered: NDArray[np.float64]) -> list[int]:
    """Return numbers of labels above each candidate, ascending; equal scores are never parted."""
    total = len(ordered)
    if not total:
        return []
    # Those too strict to prove anything are in the curve all the same: what they say foretells what more labels prove.
    counts = np.unique(np.ceil(np.linspace(0, total, min(STEPS, total) + 1))).astype(int)[1:]
    ends = [int(np.searchsorted(-ordered, -ordered[count - 1], side="right")) for count in counts]
    return sorted(set(ends))


def _point(
    count: int,
    ordered: NDArray[np.float64],
    wrong: NDArray[np.integer],
    others: NDArray[np.float64],
    confidence: float,
) -> Point:
    threshold = float(ordered[count - 1])
    errors = int(wrong[count])
    above = len(others) - int(np.searchsorted(others, threshold, side="left"))
    return Point(
        threshold=threshold,
        n=count,
        errors=errors,
        precision=1 - errors / count,
        bound=lower_bound(count, errors, confidence),
        coverage=above / len(others) if len(others) else 0.0,
    )


def _begin(
    curve: Sequence[Point], amounts: Sequence[int], ordered: NDArray[np.float64], target: float, confidence: float
) -> int:
    """Return where the sequence begins: where the model expects the test to be passed most surely.

    It is told by the confidences alone: with ``e`` expected errors among ``n``, the chance of passing is that of at
    most ``allowed(n)`` errors from a Poisson of mean ``e``.
    """
    best, begin = -1.0, 0
    doubts = np.concatenate([[0.0], np.cumsum(1 - ordered)])
    for place, point in enumerate(curve):
        sure = power(point.n, float(doubts[point.n]), target, confidence, amounts[place])
        if sure > best + 1e-9:
            best, begin = sure, place
    return begin


def _report(curve: tuple[Point, ...], proved: Point | None, labels: int, target: float, confidence: float) -> Report:
    if proved is not None:
        more: int | None = 0
        reason = (
            f"{proved.n - proved.errors} of {proved.n} held-out labels above {proved.threshold:.2f} were right, which "
            f"proves a precision of {proved.bound:.1%}."
        )
    else:
        more = _more(curve, labels, target, confidence)
        if more is None:
            reason = f"No confidence is high enough yet for a precision of {target:.0%}: the model needs more labels."
        else:
            reason = f"About {more} more random labels are likely needed to prove a precision of {target:.0%}."
    return Report(
        threshold=proved.threshold if proved else None,
        target=target,
        confidence=confidence,
        labels=labels,
        n=proved.n if proved else 0,
        errors=proved.errors if proved else 0,
        bound=proved.bound if proved else 0.0,
        coverage=proved.coverage if proved else 0.0,
        more=more,
        reason=reason,
        curve=curve,
    )


def _more(curve: Sequence[Point], labels: int, target: float, confidence: float) -> int | None:
    """Estimate how many more labels give an even chance of a first threshold, if rates stay as they are."""
    if labels < needed(0, target, confidence):
        return needed(0, target, confidence) * 2 - labels
    best: int | None = None
    for point in curve:
        rate = (point.errors + 0.5) / (point.n + 1)  # Jeffreys' estimate: no rate is taken for nought
        total = labels
        while rate < 1 - target and total < _MOST_LABELS:
            above = round(total * point.n / labels)
            if passes(above, math.ceil(above * rate), target, confidence):
                break
            total = math.ceil(total * 1.05) + 1
        else:
            continue
        best = total if best is None else min(best, total)
    return None if best is None else max(1, best - labels)
