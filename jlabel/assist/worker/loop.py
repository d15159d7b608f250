"""The worker's loop: what is due is done, and changes of the project are noticed many times a second."""

import logging
import time
from pathlib import Path

from jlabel.assist.compute.compute import Compute
from jlabel.assist.compute.interruption import Interrupted, heeding
from jlabel.assist.learner import AnyLearner
from jlabel.assist.learners import learner_kind
from jlabel.assist.run_recorder import RunHandle, RunRecorder
from jlabel.assist.worker.featurizer import Featurizer
from jlabel.assist.worker.finetuner import Finetuner
from jlabel.assist.worker.interruptions import Interruptions
from jlabel.assist.worker.lease_keeper import LeaseKeeper
from jlabel.assist.worker.project_state import ProjectState
from jlabel.assist.worker.round import Round
from jlabel.assist.worker.rounds import Rounds
from jlabel.errors import StoreError
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.project import ProjectRecord
from jlabel.model.run import Run, RunKind
from jlabel.model.run_metrics import FeaturizationMetrics
from jlabel.store import Store

IDLE = 0.2
"""Seconds between two looks while there is nothing to do."""
PUBLISHED = (
    "target_precision",
    "threshold",
    "goal",
    "prelabel",
    "cluster",
    "queue_order",
    "random_share",
    "blind_share",
)
"""Settings that ask for a new publication, not for a new model."""
ROUNDS_SHARE = 8
"""A round while items are prepared is followed by so many times its duration without one, or they would never end."""
_RELIST = 20.0
_RETRY = (5.0, 300.0)

logger = logging.getLogger(__name__)


