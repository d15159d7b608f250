"""The learner of classes of whole images: a light head on embeddings. It implements the port ``assist.learner``."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.finetuned import Finetuned, FinetuneJob, read_finetuned
from jlabel.assist.classification.linear_head import CHUNK
from jlabel.assist.classification.model_file import save_classifier
from jlabel.assist.classification.outputs import Outputs
from jlabel.assist.classification.predict import predictions
from jlabel.assist.classification.scores import Scores
from jlabel.assist.classification.suggestion import WORTHWHILE, above_thresholds
from jlabel.assist.classification.train import Trained, train
from jlabel.assist.classification.training_set import TrainingSet, build_training_set
from jlabel.assist.classification.validation import Validation, validate
from jlabel.assist.compute.compute import Compute
from jlabel.assist.embeddings.backbone import Backbone, open_backbone
from jlabel.assist.embeddings.embedding_table import EmbeddingTable, TableBuilder
from jlabel.assist.embeddings.featurize import featurize
from jlabel.assist.guarantee.auditing import ItemAuditing
from jlabel.assist.learner import Ids, ItemFile, Mask, Order, Predictions, Prepared, Progress, Training
from jlabel.assist.ranking.order import by_looks, by_model
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.item_table import ItemTable
from jlabel.model.label_class import LabelClass
from jlabel.model.run_metrics import Suspicion, TrainingMetrics
from jlabel.model.training_label import TrainingLabel

_MAX_SUSPECTS = 100
_NOTHING_EMBEDDED = "No image of this project could be embedded, so that nothing can be learned from it."


@dataclass(frozen=True, kw_only=True, eq=False)
class ClassifierModel:
    """A trained head with the labels it was trained on."""

    trained: Trained
    labels: TrainingSet

    @property
    def hash(self) -> str:
        """16 hex digits that name the head."""
        return self.trained.head.hash


class Classifier:
    """Learns the classes of a project's images.

    Args:
        outputs: how classes exclude each other.
        backbone: embeds images.
        folder: of the project's assist.
        base: the backbone of the settings, from which a fine-tuned one came.
        finetuned: what an earlier fine-tuning left, if ``backbone`` is its result.
        note: what is wrong with an earlier fine-tuning, a sentence.
    """

    learns_unprepared = False

    def __init__(
        self,
        outputs: Outputs,
        backbone: Backbone,
        folder: Path,
        *,
        base: str,
        finetuned: Finetuned | None = None,
        note: str = "",
    ) -> None:
        self.auditing = ItemAuditing()
        self.outputs, self.backbone, self.folder, self.base = outputs, backbone, folder, base
        self.builder = TableBuilder(folder, backbone)
        self.name, self.hash, self.size, self.device = backbone.name, backbone.hash, backbone.size, backbone.device
        self.notes = tuple(text for text in (note, self.builder.note) if text)
        self.finetuned_on = finetuned.labels if finetuned else 0
        self._seen = np.array(sorted(finetuned.seen) if finetuned else [], dtype=np.int64)
        self._table: EmbeddingTable | None = None

    @property
    def table(self) -> EmbeddingTable:
        """The embedded images, as of the last ``refresh``."""
        assert self._table is not None
        return self._table

    # Items

    def missing(self, items: ItemTable, first: Collection[int]) -> list[ItemFile]:
        """Return the images that are to be embedded."""
        return self.builder.missing(items, first)

    def prepare(
        self, files: Iterable[ItemFile], *, progress: Callable[[Progress], None], cancel: Callable[[], bool]
    ) -> Prepared:
        """Embed images."""
        stamps: dict[int, str] = {}

        def noted() -> Iterator[ItemFile]:
            for one in files:
                stamps[one.item] = one.stamp
                yield one

        found = featurize(noted(), self.backbone, self.builder.embeddings, progress=progress, cancel=cancel)
        for item, _ in found.unreadable:
            self.builder.refuse(item, stamps[item])
        notes = getattr(self.backbone, "notes", None)
        if not notes:
            return found
        made = replace(found, notes=tuple(notes))
        notes.clear()
        return made

    def refresh(self, items: ItemTable, *, complete: bool) -> None:
        """Build the table of embeddings again, if that is due."""
        self._table = self.builder.table(items, complete=complete)

    # A round

    def arrange(self, items: Ids, settings: AssistSettings) -> Order:
        """Put images that look alike on one page, and the middles of groups first."""
        rows = self.table.rows(items)
        return by_looks(self.table, rows[rows >= 0], settings)

    def train(self, labels: Iterable[TrainingLabel], classes: Sequence[LabelClass]) -> Training[ClassifierModel]:
        """Train a head."""
        table = self.table
        given = build_training_set(labels, table, classes)
        drawn = given.random & ~np.isin(given.items, self._seen)
        metrics = TrainingMetrics(
            labels=given.labels,
            prepared=len(given.items),
            random=int(drawn.sum()),
            classes=int(given.targets.any(axis=0).sum()),
        )
        reason = self.outputs.why_not(given.targets)
        if reason:
            return Training(model=None, metrics=metrics, reason=reason if len(table) else _NOTHING_EMBEDDED)
        trained = train(
            table.features.rows(given.rows),
            given.targets,
            class_ids=given.class_ids,
            outputs=self.outputs,
            random=drawn,
            backbone=table.backbone,
        )
        metrics = replace(
            metrics,
            strength=trained.strength,
            temperature=round(trained.head.temperature, 4),
            surprise=round(trained.surprise, 4),
            accuracy=round(trained.held.accuracy, 4) if len(trained.held.index) else None,
        )
        save_classifier(trained.head, table, self.folder)
        model = ClassifierModel(trained=trained, labels=given)
        return Training(model=model, metrics=metrics, random=int(given.random.sum()))

    def score(self, model: ClassifierModel, items: Ids) -> Scores:
        """Apply a head to embedded images."""
        head, table = model.trained.head, self.table
        rows = table.rows(items)
        rows = np.asarray(rows[rows >= 0])
        parts = list(head.predict_all(_features(table, rows)))
        p = np.concatenate(parts) if parts else np.zeros((0, len(head.class_ids)), np.float32)
        return self.outputs.decide(p, head.class_ids, table.items[rows])

    def validate(
        self,
        model: ClassifierModel,
        scores: Scores,
        skipped: Ids,
        settings: AssistSettings,  # noqa: ARG002 -- of the port
    ) -> Validation:
        """Return what held-out predictions show."""
        return validate(model.trained, scores, self.score(model, skipped), self._suspects(model))

    def proposable(self, scores: Scores, offered: frozenset[int]) -> Mask:
        """Return which images have an answer, of offered classes."""
        return self.outputs.proposing(scores) & self.outputs.proposable(scores, offered)

    def suggest(self, scores: Scores, settings: AssistSettings) -> Mask:
        """Return which images pass the thresholds that were set by hand, or are expected to save keys."""
        if settings.threshold is not None:
            return above_thresholds(scores, settings)
        if settings.goal is Goal.FEWEST_KEYS:
            return self.outputs.ranked(scores, settings.queue_order).right >= WORTHWHILE
        return np.zeros(len(scores.items), dtype=bool)

    def predict(  # noqa: PLR0917 -- of the port
        self,
        model: ClassifierModel,
        scores: Scores,
        proven: Mask,
        suggested: Mask,
        offered: frozenset[int],
        settings: AssistSettings,  # noqa: ARG002 -- of the port
    ) -> Predictions:
        """Predict classes."""
        class_ids = model.trained.head.class_ids
        suggested = suggested & ~proven & self.proposable(scores, offered)
        made = predictions(scores, proven, suggested, self.outputs, class_ids=class_ids, offered=offered)
        return Predictions(proven=proven, suggested=suggested, made=made)

    def order(self, scores: Scores, predictions: Predictions, free: Mask, settings: AssistSettings) -> Order:
        """Put images of one predicted answer on one page, and the least certain first."""
        ranked = self.outputs.ranked(scores.only(free), settings.queue_order)
        rows = self.table.rows(scores.items[free])
        return by_model(self.table, rows, ranked, predictions.proven[free], predictions.suggested[free], settings)

    def finetune(self, model: ClassifierModel, uri: Callable[[int], str]) -> FinetuneJob:
        """Set up the fine-tuning of the backbone on the labels of a model."""
        return FinetuneJob(
            outputs=self.outputs,
            backbone=self.backbone,
            features=self.table.features,
            labels=model.labels,
            uri=uri,
            folder=self.folder,
            base=self.base,
            reopen=lambda backbone, found: Classifier(
                self.outputs, backbone, self.folder, base=self.base, finetuned=found
            ),
        )

    def _suspects(self, model: ClassifierModel) -> tuple[Suspicion, ...]:
        every, ids, items = model.trained.every, model.trained.head.class_ids, model.labels.items
        return tuple(
            Suspicion(
                item=int(items[every.index[one.row]]),
                given=ids[one.given],
                proposed=ids[one.proposed] if one.proposed >= 0 else 0,
                score=round(one.score, 4),
            )
            for one in self.outputs.suspects(every.probabilities, every.targets)[:_MAX_SUSPECTS]
        )


def open_classifier(outputs: Outputs, settings: AssistSettings, folder: Path, compute: Compute) -> Classifier:
    """Open the learner of a project: with its fine-tuned network, if there is one, else with that of the settings.

    Args:
        outputs: how classes exclude each other.
        settings: of the project.
        folder: of the project's assist.
        compute: where to compute.

    Raises:
        MissingExtra: torch, torchvision or the package of weights is not installed.
        CheckpointError: the weights cannot be read.
        InputError: no such network or device.
    """
    found, note = None, ""
    if settings.fine_tune is not False:
        found, note = read_finetuned(folder, settings.backbone, settings.device)
    if found is not None:
        return Classifier(outputs, found.backbone, folder, base=settings.backbone, finetuned=found.about, note=note)
    backbone = open_backbone(settings.backbone, device=compute.device(settings.device))
    return Classifier(outputs, backbone, folder, base=settings.backbone, note=note)


def _features(table: EmbeddingTable, rows: NDArray[np.intp]) -> Iterator[NDArray[np.float32]]:
    return (table.features.rows(rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK))
