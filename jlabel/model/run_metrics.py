"""What a run measured: one value for each kind of run, and the JSON data that is stored of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jlabel.model.batch import Batch
from jlabel.model.metrics import Metrics, stored


@dataclass(frozen=True, kw_only=True)
class FeaturizationMetrics(Metrics):
    """What preparing a project's items took.

    Attributes:
        backbone: name of the network.
        size: side of its square input in pixels.
        done: items prepared or found unreadable.
        unreadable: how many of them cannot be decoded.
        computed: seconds of computation, without the rounds in between.
        rate: items a second; ``None`` before anything is done.
        notes: what went wrong and was worked around, as sentences.
    """

    backbone: str = ""
    size: int = 0
    done: int = 0
    unreadable: int = 0
    computed: float = 0.0
    rate: float | None = None
    notes: tuple[str, ...] = stored(default=(), read=tuple)


@dataclass(frozen=True, kw_only=True)
class TrainingMetrics(Metrics):
    """What a model was trained on.

    Attributes:
        labels: all labels that there were.
        prepared: labels whose items are prepared; only these are trained on.
        random: of these, drawn at random, so that they may prove a threshold.
        classes: classes with an example.
        strength: of the labels against the regulariser, chosen by cross-validation.
        temperature: that divides the scores.
        surprise: mean negative log-likelihood of held-out labels, nats.
        accuracy: of held-out predictions for random labels, 0 to 1; ``None`` where there are none.
    """

    labels: int = 0
    prepared: int = stored("embedded", default=0)
    random: int = 0
    classes: int = 0
    strength: float | None = None
    temperature: float | None = None
    surprise: float | None = None
    accuracy: float | None = None


@dataclass(frozen=True, kw_only=True)
class CurvePoint(Metrics):
    """What the labels show about one threshold.

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


class SuspicionKind(StrEnum):
    """What is wrong with a label."""

    CLASS = "class"
    """Another class, of an image or of a shape."""
    MISSED = "missed"
    """An object without a shape."""
    SPURIOUS = "spurious"
    """A shape without an object."""
    PLACED = "placed"
    """A shape beside its object, or of another size."""


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """A label that held-out predictions contradict.

    Attributes:
        item: the item's id.
        given: id of the class that was given; 0 where an object was missed.
        proposed: id of the class that predictions favour; 0 where the given one should likely be removed.
        score: 0, surely wrong, to 1, surely right.
        kind: what is wrong.
        bounds: x0, y0, x1, y1 of the shape, pixels; ``None`` where the whole image is meant.
    """

    item: int
    given: int
    proposed: int
    score: float
    kind: SuspicionKind = SuspicionKind.CLASS
    bounds: tuple[float, float, float, float] | None = None

    def to_json(self) -> list[Any]:
        """Return JSON data, short because there are a hundred of them."""
        short = [self.item, self.given, self.proposed, self.score]
        return short if self.bounds is None else [*short, str(self.kind), *self.bounds]


def _curve(data: list[Mapping[str, Any]]) -> tuple[CurvePoint, ...]:
    return tuple(CurvePoint.from_json(one) for one in data)


def _suspicions(data: list[list[Any]]) -> tuple[Suspicion, ...]:
    return tuple(_suspicion(*one) for one in data)


def _suspicion(
    item: int, given: int, proposed: int, score: float, kind: str = SuspicionKind.CLASS, *bounds: float
) -> Suspicion:
    rectangle = (bounds[0], bounds[1], bounds[2], bounds[3]) if bounds else None
    return Suspicion(
        item=int(item),
        given=int(given),
        proposed=int(proposed),
        score=score,
        kind=SuspicionKind(kind),
        bounds=rectangle,
    )


def _batches(data: list[Mapping[str, Any]]) -> tuple[Batch, ...]:
    return tuple(Batch.from_json(one) for one in data)


@dataclass(frozen=True, kw_only=True)
class ShapeMetrics(Metrics):
    """What proposed shapes would have come to on labeled images, by predictions of models not trained on them.

    Attributes:
        images: labeled ones that were predicted.
        threshold: confidence from which a shape is proposed.
        precision: share of the proposed shapes that are right; ``None`` where none is proposed.
        recall: share of the labeled shapes that a right one is proposed for; ``None`` where there is none.
        saved: (right - wrong) / labeled shapes: the share of drawing that proposals save.
        untouched: share of the images on which nothing would have to be corrected.
        iou: mean IoU of the right ones with what was labeled.
    """

    images: int = 0
    threshold: float = 0.5
    precision: float | None = None
    recall: float | None = None
    saved: float | None = None
    untouched: float | None = None
    iou: float | None = None


@dataclass(frozen=True, kw_only=True)
class ValidationMetrics(Metrics):
    """What a validation found.

    Attributes:
        threshold: lowest confidence that is pre-labeled; ``None``: nothing is.
        coverage: share of the waiting items that are pre-labeled.
        prelabeled: how many these are.
        target: the precision that was asked for.
        confidence: with which it is to hold.
        evidence: against more wrong pre-labels than that, as a logarithm; ``None`` where nothing is on trial or shown.
        labels: random labels that there were, with those that were skipped.
        reason: why nothing is pre-labeled, one sentence for people; ``""`` where something is.
        accuracy: of held-out predictions for random labels; ``None`` where there are none.
        label_precision: multi-label: share of the assigned labels that are right.
        set_right: multi-label: share of the images whose whole set is right.
        curve: what thresholds would give, strictest first.
        suspects: labels that held-out predictions contradict, the most doubtful first.
        batches: the ledger of audited batches, oldest first.
        shapes: boxes and polygons: what proposals save; ``None`` in classification.
    """

    threshold: float | None = None
    coverage: float = 0.0
    prelabeled: int = 0
    target: float = 0.0
    confidence: float = 0.95
    evidence: float | None = None
    labels: int = 0
    reason: str = ""
    accuracy: float | None = None
    label_precision: float | None = None
    set_right: float | None = None
    curve: tuple[CurvePoint, ...] = stored(default=(), read=_curve)
    suspects: tuple[Suspicion, ...] = stored(default=(), read=_suspicions)
    batches: tuple[Batch, ...] = stored(default=(), read=_batches)
    shapes: ShapeMetrics | None = stored(default=None, read=ShapeMetrics.from_json)  # noqa: RUF009 -- a field


@dataclass(frozen=True, kw_only=True)
class InferenceMetrics(Metrics):
    """What was predicted and published.

    Attributes:
        images: items that were predicted.
        prelabeled: of these, pre-labeled: proved.
        suggested: of these, suggested without a promise.
        clustered: of these, on pages of items that look alike.
    """

    images: int = 0
    prelabeled: int = 0
    suggested: int = 0
    clustered: int = 0


@dataclass(frozen=True, kw_only=True)
class FineTuningMetrics(Metrics):
    """What fine-tuning reached.

    Attributes:
        labels: all labels that there were.
        used: labels that were trained on or validated with; the rest is kept back to prove thresholds.
        last: accuracy after the newest epoch.
        accuracy: of the best epoch; ``None`` before the end.
        baseline: of the model without fine-tuning, on the same labels.
        epochs: that were run.
    """

    labels: int = 0
    used: int = 0
    last: float | None = None
    accuracy: float | None = None
    baseline: float | None = None
    epochs: int = 0
