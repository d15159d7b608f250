"""The port of auditing: how the frozen proposals of a batch are drawn, compared with answers, and judged.

``ItemAuditing`` is for answers that are right or wrong as a whole, ``ShapeAuditing`` for images with several shapes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.guarantee.ledger import PAGE, Ledger, Outlook, Proposal, lots
from jlabel.model.answer import Answer
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.batch import Batch
from jlabel.model.run import Prediction, agrees

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One item that was answered after it was served with its proposal, or with that withheld.

    Attributes:
        units: that were proposed.
        wrong: of these.
        blind: the proposal was withheld.
    """

    units: int
    wrong: int
    blind: bool = False


class Auditing(Protocol):
    """What a unit of proof is: a whole item, or a shape on it."""

    def ledger(self, batches: tuple[Batch, ...] = (), target: float = 0.95) -> Ledger:
        """Return the ledger of a project's batches."""
        ...

    def wanted(self, settings: AssistSettings) -> bool:
        """Tell whether anything is to be proved."""
        ...

    def propose(
        self, ledger: Ledger, scores: Any, usable: Mask, sure: Floats, right: Mask  # noqa: ANN401 -- the learner's own
    ) -> tuple[Ids, Proposal] | None:  # fmt: skip
        """Return the items of a batch that is worth a trial; ``None`` where none is.

        Args:
            ledger: of the project.
            scores: (n,) of the waiting items.
            usable: (n,) which may be in it.
            sure: (m,) confidences of held-out predictions, those for skipped items among them.
            right: (m,) whether these were right.
        """
        ...

    def outlook(
        self, ledger: Ledger, scores: Any, usable: Mask, sure: Floats, right: Mask  # noqa: ANN401
    ) -> Outlook | None:  # fmt: skip
        """Return what a proof would take where none is worth a trial; as ``propose``."""
        ...

    def units(self, frozen: Prediction) -> int:
        """Return how many units a frozen prediction proposes."""
        ...

    def wrong(self, given: Answer | None, frozen: Prediction) -> int:
        """Return how many of these are wrong by an answer; all of them by a skip, and without an answer."""
        ...

    def lots(self, batch: Batch, frozen: Mapping[int, Prediction]) -> list[int]:
        """Return the items of a batch in the order of their audit."""
        ...

    def pages(self, items: Sequence[int], frozen: Mapping[int, Prediction]) -> list[list[int]]:
        """Return lots that wait as pages."""
        ...

    def look(self, ledger: Ledger, batch: Batch, audits: Sequence[tuple[int, int]]) -> Batch:
        """Judge a batch on trial by (units, wrong) of every lot that was asked for, in their order."""
        ...

    def watch(self, ledger: Ledger, batch: Batch, seen: Sequence[Seen], left: int) -> Batch:
        """Judge a released batch by what was answered of it since; ``left`` items of it have no answer yet."""
        ...


class ItemAuditing:
    """Answers that are right or wrong as a whole."""

    def ledger(self, batches: tuple[Batch, ...] = (), target: float = 0.95) -> Ledger:
        """See ``Auditing``."""
        return Ledger(batches=batches, target=target)

    def wanted(self, settings: AssistSettings) -> bool:
        """See ``Auditing``."""
        return settings.prelabel and settings.threshold is None

    def propose(
        self, ledger: Ledger, scores: Any, usable: Mask, sure: Floats, right: Mask  # noqa: ANN401
    ) -> tuple[Ids, Proposal] | None:  # fmt: skip
        """See ``Auditing``: the surest items."""
        rows = _surest(scores, usable)
        found = ledger.propose(scores.confidence[rows], sure, right)
        return None if found is None else (np.sort(scores.items[rows[: found.size]]), found)

    def outlook(
        self, ledger: Ledger, scores: Any, usable: Mask, sure: Floats, right: Mask  # noqa: ANN401
    ) -> Outlook | None:  # fmt: skip
        """See ``Auditing``."""
        return ledger.outlook(scores.confidence[_surest(scores, usable)], sure, right)

    def units(self, frozen: Prediction) -> int:  # noqa: ARG002 -- of the port
        """See ``Auditing``: one."""
        return 1

    def wrong(self, given: Answer | None, frozen: Prediction) -> int:
        """See ``Auditing``."""
        return int(given is None or not agrees(given, frozen.answer))

    def lots(self, batch: Batch, frozen: Mapping[int, Prediction]) -> list[int]:
        """See ``Auditing``."""
        return [int(item) for item in lots(batch, sorted(frozen))]

    def pages(self, items: Sequence[int], frozen: Mapping[int, Prediction]) -> list[list[int]]:
        """See ``Auditing``: a page has one proposed class."""
        groups: dict[int, list[int]] = {}
        for item in items:
            groups.setdefault(next(iter(frozen[item].answer.class_ids), 0), []).append(item)
        return [some[n : n + PAGE] for _, some in sorted(groups.items()) for n in range(0, len(some), PAGE)]

    def look(self, ledger: Ledger, batch: Batch, audits: Sequence[tuple[int, int]]) -> Batch:
        """See ``Auditing``."""
        return ledger.look(batch, len(audits), sum(wrong for _, wrong in audits))

    def watch(self, ledger: Ledger, batch: Batch, seen: Sequence[Seen], left: int) -> Batch:
        """See ``Auditing``."""
        unseen = [one.wrong for one in seen if one.blind]
        return ledger.watch(
            batch,
            shown=len(seen),
            wrong=sum(one.wrong for one in seen),
            unseen=len(unseen),
            unseen_wrong=sum(unseen),
            left=left,
        )


def _surest(scores: Any, usable: Mask) -> NDArray[np.intp]:  # noqa: ANN401 -- the learner's own
    """Return the rows that may be in a batch, the surest first."""
    rows = np.flatnonzero(usable)
    return rows[np.argsort(-scores.confidence[rows], kind="stable")]
