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

from jlabel.assist.guarantee.binomial import CONFIDENCE, lower_bound, needed, passes, passes_for, power
from jlabel.assist.guarantee.sample import amount, check_sample, check_weights
from jlabel.errors import InputError
from jlabel.model.run_metrics import CurvePoint

LEAST = 200
"""Fewer waiting items count as so many, or a single wrong one would decide at the end of a project."""
STEPS = 40
"""Candidate thresholds at most; more would end hardly nearer to the lowest that can be proved, and all are kept."""
_MOST_LABELS = 100_000
_TINY = 1e-9

Floats = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class ThresholdReport:
    """The threshold and why it is where it is.

    Attributes:
        threshold: lowest confidence that may be pre-labeled; ``None``: nothing may.
        target: the precision asked for.
        confidence: with which the target is reached.
        labels: random human labels that were tested on; of weighted ones, as many as carry as much information.
        n: of those, at or above the threshold.
        errors: of those, wrong.
        bound: lower bound of the precision at the threshold; 0 without a threshold.
        coverage: share of the waiting items at or above the threshold.
        labels_needed: random labels that are likely still needed for a first threshold: 0 with one, ``None`` where no
            number would do with a model as it is now.
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
    labels_needed: int | None
    reason: str
    curve: tuple[CurvePoint, ...]


def choose(
    scores: Floats,
    right: NDArray[np.bool_],
    *,
    target: float,
    confidence: float = CONFIDENCE,
    waiting: Floats | None = None,
    weights: Floats | None = None,
) -> ThresholdReport:
    """Find the lowest threshold that the labels prove.

    Args:
        scores: (n,) confidences in [0, 1] of held-out predictions for randomly drawn items; calibrated ones make the
            sequence begin where most can be proved, and nothing else depends on it.
        right: (n,) whether each prediction agrees with the human label.
        target: precision to be reached, 0.8 to 0.99.
        confidence: with which it is reached.
        waiting: (m,) confidences of the items still waiting, about which the promise is made. Without them it is about
            a rate, and coverage is that of ``scores``.
        weights: (n,) how much each label counts, 0 to 1, where the labels are no sample of the waiting items as they
            are (``importance_weights``); 1 by default. The tests, exact for labels of equal weight, then take as many
            labels, and errors among them, as carry as much information; both are rounded against the proof.

    Raises:
        InputError: lengths differ, a score is not a number, or the target is out of range.
    """
    scores, right = check_sample(scores, right, target, confidence)
    others = np.sort(scores if waiting is None else np.asarray(waiting, dtype=np.float64))
    order = np.argsort(-scores, kind="stable")
    ordered, hits = scores[order], right[order]
    weigh = check_weights(weights, len(scores))[order]
    # The number of labels of equal weight that carry as much information: Kish, "Survey Sampling", 1965.
    scale = _sums(weigh) / np.maximum(_sums(weigh**2), _TINY)
    counted = np.floor(scale * _sums(weigh) + _TINY).astype(int)
    wrong = np.ceil(scale * _sums(weigh * ~hits) - _TINY).astype(int)
    doubts = scale * _sums(weigh * (1 - ordered))
    counts = [k for k in _candidates(ordered) if counted[k]]
    curve = tuple(
        _point(float(ordered[k - 1]), int(counted[k]), min(int(wrong[k]), int(counted[k])), others, confidence)
        for k in counts
    )
    amounts = [max(LEAST, round(p.coverage * len(others))) if waiting is not None else 0 for p in curve]
    begin = _begin(curve, amounts, doubts[counts], target, confidence)
    proved: CurvePoint | None = None
    for point, count in zip(curve[begin:], amounts[begin:], strict=True):
        if not passes(point.n, point.errors, target, confidence):
            break
        if not passes_for(point.n, point.errors, count, target, confidence):
            break
        proved = point
    return _report(curve, proved, int(counted[-1]), target, confidence)


def choose_by_class(
    scores: Floats,
    right: NDArray[np.bool_],
    predicted: NDArray[np.integer],
    *,
    target: float,
    confidence: float = CONFIDENCE,
    waiting: tuple[Floats, NDArray[np.integer]] | None = None,
    weights: Floats | None = None,
) -> dict[int | None, ThresholdReport]:
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
        weights: (n,) as in ``choose``.

    Returns:
        Reports by class id; ``None`` is the key of the rest, which is all of them while labels are few.
    """
    predicted = np.asarray(predicted)
    counted = check_weights(weights, len(predicted))
    enough = 2 * needed(0, target, confidence) - _TINY
    alone = [int(i) for i in np.unique(predicted) if amount(counted[predicted == i]) >= enough]
    reports: dict[int | None, ThresholdReport] = {}
    for key in [*alone, None]:
        mask = predicted == key if key is not None else ~np.isin(predicted, alone)
        rest = None
        if waiting is not None:
            marks = np.asarray(waiting[1])
            rest = np.asarray(waiting[0])[marks == key if key is not None else ~np.isin(marks, alone)]
        reports[key] = choose(
            np.asarray(scores)[mask],
            np.asarray(right)[mask],
            target=target,
            confidence=confidence,
            waiting=rest,
            weights=counted[mask],
        )
    return reports


