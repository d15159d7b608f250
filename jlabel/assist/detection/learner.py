"""The learner of boxes and polygons: light heads on multi-scale features. It implements the port ``assist.learner``."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from jlabel.assist.compute.compute import Compute
from jlabel.assist.compute.interruption import look
from jlabel.assist.compute.work_clock import WorkClock
from jlabel.assist.detection.calibration import NEVER
from jlabel.assist.detection.feature_store import FeatureStore
from jlabel.assist.detection.frame import Frame, choose_frame
from jlabel.assist.detection.labeled import LabeledItem, LabeledItems, relative_sides
from jlabel.assist.detection.mask_predictor import MaskPredictor
from jlabel.assist.detection.mask_training import SHARE, train_masks
from jlabel.assist.detection.model import ShapeModel, read_frame, read_model, save_model, with_classes
from jlabel.assist.detection.model_file import BACKBONE
from jlabel.assist.detection.order import by_doubt
from jlabel.assist.detection.outlines import PolygonOutlines
from jlabel.assist.detection.predict import Outlines, as_boxes, limits_of, predictions
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.scores import ShapeScores
from jlabel.assist.detection.scoring import Scorer
from jlabel.assist.detection.train import Budget, pooled, train
from jlabel.assist.detection.validation import ShapeValidation, validate
from jlabel.assist.detection.view_cache import ViewCache
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.efficientnet_lite import EfficientNetLite
from jlabel.assist.embeddings.network import Network
from jlabel.assist.guarantee.shape_auditing import ShapeAuditing
from jlabel.assist.learner import Ids, ItemFile, Mask, Order, Predictions, Prepared, Progress, Training
from jlabel.errors import CheckpointError, InputError
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.item_table import ItemTable
from jlabel.model.label_class import LabelClass
from jlabel.model.run_metrics import TrainingMetrics
from jlabel.model.training_label import TrainingLabel

_LEAST = 2
"""Labeled images from which a detector is trained, one of them with an object."""
_GROWTH = 2.0
"""The frame is chosen anew at so many times the labels that there were when it was chosen last."""
_NAMED = 6
"""Digits of a model's hash in the names of its shapes."""


