"""Validation: which confidences the labels prove, and what may be pre-labeled by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.scores import Accuracies, Floats, Ids, Scores
from jlabel.assist.classification.train import Trained
from jlabel.assist.guarantee.importance_weights import weights
from jlabel.assist.guarantee.threshold import ThresholdReport, by_hand, choose, choose_by_class
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run_metrics import ClassThreshold, CurvePoint, ValidationMetrics


@dataclass(frozen=True, kw_only=True)
class Validation:
    """The thresholds that the labels prove.

    Attributes:
        reports: by class id; ``None`` is the key of all classes without a report of their own.
        metrics: what is recorded of them.
    """

    reports: Mapping[int | None, ThresholdReport]
    metrics: ValidationMetrics = field(default_factory=ValidationMetrics)

    @property
    def proved(self) -> bool:
        """Whether there is any threshold."""
        return any(report.threshold is not None for report in self.reports.values())

    def above(self, scores: Scores) -> NDArray[np.bool_]:
        """Return (n,) which answers pass the threshold of their class."""
        if not len(scores.confidence):
            return np.zeros(0, dtype=bool)
        limits = np.full(len(scores.confidence), self._threshold(None))
        for class_id in self.reports:
            if class_id is not None:
                limits[scores.top == class_id] = self._threshold(class_id)
        return np.asarray((scores.confidence >= limits) & (scores.top > 0))

    def _threshold(self, class_id: int | None) -> float:
        threshold = self.reports[class_id].threshold
        return np.inf if threshold is None else threshold


def validate(trained: Trained, waiting: Scores, settings: AssistSettings, *, seed: int = 0) -> Validation:
    """Find the thresholds.

    Args:
        trained: the head with its held-out predictions for randomly drawn labels.
        waiting: of the items that still wait, for which the promise is made.
        settings: target, thresholds by hand, per class or not.
        seed: of the label that is drawn from each multi-label image.
    """
    head, held = trained.head, trained.held
    outputs = head.outputs
    seen = outputs.decide(held.probabilities, head.class_ids, held.index)
    sample = outputs.sample(held.probabilities, held.targets, seen, seed=seed)
    some = outputs.proposing(waiting)
    others = waiting.confidence[some], waiting.top[some]
    weigh = _weights(trained, sample.confidence, sample.top, others)
    target = settings.target_precision
    overall = choose(sample.confidence, sample.right, target=target, waiting=others[0], weights=weigh)
    reports: dict[int | None, ThresholdReport] = {None: overall}
    if outputs.by_class and settings.per_class and len(sample.confidence):
        reports = choose_by_class(
            sample.confidence, sample.right, sample.top, target=target, waiting=others, weights=weigh
        )
    for class_id in head.class_ids:
        wanted = settings.threshold_of(class_id)
        if wanted is None:
            continue
        mine, theirs = sample.top == class_id, others[1] == class_id
        report = choose(
            sample.confidence[mine],
            sample.right[mine],
            target=target,
            waiting=others[0][theirs],
            weights=weigh[mine],
        )
        reports[class_id] = by_hand(report, wanted)
    if isinstance(settings.threshold, float):
        overall = reports[None] = by_hand(overall, settings.threshold)
    found = Validation(reports=reports)
    accuracies = outputs.accuracies(held.probabilities, held.targets)
    return replace(found, metrics=_metrics(found, overall, found.above(waiting), accuracies, by_class=outputs.by_class))


def _weights(trained: Trained, confidence: Floats, top: Ids, waiting: tuple[Floats, Ids]) -> NDArray[np.float64]:
    """Return the weight of each label: how far it stands for the waiting items of its likeliest class."""
    found = np.ones(len(confidence))
    others = np.setdiff1d(trained.every.index, trained.held.index)
    taken = trained.head.outputs.decide(trained.every.probabilities[others], trained.head.class_ids, others)
    for class_id in np.unique(top):
        mine = top == class_id
        found[mine] = weights(
            confidence[mine], waiting[0][waiting[1] == class_id], taken.confidence[taken.top == class_id]
        )
    return found


def _metrics(
    found: Validation, overall: ThresholdReport, above: NDArray[np.bool_], accuracies: Accuracies, *, by_class: bool
) -> ValidationMetrics:
    rest = found.reports[None]
    return ValidationMetrics(
        threshold=None if rest.threshold is None else round(rest.threshold, 5),
        n=rest.n,
        errors=rest.errors,
        bound=round(rest.bound, 5),
        coverage=round(float(above.mean()), 4) if len(above) else 0.0,
        prelabeled=int(above.sum()),
        target=rest.target,
        confidence=rest.confidence,
        labels=overall.labels,
        labels_needed=0 if found.proved else overall.labels_needed,
        reason=rest.reason if found.proved else overall.reason,
        accuracy=accuracies.whole,
        label_precision=accuracies.labels,
        set_right=None if by_class else accuracies.whole,
        by_class={key: _of_class(report) for key, report in found.reports.items() if key is not None},
        curve=tuple(_rounded(point) for point in overall.curve),
    )


def _of_class(report: ThresholdReport) -> ClassThreshold:
    return ClassThreshold(
        threshold=None if report.threshold is None else round(report.threshold, 5),
        n=report.n,
        errors=report.errors,
        bound=round(report.bound, 5),
        coverage=round(report.coverage, 4),
        labels_needed=report.labels_needed,
        reason=report.reason,
    )


def _rounded(point: CurvePoint) -> CurvePoint:
    return replace(
        point,
        threshold=round(point.threshold, 5),
        precision=round(point.precision, 5),
        bound=round(point.bound, 5),
        coverage=round(point.coverage, 5),
    )
