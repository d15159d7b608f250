"""The port of learners: what a worker asks of a model that learns the task of a project.

A round of the worker is: ``train`` on the labels, ``score`` the waiting items, ``validate``, ``predict``, ``order``.
Which of the waiting items may be shown as proved is the worker's own affair (``guarantee``); a learner says how sure it
is and what it would answer.
Before that items are prepared (``missing``, ``prepare``, ``refresh``), and ``arrange`` orders them while there is no
model. What a learner returns between these steps (model, scores, validation) is its own; the worker hands it on and
reads the few attributes that the protocols name. Which learner a task has is in ``learners.LEARNERS``.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.guarantee.auditing import Auditing
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.item_table import ItemTable
from jlabel.model.label_class import LabelClass
from jlabel.model.run import Prediction
from jlabel.model.run_metrics import FineTuningMetrics, TrainingMetrics, ValidationMetrics
from jlabel.model.training_label import TrainingLabel

Ids: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ItemFile:
    """The file of one item.

    Attributes:
        item: the item's id.
        uri: that media/ opens.
        stamp: ``ListedFile.stamp`` of the file.
    """

    item: int
    uri: str
    stamp: str


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the preparation of items is.

    Attributes:
        done: items prepared or found unreadable in this call.
        total: items of this call; 0 where they are not known beforehand.
        rate: items a second.
    """

    done: int
    total: int
    rate: float

    @property
    def seconds_left(self) -> float:
        """Seconds likely left; infinite while nothing is done."""
        return (self.total - self.done) / self.rate if self.rate else float("inf")


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a call of ``prepare`` did.

    Attributes:
        done: items prepared.
        unreadable: ids of items that cannot be decoded, with the reason.
        seconds: it took.
        cancelled: it was cancelled; what was done is kept.
        notes: what went wrong and was worked around, as sentences.
    """

    done: int
    unreadable: tuple[tuple[int, str], ...] = ()
    seconds: float = 0.0
    cancelled: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Order:
    """The order of items in the queues, as ``publish`` and ``arrange`` of the store take it.

    Attributes:
        clusters: number of an item's cluster, lowest served first.
        priorities: priority of an item within its queue or cluster, lowest served first; 0 for those left out.
    """

    clusters: Mapping[int, int] = field(default_factory=dict)
    priorities: Mapping[int, float] = field(default_factory=dict)


class Model(Protocol):
    """A trained model."""

    @property
    def hash(self) -> str:
        """16 hex digits that name the model."""
        ...


class Scores(Protocol):
    """What a model computed for some items.

    Attributes:
        items: (n,) ids of the items; those that are not prepared are left out.
        confidence: (n,) that the answer as a whole is right, 0 to 1.
        group: (n,) equal for answers that belong on one page, such as the class.
    """

    @property
    def items(self) -> Ids:
        """(n,) ids."""
        ...

    @property
    def confidence(self) -> Floats:
        """(n,) confidences."""
        ...

    @property
    def group(self) -> Ids:
        """(n,) groups."""
        ...


class Validation(Protocol):
    """Held-out predictions for labels that chance drew.

    Attributes:
        confidence: (m,) of the answers, or where each of its shapes has one, of all shapes; items that were skipped
            are among them.
        right: (m,) whether each is right.
        metrics: what is recorded of them.
    """

    @property
    def confidence(self) -> Floats:
        """(m,) confidences."""
        ...

    @property
    def right(self) -> Mask:
        """(m,) whether right."""
        ...

    @property
    def metrics(self) -> ValidationMetrics:
        """What is recorded."""
        ...


ModelT = TypeVar("ModelT", bound=Model)
ModelT_co = TypeVar("ModelT_co", bound=Model, covariant=True)
ScoresT = TypeVar("ScoresT", bound=Scores)


@dataclass(frozen=True, kw_only=True)
class Training(Generic[ModelT_co]):
    """What came of a training.

    Attributes:
        model: the new model; ``None`` where nothing can be learned from the labels.
        metrics: what is recorded of it.
        random: labels of items that were drawn at random, also those that can prove nothing about this network.
        reason: why there is no model, a sentence; ``""`` with one.
    """

    model: ModelT_co | None
    metrics: TrainingMetrics
    random: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Predictions for items.

    Attributes:
        proven: (n,) which items are proved, in the order of the scores.
        suggested: (n,) which of the others are suggested without a promise.
        made: the n predictions, perhaps made while they are read.
    """

    proven: Mask
    suggested: Mask
    made: Iterable[Prediction]


@dataclass(frozen=True, kw_only=True)
class FineTuning:
    """What came of fine-tuning.

    Attributes:
        learner: works with the fine-tuned network; ``None`` if that was not adopted.
        metrics: what is recorded of it.
        reason: why it was or was not adopted, a sentence.
    """

    learner: "AnyLearner | None"
    metrics: FineTuningMetrics
    reason: str


