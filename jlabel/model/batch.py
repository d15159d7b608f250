"""An audited batch: images whose proposed answers are frozen, and what their audit showed."""

from dataclasses import dataclass
from enum import StrEnum

from jlabel.model.metrics import Metrics, stored


class BatchState(StrEnum):
    """How far a batch is."""

    TRIAL = "trial"
    """Images of it, drawn by lot, are labeled without seeing what is proposed."""
    RELEASED = "released"
    """Proved: the rest of it is pre-labeled."""
    FINISHED = "finished"
    """Released, and nothing of it waits any more."""
    DROPPED = "dropped"
    """The audit could not prove it."""
    WITHDRAWN = "withdrawn"
    """Released, and taken back because classes were changed or another precision was asked for."""
    STOPPED = "stopped"
    """Released, and stopped by what people corrected."""

    @property
    def shown(self) -> bool:
        """Whether any of it was ever shown as proved."""
        return self in {self.RELEASED, self.FINISHED, self.WITHDRAWN, self.STOPPED}


@dataclass(frozen=True, kw_only=True)
class Batch(Metrics):
    """One batch, as the ledger of a project records it.

    Attributes:
        run: id of the run that holds its frozen predictions.
        size: items in it.
        a: errors of the beta prior of its error rate, fixed before the first audit.
        b: right ones of the same.
        seed: of the lots.
        floor: the lowest confidence in it.
        labels: items with a label when it was made.
        classes: ids of the classes that were offered then.
        state: how far it is.
        asked: lots that are to be audited so far.
        audited: of these, answered when they were counted last.
        errors: of those, other than proposed, or skipped.
        shown: items of the rest that were answered after they were served with what was proposed, or with it withheld.
        wrong: of those, other than proposed, or skipped; of images with several shapes, those with a wrong one.
        units: of images with several shapes: shapes that are proposed in the batch. ``errors`` counts shapes then.
        proved: of the same, the precision for which it was proved.
    """

    run: int
    size: int
    a: float
    b: float
    seed: int = 0
    floor: float = 0.0
    labels: int = 0
    classes: tuple[int, ...] = stored(default=(), read=tuple)
    state: BatchState = stored(default=BatchState.TRIAL, read=BatchState)  # noqa: RUF009 -- a field
    asked: int = 0
    audited: int = 0
    errors: int = 0
    shown: int = 0
    wrong: int = 0
    units: int = 0
    proved: float = 0.0
