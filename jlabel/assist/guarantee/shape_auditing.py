"""Auditing images with several shapes: a shape is right if it overlaps one of its class that was labeled."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jlabel.assist.guarantee.auditing import Floats, Ids, Mask, Seen
from jlabel.assist.guarantee.image_evidence import image_lots
from jlabel.assist.guarantee.ledger import Ledger, Outlook, Proposal
from jlabel.assist.guarantee.shape_ledger import LEAST, ShapeLedger
from jlabel.model.answer import Annotation, Answer
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.batch import Batch
from jlabel.model.run import Prediction

_WORTH = 40
"""Shapes that the prior of a batch's error rate is worth."""
_HALF = 0.5
"""Of a batch's images at most so many are worth auditing."""


class ShapeAuditing:
    """Shapes that are right or wrong one by one, audited image by image.

    Args:
        least_iou: IoU with a labeled shape from which a proposed one is right.
    """

    def __init__(self, least_iou: float = 0.5) -> None:
        self.least_iou = least_iou

    def ledger(self, batches: tuple[Batch, ...] = (), target: float = 0.95) -> ShapeLedger:
        """See ``Auditing``."""
        return ShapeLedger(batches=batches, target=target)

    def wanted(self, settings: AssistSettings) -> bool:
        """See ``Auditing``: suggestions without a promise need no proof, and lots would come before them."""
        return settings.prelabel and settings.threshold is None and settings.goal is Goal.PROMISE

    def propose(
        self, ledger: Ledger, scores: Any, usable: Mask, sure: Floats, right: Mask  # noqa: ANN401
    ) -> tuple[Ids, Proposal] | None:  # fmt: skip
        """See ``Auditing``: all images with a shape that is sure enough."""
        assert isinstance(ledger, ShapeLedger)
        rows = np.flatnonzero(usable)
        rate = _rate(scores.proving, sure, right)
        audits = ledger.audits(_next(), rate)
        if len(rows) < LEAST or audits > _HALF * len(rows):
            return None
        found = Proposal(size=len(rows), a=_WORTH * rate, b=_WORTH * (1 - rate), audits=audits)
        return np.sort(scores.items[rows]), found

    def outlook(
        self, ledger: Ledger, scores: Any, usable: Mask, sure: Floats, right: Mask  # noqa: ANN401
    ) -> Outlook | None:  # fmt: skip
        """See ``Auditing``."""
        assert isinstance(ledger, ShapeLedger)
        size = int(usable.sum())
        if not size:
            return None
        audits = ledger.audits(_next(), _rate(scores.proving, sure, right))
        return Outlook(size=size, least=min(size, ledger.audits(_next(), 0.0)), most=min(size, audits))

    def units(self, frozen: Prediction) -> int:
        """See ``Auditing``: the shapes that are above the threshold."""
        return sum(score.above for score in frozen.scores)

    def wrong(self, given: Answer | None, frozen: Prediction) -> int:
        """See ``Auditing``: each proposed shape, the surest first, takes the labeled one that it overlaps most."""
        shown = [
            (score.confidence, one)
            for one, score in zip(frozen.answer.annotations, frozen.scores, strict=True)
            if score.above
        ]
        free = list(given.annotations) if given is not None else []  # a skip has none
        wrong = 0
        for _, one in sorted(shown, key=lambda pair: -pair[0]):
            best = max(free, key=lambda other, one=one: _overlap(one, other), default=None)  # type: ignore[misc]
            if best is None or _overlap(one, best) < self.least_iou:
                wrong += 1
            else:
                free.remove(best)
        return wrong

    def lots(self, batch: Batch, frozen: Mapping[int, Prediction]) -> list[int]:
        """See ``Auditing``: an image comes early in proportion to its shapes."""
        items = sorted(frozen)
        rows = image_lots([self.units(frozen[item]) for item in items], batch.seed)
        return [items[row] for row in rows]

    def pages(self, items: Sequence[int], frozen: Mapping[int, Prediction]) -> list[list[int]]:  # noqa: ARG002
        """See ``Auditing``: each image has a page of its own."""
        return [[item] for item in items]

    def look(self, ledger: Ledger, batch: Batch, audits: Sequence[tuple[int, int]]) -> Batch:
        """See ``Auditing``."""
        assert isinstance(ledger, ShapeLedger)
        return ledger.look_at(batch, [units for units, _ in audits], [wrong for _, wrong in audits])

    def watch(self, ledger: Ledger, batch: Batch, seen: Sequence[Seen], left: int) -> Batch:
        """See ``Auditing``."""
        assert isinstance(ledger, ShapeLedger)
        shares = [one.wrong / one.units for one in seen]
        unseen = [one.wrong / one.units for one in seen if one.blind]
        return ledger.watch_shares(batch, shares, unseen, left)


def _next() -> Batch:
    """Return the batch that would come next, as far as the evidence that it needs depends on it."""
    return Batch(run=-1, size=0, a=0.0, b=0.0)


def _rate(threshold: float, sure: Floats, right: Mask) -> float:
    """Return the rate of wrong ones among held-out shapes at or above a threshold, a little on the careful side."""
    above = np.asarray(sure) >= threshold
    return (float((above & ~right).sum()) + 0.5) / (float(above.sum()) + 1.0)


def _overlap(one: Annotation, other: Annotation) -> float:
    if one.shape is None or other.shape is None or one.class_id != other.class_id:
        return 0.0
    a, b = one.shape.bounds(), other.shape.bounds()
    apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    return 0.0 if apart else one.shape.iou(other.shape)
