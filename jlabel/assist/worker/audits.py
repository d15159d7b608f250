"""The audited batches of one project: kept in the records of its validations, judged by what labelers answer."""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from random import SystemRandom

import numpy as np

from jlabel.assist.guarantee.auditing import Auditing, ItemAuditing, Seen
from jlabel.assist.guarantee.ledger import Outlook, Proposal
from jlabel.assist.learner import Ids, Mask, Scores
from jlabel.model.answer import Answer
from jlabel.model.batch import Batch, BatchState
from jlabel.model.item import ItemState
from jlabel.model.record import Record
from jlabel.model.run import Prediction, RunKind, RunState
from jlabel.model.run_metrics import ValidationMetrics
from jlabel.model.training_label import TrainingLabel
from jlabel.store import Store, read_predictions

WATCHED_EVERY = 1.0
"""Seconds between two looks at what became of a batch."""
_CHUNK = 1000
_RANDOM = SystemRandom()

logger = logging.getLogger(__name__)


class Audits:
    """The ledger of a project, and the frozen predictions of the batch that is on trial or shown.

    Args:
        store: of labels and predictions.
        project_id: the project.

    Attributes:
        auditing: what a unit of proof is; that of the learner, set before the first round.
        ledger: all batches, as the newest validation recorded them.
    """

    def __init__(self, store: Store, project_id: int) -> None:
        self.store, self.project_id = store, project_id
        self.auditing: Auditing = ItemAuditing()
        self.ledger = self.auditing.ledger()
        self._frozen: dict[int, Prediction] = {}
        self._of: int | None = None
        self._judged: dict[int, tuple[TrainingLabel, int]] = {}
        self._seen, self._watched = -1, 0.0

    def read(self, target: float) -> None:
        """Read the ledger again, for a target."""
        newest = self.store.runs(self.project_id, kind=RunKind.VALIDATION, state=RunState.DONE, limit=1)
        batches = ValidationMetrics.from_json(newest[0].metrics).batches if newest else ()
        self.ledger = self.auditing.ledger(batches, target)
        current = self.ledger.current
        if (current.run if current else None) != self._of:
            self._thaw()
            if current is not None:
                self._freeze(current.run, read_predictions(self.store, current.run))

    @property
    def kept(self) -> tuple[int, ...]:
        """Runs whose predictions are still needed."""
        current = self.ledger.current
        return () if current is None else (current.run,)

    @property
    def released(self) -> dict[int, Prediction]:
        """The frozen predictions of the batch that is shown, by item."""
        current = self.ledger.current
        return self._frozen if current is not None and current.state is BatchState.RELEASED else {}

    def due(self, revision: int) -> bool:
        """Tell whether what was answered changes the ledger: a look is complete, or people corrected too much.

        Args:
            revision: of the project; nothing is read again while it stays.
        """
        current = self.ledger.current
        if current is None or revision == self._seen or time.monotonic() - self._watched < WATCHED_EVERY:
            return False
        self._seen, self._watched = revision, time.monotonic()
        new = self._judge(current)
        return new.state is not current.state or new.asked != current.asked

    def settle(self, offered: frozenset[int]) -> None:
        """Judge the batch that is on trial or shown by what was answered since.

        Args:
            offered: ids of the classes that may be given. Answers that were frozen before a class came say nothing
                about it, and those of a class that was retired may not be shown: such a batch is given up at once.
        """
        current = self.ledger.current
        if current is None:
            return
        new = self._judge(current)
        ended = BatchState.DROPPED if new.state is BatchState.TRIAL else BatchState.WITHDRAWN
        if new.state in {BatchState.TRIAL, BatchState.RELEASED} and offered != frozenset(current.classes):
            new = replace(new, state=ended)
        elif new.state is BatchState.RELEASED and not self.ledger.replaced(new).holds:
            new = replace(new, state=ended)  # another precision is asked for
        if new.state is not current.state:
            logger.info("%s", new)
        self.ledger = self.ledger.replaced(new)
        if self.ledger.current is None:
            self._thaw()

    def propose(self, scores: Scores, usable: Mask, sure: np.ndarray, right: Mask) -> tuple[Ids, Proposal] | None:
        """Return the items of a batch that is worth a trial; ``None`` where none is.

        Args:
            scores: (n,) of the waiting items.
            usable: (n,) which may be in it.
            sure: (m,) confidences of held-out predictions for items that chance drew, skipped ones among them.
            right: (m,) whether these were right.
        """
        return self.auditing.propose(self.ledger, scores, usable, sure, right)

    def outlook(self, scores: Scores, usable: Mask, sure: np.ndarray, right: Mask) -> Outlook | None:
        """Return what a proof would take where none is worth a trial; as ``propose``."""
        return self.auditing.outlook(self.ledger, scores, usable, sure, right)

    def try_out(  # noqa: PLR0917 -- one call, in the round
        self, run: int, found: Proposal, made: Iterable[Prediction], floor: float, labels: int, offered: frozenset[int]
    ) -> None:
        """Freeze a batch's predictions and put it on trial."""
        self._freeze(run, made)
        self.store.write_predictions(run, self._frozen.values())
        batch = Batch(
            run=run,
            size=len(self._frozen),
            a=found.a,
            b=found.b,
            seed=_RANDOM.getrandbits(32),
            floor=floor,
            labels=labels,
            classes=tuple(sorted(offered)),
            units=sum(self.auditing.units(one) for one in self._frozen.values()),
        )
        self.ledger = self.ledger.replaced(replace(batch, asked=self.ledger.ask(batch)))
        logger.info("Batch %d: %d items are on trial; about %d audits are expected", run, batch.size, found.audits)

    def pages(self) -> list[list[int]]:
        """Return the lots that wait for their audit, as pages."""
        current = self.ledger.current
        if current is None or current.state is not BatchState.TRIAL:
            return []
        return self.auditing.pages(self._open(current), self._frozen)

    def _judge(self, batch: Batch) -> Batch:
        if batch.state is BatchState.RELEASED:
            return self._watch(batch)
        asked = self._lots(batch)[: batch.asked]
        records = {one.item: one for one in self._records(asked)}
        pending = any(one.state is ItemState.WAITING and not one.missing for one in records.values())
        audits = [
            (
                self.auditing.units(self._frozen[item]),
                self.auditing.wrong(_answer(records.get(item)), self._frozen[item]),
            )
            for item in asked
        ]
        new = self.auditing.look(self.ledger, batch, audits)
        # What is not answered yet counts as an error: that may prove a batch, but never drop it.
        return batch if pending and new.state is not BatchState.RELEASED else new

    def _watch(self, batch: Batch) -> Batch:
        rest = self._lots(batch)[batch.audited :]
        unknown = [item for item in rest if item not in self._judged]
        for label in self._labels(unknown):
            self._judged[label.item] = label, self.auditing.wrong(label.answer, self._frozen[label.item])
        # Images that were answered before the release, or by chance without a suggestion, say nothing of what is shown.
        seen = [
            Seen(units=self.auditing.units(self._frozen[label.item]), wrong=wrong, blind=label.blind)
            for label, wrong in self._judged.values()
            if label.run is not None
        ]
        return self.auditing.watch(self.ledger, batch, seen, len(rest) - len(self._judged))

    def _open(self, batch: Batch) -> list[int]:
        asked = self._lots(batch)[: batch.asked]
        waiting = {one.item for one in self._records(asked) if one.state is ItemState.WAITING and not one.missing}
        return [item for item in asked if item in waiting]

    def _lots(self, batch: Batch) -> list[int]:
        return self.auditing.lots(batch, self._frozen)

    def _records(self, items: Sequence[int]) -> list[Record]:
        return self.store.records(self.project_id, items=items, limit=_CHUNK)

    def _labels(self, items: Sequence[int]) -> Iterator[TrainingLabel]:
        left = iter(items)
        while part := list(islice(left, _CHUNK)):
            yield from self.store.training_labels(self.project_id, skipped=True, items=part, limit=_CHUNK)

    def _freeze(self, run: int, made: Iterable[Prediction]) -> None:
        self._thaw()
        self._frozen, self._of = {one.item: one for one in made}, run

    def _thaw(self) -> None:
        self._frozen, self._of, self._judged = {}, None, {}


def _answer(record: Record | None) -> Answer | None:
    """Return the answer of a labeled item; ``None`` where it was skipped, or there is none."""
    return record.answer if record is not None and record.state is ItemState.LABELED else None