def by_hand(report: ThresholdReport, threshold: float) -> ThresholdReport:
    """Return the report for a threshold set by a person: what the labels show about it, proved or not."""
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
        labels_needed=0,
        reason=f"The threshold {threshold:.2f} was set by hand; the labels do not have to prove it.",
    )


def _sums(values: Floats) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(values)])


def _candidates(ordered: NDArray[np.float64]) -> list[int]:
    """Return numbers of labels above each candidate, ascending; equal scores are never parted."""
    total = len(ordered)
    if not total:
        return []
    # Those too strict to prove anything are in the curve all the same: what they say foretells what more labels prove.
    counts = np.unique(np.ceil(np.linspace(0, total, min(STEPS, total) + 1))).astype(int)[1:]
    ends = [int(np.searchsorted(-ordered, -ordered[count - 1], side="right")) for count in counts]
    return sorted(set(ends))


def _point(threshold: float, n: int, errors: int, others: NDArray[np.float64], confidence: float) -> CurvePoint:
    above = len(others) - int(np.searchsorted(others, threshold, side="left"))
    return CurvePoint(
        threshold=threshold,
        n=n,
        errors=errors,
        precision=1 - errors / n,
        bound=lower_bound(n, errors, confidence),
        coverage=above / len(others) if len(others) else 0.0,
    )


def _begin(
    curve: Sequence[CurvePoint], amounts: Sequence[int], doubts: NDArray[np.float64], target: float, confidence: float
) -> int:
    """Return where the sequence begins: where the model expects the test to be passed most surely.

    It depends on the confidences alone: with ``e`` expected errors among ``n``, the chance of passing is that of at
    most ``allowed(n)`` errors from a Poisson of mean ``e``.
    """
    best, begin = -1.0, 0
    for position, point in enumerate(curve):
        sure = power(point.n, float(doubts[position]), target, confidence, amounts[position])
        if sure > best + 1e-9:
            best, begin = sure, position
    return begin


def _report(
    curve: tuple[CurvePoint, ...], proved: CurvePoint | None, labels: int, target: float, confidence: float
) -> ThresholdReport:
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
    return ThresholdReport(
        threshold=proved.threshold if proved else None,
        target=target,
        confidence=confidence,
        labels=labels,
        n=proved.n if proved else 0,
        errors=proved.errors if proved else 0,
        bound=proved.bound if proved else 0.0,
        coverage=proved.coverage if proved else 0.0,
        labels_needed=more,
        reason=reason,
        curve=curve,
    )


def _more(curve: Sequence[CurvePoint], labels: int, target: float, confidence: float) -> int | None:
    """Estimate how many more labels give an even chance of a first threshold, if rates stay as they are."""
    if labels < needed(0, target, confidence):
        return needed(0, target, confidence) * 2 - labels
    best: int | None = None
    for point in curve:
        rate = (point.errors + 0.5) / (point.n + 1)  # Jeffreys' estimate: no rate is taken for zero
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
