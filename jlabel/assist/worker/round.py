"""One round: train, validate, infer, publish. Each is a run in the store."""

import hashlib
import logging
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.label_errors import suspects, suspects_of_sets
from jlabel.assist.classification.linear_head import CHUNK, Head
from jlabel.assist.classification.predict import propose
from jlabel.assist.classification.train import Trained, train, why_not
from jlabel.assist.classification.training_set import TrainingSet, build_training_set
from jlabel.assist.classification.validation import Scores, Validation, read, validate
from jlabel.assist.embeddings.embedding_table import EmbeddingTable
from jlabel.assist.ranking import order as order_
from jlabel.assist.run_recorder import RunHandle, RunRecorder
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.item_table import ItemTable
from jlabel.model.project import ProjectRecord
from jlabel.model.run import Run, RunKind
from jlabel.store import Store, read_training_labels

WARM = 400
"""Random labels without a proof after which chance gets its usual share of the pages again.

Until something is proved, or so many labels could not prove it, every other page is left to chance. (With 150, six of
ten simulated projects on the clothing images ended without a pre-label at 95 %; with 400, none of four, for one key in
twenty-five more.)
"""
WARM_SHARE = 0.5
_SUSPECTS = 100
_NO_PICTURE = "No image of this project could be embedded, so that nothing can be learned from it."

logger = logging.getLogger(__name__)


class Round:
    """Trains and publishes for one project; keeps the newest model between rounds.

    Args:
        store: where labels come from and predictions go.
        project: which project.
        recorder: of its runs.

    Attributes:
        labels: labels that there were at the last training, successful or not; ``None`` before.
        unproving: items whose labels may prove nothing, because a fine-tuned network has seen them.
    """

    def __init__(self, store: Store, project: ProjectRecord, recorder: RunRecorder) -> None:
        self.store, self.recorder, self.project_id = store, recorder, project.id
        self.exclusive = not project.task.many_classes
        self.labels: int | None = None
        self.unproving: frozenset[int] = frozenset()
        self._training_set: TrainingSet | None = None
        self._trained: Trained | None = None
        self._proved = False

    @property
    def trained(self) -> bool:
        """Whether there is a model."""
        return self._trained is not None

    @property
    def training_set(self) -> TrainingSet | None:
        """The labels that the model was trained on."""
        return self._training_set

    def train(
        self,
        table: EmbeddingTable,
        subjects: ItemTable,
        settings: AssistSettings,
        reason: str,
        *,
        asked: Run | None = None,
    ) -> bool:
        """Train on the labels there are and publish what follows; return whether there is a model now.

        Args:
            table: embedded pictures.
            subjects: all items.
            settings: of the project.
            reason: for the runs, a sentence.
            asked: the queued run that this is.
        """
        with self.recorder.run(RunKind.TRAINING, reason, asked=asked, model_hash=table.backbone) as handle:
            training_set, trained = self._learn(table, handle)
        self.labels = training_set.labels
        if handle.cancelled or trained is None:
            return False
        self._training_set, self._trained = training_set, trained
        return self.publish(table, subjects, settings, reason)

    def publish(
        self,
        table: EmbeddingTable,
        subjects: ItemTable,
        settings: AssistSettings,
        reason: str,
        *,
        asked: Run | None = None,
    ) -> bool:
        """Validate the model that there is and publish its predictions; return whether they are served."""
        trained, training_set = self._trained, self._training_set
        if trained is None or training_set is None:
            return False
        head = trained.head
        model = fingerprint(head)
        queued = asked if asked is not None and asked.kind is RunKind.VALIDATION else None
        with self.recorder.run(RunKind.VALIDATION, reason, asked=queued, model_hash=model) as handle:
            rows = _waiting(table, subjects)
            said = _said(table, rows, head)
            validation = validate(trained, said, settings)
            handle.metrics = {**validation.metrics, "suspects": self._suspects(trained, training_set)}
            handle.adopted = any(report.threshold is not None for report in validation.reports.values())
            handle.why_not = "" if handle.adopted else str(validation.metrics["reason"])
        if handle.cancelled:
            return False
        self._proved = self._proved or bool(handle.adopted)
        queued = asked if asked is not None and asked.kind is RunKind.INFERENCE else None
        with self.recorder.run(RunKind.INFERENCE, reason, asked=queued, total=len(rows), model_hash=model) as handle:
            self._serve(table, subjects, rows, said, validation, settings, handle)
        return not handle.cancelled

    def arrange(self, table: EmbeddingTable, subjects: ItemTable, settings: AssistSettings) -> None:
        """Cluster and order the waiting items by their looks alone, before there is a model."""
        share = max(settings.random_share, WARM_SHARE)
        rows = _waiting(table, subjects)
        made = order_.by_looks(table, rows[~_chance(table, subjects, rows, share)], settings)
        self.store.arrange(self.project_id, clusters=made.clusters, priorities=made.priorities, random_share=share)
        logger.info("%d images are in clusters by their looks.", len(made.clusters))

    def _learn(self, table: EmbeddingTable, handle: RunHandle) -> tuple[TrainingSet, Trained | None]:
        classes = self.store.classes(self.project_id, retired=True)
        training_set = build_training_set(read_training_labels(self.store, self.project_id), table, classes)
        drawn = training_set.random & ~np.isin(
            training_set.items, np.fromiter(self.unproving, np.int64, len(self.unproving))
        )
        handle.metrics = {
            "labels": training_set.labels,
            "embedded": len(training_set.items),
            "random": int(drawn.sum()),
            "classes": int(training_set.targets.any(axis=0).sum()),
        }
        problem = why_not(training_set.targets, exclusive=self.exclusive)
        if problem:
            handle.adopted, handle.why_not = False, problem if len(table) else _NO_PICTURE
            return training_set, None
        trained = train(
            table.features.rows(training_set.rows),
            training_set.targets,
            class_ids=training_set.class_ids,
            exclusive=self.exclusive,
            random=drawn,
            backbone=table.backbone,
        )
        handle.adopted, handle.model_hash = True, fingerprint(trained.head)
        handle.metrics |= {
            "strength": trained.strength,
            "temperature": round(trained.head.temperature, 4),
            "surprise": round(trained.surprise, 4),
            "accuracy": round(trained.held.accuracy, 4) if len(trained.held.index) else None,
        }
        return training_set, trained

    def _serve(  # noqa: PLR0917 -- one call, above
        self,
        table: EmbeddingTable,
        subjects: ItemTable,
        rows: NDArray[np.intp],
        said: Scores,
        validation: Validation,
        settings: AssistSettings,
        handle: RunHandle,
    ) -> None:
        assert self._trained is not None
        head = self._trained.head
        offered = frozenset(one.id for one in self.store.classes(self.project_id))
        above = validation.above(said)
        if self.exclusive:
            above &= np.isin(said.lead, np.array(sorted(offered)))
        if not settings.prelabel:
            above[:] = False
        made = propose(
            table.items[rows],
            said,
            above,
            class_ids=head.class_ids,
            offered=offered,
            exclusive=self.exclusive,
        )
        share = self._random_share(settings)
        free = ~_chance(table, subjects, rows, share)
        handle.metrics = {"images": len(rows), "prelabeled": int((above & free).sum())}
        self.store.write_predictions(handle.id, made)
        order = order_.by_model(table, rows[free], said.only(free), above[free], settings, exclusive=self.exclusive)
        handle.metrics["clustered"] = len(order.clusters)
        if not handle.tell(len(rows), now=True):
            return
        counts = self.store.publish(
            handle.id,
            clusters=order.clusters,
            priorities=order.priorities,
            random_share=share,
            blind_share=settings.blind_share,
        )
        logger.info("Published %s", counts)

    def _random_share(self, settings: AssistSettings) -> float:
        assert self._training_set is not None
        warm = self._proved or int(self._training_set.random.sum()) >= WARM
        return settings.random_share if warm else max(settings.random_share, WARM_SHARE)

    def _suspects(self, trained: Trained, training_set: TrainingSet) -> list[list[float]]:
        """Return suspicious labels, the worst first: item, class given, class proposed (0: none), score."""
        held, ids = trained.every, trained.head.class_ids
        if self.exclusive:
            found = suspects(held.probabilities, held.targets.argmax(axis=1))
        else:
            found = suspects_of_sets(held.probabilities, held.targets)
        return [
            [
                int(training_set.items[held.index[one.row]]),
                ids[one.given],
                ids[one.proposed] if one.proposed >= 0 else 0,
                round(one.score, 4),
            ]
            for one in found[:_SUSPECTS]
        ]


