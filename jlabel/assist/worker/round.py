"""One round of a project: train, validate, predict, publish. Each is a run in the store."""

import logging
from typing import Any

import numpy as np

from jlabel.assist.compute.compute import Compute
from jlabel.assist.learner import AnyLearner, Ids, Mask, Training
from jlabel.assist.run_recorder import RunHandle, RunRecorder
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.item_table import ItemTable
from jlabel.model.project import ProjectRecord
from jlabel.model.run import Run, RunKind
from jlabel.model.run_metrics import InferenceMetrics
from jlabel.store import Store, read_training_labels

WARM = 400
"""Random labels without a proof after which chance gets its usual share of the pages again.

Until something is proved, or so many labels could not prove it, every other page is left to chance. (With 150, six of
ten simulated projects on the clothing images ended without a pre-label at 95 %; with 400, none of four, for one key in
twenty-five more.)
"""
WARM_SHARE = 0.5

logger = logging.getLogger(__name__)


class Round:
    """Trains and publishes for one project; keeps the newest model between rounds.

    Args:
        store: of labels and predictions.
        project: the project.
        recorder: of its runs.
        compute: where the learner computes.

    Attributes:
        learner: that learns; set before the first round.
        labels: labels that there were at the last training, successful or not; ``None`` before.
    """

    learner: AnyLearner

    def __init__(self, store: Store, project: ProjectRecord, recorder: RunRecorder, compute: Compute) -> None:
        self.store, self.recorder, self.compute, self.project_id = store, recorder, compute, project.id
        self.labels: int | None = None
        self._training: Training[Any] | None = None
        self._proved = False

    @property
    def trained(self) -> bool:
        """Whether there is a model."""
        return self._training is not None

    @property
    def training(self) -> Training[Any] | None:
        """The last training that gave a model."""
        return self._training

    def train(self, items: ItemTable, settings: AssistSettings, reason: str, *, asked: Run | None = None) -> bool:
        """Train on the labels there are and publish what follows; return whether pre-labels are served now.

        Args:
            items: all items.
            settings: of the project.
            reason: for the runs, a sentence.
            asked: the queued run that this is.
        """
        with self.recorder.run(RunKind.TRAINING, reason, asked=asked, model_hash=self.learner.hash) as handle:
            classes = self.store.classes(self.project_id, retired=True)
            labels = list(read_training_labels(self.store, self.project_id))
            training: Training[Any] = self.compute.run(self.learner.train, labels, classes)
            handle.metrics = training.metrics
            handle.adopted = training.model is not None
            if training.model is not None:
                handle.model_hash = training.model.hash
            else:
                handle.why_not = training.reason
        self.labels = training.metrics.labels
        if handle.cancelled or training.model is None:
            return False
        self._training = training
        return self.publish(items, settings, reason)

    def publish(self, items: ItemTable, settings: AssistSettings, reason: str, *, asked: Run | None = None) -> bool:
        """Validate the model that there is and publish its predictions; return whether they are served."""
        learner, model = self.learner, self._training.model if self._training else None
        if model is None:
            return False
        queued = asked if asked is not None and asked.kind is RunKind.VALIDATION else None
        with self.recorder.run(RunKind.VALIDATION, reason, asked=queued, model_hash=model.hash) as handle:
            scores = self.compute.run(learner.score, model, _waiting(items))
            validation = self.compute.run(learner.validate, model, scores, settings)
            handle.metrics = validation.metrics
            handle.adopted = validation.proved
            handle.why_not = "" if handle.adopted else validation.metrics.reason
        if handle.cancelled:
            return False
        self._proved = self._proved or validation.proved
        queued = asked if asked is not None and asked.kind is RunKind.INFERENCE else None
        total = len(scores.items)
        with self.recorder.run(RunKind.INFERENCE, reason, asked=queued, total=total, model_hash=model.hash) as handle:
            self._serve(items, model, scores, validation, settings, handle)
        return not handle.cancelled

    def arrange(self, items: ItemTable, settings: AssistSettings) -> None:
        """Cluster and order the waiting items while there is no model."""
        share = max(settings.random_share, WARM_SHARE)
        waiting = _waiting(items)
        made = self.compute.run(self.learner.arrange, waiting[~_chance(items, waiting, share)], settings)
        self.store.arrange(self.project_id, clusters=made.clusters, priorities=made.priorities, random_share=share)
        logger.info("%d items are in clusters by their looks.", len(made.clusters))

    def _serve(  # noqa: PLR0917 -- one call, above
        self,
        items: ItemTable,
        model: Any,  # noqa: ANN401 -- the learner's own
        scores: Any,  # noqa: ANN401
        validation: Any,  # noqa: ANN401
        settings: AssistSettings,
        handle: RunHandle,
    ) -> None:
        offered = frozenset(one.id for one in self.store.classes(self.project_id))
        predictions = self.compute.run(self.learner.predict, model, scores, validation, settings, offered)
        share = self._random_share(settings)
        free = ~_chance(items, scores.items, share)
        metrics = InferenceMetrics(images=len(scores.items), prelabeled=int((predictions.above & free).sum()))
        self.store.write_predictions(handle.id, handle.each(predictions.made))
        order = self.compute.run(self.learner.order, scores, predictions, free, settings)
        handle.metrics = InferenceMetrics(
            images=metrics.images, prelabeled=metrics.prelabeled, clustered=len(order.clusters)
        )
        if not handle.report(len(scores.items), now=True):
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
        """Return the share of items that is left to chance: more of them until something is proved."""
        assert self._training is not None
        warm = self._proved or self._training.random >= WARM
        return settings.random_share if warm else max(settings.random_share, WARM_SHARE)


def _waiting(items: ItemTable) -> Ids:
    """Return the ids of the items that wait for a label."""
    return np.array([item for item, free in zip(items.items, items.waiting, strict=True) if free], dtype=np.int64)


def _chance(items: ItemTable, ids: Ids, share: float) -> Mask:
    """Return (n,) which items are left to chance: no cluster and no order is for them."""
    drawn = np.array(items.items, dtype=np.int64)[np.array(items.chance(share), dtype=bool)]
    return np.isin(ids, drawn)
