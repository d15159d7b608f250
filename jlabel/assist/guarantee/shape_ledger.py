"""The ledger of batches of images with several shapes: each batch is proved by itself, images are audited whole.

The chance to break a promise, one in twenty, is shared out: four fifths of it go to the first batch, four fifths of the
rest to the second, and so on. So each batch keeps its promise, and with it all that was ever released does.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from jlabel.assist.guarantee.evidence import ALPHA
from jlabel.assist.guarantee.image_evidence import image_evidence
from jlabel.assist.guarantee.ledger import MOST_AUDITED, Ledger
from jlabel.model.batch import Batch, BatchState

NEXT = 5
"""Images between two looks, after a first one where so many were audited as prove a batch without an error."""
LEAST = 30
"""Images of the smallest batch."""
_SPENT = 0.8
"""Share of the chance of an error that is left which the next batch may use."""
_BETS = (0.5, 2.0, 5.0)
"""Bets of the brake on more errors than promised, in units of how much more."""


@dataclass(frozen=True, kw_only=True)
class ShapeLedger(Ledger):
    """All batches of a project whose images hold several shapes each."""

    @property
    def holds(self) -> bool:
        """Whether what was released was proved for the precision that is promised now."""
        return all(one.proved >= self.target for one in self.batches if one.state is BatchState.RELEASED)

    def needed(self, batch: Batch) -> float:
        """Return the logarithm of the evidence that releases a batch: more for every batch before it."""
        others = [one for one in self.batches if one.run != batch.run]
        return math.log(1 / (ALPHA * _SPENT * (1 - _SPENT) ** len(others)))

    def ask(self, batch: Batch) -> int:
        """Return how many images are to be audited before the next look."""
        asked = batch.audited + NEXT
        each = max(1.0, batch.units / max(1, batch.size))
        while not batch.audited and asked < batch.size / 2:
            if image_evidence([each] * asked, [0] * asked, boxes=batch.units, target=self.target) >= self.needed(batch):
                break
            asked += NEXT
        return min(batch.size, asked)

    def look_at(self, batch: Batch, proposed: Sequence[int], wrong: Sequence[int]) -> Batch:
        """Return a batch after all images asked for were audited: released, dropped, or with more asked.

        Args:
            batch: on trial.
            proposed: shapes proposed for each audited image, in the order of the lots.
            wrong: of these, wrong; all of an image that was skipped.
        """
        known = replace(batch, audited=len(proposed), errors=sum(wrong))
        found = image_evidence(proposed, wrong, boxes=batch.units, target=self.target)
        if found >= self.needed(batch):
            return replace(known, state=BatchState.RELEASED, proved=self.target)
        most = min(MOST_AUDITED, math.floor(0.75 * batch.size))
        rate = (batch.a + known.errors) / (batch.a + batch.b + sum(proposed))
        if known.audited >= most or rate > 0.9 * (1 - self.target):
            return replace(known, state=BatchState.DROPPED)
        return replace(known, asked=self.ask(known))

    def audits(self, batch: Batch, rate: float) -> int:
        """Return about how many audits prove a batch whose shapes are wrong at a rate; very many where they cannot."""
        gain = (1 - self.target) - rate
        return round(self.needed(batch) / gain) if gain > 0 else MOST_AUDITED * 10

    def watch_shares(self, batch: Batch, seen: Sequence[float], unseen: Sequence[float], left: int) -> Batch:
        """Return a released batch after more of it was answered: stopped, where people corrected too much.

        Args:
            batch: released.
            seen: share of wrong ones among the shapes of each answered image.
            unseen: of those of them whose proposal was withheld.
            left: images without an answer.
        """
        known = replace(batch, shown=len(seen), wrong=sum(share > 0 for share in seen))
        limit = math.log(2 / ALPHA)  # two tests, each with half of the chance to stop a promise that is kept
        if max(self._brake(seen), self._brake(unseen)) >= limit:
            return replace(known, state=BatchState.STOPPED)
        return known if left else replace(known, state=BatchState.FINISHED)

    def _brake(self, shares: Sequence[float]) -> float:
        """Return the logarithm of the evidence that shapes are wrong more often than promised, by betting on it."""
        if not shares:
            return 0.0
        more = np.asarray(shares, np.float64) - (1 - self.target)
        wealth = np.log1p(np.array(_BETS)[:, None] * more[None]).sum(axis=1)
        top = float(wealth.max())
        return top + math.log(float(np.exp(wealth - top).mean()))
