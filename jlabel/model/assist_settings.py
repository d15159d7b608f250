"""How a project wants to be assisted: which model, which precision, when to train, what to do with the result."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Literal, Self

from jlabel.errors import InputError

TARGETS = (0.8, 0.99)
IOUS = (0.1, 0.95)
"""The range in which a precision may be asked for."""
MOST_EVERY = 100_000

FineTune = Literal["auto"] | bool


class QueueOrder(StrEnum):
    """How the manual queue is ordered, apart from its random share."""

    UNCERTAIN = "uncertain"
    """Middles of clusters first, then what the model is least sure of, a few of every cluster."""
    RANDOM = "random"
    LIKELY_WRONG = "likely-wrong"
    """What the model most likely has wrong."""


class Goal(StrEnum):
    """What assist may show."""

    PROMISE = "promise"
    """Only what is proved."""
    FEWEST_KEYS = "fewest-keys"
    """Also suggestions that carry no promise, wherever a page of them is expected to save keys."""


@dataclass(frozen=True, kw_only=True)
class AssistSettings:
    """What a project asks of assist; kept in the project's settings, read by the worker at every round.

    Attributes:
        backbone: ``"auto"``, ``"lite0"`` to ``"lite2"``, a torchvision model's name, or the path of a file of weights.
        device: ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"mps"``.
        goal: ``"promise"`` shows only pre-labels that are proved; ``"fewest-keys"`` also suggestions without a promise,
            wherever a page of them is expected to save keys.
        target_precision: precision that pre-labels must have, 0.8 to 0.99.
        threshold: ``None`` to have pre-labels proved; a confidence from 0 to 1 to suggest, without a promise, whatever
            is at least so sure; or one by class id, where classes that are not named have none.
        retrain_every: new labels from one training to the next; ``None`` for the rule of ``assist.trigger``.
        fine_tune: train the backbone on: ``"auto"`` does so on a GPU; ``True`` also on a processor.
        prelabel: serve what is above the threshold as pre-labeled pages.
        cluster: serve pages of pictures that look alike.
        queue_order: how the manual queue is ordered.
        random_share: of items and pages, left to chance, 0 to 1; a model is validated on them.
        blind_share: of pre-labels, withheld to measure how far they sway people, 0 to 1; see ``withheld_share``.
        least_iou: intersection over union, 0.1 to 0.95, with a labeled shape from which a proposed one is right.
        paused: the worker waits.

    Raises:
        InputError: a value that cannot be used; the message names it.
    """

    backbone: str = "auto"
    device: str = "auto"
    goal: Goal = Goal.PROMISE
    target_precision: float = 0.95
    threshold: float | Mapping[int, float] | None = None
    retrain_every: int | None = None
    fine_tune: FineTune = "auto"
    prelabel: bool = True
    cluster: bool = True
    queue_order: QueueOrder = QueueOrder.UNCERTAIN
    random_share: float = 0.02
    blind_share: float = 0.05
    least_iou: float = 0.5
    paused: bool = False

    @property
    def withheld_share(self) -> float:
        """``blind_share`` where a promise is the goal; each withheld one costs a key, so with fewest keys none is."""
        return self.blind_share if self.goal is Goal.PROMISE else 0.0

    @property
    def opening(self) -> dict[str, object]:
        """The settings that a learner is opened with; another value opens another one."""
        return {name: getattr(self, name) for name in ("backbone", "device", "least_iou")}

    def __post_init__(self) -> None:
        for name in ("backbone", "device"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name).strip():
                raise InputError(f"{name} must be a name, not {getattr(self, name)!r}. Use 'auto'.")
        for name in ("prelabel", "cluster", "paused"):
            if not isinstance(getattr(self, name), bool):
                raise InputError(f"{name} must be True or False, not {getattr(self, name)!r}.")
        if not isinstance(self.fine_tune, bool) and self.fine_tune != "auto":
            raise InputError(f"fine_tune must be 'auto', True or False, not {self.fine_tune!r}.")
        _check_number("target_precision", self.target_precision, *TARGETS)
        _check_number("random_share", self.random_share, 0, 1)
        _check_number("blind_share", self.blind_share, 0, 1)
        _check_number("least_iou", self.least_iou, *IOUS)
        if self.retrain_every is not None and (
            type(self.retrain_every) is not int or not 1 <= self.retrain_every <= MOST_EVERY
        ):
            raise InputError(
                f"retrain_every must be a number of labels from 1 to {MOST_EVERY}, or None, not {self.retrain_every!r}."
            )
        for name, kind in (("queue_order", QueueOrder), ("goal", Goal)):
            try:
                object.__setattr__(self, name, kind(getattr(self, name)))
            except ValueError:
                names = ", ".join(repr(str(one)) for one in kind)
                raise InputError(f"{name} must be one of {names}, not {getattr(self, name)!r}.") from None
        object.__setattr__(self, "threshold", _threshold(self.threshold))

    def threshold_of(self, class_id: int) -> float | None:
        """Return the threshold that was set by hand for a class; ``None`` where there is none."""
        if isinstance(self.threshold, Mapping):
            return self.threshold.get(class_id)
        return self.threshold

    def changed(self, **values: Any) -> Self:  # noqa: ANN401 -- any field's
        """Return settings with some values replaced.

        Raises:
            InputError: an unknown name, or a value that cannot be used.
        """
        known = [field.name for field in fields(self)]
        for name in values:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(known)}."
                raise InputError(f"Assist has no setting {name!r}. {hint}")
        return type(self)(**{**{name: getattr(self, name) for name in known}, **values})

    def to_dict(self) -> dict[str, Any]:
        """Return JSON data."""
        data = asdict(self)
        if isinstance(self.threshold, Mapping):
            data["threshold"] = {str(key): value for key, value in self.threshold.items()}
        return {**data, "queue_order": str(self.queue_order), "goal": str(self.goal)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` wrote; names that a later version added are left out, missing ones are defaults.

        Raises:
            InputError: a value that cannot be used.
        """
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})


def _check_number(name: str, value: object, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise InputError(f"{name} must be a number from {low} to {high}, not {value!r}.")


def _threshold(value: object) -> float | dict[int, float] | None:
    if value is None:
        return None
    if isinstance(value, Mapping):
        try:
            by_class = {int(key): one for key, one in value.items()}
        except (TypeError, ValueError):
            raise InputError(f"threshold must be by class id, not {dict(value)!r}.") from None
        for key, one in by_class.items():
            _check_number(f"The threshold of class {key}", one, 0, 1)
        return {key: float(one) for key, one in by_class.items()}
    _check_number("threshold", value, 0, 1)
    assert isinstance(value, (int, float))
    return float(value)
