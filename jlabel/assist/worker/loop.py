"""The worker's loop: what is due is done, and what is going on is looked at many times a second."""

import logging
import time
from pathlib import Path

from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.run_recorder import Entry, Recorder
from jlabel.assist.schedule import labels_more
from jlabel.assist.worker.featurizer import Embedding
from jlabel.assist.worker.finetuner import Retuned, Tuning
from jlabel.assist.worker.lease_keeper import Guard
from jlabel.assist.worker.project_state import ProjectState
from jlabel.assist.worker.round import Rounds
from jlabel.errors import StoreError
from jlabel.model.project import ProjectRecord
from jlabel.model.run import Run, RunKind
from jlabel.store import Store

IDLE = 0.2
"""Seconds between two looks while there is nothing to do."""
FIRST_CLUSTERS = 96
"""Embedded pictures of which the first clusters are made; from then on at twice as many."""
PUBLISHED = ("target", "threshold", "per_class", "prelabel", "cluster", "choice", "random_share", "blind_share")
"""Settings that ask for a new publication, not for a new model."""
_RELIST = 20.0
_RETRY = (5.0, 300.0)

logger = logging.getLogger(__name__)


class Worker:
    """Works for one project until it is told to stop.

    Args:
        store: where the project lives.
        project: which.
        folder: of the project's assist.
        guard: says when to stop; holds the lease.
        once: stop when there is nothing to do.
    """

    def __init__(self, store: Store, project: ProjectRecord, folder: Path, guard: Guard, *, once: bool = False) -> None:
        self.store, self.project, self.folder, self.guard, self.once = store, project, folder, guard, once
        self.recorder = Recorder(store, project.id)
        self.rounds = Rounds(store, project, self.recorder)
        self.state = ProjectState(store, project.id)
        self.settings = self.state.settings
        self.tuning = Tuning(folder)
        self._open: Embedding | None = None
        self._why = "Assist was started."
        self._classes, self._items = self.state.classes, self.state.items
        self._arranged, self._listed = 0, 0.0
        self._declined = False

    @property
    def embedding(self) -> Embedding:
        """The pictures; there is one once the backbone was opened."""
        assert self._open is not None
        return self._open

    def run(self) -> None:
        """Work.

        Raises:
            MissingExtra: torch, or the weights' package, is not installed.
            CheckpointError: the weights cannot be had.
            InputError: settings that cannot be used.
            NotFound: the project was deleted.
            StoreError: with ``once``, the database or the disk refuses; otherwise it is tried again.
        """
        with self.state:
            self._run()
        self.tuning.stop()

    def _run(self) -> None:
        retry = _RETRY[0]
        while not self.guard.ended:
            try:
                self.state.refresh()
                busy = self._step()
                retry = _RETRY[0]
            except StoreError as error:  # locked for long, full, or away: what was not done is done later
                if self.once:
                    raise
                logger.warning("Trying again in %.0f s: %s", retry, error)
                self.guard.wait(retry)
                retry = min(2 * retry, _RETRY[1])
                continue
            if not busy and self.once and not self.tuning.busy and not self.state.refresh(now=True):
                break
            if not busy:
                self.guard.wait(IDLE)

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
        if self._round_due() or self._arrange_due():
            return True
        if retuned := self.tuning.take():
            self._retuned(retuned)
            return True
        return self._tuning_due() or self._more_pictures()

    def _resettle(self) -> None:
        """Take over changed settings."""
        old, new = self.settings, self.state.settings
        self.settings = new
        if (old.backbone, old.device) != (new.backbone, new.device):
            self._open, self._why = None, f"The network was set to {new.backbone!r} on {new.device!r}."
            return
        changed = [name for name in PUBLISHED if getattr(old, name) != getattr(new, name)]
        if changed and not new.paused:
            embedding, reason = self.embedding, f"Settings were changed: {', '.join(changed)}."
            if not self.rounds.publish(embedding.table(), embedding.list(), new, reason):
                self._arranged = 0

    def _round_due(self) -> bool:
        """Train or publish if there is a reason for it; return whether that was so."""
        asked = next((run for run in self.state.asked if run.kind is not RunKind.FINE_TUNING), None)
        reason = asked.reason if asked else self._reason()
        embedding = self.embedding
        if not reason or (embedding.todo and not embedding.embedded):
            return False
        self._classes = self.state.classes
        if asked is not None and asked.kind is RunKind.FEATURIZATION:
            self._embed(asked.reason, asked=asked)
        elif asked is None or asked.kind is RunKind.TRAINING:
            self.rounds.train(embedding.table(), embedding.list(), self.settings, reason, asked=asked)
        else:
            if not self.rounds.trained:
                self.rounds.train(embedding.table(), embedding.list(), self.settings, reason)
            self.rounds.publish(embedding.table(), embedding.list(), self.settings, reason, asked=asked)
            self.store.cancel_run(asked.id)  # where there is no model it cannot be done; one that is done stays so
        self.state.refresh(now=True)
        return True

    def _reason(self) -> str:
        """Return why to train now; ``""`` when there is no reason."""
        labels, last = self.state.labels, self.rounds.labels
        if not labels_more(labels, last, self.settings.every):
            if last is None:
                return f"There are {labels} labels."
            return f"{labels - last} new labels." if labels > last else f"{last - labels} labels were taken back."
        return "The label classes were changed." if last is not None and self._classes != self.state.classes else ""

    def _arrange_due(self) -> bool:
        """Cluster what is embedded, while there is no model; return whether that was due."""
        embedding = self.embedding
        done, total = embedding.embedded, len(embedding.subjects.items)
        if self.rounds.trained or done == self._arranged or done < min(2 * self._arranged or FIRST_CLUSTERS, total):
            return False
        self._arranged = done
        self.rounds.arrange(embedding.table(), embedding.subjects, self.settings)
        return True

    def _more_pictures(self) -> bool:
        """Embed what a refresh has found, or what an interruption left; return whether there was anything."""
        embedding = self.embedding
        if self.state.items != self._items or time.monotonic() - self._listed > _RELIST:
            begun = time.monotonic()
            embedding.list()
            # Half a million items take seconds to list: no more than a fiftieth of the time goes there.
            self._listed = time.monotonic() + 50 * (time.monotonic() - begun)
            self._declined = self._declined and self.state.items == self._items
            self._items = self.state.items
        if not embedding.todo or self._declined:
            return False
        self._embed(f"{len(embedding.todo):,} images are new, changed or left over.")
        return True

    def _embed(self, reason: str, *, asked: Run | None = None, fresh: Embedding | None = None) -> None:
        """Embed all that is missing; rounds that become due meanwhile are done in between.

        Args:
            reason: for the run, a sentence.
            asked: the queued run that this is.
            fresh: pictures under a new network, which takes over once all are embedded.
        """
        with self.recorder.run(RunKind.FEATURIZATION, reason, asked=asked) as entry:
            embedding = fresh or self._opened(entry)
            embedding.list()
            self._listed, self._items = time.monotonic(), self.state.items
            entry.tell(0, len(embedding.todo), now=True, device=embedding.backbone.device)
            while embedding.todo and not entry.cancelled:
                embedding.go_on(entry, lambda: self._interrupted(entry))
                if not embedding.todo:
                    break
                if self.guard.ended or self.state.settings.paused or self._reopens():
                    entry.stopped = True
                    return
                if self._reason() or self.state.asked:
                    embedding.list()
                    if embedding.behind:
                        embedding.go_on(entry, lambda: False, some=embedding.behind)
                    self._round_due()
                self._arrange_due()
            entry.adopted = not entry.cancelled
        self._declined = entry.cancelled
        if fresh is not None:
            self._open = self._open if entry.cancelled else fresh
            return
        if self.rounds.trained and entry.metrics.get("done"):
            self.rounds.train(embedding.table(), embedding.list(), self.settings, "All images are embedded.")

    def _opened(self, entry: Entry) -> Embedding:
        """Return the pictures under the project's network: the fine-tuned one, if there is one."""
        if self._open is not None:
            return self._open
        self.settings = self.state.settings
        wish, note = self.settings, ""
        kept: Retuned | None = None
        if wish.fine_tune is not False:
            kept, note = self.tuning.kept(wish.backbone, wish.device)
        backbone = kept.backbone if kept else open_backbone(wish.backbone, device=wish.device)
        self.rounds.unproving = kept.seen if kept else frozenset()
        self.rounds.labels = None
        self.recorder.device, entry.model_hash = backbone.device, backbone.hash
        self._open = Embedding(self.store, self.project.id, self.folder, backbone)
        entry.metrics = {"backbone": backbone.name, "size": backbone.size}
        notes = [text for text in (note, self._open.gallery.note) if text]
        if notes:
            entry.metrics["notes"] = notes
        return self._open

    def _interrupted(self, entry: Entry) -> bool:
        """Whether embedding is to pause for something else."""
        if self.guard.ended or entry.cancelled:
            return True
        try:
            self.state.refresh()
        except StoreError as error:
            logger.warning("The store refuses: %s", error)
            return False
        if self.state.settings.paused or self._reopens() or self.state.asked or self._reason():
            return True
        return not self.rounds.trained and self.embedding.now >= (2 * self._arranged or FIRST_CLUSTERS)

    def _reopens(self) -> bool:
        new = self.state.settings
        return (self.settings.backbone, self.settings.device) != (new.backbone, new.device)

    def _tuning_due(self) -> bool:
        """Begin fine-tuning if that is due; return whether it was."""
        asked = next((run for run in self.state.asked if run.kind is RunKind.FINE_TUNING), None)
        lesson, embedding = self.rounds.lesson, self.embedding
        if self.tuning.busy or lesson is None:
            return False
        if asked is None and not self.tuning.due(lesson.labels, self.settings, embedding.backbone.device):
            return False
        subjects = embedding.list()
        place = {item: n for n, item in enumerate(subjects.items)}
        self.tuning.start(
            self.recorder,
            embedding.backbone,
            embedding.table(),
            lesson,
            lambda item: subjects.uri(place[item]),
            base=self.settings.backbone,
            exclusive=self.rounds.exclusive,
            reason=asked.reason if asked else f"There are {lesson.labels} labels.",
            asked=asked,
        )
        self.guard.wait(IDLE)  # the thread takes the queued run over
        self.state.refresh(now=True)
        return True

    def _retuned(self, retuned: Retuned) -> None:
        """Embed all pictures by a fine-tuned network, then work with that."""
        fresh = Embedding(self.store, self.project.id, self.folder, retuned.backbone)
        self._embed("The network was fine-tuned.", fresh=fresh)
        if self._open is fresh:
            self.rounds.unproving = retuned.seen
            self.rounds.train(fresh.table(), fresh.list(), self.settings, "The network was fine-tuned.")
