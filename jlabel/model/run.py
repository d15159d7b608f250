"""What assist does and what it proposes: runs, predictions, suggestions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from jlabel.errors import AnswerError
from jlabel.model.answer import UNANSWERED, Answer


class RunKind(StrEnum):
    """What a run does."""

    TRAINING = "training"
    VALIDATION = "validation"
    INFERENCE = "inference"
    FEATURIZATION = "featurization"
    FINE_TUNING = "fine-tuning"


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    """Asked for; the worker has not begun."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self in {RunState.DONE, RunState.FAILED, RunState.CANCELLED}


@dataclass(frozen=True, kw_only=True)
class Run:
    """One piece of assist's work on a project.

    Attributes:
        id: grows with time.
        project_id: whose.
        kind: what it does.
        state: where it stands.
        reason: why it was started, as a sentence.
        started_at: when it began, or was asked for while it is queued; UTC.
        ended_at: when it ended, UTC; ``None`` before.
        device: where it ran, for example ``"cpu"``.
        model_hash: names the model that it used or made; ``""`` when there is none.
        metrics: JSON data.
        done: units of work behind it, items as a rule.
        total: units of work in all; 0 while unknown.
        adopted: its model, or its predictions, are or were in use.
        why_not: why it was not adopted, as a sentence.
        last_words: what was last heard of a run that failed.
    """

    id: int
    project_id: int
    kind: RunKind
    state: RunState
    reason: str
    started_at: datetime
    ended_at: datetime | None = None
    device: str = ""
    model_hash: str = ""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    adopted: bool = False
    why_not: str = ""
    last_words: str = ""

    @property
    def progress(self) -> tuple[int, int]:
        """(done, total)."""
        return self.done, self.total


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What a run says about one item.

    Attributes:
        item: the item's id.
        answer: what the model would answer; may be not given when nothing is likely enough.
        confidence: of the answer as a whole, 0 to 1, calibrated.
        confidences: of each annotation, in the order of the answer; empty when only the whole has one.
        above: the threshold is passed: the item may be pre-labeled.

    Raises:
        AnswerError: above the threshold without an answer or with a skip, a confidence outside 0 to 1, or another
            number of confidences than annotations.
    """

    item: int
    answer: Answer
    confidence: float
    confidences: tuple[float, ...] = ()
    above: bool = False

    def __post_init__(self) -> None:
        if self.answer.skipped is not None or (self.above and not self.answer.given):
            raise AnswerError(f"Item {self.item} cannot be pre-labeled with nothing or with a skip: give it a label.")
        if not all(0.0 <= value <= 1.0 for value in (self.confidence, *self.confidences)):
            raise AnswerError(f"A confidence lies between 0 and 1; item {self.item} has another. Calibrate the model.")
        if self.confidences and len(self.confidences) != len(self.answer.annotations):
            raise AnswerError(
                f"Item {self.item} has {len(self.answer.annotations)} annotations and {len(self.confidences)} "
                "confidences. Give one for each, or none."
            )


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A pre-label as it is served to a labeler.

    Attributes:
        run: id of the run that it comes from.
        answer: what is proposed; not given when blind.
        confidence: of the whole, 0 to 1; 0 when blind.
        confidences: of each annotation; empty when blind.
        blind: the run has one, but it is not shown, to measure how far suggestions sway people.
    """

    run: int
    answer: Answer = UNANSWERED
    confidence: float = 0.0
    confidences: tuple[float, ...] = ()
    blind: bool = False

    @property
    def class_ids(self) -> tuple[int, ...]:
        """Class ids of the proposed annotations."""
        return self.answer.class_ids


class Outcome(StrEnum):
    """What became of a run's proposal for one item."""

    ACCEPTED = "accepted"
    """Submitted as it was shown."""
    EDITED = "edited"
    """Something else was submitted."""
    REJECTED = "rejected"
    """Skipped, or "No objects" said where some were proposed."""
    BLIND_SAME = "blind-same"
    """Not shown, and the labeler said the same."""
    BLIND_OTHER = "blind-other"
    """Not shown, and the labeler said something else."""


def find_outcome(said: Answer, proposed: Answer, *, blind: bool) -> Outcome:
    """Compare what a labeler said with what a run proposed; the order of annotations and their uids do not count."""
    same = said.skipped is None and said.empty == proposed.empty and _content(said) == _content(proposed)
    if blind:
        return Outcome.BLIND_SAME if same else Outcome.BLIND_OTHER
    if same:
        return Outcome.ACCEPTED
    return Outcome.EDITED if said.annotations else Outcome.REJECTED


def _content(answer: Answer) -> list[str]:
    return sorted(f"{annotation.class_id} {annotation.shape}" for annotation in answer.annotations)