class FineTuningJob(Protocol):
    """A fine-tuning that was set up on the labels of a model, and does not depend on what the learner does meanwhile.

    Attributes:
        metrics: what is known before it runs.
    """

    metrics: FineTuningMetrics

    def run(self, progress: Callable[[int, int, float], None], cancel: Callable[[], bool]) -> FineTuning:
        """Run it.

        Args:
            progress: takes epoch, epochs and accuracy after every epoch.
            cancel: called before every step; true ends it, and nothing is adopted.

        Raises:
            AssistError: memory is short, or training diverged.
        """
        ...


class Learner(Protocol[ModelT, ScoresT]):
    """Learns the task of one project.

    Attributes:
        name: of its network, for people.
        hash: of what items are prepared with; items that were prepared under another hash are prepared again.
        size: side of the network's square input in pixels; 0 where there is none.
        device: that it computes on.
        notes: what an earlier process left and could not be used, as sentences.
        finetuned_on: labels that there were at the last fine-tuning; 0 before.
        auditing: what is proved of its predictions.
        learns_unprepared: it also trains on labels of items that are not prepared.
    """

    notes: tuple[str, ...]
    device: str
    learns_unprepared: bool

    @property
    def name(self) -> str:
        """Of its network, for people."""
        ...

    @property
    def hash(self) -> str:
        """Of what items are prepared with; it may change in a training."""
        ...

    @property
    def size(self) -> int:
        """Side of the network's input, pixels."""
        ...

    @property
    def finetuned_on(self) -> int:
        """Labels that there were at the last fine-tuning."""
        ...

    @property
    def auditing(self) -> Auditing:
        """What is proved of its predictions."""
        ...

    # Items

    def missing(self, items: ItemTable, first: Collection[int]) -> list[ItemFile]:
        """Return the files that are to be prepared, in order.

        Args:
            items: all items.
            first: ids of those that come first.
        """
        ...

    def prepare(
        self, files: Iterable[ItemFile], *, progress: Callable[[Progress], None], cancel: Callable[[], bool]
    ) -> Prepared:
        """Prepare items and store what was computed, so that no process does it again.

        Args:
            files: what is to be prepared, in order; read only as far as it is needed, because those that follow may
                still change places.
            progress: called after every batch with the number of items, counted in that order, that are stored or
                unreadable.
            cancel: called before every batch; true ends the work after what is done is stored. A worker may do a whole
                round in it (``refresh``, ``train`` and so on), which then knows all items that are done.

        Raises:
            StoreFull: the disk is full.
            AssistError: the network fails, or memory is short even for one item.
        """
        ...

    def refresh(self, items: ItemTable, *, complete: bool) -> None:
        """Take in what was prepared since.

        Args:
            items: all items.
            complete: nothing is left to be prepared.
        """
        ...

    # A round

    def arrange(self, items: Ids, settings: AssistSettings) -> Order:
        """Order waiting items while there is no model."""
        ...

    def train(self, labels: Iterable[TrainingLabel], classes: Sequence[LabelClass]) -> Training[ModelT]:
        """Train on labels; those of items that are not prepared are left out.

        Args:
            labels: of the project.
            classes: of the project, retired ones too.
        """
        ...

    def score(self, model: ModelT, items: Ids) -> ScoresT:
        """Apply a model to waiting items."""
        ...

    def validate(self, model: ModelT, scores: ScoresT, skipped: Ids, settings: AssistSettings) -> Validation:
        """Return what held-out predictions show.

        Args:
            model: that was trained last.
            scores: of the waiting items, for coverage.
            skipped: ids of items that chance drew and people skipped; what is predicted for them counts as wrong.
            settings: of the project.
        """
        ...

    def proposable(self, scores: ScoresT, offered: frozenset[int]) -> Mask:
        """Return (n,) which items have an answer, of offered classes."""
        ...

    def suggest(self, scores: ScoresT, settings: AssistSettings) -> Mask:
        """Return (n,) which items are worth a suggestion that carries no promise."""
        ...

    def predict(  # noqa: PLR0917 -- one call, in the round
        self,
        model: ModelT,
        scores: ScoresT,
        proven: Mask,
        suggested: Mask,
        offered: frozenset[int],
        settings: AssistSettings,
    ) -> Predictions:
        """Predict an answer for each scored item.

        Args:
            model: that scored them.
            scores: of the items.
            proven: (n,) which items are shown as proved.
            suggested: (n,) which are shown without a promise.
            offered: ids of the classes that may be proposed.
            settings: of the project.
        """
        ...

    def order(self, scores: ScoresT, predictions: Predictions, free: Mask, settings: AssistSettings) -> Order:
        """Order scored items.

        Args:
            scores: of the items.
            predictions: of the same.
            free: (n,) which items may be ordered; the others are left to chance.
            settings: of the project.
        """
        ...

    def finetune(self, model: ModelT, uri: Callable[[int], str]) -> FineTuningJob | None:
        """Set up a fine-tuning on the labels of a model; ``None`` for a learner that has none.

        Args:
            model: that was trained last.
            uri: from an item's id to the URI of its file.
        """
        ...


AnyLearner: TypeAlias = Learner[Any, Any]
