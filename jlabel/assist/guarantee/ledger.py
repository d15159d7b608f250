"""The ledger of a project's batches: when one is made, audited further, released, dropped or stopped.

The model proposes a batch of images and its answers are frozen. Images of it, drawn by lot, are labeled first, without
the proposal; a skip counts as an error. When they prove that of all that was ever released to be shown at most
``1 - target`` is wrong, the rest of the batch is pre-labeled; where they cannot, it is dropped. ``evidence`` has the
mathematics; the settings here were found by simulation on six sets of images, and the promise does not depend on them.

numpy and scipy only.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import betabinom

from jlabel.assist.guarantee.evidence import ALPHA, Audited, brake, evidence, prior
from jlabel.model.batch import Batch, BatchState

LOOK = 45
"""Lots that are audited between two looks: five pages of nine."""
PAGE = 9
"""Lots on a page."""
LEAST = 60
"""Items of the smallest batch."""
MOST_AUDITED = 350
RANDOM = 27
"""Random labels before the first batch."""
AGAIN = 1.2
"""So many times the labels that there were at the last failure make another batch worth a trial."""
_SHARES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1)
_COST = 1.3
"""What an audit costs, in images that need not be labeled."""
_LIKELY = 0.5
"""The chance of a proof from which a trial is worth its audits."""
_NEARLY_ALL = 0.9

Floats = NDArray[np.floating]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A batch worth a trial.

    Attributes:
        size: the surest so many items.
        a: errors of the prior of its error rate.
        b: right ones of the same.
        audits: that the trial will likely take.
    """

    size: int
    a: float
    b: float
    audits: int


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a proof would take where none is worth a trial.

    Attributes:
        size: the surest items that are likely right often enough.
        least: audits without a single error.
        most: audits after which nine trials of ten have ended; not more than there are.
    """

    size: int
    least: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All batches of a project, oldest first.

    Attributes:
        batches: of them at most one is on trial or released.
        target: the precision that is promised.
    """

    batches: tuple[Batch, ...] = ()
    target: float = 0.95

    @property
    def current(self) -> Batch | None:
        """The batch on trial or being shown."""
        last = self.batches[-1] if self.batches else None
        return last if last is not None and last.state in {BatchState.TRIAL, BatchState.RELEASED} else None

    @property
    def holds(self) -> bool:
        """Whether the promise is proved for all that was released."""
        return self.evidence() >= math.log(1 / ALPHA)

    def evidence(self, trial: Audited | None = None) -> float:
        """Return the logarithm of the evidence against a broken promise.

        Args:
            trial: counts beside what was released, as if it were released too.
        """
        released = [audited(one) for one in self.batches if one.state.shown]
        shown = sum(_shown(one) for one in self.batches if one.state.shown)
        dropped = [audited(one) for one in self.batches if one.state is BatchState.DROPPED]
        if trial is not None:
            released.append(trial)
            shown += trial.rest
        return evidence(released, dropped, shown=shown, target=self.target) if released else math.inf

    def may_propose(self, labels: int, random: int) -> bool:
        """Tell whether another batch may be tried.

        Args:
            labels: items with a label.
            random: of these, drawn by chance, with those that were skipped.
        """
        if self.current is not None or random < RANDOM:
            return False
        failed = [one.labels for one in self.batches if one.state in {BatchState.DROPPED, BatchState.STOPPED}]
        return not failed or labels >= AGAIN * failed[-1]

    def propose(self, waiting: Floats, sure: Floats, right: Mask) -> Proposal | None:
        """Return the batch that saves most labels; ``None`` where no trial is worth its audits.

        Args:
            waiting: (n,) confidences of the items that may be in it, the surest first.
            sure: (m,) confidences of held-out predictions for items that chance drew.
            right: (m,) whether these were right; a skip is not.
        """
        best: Proposal | None = None
        value = 0.0
        for size, a, b in self._sure(waiting, sure, right):
            if size - _COST * LOOK <= value:
                break
            audits = self._audits(size, a, b, min(int(0.75 * size), MOST_AUDITED), _LIKELY)
            if audits is not None and size - _COST * audits > value:
                value = size - _COST * audits
                best = Proposal(size=size, a=a, b=b, audits=audits)
        return best

    def outlook(self, waiting: Floats, sure: Floats, right: Mask) -> Outlook | None:
        """Return what a proof of the largest sure batch would take; ``None`` where none is sure enough."""
        for size, a, b in self._sure(waiting, sure, right):
            least = self._audits(size, a, b, int(0.75 * size), 0.0)
            if least is not None:
                return Outlook(size=size, least=least, most=self._audits(size, a, b, size, _NEARLY_ALL) or size)
        return None

    def _sure(self, waiting: Floats, sure: Floats, right: Mask) -> Iterator[tuple[int, float, float]]:
        """Yield the sizes of batches that are likely right often enough, largest first, with their priors."""
        doubts = np.cumsum(1 - np.asarray(waiting, dtype=np.float64))
        for share in _SHARES:
            size = round(share * len(waiting))
            if size < LEAST:
                return
            above = np.asarray(sure) >= waiting[size - 1]
            a, b = prior(float((above & ~right).sum()), float(above.sum()), float(doubts[size - 1]) / size)
            if a / (a + b) <= 0.8 * (1 - self.target):
                yield size, a, b

    def look(self, batch: Batch, answered: int, errors: int) -> Batch:
        """Return the batch on trial after all lots asked for were audited: released, dropped, or with more lots asked.

        Args:
            batch: on trial.
            answered: lots that were audited, all that were asked for.
            errors: of these, wrong or skipped.
        """
        known = replace(batch, audited=answered, errors=errors)
        if self._without(batch).proves(audited(known)):
            return replace(known, state=BatchState.RELEASED)
        most = min(MOST_AUDITED, math.floor(0.75 * batch.size))
        if answered >= most or (batch.a + errors) / (batch.a + batch.b + answered) > 0.9 * (1 - self.target):
            return replace(known, state=BatchState.DROPPED)
        return replace(known, asked=self.ask(known))

    def ask(self, batch: Batch) -> int:
        """Return how many lots are to be audited before the next look: as many as prove the batch without more errors.

        They are whole pages, and not more than ``LOOK`` beyond those that were audited.
        """
        ledger, most = self._without(batch), min(MOST_AUDITED, math.floor(0.75 * batch.size))
        for asked in range(batch.audited + PAGE, batch.audited + LOOK, PAGE):
            if asked <= most and ledger.proves(audited(replace(batch, audited=asked))):
                return asked
        return min(batch.size, batch.audited + LOOK)

    def watch(self, batch: Batch, *, shown: int, wrong: int, unseen: int, unseen_wrong: int, left: int) -> Batch:
        """Return a released batch after more of it was answered: stopped, where people corrected too much.

        Args:
            batch: released.
            shown: items of the rest that were answered after they were served with the proposal, or with it withheld.
            wrong: of these, other than proposed, or skipped.
            unseen: those of them whose proposal was withheld.
            unseen_wrong: of these, other than proposed, or skipped.
            left: items of the rest without an answer.
        """
        known = replace(batch, shown=shown, wrong=wrong)
        limit = math.log(2 / ALPHA)  # two tests, each with half of the chance to stop a promise that is kept
        if max(brake(unseen_wrong, unseen, self.target), brake(wrong, shown, self.target)) >= limit:
            return replace(known, state=BatchState.STOPPED)
        return known if left else replace(known, state=BatchState.FINISHED)

    def replaced(self, batch: Batch) -> "Ledger":
        """Return the ledger with the newest state of a batch, or with a new batch."""
        others = tuple(one for one in self.batches if one.run != batch.run)
        return replace(self, batches=(*others, batch))

    def _without(self, batch: Batch) -> "Ledger":
        return replace(self, batches=tuple(one for one in self.batches if one.run != batch.run))

    def _audits(self, size: int, a: float, b: float, most: int, chance: float) -> int | None:
        """Return how many audits prove a batch with a chance or better, by the prior of its error rate."""
        allowed = -1
        for count in range(LOOK, most + 1, 15):
            while allowed < count and self.proves(Audited(size=size, audited=count, errors=allowed + 1, a=a, b=b)):
                allowed += 1
            if allowed >= 0 and betabinom.cdf(allowed, count, a, b) >= chance:
                return count
        return None

    def proves(self, trial: Audited) -> bool:
        """Tell whether the promise is proved for all that was released and a batch beside it."""
        return self.evidence(trial) >= math.log(1 / ALPHA)


def audited(batch: Batch) -> Audited:
    """Return what a batch's audit says."""
    return Audited(size=batch.size, audited=batch.audited, errors=batch.errors, a=batch.a, b=batch.b)


def lots(batch: Batch, items: Sequence[int] | NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the items of a batch in the order in which they are audited, by lot; ``items`` in the order of ids."""
    order = np.random.default_rng(batch.seed).permutation(len(items))
    return np.asarray(items, dtype=np.int64)[order]


def _shown(batch: Batch) -> int:
    """Return how many items of a batch are, or may yet be, shown as proved."""
    if batch.state in {BatchState.WITHDRAWN, BatchState.STOPPED}:
        return batch.shown
    return batch.size - batch.audited
