"""A learner for tests: the mean color of an image, and the class whose mean is nearest. It needs numpy only."""

# ruff: noqa: ARG002 -- the protocol names arguments that a toy does not need

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jlabel.assist.compute.compute import Compute
from jlabel.assist.guarantee.auditing import ItemAuditing
from jlabel.assist.learner import Ids, ItemFile, Mask, Order, Predictions, Prepared, Progress, Training
from jlabel.assist.learners import LearnerKind
from jlabel.errors import ImageError
from jlabel.media.picture import load
from jlabel.model.answer import Annotation, Answer
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.item_table import ItemTable
from jlabel.model.label_class import LabelClass
from jlabel.model.run import AnnotationScore, Prediction
from jlabel.model.run_metrics import TrainingMetrics, ValidationMetrics
from jlabel.model.shapes.box import Box
from jlabel.model.training_label import TrainingLabel

COLORS = "colors.npz"


@dataclass(frozen=True, eq=False)
class ToyModel:
    """The mean color of each class."""

    means: dict[int, np.ndarray]
    labels: int

    @property
    def hash(self) -> str:
        digest = hashlib.sha256(repr(sorted((key, value.tolist()) for key, value in self.means.items())).encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class ToyScores:
    """The nearest class of each item, and how sure that is."""

    items: Ids
    classes: np.ndarray
    confidence: np.ndarray

    @property
    def group(self) -> Ids:
        return self.classes


@dataclass(frozen=True, eq=False)
class ToyValidation:
    """Held-out predictions that are always right."""

    confidence: np.ndarray
    right: np.ndarray
    metrics: ValidationMetrics


class ToyLearner:
    """The nearest mean color.

    Args:
        folder: of the project's assist.
        shaped: proposes a box around the whole image, for tasks with shapes.
    """

    name, size, device, finetuned_on = "mean color", 0, "cpu", 0
    notes: tuple[str, ...] = ()
    learns_unprepared = False
    hash = "c0102c0102c0102c"

    def __init__(self, folder: Path, *, shaped: bool = False) -> None:
        self.folder, self.shaped = folder, shaped
        self.auditing = ItemAuditing()
        self.stored: dict[int, tuple[str, np.ndarray]] = {}
        if (folder / COLORS).exists():
            data = np.load(folder / COLORS)
            self.stored = {
                int(i): (str(s), c) for i, s, c in zip(data["items"], data["stamps"], data["colors"], strict=True)
            }
        self.colors: dict[int, np.ndarray] = {}
        self._bad: set[int] = set()

    def missing(self, items: ItemTable, first: Collection[int]) -> list[ItemFile]:
        files = [
            ItemFile(item=item, uri=items.uri(n), stamp=items.stamps[n])
            for n, item in enumerate(items.items)
            if item not in self._bad and self.stored.get(item, ("",))[0] != items.stamps[n]
        ]
        return sorted(files, key=lambda file: file.item not in first)

    def prepare(
        self, files: Iterable[ItemFile], *, progress: Callable[[Progress], None], cancel: Callable[[], bool]
    ) -> Prepared:
        done, unreadable, cancelled = 0, [], False
        for file in files:
            if cancel():
                cancelled = True
                break
            try:
                self.stored[file.item] = file.stamp, load(file.uri).pixels.mean(axis=(0, 1))
                done += 1
            except ImageError as error:
                self._bad.add(file.item)
                unreadable.append((file.item, str(error)))
            progress(Progress(done=done + len(unreadable), total=0, rate=1.0))
        self.folder.mkdir(parents=True, exist_ok=True)
        np.savez(
            self.folder / COLORS,
            items=np.array(list(self.stored)),
            stamps=np.array([stamp for stamp, _ in self.stored.values()]),
            colors=np.array([color for _, color in self.stored.values()]),
        )
        return Prepared(done=done, unreadable=tuple(unreadable), seconds=0.1, cancelled=cancelled)

    def refresh(self, items: ItemTable, *, complete: bool) -> None:
        stamps = dict(zip(items.items, items.stamps, strict=True))
        self.colors = {item: color for item, (stamp, color) in self.stored.items() if stamps.get(item) == stamp}

    def arrange(self, items: Ids, settings: AssistSettings) -> Order:
        known = [item for item in items.tolist() if item in self.colors]
        ordered = sorted(known, key=lambda item: tuple(self.colors[item]))
        return Order(clusters={item: n // 9 for n, item in enumerate(ordered)} if settings.cluster else {})

    def train(self, labels: Iterable[TrainingLabel], classes: Sequence[LabelClass]) -> Training[ToyModel]:
        given = list(labels)
        usable = [one for one in given if one.item in self.colors]
        means = {
            c.id: np.mean([self.colors[one.item] for one in usable if c.id in one.class_ids], axis=0)
            for c in classes
            if any(c.id in one.class_ids for one in usable)
        }
        random = sum(one.random for one in usable)
        metrics = TrainingMetrics(labels=len(given), prepared=len(usable), random=random, classes=len(means))
        if len(means) < 2:
            return Training(model=None, metrics=metrics, reason="A mean color needs examples of two classes.")
        return Training(model=ToyModel(means, len(usable)), metrics=metrics, random=random)

    def score(self, model: ToyModel, items: Ids) -> ToyScores:
        known = np.array([item for item in items.tolist() if item in self.colors], dtype=np.int64)
        ids = np.array(list(model.means))
        means = np.array(list(model.means.values()))
        colors = np.array([self.colors[item] for item in known.tolist()]).reshape(-1, 3)
        away = np.linalg.norm(colors[:, None] - means[None], axis=2)
        shares = np.exp(-away / 10)
        shares /= shares.sum(axis=1, keepdims=True)
        return ToyScores(known, ids[shares.argmax(axis=1)], shares.max(axis=1, initial=0.0))

    def validate(self, model: ToyModel, scores: ToyScores, skipped: Ids, settings: AssistSettings) -> ToyValidation:
        sure = np.full(model.labels, 0.99)
        return ToyValidation(sure, sure > 0, ValidationMetrics(accuracy=1.0))

    def proposable(self, scores: ToyScores, offered: frozenset[int]) -> Mask:
        return np.isin(scores.classes, np.array(sorted(offered)))

    def suggest(self, scores: ToyScores, settings: AssistSettings) -> Mask:
        limit = settings.threshold if isinstance(settings.threshold, float) else 2.0
        return np.asarray(scores.confidence >= limit)

    def predict(  # noqa: PLR0917 -- of the port
        self,
        model: ToyModel,
        scores: ToyScores,
        proven: Mask,
        suggested: Mask,
        offered: frozenset[int],
        settings: AssistSettings,
    ) -> Predictions:
        known = self.proposable(scores, offered)
        suggested = suggested & known & ~proven
        shape = Box(x0=1, y0=1, x1=20, y1=20) if self.shaped else None
        made = [
            Prediction(
                item=int(item),
                answer=Answer(annotations=(Annotation(class_id=int(c), shape=shape),) if ok else ()),
                confidence=float(confidence),
                scores=(AnnotationScore(confidence=float(confidence), above=bool(sure or offers)),) if ok else (),
                above=bool(sure or offers),
                proven=not offers,
            )
            for item, c, confidence, ok, sure, offers in zip(
                scores.items, scores.classes, scores.confidence, known, proven, suggested, strict=True
            )
        ]
        return Predictions(proven=proven, suggested=suggested, made=made)

    def order(self, scores: ToyScores, predictions: Predictions, free: Mask, settings: AssistSettings) -> Order:
        rest = scores.items[free & ~predictions.proven & ~predictions.suggested]
        return Order(priorities={int(item): float(n - len(rest)) for n, item in enumerate(rest)})

    def finetune(self, model: ToyModel, uri: Callable[[int], str]) -> None:
        return None


def open_toy(settings: AssistSettings, folder: Path, compute: Compute) -> ToyLearner:
    """Open it for a task without shapes."""
    return ToyLearner(folder)


def open_shaped_toy(settings: AssistSettings, folder: Path, compute: Compute) -> ToyLearner:
    """Open it for a task with shapes."""
    return ToyLearner(folder, shaped=True)


TOY = LearnerKind(open=open_toy)
SHAPED_TOY = LearnerKind(open=open_shaped_toy)