class ShapeLearner:
    """Learns the boxes, or polygons, of a project's images.

    Args:
        network: whose features are used.
        folder: of the project's assist.
        device: to compute on.
        budget: of a training.
        least_iou: IoU with a labeled shape from which a proposed one is right.
        polygons: polygons are proposed instead of boxes.
    """

    finetuned_on = 0
    learns_unprepared = True

    def __init__(
        self,
        network: Network,
        folder: Path,
        *,
        device: str = "cpu",
        budget: Budget | None = None,
        least_iou: float = 0.5,
        polygons: bool = False,
    ) -> None:
        if not isinstance(network.module, EfficientNetLite):
            raise InputError(
                f"Shapes are learned on an EfficientNet-Lite, and {network.name!r} is none. Use backbone='lite0'."
            )
        self.folder, self.device, self.polygons = folder, device, polygons
        self._network, self._module = network, network.module
        # A graphics card works while this thread waits for it: there only the clock on the wall tells the time.
        self._budget = budget or (Budget(clock=WorkClock()) if device == "cpu" else Budget())
        self.auditing = ShapeAuditing(least_iou)
        self._labeled = LabeledItems()
        self._files: dict[int, str] = {}
        self._pyramid: Pyramid | None = None
        self._features: FeatureStore | None = None
        self._views: ViewCache | None = None
        self._last: ShapeModel | None = None
        self._framed_on = 0
        self._scorer: Scorer | None = None
        self._trained: tuple[tuple[LabeledItem, ...], tuple[int, ...], Training[ShapeModel]] | None = None
        notes = self._reopen()
        self.notes = tuple(notes)

    def _reopen(self) -> list[str]:
        """Take up the detector that an earlier process left; return what is wrong with it, as sentences."""
        try:
            frame = read_frame(self.folder, self._network.hash)
            if frame is None:
                return []
            pyramid, features = self._open(frame)
            self._last = read_model(self.folder, self._network.hash, pyramid)
        except CheckpointError as error:
            return [f"{error} It is trained anew."]
        self._framed_on = self._last.labels if self._last else 0
        return [features.note] if features.note else []

    @property
    def name(self) -> str:
        """Of the network and its input, for people."""
        return f"{self._network.name}, {self._pyramid.frame.name}" if self._pyramid else self._network.name

    @property
    def hash(self) -> str:
        """Of the network and the frame of its input."""
        return f"{self._network.hash}-{self._pyramid.frame.name}" if self._pyramid else self._network.hash

    @property
    def size(self) -> int:
        """The longer side of the network's input, pixels; 0 while no label shows how large objects are."""
        return max(self._pyramid.frame.width, self._pyramid.frame.height) if self._pyramid else 0

    # Items

    def missing(self, items: ItemTable, first: Collection[int]) -> list[ItemFile]:
        """Return the images whose features are to be computed; none before labels show how large objects are."""
        return self._features.missing(items, first) if self._features else []

    def prepare(
        self, files: Iterable[ItemFile], *, progress: Callable[[Progress], None], cancel: Callable[[], bool]
    ) -> Prepared:
        """Compute features."""
        return self._features.prepare(files, progress=progress, cancel=cancel) if self._features else Prepared(done=0)

    def refresh(self, items: ItemTable, *, complete: bool) -> None:  # noqa: ARG002 -- of the port
        """Take in what was prepared since."""
        self._files = {item: items.uri(n) for n, item in enumerate(items.items)}
        if self._features is not None:
            self._features.refresh(items)

    # A round

    def arrange(self, items: Ids, settings: AssistSettings) -> Order:  # noqa: ARG002 -- of the port
        """Leave the order to chance: each image is on a page of its own."""
        return Order()

    def train(self, labels: Iterable[TrainingLabel], classes: Sequence[LabelClass]) -> Training[ShapeModel]:
        """Train a detector on labels, beginning with the last one."""
        given, class_ids = list(labels), tuple(one.id for one in classes)
        numbers = {class_id: number for number, class_id in enumerate(class_ids)}
        if self._trained is not None and self._trained[1] != class_ids:
            self._labeled.forget()
        items = self._labeled.read(given, self._files, numbers)
        metrics = TrainingMetrics(
            labels=len(given),
            prepared=len(items),
            random=sum(one.label.random for one in items),
            classes=len({kind for one in items for kind in one.image.classes.tolist()}),
        )
        if reason := _why_not(items, bool(given)):
            return Training(model=None, metrics=metrics, reason=reason)
        self._choose_frame(items)
        known = self._trained
        if known is not None and known[:2] == (tuple(items), class_ids):
            return known[2]  # nothing is new: more of the same would only fit these labels closer
        assert self._views is not None
        assert self._pyramid is not None
        start = with_classes(self._last, class_ids, self._pyramid) if self._last else None
        seconds = self._budget.seconds
        mine = replace(self._budget, cancel=_looking, seconds=(1 - SHARE) * seconds if self.polygons else seconds)
        least = self.auditing.least_iou
        model = train(items, self._views, class_ids, start=start, budget=mine, least_iou=least)
        assert model is not None  # an interruption is an exception
        if self.polygons:
            rest = replace(mine, seconds=SHARE * seconds)
            masks = train_masks(items, self._views, start=self._last.masks if self._last else None, budget=rest)
            if masks is not None:
                model = replace(model, masks=masks.head, masks_better=masks.validation.better)
        self._last = model
        save_model(model, self._pyramid.frame, self._network.hash, self.folder)
        confidence, right = pooled(model.held, model.calibration)
        shown = confidence >= model.threshold
        metrics = replace(
            metrics,
            accuracy=round(float(right[shown].mean()), 4) if shown.any() else None,
        )
        training = Training(model=model, metrics=metrics, random=metrics.random)
        self._trained = tuple(items), class_ids, training
        return training

    def score(self, model: ShapeModel, items: Ids) -> ShapeScores:
        """Detect the objects of images whose features are there."""
        scorer = self._scorer_of(model)
        known = scorer.alignment
        scores = scorer.score(items)
        if scorer.alignment is not known:
            assert self._pyramid is not None
            save_model(model, self._pyramid.frame, self._network.hash, self.folder, alignment=scorer.alignment)
        return scores

    def validate(
        self, model: ShapeModel, scores: ShapeScores, skipped: Ids, settings: AssistSettings
    ) -> ShapeValidation:
        """Return what the held-out predictions show, and choose what may be in a batch."""
        scores.proving = self._scorer_of(model).prove_at(settings.target_precision)
        return validate(model, scores, self.score(model, skipped), settings)

    def proposable(self, scores: ShapeScores, offered: frozenset[int]) -> Mask:
        """Return which images have a box that may be in a batch."""
        return scores.counts(scores.proving, offered) > 0

    def suggest(self, scores: ShapeScores, settings: AssistSettings) -> Mask:
        """Return which images have a box that is worth a suggestion."""
        limit = _threshold(scores, settings)
        if limit is None:
            return np.zeros(len(scores.items), bool)
        return np.array([bool((one.scores >= limits_of(one, limit)).any()) for one in scores.found], bool)

    def predict(  # noqa: PLR0917 -- of the port
        self,
        model: ShapeModel,
        scores: ShapeScores,
        proven: Mask,
        suggested: Mask,
        offered: frozenset[int],
        settings: AssistSettings,
    ) -> Predictions:
        """Predict boxes."""
        suggested = suggested & ~proven & (scores.counts(0.0, offered) > 0)
        limit = _threshold(scores, settings)
        made = list(
            predictions(
                scores,
                proven,
                suggested,
                threshold=NEVER if limit is None else limit,
                offered=offered,
                name=model.hash[:_NAMED],
                outlines=self._outlines(model),
            )
        )
        shown = np.array([one.above for one in made], bool)
        return Predictions(proven=proven & shown, suggested=suggested & shown, made=made)

    def order(self, scores: ShapeScores, predictions: Predictions, free: Mask, settings: AssistSettings) -> Order:
        """Put the images first of which most is to be learned."""
        return by_doubt(scores, predictions, free, settings)

    def finetune(self, model: ShapeModel, uri: Callable[[int], str]) -> None:
        """There is none so far."""

    def _outlines(self, model: ShapeModel) -> Outlines:
        if not self.polygons:
            return as_boxes
        assert self._features is not None
        assert self._pyramid is not None
        usable = model.masks if model.masks_better else None
        predictor = MaskPredictor(pyramid=self._pyramid, head=usable) if usable is not None else None
        return PolygonOutlines(features=self._features, files=self._files, predictor=predictor, look=look)

    def _scorer_of(self, model: ShapeModel) -> Scorer:
        if self._scorer is None or self._scorer.model is not model:
            assert self._features is not None
            assert self._pyramid is not None
            self._scorer = Scorer(model, self._pyramid, self._features)
        return self._scorer

    def _choose_frame(self, items: Sequence[LabeledItem]) -> None:
        if self._pyramid is not None and len(items) < _GROWTH * self._framed_on:
            return
        self._framed_on = len(items)
        images = [one.image for one in items]
        frame = choose_frame([image.size for image in images], relative_sides(images))
        if self._pyramid is None or frame != self._pyramid.frame:
            self._open(frame)

    def _open(self, frame: Frame) -> tuple[Pyramid, FeatureStore]:
        self._pyramid = pyramid = Pyramid(self._module, frame, device=self.device)
        self._features = features = FeatureStore(self.folder, pyramid, f"{self._network.hash}-{frame.name}")
        self._views = ViewCache(pyramid)
        self._trained = self._scorer = None
        return pyramid, features


