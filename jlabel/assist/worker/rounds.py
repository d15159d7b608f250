"""When rounds come: what is due is done, what was interrupted is taken up again."""

from jlabel.assist.compute.interruption import Interrupted
from jlabel.assist.worker.due import Due
from jlabel.assist.worker.featurizer import Featurizer
from jlabel.assist.worker.interruptions import Interruptions
from jlabel.assist.worker.project_state import ProjectState
from jlabel.assist.worker.round import Round
from jlabel.model.run import Run, RunKind
from jlabel.store import Store

FIRST_CLUSTERS = 96
"""Prepared items of which the first clusters are made; from then on at twice as many."""


class Rounds:
    """The rounds of one project.

    Args:
        store: of the project.
        state: of the project.
        round_: that is done.
        interruptions: of what is under way.

    Attributes:
        featurizer: the items; set before the first round.
    """

    featurizer: Featurizer

    def __init__(self, store: Store, state: ProjectState, round_: Round, interruptions: Interruptions) -> None:
        self.store, self.state, self.round, self.interruptions = store, state, round_, interruptions
        self.due = Due(state)
        self._trained_on = self._arranged = self._published_on = 0

    def do(self, *, embedding: bool = False) -> bool:
        """Train or publish if there is a reason for it; return whether that was so.

        Args:
            embedding: items are being prepared.
        """
        asked, featurizer = self.due.asked(embedding=embedding), self.featurizer
        if asked is not None and asked.kind is RunKind.FEATURIZATION:
            return False
        if embedding and asked is None and self._reason():
            featurizer.list()  # which of the labels since are of items that are prepared
        reason = asked.reason if asked else self._reason()
        if not reason or (featurizer.todo and not featurizer.prepared):
            return False
        self.due.begin()
        self.interruptions.left = None
        if asked is None or asked.kind is RunKind.TRAINING:
            self.train(reason, asked=asked)
        else:
            if not self.round.trained:
                self.train(reason)
            self.publish(reason, asked=asked)
            self.store.cancel_run(asked.id)  # without a model it cannot be done; a run that is done stays so
        self.state.refresh(now=True)
        return True

    def finish(self) -> bool:
        """Do what an interruption left of a round; return whether there was anything."""
        left = self.interruptions.take()
        if left is None:
            return False
        kind, reason = left
        if kind is RunKind.TRAINING:
            self.train(reason)
        else:
            self.publish(reason)
        return True

    def arrange(self) -> bool:
        """Cluster what is prepared, while there is no model; return whether that was due."""
        featurizer = self.featurizer
        done, total = featurizer.prepared, len(featurizer.items.items)
        if self.round.trained or done == self._arranged or done < min(2 * self._arranged or FIRST_CLUSTERS, total):
            return False
        self._arranged = done
        featurizer.refresh()
        self.round.arrange(featurizer.items, self.state.in_force)
        return True

    def extend(self) -> bool:
        """Publish again while items are being prepared, when twice as many are; return whether that was due."""
        prepared = self.featurizer.prepared
        few = self._published_on < FIRST_CLUSTERS
        if not self.round.trained or prepared < (FIRST_CLUSTERS if few else 2 * self._published_on):
            return False
        self._published_on = prepared
        self.publish("More images are prepared.")
        return True

    def all_embedded(self) -> None:
        """Train again after the last item was prepared, if that can change anything."""
        if self.round.labels is not None and (self.round.trained or self._usable > self._trained_on):
            self.train("All images are embedded.")

    def train(self, reason: str, *, asked: Run | None = None) -> None:
        """Train, and publish what follows."""
        items = self.featurizer.refresh_and_list()
        usable = self._usable
        made = self.round.train(reason, asked=asked)
        self._trained_on = usable
        if not made:
            return
        self.featurizer.list()  # a learner may know only now what is to be prepared
        self._published_on = self.featurizer.prepared
        # A handful of images would be published as if they were all that the model has to say.
        if self._published_on >= min(FIRST_CLUSTERS, len(items.items)):
            self.round.publish(items, self.state.in_force, reason)

    def publish(self, reason: str, *, asked: Run | None = None) -> None:
        """Publish again; where nothing can be, clusters are made anew."""
        if not self.round.publish(self.featurizer.refresh_and_list(), self.state.in_force, reason, asked=asked):
            self._arranged = 0

    def leave(self, interruption: Interrupted) -> None:
        """Leave a round; a training that somebody cancelled does not begin again with the same labels."""
        self.interruptions.note(interruption)
        if interruption.cancelled and interruption.kind is RunKind.TRAINING:
            self.round.labels, self._trained_on = self.state.labels, self._usable

    def _reason(self) -> str:
        """Return why to train without being asked; ``""`` when there is no reason."""
        last = None if self.round.labels is None else self._trained_on
        reason = self.due.reason(self._usable, last, self.state.in_force.retrain_every)
        if not reason and self.round.trained and self.round.audits.due(self.state.revision):
            return "What was answered decides about a batch."
        return reason

    @property
    def _usable(self) -> int:
        """How many labels there are of items that are prepared."""
        return max(0, self.state.labels - self.featurizer.behind)
