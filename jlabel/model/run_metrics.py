"""What a run measured: one value for each kind of run, and the JSON data that is stored of it.

A store keeps a run's metrics as a JSON object, so that one type travels for all kinds. ``from_json`` reads also what
earlier versions wrote: a key that is missing or null takes the default of its field.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self


def _stored(key: str = "", *, default: Any = MISSING, read: Callable[[Any], Any] | None = None) -> Any:  # noqa: ANN401
    """Return a field that is stored under another key than its name, or read by a function."""
    return field(default=default, metadata={"key": key, "read": read})


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """The base of all: JSON data by the names of the fields."""

    def to_json(self) -> dict[str, Any]:
        """Return JSON data."""
        return {one.metadata.get("key") or one.name: _plain(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` returned, of this version or an earlier one; unknown keys are ignored."""
        values = {}
        for one in fields(cls):
            value = data.get(one.metadata.get("key") or one.name)
            if value is not None:
                read = one.metadata.get("read")
                values[one.name] = read(value) if read else value
        return cls(**values)


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
    notes: tuple[str, ...] = _stored(default=(), read=tuple)


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
    prepared: int = _stored("embedded", default=0)
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


@dataclass(frozen=True, kw_only=True)
class ClassThreshold(Metrics):
    """A threshold of one class.

    Attributes:
        threshold: lowest confidence that is pre-labeled; ``None``: none is proved.
        n: labels at or above it.
        errors: of those, wrong.
        bound: lower bound of the precision, 95 % confidence.
        coverage: share of the waiting items of the class at or above it.
        labels_needed: random labels that are likely still needed; ``None`` where no number would do.
        reason: one sentence for people.
    """

    threshold: float | None = None
    n: int = 0
    errors: int = 0
    bound: float = 0.0
    coverage: float = 0.0
    labels_needed: int | None = _stored("more", default=None)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """A label that held-out predictions contradict.

    Attributes:
        item: the item's id.
        given: id of the class that was given.
        proposed: id of the class that predictions favour; 0 where the given one should likely be removed.
        score: 0, surely wrong, to 1, surely right.
    """

    item: int
    given: int
    proposed: int
    score: float


def _by_class(data: Mapping[str, Any]) -> dict[int, ClassThreshold]:
    return {int(key): ClassThreshold.from_json(value) for key, value in data.items()}


def _curve(data: list[Mapping[str, Any]]) -> tuple[CurvePoint, ...]:
    return tuple(CurvePoint.from_json(one) for one in data)


def _suspicions(data: list[list[float]]) -> tuple[Suspicion, ...]:
    return tuple(
        Suspicion(item=int(item), given=int(given), proposed=int(proposed), score=score)
        for item, given, proposed, score in data
    )


@dataclass(frozen=True, kw_only=True)
class ValidationMetrics(Metrics):
    """What a validation found.

    Attributes:
        threshold: lowest confidence that is pre-labeled, of all classes without one of their own; ``None``: none is
            proved.
        n: random labels at or above it.
        errors: of those, wrong.
        bound: lower bound of the precision at the threshold, 95 % confidence.
        coverage: share of the waiting items that pass their threshold.
        prelabeled: how many these are.
        target: the precision that was asked for.
        confidence: with which it is to hold.
        labels: random labels that were tested on.
        labels_needed: random labels that are likely still needed for a first threshold; 0 with one, ``None`` where no
            number would do.
        reason: one sentence for people.
        accuracy: of held-out predictions for random labels; ``None`` where there are none.
        label_precision: multi-label: share of the assigned labels that are right.
        set_right: multi-label: share of the images whose whole set is right.
        by_class: thresholds of classes that have one of their own, by class id.
        curve: what other thresholds would give, strictest first.
        suspects: labels that held-out predictions contradict, the most doubtful first.
    """

    threshold: float | None = None
    n: int = 0
    errors: int = 0
    bound: float = 0.0
    coverage: float = 0.0
    prelabeled: int = 0
    target: float = 0.0
    confidence: float = 0.95
    labels: int = 0
    labels_needed: int | None = _stored("more", default=None)
    reason: str = ""
    accuracy: float | None = None
    label_precision: float | None = None
    set_right: float | None = None
    by_class: Mapping[int, ClassThreshold] = field(default_factory=dict, metadata={"read": _by_class})
    curve: tuple[CurvePoint, ...] = _stored(default=(), read=_curve)
    suspects: tuple[Suspicion, ...] = _stored(default=(), read=_suspicions)


@dataclass(frozen=True, kw_only=True)
class InferenceMetrics(Metrics):
    """What was predicted and published.

    Attributes:
        images: items that were predicted.
        prelabeled: of these, pre-labeled.
        clustered: of these, on pages of items that look alike.
    """

    images: int = 0
    prelabeled: int = 0
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


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any field's
    if isinstance(value, Metrics):
        return value.to_json()
    if isinstance(value, Suspicion):
        return [value.item, value.given, value.proposed, value.score]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return value