class Worker:
    """Works for one project until its lease keeper ends it.

    Args:
        store: of the project.
        project: the project.
        folder: of the project's assist.
        lease_keeper: keeps the lease, and knows when to stop.
        compute: where the learner computes.
        once: stop when there is nothing to do.
    """

    def __init__(
        self,
        store: Store,
        project: ProjectRecord,
        folder: Path,
        lease_keeper: LeaseKeeper,
        compute: Compute,
        *,
        once: bool = False,
    ) -> None:
        self.store, self.project, self.folder, self.lease_keeper, self.once = store, project, folder, lease_keeper, once
        self.compute = compute
        self.recorder = RunRecorder(store, project.id)
        self.round = Round(store, project, self.recorder, compute)
        self.state = ProjectState(store, project.id)
        state = self.state
        self.finetuner = Finetuner(compute, held=lambda: state.settings.paused)
        self.interruptions = Interruptions(lease_keeper, self.state, self.recorder)
        self.rounds = Rounds(store, self.state, self.round, self.interruptions)
        self._open: Featurizer | None = None
        self._why = "Assist was started."
        self._items = self.state.items
        self._listed = self._quiet_until = 0.0
        self._declined = False

    @property
    def settings(self) -> AssistSettings:
        """The settings in force; those that are wanted are in ``state``."""
        return self.state.in_force

    @property
    def featurizer(self) -> Featurizer:
        """The items; there is one once the learner was opened."""
        assert self._open is not None
        return self._open

    def run(self) -> None:
        """Work.

        Raises:
            MissingExtra: torch, or the weights' package, is not installed.
            CheckpointError: the weights cannot be read.
            InputError: settings that cannot be used.
            NotFound: the project was deleted.
            StoreError: with ``once``, the database or the disk refuses; otherwise it is tried again.
        """
        with self.state, heeding(self.interruptions.heed):
            self._run()
        self.finetuner.stop()

    def _run(self) -> None:
        retry = _RETRY[0]
        while not self.lease_keeper.ended:
            try:
                self.state.refresh()
                busy = self._step()
                retry = _RETRY[0]
            except Interrupted as interruption:
                self.rounds.leave(interruption)
                busy = True
            except StoreError as error:  # locked for long, full, or away: what was not done is done later
                if self.once:
                    raise
                logger.warning("Trying again in %.0f s: %s", retry, error)
                self.lease_keeper.wait(retry)
                retry = min(2 * retry, _RETRY[1])
                continue
            if not busy and self.once and not self.finetuner.busy and not self.state.refresh(now=True):
                break
            if not busy:
                self.lease_keeper.wait(IDLE)

    def _step(self) -> bool:
        """Do one thing that is due; return whether there was one."""
        if self._open is None:
            self._embed(self._why)
            return True
        if self.state.settings != self.settings:
            self._resettle()
            return True
        if self.settings.paused:
            return False
        if self._asked_to_embed() or self.rounds.do() or self.rounds.finish() or self.rounds.arrange():
            return True
        if learner := self.finetuner.take():
            self._take_over(learner)
            return True
        return self._finetuning_due() or self._more_items()

    def _resettle(self) -> None:
        """Take over changed settings."""
        old, new = self.settings, self.state.settings
        self.state.in_force = new
        if old.opening != new.opening:
            self.interruptions.left = None
            names = ", ".join(
                f"{name} to {value!r}" for name, value in new.opening.items() if old.opening[name] != value
            )
            self._open, self._why = None, f"Set anew: {names}."
            return
        changed = [name for name in PUBLISHED if getattr(old, name) != getattr(new, name)]
        if changed and not new.paused:
            self.rounds.publish(f"Settings were changed: {', '.join(changed)}.")

    def _asked_to_embed(self) -> bool:
        """Prepare items if that was asked for; return whether it was."""
        asked = self.rounds.due.asked(embedding=False)
        if asked is None or asked.kind is not RunKind.FEATURIZATION:
            return False
        self._embed(asked.reason, asked=asked)
        self.state.refresh(now=True)
        return True

    def _more_items(self) -> bool:
        """Prepare what a refresh found, or what an interruption left; return whether there was anything."""
        featurizer = self.featurizer
        if self.state.items != self._items or time.monotonic() - self._listed > _RELIST:
            begun = time.monotonic()
            featurizer.list()
            # Half a million items take seconds to list: no more than a fiftieth of the time goes there.
            self._listed = time.monotonic() + 50 * (time.monotonic() - begun)
            self._declined = self._declined and self.state.items == self._items
            self._items = self.state.items
        if not featurizer.todo or self._declined:
            return False
        self._embed(f"{featurizer.todo:,} images are new, changed or left over.")
        return True

    def _embed(self, reason: str, *, asked: Run | None = None, fresh: Featurizer | None = None) -> None:
        """Prepare all that is missing; rounds that become due meanwhile are done in between.

        Args:
            reason: for the run, a sentence.
            asked: the queued run that this is.
            fresh: items under a new learner, which takes over once all are prepared.
        """
        with self.recorder.run(RunKind.FEATURIZATION, reason, asked=asked) as handle:
            featurizer = fresh or self._opened(handle)
            featurizer.list()
            self._listed, self._items = time.monotonic(), self.state.items
            handle.report(0, featurizer.todo, now=True, device=featurizer.learner.device)
            featurizer.prepare(handle, lambda: self._between(handle))
            handle.stopped = bool(featurizer.todo) and not handle.cancelled
            if handle.stopped:
                return
            self.rounds.arrange()
            handle.adopted = not handle.cancelled
        self._declined = handle.cancelled
        if fresh is not None:
            if not handle.cancelled:
                self._open = self.rounds.featurizer = fresh
            return
        if isinstance(handle.metrics, FeaturizationMetrics) and handle.metrics.done:
            self.rounds.all_embedded()

    def _opened(self, handle: RunHandle) -> Featurizer:
        """Return the items under the project's learner, which is opened if it is not open."""
        if self._open is not None:
            return self._open
        self.state.in_force = self.state.settings
        learner = learner_kind(self.project).open(self.settings, self.folder, self.compute)
        self.round.learner, self.round.labels = learner, None
        self.finetuner.labels = learner.finetuned_on or self.finetuner.labels
        self.recorder.device, handle.model_hash = learner.device, learner.hash
        self._open = self.rounds.featurizer = Featurizer(self.store, self.project.id, learner, self.compute)
        handle.metrics = FeaturizationMetrics(backbone=learner.name, size=learner.size, notes=learner.notes)
        return self._open

    def _between(self, handle: RunHandle) -> bool:
        """Do what is due while items are prepared; return whether their preparation is to end."""
        if handle.cancelled or self.interruptions.due():
            return True
        begun = time.monotonic()
        try:
            if self.state.settings != self.settings:
                self._resettle()
            if begun < self._quiet_until and self.rounds.due.asked(embedding=True) is None:
                return False
            if not self.rounds.do(embedding=True):
                self.rounds.arrange()
                self.rounds.extend()
        except Interrupted as interruption:
            self.rounds.leave(interruption)
        now = time.monotonic()
        self._quiet_until = now + ROUNDS_SHARE * (now - begun)
        return self.interruptions.due()

    def _finetuning_due(self) -> bool:
        """Begin fine-tuning if that is due; return whether it was."""
        asked = next((run for run in self.state.asked if run.kind is RunKind.FINE_TUNING), None)
        training, featurizer = self.round.training, self.featurizer
        if self.finetuner.busy or training is None:
            return False
        labels, learner = training.metrics.labels, featurizer.learner
        if asked is None and not self.finetuner.due(labels, self.settings, learner.device):
            return False
        items = featurizer.list()
        featurizer.refresh()
        position = {item: n for n, item in enumerate(items.items)}
        work = learner.finetune(training.model, lambda item: items.uri(position[item]))
        if work is None:
            if asked is not None:
                self.store.cancel_run(asked.id)
            return asked is not None
        self.finetuner.start(
            self.recorder,
            work,
            labels,
            reason=asked.reason if asked else f"There are {labels} labels.",
            model_hash=learner.hash,
            asked=asked,
        )
        self.lease_keeper.wait(IDLE)  # the job takes the queued run over
        self.state.refresh(now=True)
        return True

    def _take_over(self, learner: AnyLearner) -> None:
        """Prepare all items for the learner of a fine-tuned network, then work with that."""
        fresh = Featurizer(self.store, self.project.id, learner, self.compute)
        self._embed("The network was fine-tuned.", fresh=fresh)
        if self._open is fresh:
            self.round.learner = learner
            self.rounds.train("The network was fine-tuned.")