def fingerprint(head: Head) -> str:
    """Return 16 hex digits that name a head."""
    digest = hashlib.sha256(head.backbone.encode())
    for part in (head.weight, head.bias, np.array(head.class_ids)):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()[:16]


def _waiting(table: EmbeddingTable, subjects: ItemTable) -> NDArray[np.intp]:
    waiting = [item for item, free in zip(subjects.items, subjects.waiting, strict=True) if free]
    rows = table.rows(np.array(waiting, dtype=np.int64))
    return np.asarray(rows[rows >= 0])


def _chance(table: EmbeddingTable, subjects: ItemTable, rows: NDArray[np.intp], share: float) -> NDArray[np.bool_]:
    """Return (n,) which rows are left to chance: no cluster and no order is for them."""
    drawn = np.array(subjects.items, dtype=np.int64)[np.array(subjects.chance(share), dtype=bool)]
    return np.isin(table.items[rows], drawn)


def _said(table: EmbeddingTable, rows: NDArray[np.intp], head: Head) -> Scores:
    parts = list(head.predict_all(_features(table, rows)))
    probabilities = np.concatenate(parts) if parts else np.zeros((0, len(head.class_ids)), np.float32)
    return read(probabilities, head.class_ids, exclusive=head.exclusive)


def _features(table: EmbeddingTable, rows: NDArray[np.intp]) -> Iterator[NDArray[np.float32]]:
    return (table.features.rows(rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK))
