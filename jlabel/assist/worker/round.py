"""One round of a project: train, validate, predict, publish. Each is a run in the store."""

import logging
from dataclasses import replace
from typing import Any

import numpy as np

from jlabel.assist.compute.compute import Compute
from jlabel.assist.guarantee.sentences import explain
from jlabel.assist.learner import AnyLearner, Ids, Mask, Training
from jlabel.assist.run_recorder import RunHandle, RunRecorder
from jlabel.assist.worker.audits import Audits
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.item_table import ItemTable
from jlabel.model.project import ProjectRecord
from jlabel.model.run import Run, RunKind
from jlabel.model.run_metrics import InferenceMetrics, ValidationMetrics
from jlabel.store import Store, read_training_labels

WARM = 36
"""Random labels, with those that were skipped, until which chance gets ``WARM_SHARE`` of the pages.

So many tell how sure a batch may be taken to be; the batch itself is proved by its own audit.
"""
WARM_SHARE = 1 / 3

logger = logging.getLogger(__name__)


class Round:
    """Trains and publishes for one project; keeps the newest model between rounds.

    Args:
        store: of labels and predictions.
        project: the project.
        recorder: of its runs.
        compute: where the learner computes.

    Attributes:
        labels: labels that there were at the last training, successful or not; ``None`` before.
    """

    def __init__(self, store: Store, project: ProjectRecord, recorder: RunRecorder, compute: Compute) -> None:
        self.store, self.recorder, self.compute, self.project_id = store, recorder, compute, project.id
        self.labels: int | None = None
        self.audits = Audits(store, project.id)
        self._learner: AnyLearner | None = None
        self._training: Training[Any] | None = None
        self._skipped: Ids = np.zeros(0, dtype=np.int64)

    @property
    def learner(self) -> AnyLearner:
        """The learner; set before the first round."""
        assert self._learner is not None
        return self._learner

    @learner.setter
    def learner(self, learner: AnyLearner) -> None:
        self._learner, self.audits.auditing = learner, learner.auditing

    @property
    def trained(self) -> bool:
        """Whether there is a model."""
        return self._training is not None

    @property
    def training(self) -> Training[Any] | None:
        """The last training that gave a model."""
        return self._training

    def train(self, reason: str, *, asked: Run | None = None) -> bool:
        """Train on the labels there are; return whether there is a new model, to be published.

        Args:
            reason: for the run, a sentence.
            asked: the queued run that this is.
        """
        with self.recorder.run(RunKind.TRAINING, reason, asked=asked, model_hash=self.learner.hash) as handle:
            classes = self.store.classes(self.project_id, retired=True)
            given = list(read_training_labels(self.store, self.project_id, skipped=True))
            labels = [one for one in given if one.answer.skipped is None]
            self._skipped = np.array([one.item for one in given if one.answer.skipped and one.random], dtype=np.int64)
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
        return True

    def publish(self, items: ItemTable, settings: AssistSettings, reason: str, *, asked: Run | None = None) -> bool:
        """Validate the model that there is and publish its predictions; return whether they are served."""
        learner, model = self.learner, self._training.model if self._training else None
        if model is None:
            return False
        queued = asked if asked is not None and asked.kind is RunKind.VALIDATION else None
        with self.recorder.run(RunKind.VALIDATION, reason, asked=queued, model_hash=model.hash) as handle:
            scores = self.compute.run(learner.score, model, _waiting(items))
            handle.metrics = self._validate(items, model, scores, settings, handle.id)
            handle.adopted = bool(self.audits.released)
            handle.why_not = handle.metrics.reason
        if handle.cancelled:
            return False
        queued = asked if asked is not None and asked.kind is RunKind.INFERENCE else None
        total = len(scores.items)
        with self.recorder.run(RunKind.INFERENCE, reason, asked=queued, total=total, model_hash=model.hash) as handle:
            self._serve(items, model, scores, settings, handle)
        return not handle.cancelled

    def arrange(self, items: ItemTable, settings: AssistSettings) -> None:
        """Cluster and order the waiting items while there is no model."""
        share = max(settings.random_share, WARM_SHARE)
        waiting = _waiting(items)
        made = self.compute.run(self.learner.arrange, waiting[~_chance(items, waiting, share)], settings)
        if not made.clusters and not made.priorities:
            return  # chance goes on to choose: all of its labels are random ones
        self.store.arrange(self.project_id, clusters=made.clusters, priorities=made.priorities, random_share=share)
        logger.info("%d items are in clusters by their looks.", len(made.clusters))

    def _validate(
        self,
        items: ItemTable,
        model: Any,  # noqa: ANN401 -- the learner's own
        scores: Any,  # noqa: ANN401
        settings: AssistSettings,
        run: int,
    ) -> ValidationMetrics:
        """Judge the batch there is, try another where that is due, and return what is recorded of it."""
        learner, audits = self.learner, self.audits
        held = self.compute.run(learner.validate, model, scores, self._skipped, settings)
        offered = self._offered()
        audits.read(settings.target_precision)
        audits.settle(offered)
        sure, right = held.confidence, held.right
        wanted = audits.auditing.wanted(settings)
        labels = self.labels or 0
        proposed, outlook = wanted and audits.ledger.may_propose(labels, self.random), None
        if proposed:
            # What is on a page may stay there for long, and a look at lots is closed only after all were answered.
            usable = learner.proposable(scores, offered) & ~np.isin(scores.items, list(items.leased))
            usable &= ~_chance(items, scores.items, self._random_share(settings))
            found = audits.propose(scores, usable, sure, right)
            if found is None:
                outlook = audits.outlook(scores, usable, sure, right)
            else:
                chosen = self.compute.run(learner.score, model, found[0])
                every = np.ones(len(chosen.items), dtype=bool)
                made = self.compute.run(learner.predict, model, chosen, every, ~every, offered, settings).made
                floor = float(chosen.confidence.min())
                audits.try_out(run, found[1], made, round(floor, 4), labels, offered)
        current, shown = audits.ledger.current, int(np.isin(scores.items, list(audits.released)).sum())
        return replace(
            held.metrics,
            labels=self.random,
            target=settings.target_precision,
            threshold=current.floor if current is not None and shown else None,
            prelabeled=shown,
            coverage=round(shown / max(1, len(scores.items)), 4),
            reason=explain(
                audits.ledger, settings, wanted=wanted, random=self.random, proposed=proposed, outlook=outlook
            ),
            batches=audits.ledger.batches,
        )

    def _serve(self, items: ItemTable, model: Any, scores: Any, settings: AssistSettings, handle: RunHandle) -> None:  # noqa: ANN401 -- the learner's own
        learner, audits = self.learner, self.audits
        share = self._random_share(settings)
        free = ~_chance(items, scores.items, share)
        frozen = audits.released if settings.prelabel else {}
        proven = np.isin(scores.items, np.fromiter(frozen, np.int64, len(frozen)))
        pages = audits.pages()
        suggested = np.zeros(len(proven), dtype=bool)
        if settings.prelabel and not pages:  # audits come first, and nothing may hint at them
            suggested = self.compute.run(learner.suggest, scores, settings)
        predictions = self.compute.run(learner.predict, model, scores, proven, suggested, self._offered(), settings)
        self.store.write_predictions(handle.id, handle.each(frozen.get(one.item, one) for one in predictions.made))
        order = self.compute.run(learner.order, scores, predictions, free, settings)
        # Groups with lower numbers are served first: the lots of a batch before all that look alike.
        lots = {item: number - len(pages) for number, page in enumerate(pages) for item in page}
        handle.metrics = InferenceMetrics(
            images=len(scores.items),
            prelabeled=int((proven & free).sum()),
            suggested=int((predictions.suggested & free).sum()),
            clustered=len(order.clusters) - int((predictions.suggested & free).sum()),
        )
        if not handle.report(len(scores.items), now=True):
            return
        counts = self.store.publish(
            handle.id,
            clusters={**order.clusters, **lots},
            priorities={**order.priorities, **dict.fromkeys(lots, 0.0)},
            random_share=share,
            blind_share=settings.withheld_share,
            keep=audits.kept,
        )
        logger.info("Published %s", counts)

    @property
    def random(self) -> int:
        """Items that chance drew and people answered or skipped."""
        return (self._training.random if self._training else 0) + len(self._skipped)

    def _offered(self) -> frozenset[int]:
        return frozenset(one.id for one in self.store.classes(self.project_id))

    def _random_share(self, settings: AssistSettings) -> float:
        """Return the share of items that is left to chance: more of them at the beginning."""
        if not self.audits.auditing.wanted(settings):
            return settings.random_share  # nothing is to be proved, so that no sample is collected for it
        accuracy = self._training.metrics.accuracy if self._training else None
        return random_share(settings, self.random, accuracy)


def random_share(settings: AssistSettings, random: int, accuracy: float | None) -> float:
    """Return the share of items that is left to chance.

    Args:
        settings: of the project.
        random: items that chance drew and people answered or skipped.
        accuracy: of held-out predictions; ``None`` before there are any.
    """
    # With fewest keys a proof saves none: where the model is as right as a proof would show, no labels go into it.
    easy = settings.goal is Goal.FEWEST_KEYS and accuracy is not None and accuracy >= settings.target_precision
    return settings.random_share if random >= WARM or easy else max(settings.random_share, WARM_SHARE)


def _waiting(items: ItemTable) -> Ids:
    """Return the ids of the items that wait for a label."""
    return np.array([item for item, free in zip(items.items, items.waiting, strict=True) if free], dtype=np.int64)


def _chance(items: ItemTable, ids: Ids, share: float) -> Mask:
    """Return (n,) which items are left to chance: no cluster and no order is for them."""
    drawn = np.array(items.items, dtype=np.int64)[np.array(items.chance(share), dtype=bool)]
    return np.isin(ids, drawn)
