"""What assist does and what it proposes: runs, predictions, suggestions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    """How far a run is."""

    QUEUED = "queued"
    """Asked for; the worker has not begun."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self in {RunState.DONE, RunState.FAILED, RunState.CANCELLED}


@dataclass(frozen=True, kw_only=True)
class Run:
    """One piece of the work of assist on a project.

    Attributes:
        id: grows with time.
        project_id: the project.
        kind: what it does.
        state: how far it is.
        reason: why it was started, as a sentence.
        started_at: when it began, or was asked for while it is queued; UTC.
        ended_at: when it ended, UTC; ``None`` before.
        device: where it ran, for example ``"cpu"``.
        model_hash: names the model that it used or made; ``""`` when there is none.
        metrics: JSON data, read by the type of its kind in ``run_metrics``.
        done: units of work that are done, items as a rule.
        total: units of work in all; 0 while unknown.
        adopted: its model, or its predictions, are or were in use.
        why_not: why it was not adopted, as a sentence.
        last_words: the last output of a run that failed.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnotationScore:
    """How sure a run is of one annotation.

    Attributes:
        confidence: 0 to 1, calibrated.
        above: it passes its threshold.

    Raises:
        AnswerError: a confidence outside 0 to 1.
    """

    confidence: float
    above: bool = True

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise AnswerError(f"A confidence lies between 0 and 1, not at {self.confidence!r}. Calibrate the model.")


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """The answer of a run for one item.

    Attributes:
        item: the item's id.
        answer: what the model would answer; may be not given when nothing is likely enough. Of shapes it has all
            proposals down to a low floor.
        confidence: of the answer as a whole, 0 to 1, calibrated.
        scores: of each annotation, in the order of the answer; empty when only the whole has a confidence. Shapes that
            are not above are shown on demand only.
        above: the item may be pre-labeled.
        alternative: class id of the second likeliest answer, for an answer of one class; 0: none.
        proven: the promised precision holds for it; ``False``: a suggestion that carries no promise.

    Raises:
        AnswerError: above the threshold without an answer, with a skip or with no annotation that is above; a
            confidence outside 0 to 1; another number of scores than annotations; or an alternative to an answer that
            is not one other class.
    """

    item: int
    answer: Answer
    confidence: float
    scores: tuple[AnnotationScore, ...] = ()
    above: bool = False
    alternative: int = 0
    proven: bool = True

    def __post_init__(self) -> None:
        if self.answer.skipped is not None or (self.above and not self.answer.given):
            raise AnswerError(f"Item {self.item} cannot be pre-labeled with nothing or with a skip: give it a label.")
        if not 0.0 <= self.confidence <= 1.0:
            raise AnswerError(f"A confidence lies between 0 and 1; item {self.item} has another. Calibrate the model.")
        if self.alternative and (len(self.answer.class_ids) != 1 or self.alternative in self.answer.class_ids):
            raise AnswerError(f"The alternative of item {self.item} is not the second to one class. Leave it out.")
        if not self.scores:
            return
        if len(self.scores) != len(self.answer.annotations):
            raise AnswerError(
                f"Item {self.item} has {len(self.answer.annotations)} annotations and {len(self.scores)} scores. "
                "Give one for each, or none."
            )
        if self.above and not any(one.above for one in self.scores):
            raise AnswerError(f"Item {self.item} is above the threshold, and none of its annotations is.")

    @property
    def shown(self) -> Answer:
        """The part of the answer that is shown by default: the annotations that are above."""
        return _above(self.answer, self.scores)


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A pre-label as it is served to a labeler.

    Attributes:
        run: id of the run that it comes from.
        answer: what is proposed, of shapes also those that are shown on demand only; not given when blind.
        confidence: of the whole, 0 to 1; 0 when blind.
        scores: of each annotation, in the order of the answer; empty when blind or when only the whole has one.
        blind: the run has one, but it is not shown, to measure how far suggestions sway people.
        alternative: class id of the second likeliest answer, which a click sets instead; 0: none, or blind.
        proven: the promised precision holds for it; ``False``: it carries no promise. ``True`` when blind.
    """

    run: int
    answer: Answer = UNANSWERED
    confidence: float = 0.0
    scores: tuple[AnnotationScore, ...] = ()
    blind: bool = False
    alternative: int = 0
    proven: bool = True

    @property
    def shown(self) -> Answer:
        """The part of the answer that is shown by default: the annotations that are above."""
        return _above(self.answer, self.scores)

    @property
    def class_ids(self) -> tuple[int, ...]:
        """Class ids of the proposed annotations."""
        return self.answer.class_ids

    @property
    def confidences(self) -> tuple[float, ...]:
        """Confidence of each annotation, 0 to 1; where only the whole has one, that of the whole."""
        if self.scores:
            return tuple(one.confidence for one in self.scores)
        return (self.confidence,) * len(self.answer.annotations)


class Outcome(StrEnum):
    """What became of a run's proposal for one item."""

    ACCEPTED = "accepted"
    """Submitted as it was shown."""
    EDITED = "edited"
    """Something else was submitted."""
    REJECTED = "rejected"
    """Skipped, or answered with "No objects" where some were proposed."""
    BLIND_SAME = "blind-same"
    """Not shown, and the labeler gave the same answer."""
    BLIND_OTHER = "blind-other"
    """Not shown, and the labeler gave another answer."""


def agrees(given: Answer, proposed: Answer, shown: Answer | None = None) -> bool:
    """Tell whether two answers say the same, whatever the order of annotations and their uids; a skip says nothing.

    Args:
        given: by a labeler.
        proposed: by a model.
        shown: the part of ``proposed`` that is shown by default, all of it unless given. ``given`` must have that part,
            and may have the rest, which the labeler saw on demand.
    """
    if given.skipped is not None or given.empty != proposed.empty:
        return False
    found, least = _content(given), _content(proposed if shown is None else shown)
    return found == least or (shown is not None and least <= found <= _content(proposed))


def find_outcome(given: Answer, proposed: Answer, *, blind: bool, shown: Answer | None = None) -> Outcome:
    """Compare the answer of a labeler with a proposal as ``agrees`` does."""
    same = agrees(given, proposed, shown)
    if blind:
        return Outcome.BLIND_SAME if same else Outcome.BLIND_OTHER
    if same:
        return Outcome.ACCEPTED
    return Outcome.EDITED if given.annotations else Outcome.REJECTED


def _content(answer: Answer) -> Counter[str]:
    return Counter(f"{annotation.class_id} {annotation.shape}" for annotation in answer.annotations)


def _above(answer: Answer, scores: tuple[AnnotationScore, ...]) -> Answer:
    if all(score.above for score in scores):
        return answer
    shown = tuple(one for one, score in zip(answer.annotations, scores, strict=True) if score.above)
    return replace(answer, annotations=shown)