def open_shape_learner(
    settings: AssistSettings, folder: Path, compute: Compute, *, polygons: bool = False
) -> ShapeLearner:
    """Open the learner of a project of boxes, or of polygons.

    Raises:
        MissingExtra: torch, torchvision or the package of weights is not installed.
        CheckpointError: the weights cannot be read.
        InputError: a network that is no EfficientNet-Lite, or no such device.
    """
    device = compute.device(settings.device)
    network = open_backbone(BACKBONE if settings.backbone == "auto" else settings.backbone, device=device)
    if not isinstance(network, Network):
        raise InputError(f"Shapes are learned on an EfficientNet-Lite, not on {settings.backbone!r}. Use 'lite0'.")
    return ShapeLearner(network, folder, device=device, least_iou=settings.least_iou, polygons=polygons)


def _why_not(items: Sequence[LabeledItem], labeled: bool) -> str:  # noqa: FBT001 -- one call
    if labeled and not items:
        return "No labeled image of this project can be read, so that nothing can be learned from it."
    if len(items) < _LEAST:
        return f"A detector needs {_LEAST} labeled images, and there {'is one' if items else 'is none'}."
    if not any(len(one.image.boxes) for one in items):
        return "No labeled image has an object yet: draw some, and a detector is trained."
    return ""


def _threshold(scores: ShapeScores, settings: AssistSettings) -> float | dict[int, float] | None:
    """Return the confidence from which boxes are suggested; ``None`` where none are."""
    if isinstance(settings.threshold, Mapping):
        return dict(settings.threshold)
    if settings.threshold is not None:
        return settings.threshold
    return scores.threshold if settings.goal is Goal.FEWEST_KEYS else None


def _looking() -> bool:
    look()
    return False
