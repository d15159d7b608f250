"""Validation: which confidences the labels prove, and what may be pre-labeled by it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification import multilabel
from jlabel.assist.classification.train import Trained
from jlabel.assist.guarantee import importance_weights
from jlabel.assist.guarantee.threshold import ThresholdReport, by_hand, choose, choose_by_class
from jlabel.model.assist_settings import AssistSettings

Floats = NDArray[np.floating]
Ids = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """What a model says about some pictures.

    Attributes:
        probabilities: (n, k).
        scores: (n,) confidence in the answer as a whole, the one that a threshold is put to: of the likeliest class, or
            in multi-label of the least sure assigned one.
        lead: (n,) class id of the likeliest class; in multi-label 0 where no class is assigned.
    """

    probabilities: Floats
    scores: NDArray[np.float64]
    lead: Ids

    def only(self, kept: NDArray[np.bool_]) -> Self:
        """Return what is said about some of the pictures."""
        return replace(self, probabilities=self.probabilities[kept], scores=self.scores[kept], lead=self.lead[kept])


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What a validation found.

    Attributes:
        reports: by class id; ``None`` is the key of all classes without a report of their own.
        metrics: the same as JSON data, for the run.
    """

    reports: Mapping[int | None, ThresholdReport]
    metrics: dict[str, Any]

    def above(self, said: Scores) -> NDArray[np.bool_]:
        """Return (n,) which answers pass the threshold of their class."""
        if not len(said.scores):
            return np.zeros(0, dtype=bool)
        rest = self._threshold(None)
        limits = np.full(len(said.scores), rest)
        for class_id in self.reports:
            if class_id is not None:
                limits[said.lead == class_id] = self._threshold(class_id)
        return np.asarray((said.scores >= limits) & (said.lead > 0))

    def _threshold(self, class_id: int | None) -> float:
        threshold = self.reports[class_id].threshold
        return np.inf if threshold is None else threshold


def read(probabilities: Floats, class_ids: tuple[int, ...], *, exclusive: bool) -> Scores:
    """Turn (n, k) probabilities into answers with their confidence."""
    p = np.asarray(probabilities, dtype=np.float64)
    ids = np.array(class_ids, dtype=np.int64)
    if not len(p):
        return Scores(probabilities=p, scores=np.zeros(0), lead=np.zeros(0, np.int64))
    lead = ids[p.argmax(axis=1)]
    if exclusive:
        return Scores(probabilities=p, scores=p.max(axis=1), lead=lead)
    given = p >= multilabel.ASSIGNED
    some = given.any(axis=1)
    scores = np.where(some, np.where(given, p, 1.0).min(axis=1), (1 - p).min(axis=1))
    return Scores(probabilities=p, scores=scores, lead=np.where(some, lead, 0))


def validate(trained: Trained, waiting: Scores, settings: AssistSettings, *, seed: int = 0) -> Validation:
    """Find the thresholds.

    Args:
        trained: the head with its held-out predictions for randomly drawn labels.
        waiting: what the head says about the items that still wait: the promise is made for these.
        settings: target, thresholds by hand, per class or not.
        seed: of the label that is drawn from each multi-label image.
    """
    head, held = trained.head, trained.held
    exclusive, seen = head.exclusive, read(held.probabilities, head.class_ids, exclusive=head.exclusive)
    extra: dict[str, Any] = {}
    if exclusive:
        scores, right, lead = seen.scores, held.right, seen.lead
        others = waiting.scores, waiting.lead
    else:
        # One label an image keeps the test's labels independent; it counts as sure as its image's least sure one,
        # because a whole image is pre-labeled or not.
        one = multilabel.one_each(held.probabilities, held.targets, seed=seed)
        scores, right, lead = seen.scores[one.rows], one.right, seen.lead[one.rows]
        some = waiting.lead > 0
        others = waiting.scores[some], waiting.lead[some]
        every, whole = (
            multilabel.assigned(held.probabilities, held.targets),
            multilabel.whole(held.probabilities, held.targets),
        )
        extra["label_precision"] = _mean(every.right)
        extra["set_right"] = _mean(whole.right)
    weights = _weights(trained, scores, lead, others)
    reports: dict[int | None, ThresholdReport] = {
        None: choose(scores, right, target=settings.target_precision, waiting=others[0], weights=weights)
    }
    overall = reports[None]
    if exclusive and settings.per_class and len(scores):
        reports = choose_by_class(
            scores, right, lead, target=settings.target_precision, waiting=others, weights=weights
        )
    for class_id in head.class_ids:
        wish = settings.threshold_of(class_id)
        if wish is None:
            continue
        mine, theirs = lead == class_id, others[1] == class_id
        report = choose(
            scores[mine],
            right[mine],
            target=settings.target_precision,
            waiting=others[0][theirs],
            weights=weights[mine],
        )
        reports[class_id] = by_hand(report, wish)
    if isinstance(settings.threshold, float):
        overall = reports[None] = by_hand(overall, settings.threshold)
    validation = Validation(reports=reports, metrics={})
    above = validation.above(waiting)
    extra["accuracy"] = _mean(held.right) if exclusive else extra["set_right"]
    validation.metrics.update(_metrics(reports, overall, above, extra))
    return validation


def _weights(trained: Trained, scores: Floats, lead: Ids, waiting: tuple[Floats, Ids]) -> NDArray[np.float64]:
    """Return how far each label stands for the waiting items of its likeliest class."""
    found = np.ones(len(scores))
    others = np.setdiff1d(trained.every.index, trained.held.index)
    taken = read(trained.every.probabilities[others], trained.head.class_ids, exclusive=trained.head.exclusive)
    for class_id in np.unique(lead):
        mine = lead == class_id
        found[mine] = importance_weights.weights(
            scores[mine], waiting[0][waiting[1] == class_id], taken.scores[taken.lead == class_id]
        )
    return found


def _metrics(
    reports: Mapping[int | None, ThresholdReport],
    overall: ThresholdReport,
    above: NDArray[np.bool_],
    extra: Mapping[str, Any],
) -> dict[str, Any]:
    rest = reports[None]
    by_class = {str(key): _plain(report) for key, report in reports.items() if key is not None}
    some = any(report.threshold is not None for report in reports.values())
    return {
        **extra,
        **_plain(rest),
        "coverage": round(float(above.mean()), 4) if len(above) else 0.0,
        "prelabeled": int(above.sum()),
        "target": rest.target,
        "confidence": rest.confidence,
        "labels": overall.labels,
        "more": 0 if some else overall.labels_needed,
        "reason": rest.reason if some else overall.reason,
        "by_class": by_class,
        "curve": [{key: round(value, 5) for key, value in asdict(point).items()} for point in overall.curve],
    }


def _plain(report: ThresholdReport) -> dict[str, Any]:
    threshold = None if report.threshold is None else round(report.threshold, 5)
    return {
        "threshold": threshold,
        "n": report.n,
        "errors": report.errors,
        "bound": round(report.bound, 5),
        "coverage": round(report.coverage, 4),
        "more": report.labels_needed,
        "reason": report.reason,
    }


def _mean(right: NDArray[np.bool_]) -> float | None:
    return round(float(right.mean()), 4) if len(right) else None
