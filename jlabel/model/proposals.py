"""Proposed shapes on an image: their names, which of them are shown, and which a hand has not touched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from jlabel.model.answer import Annotation, Answer, Made
from jlabel.model.run import Suggestion

OVERLAP = 0.5
"""Intersection over union from which two shapes are taken for the same object."""


@dataclass(frozen=True, kw_only=True)
class ProposalLevel:
    """From which confidence on proposed shapes are shown.

    Attributes:
        least: 0 to 1; ``None`` shows those that are above their thresholds.
        unproven: also show those below a threshold for which a precision is promised.
    """

    least: float | None = None
    unproven: bool = False

    def shows(self, made: Suggestion) -> frozenset[str]:
        """Return the names of the proposals that are shown; ``made`` has been named.

        Where a precision is promised, what is below its threshold is not among them unless ``unproven``.
        """
        annotations, least = made.answer.annotations, self.least
        if not made.scores:
            return frozenset(one.uid for one in annotations)
        below = least is not None and (self.unproven or not made.proven)
        return frozenset(
            one.uid
            for one, score in zip(annotations, made.scores, strict=True)
            if (score.above or below) and (least is None or score.confidence >= least)
        )


DEFAULT_LEVEL = ProposalLevel()


def name_proposals(answer: Answer) -> Answer:
    """Return a proposed answer whose shapes all have a name and are marked as proposed.

    A shape without a name gets one by its position, the same each time.
    """
    if all(one.shape is None or (one.uid and one.made is Made.PROPOSED) for one in answer.annotations):
        return answer
    named = (
        one if one.shape is None else replace(one, uid=one.uid or f"prelabel{number}", made=Made.PROPOSED)
        for number, one in enumerate(answer.annotations)
    )
    return replace(answer, annotations=tuple(named))


def by_name(answer: Answer) -> dict[str, Annotation]:
    """Return the shapes of a proposed answer by their names."""
    return {one.uid: one for one in name_proposals(answer).annotations if one.shape is not None}


def is_untouched(annotation: Annotation, proposals: Mapping[str, Annotation]) -> bool:
    """Whether an annotation is a proposal that was neither confirmed by itself nor changed."""
    return annotation.made is Made.PROPOSED and proposals.get(annotation.uid) == annotation


def add_rejected(before: Answer, after: Answer, proposals: Mapping[str, Annotation]) -> Answer:
    """Return ``after`` with the names of the proposals that a hand has deleted so far.

    A skip and "No objects" delete none: taken back, they leave the image open.
    """
    rejected = set(before.rejected)
    if after.skipped is None and not after.empty:
        here = {one.uid for one in after.annotations}
        rejected = (rejected | {one.uid for one in before.annotations if one.uid in proposals}) - here
    names = tuple(sorted(rejected))
    return after if names == after.rejected else replace(after, rejected=names)


def show_proposals(answer: Answer, made: Suggestion, shown: Iterable[str]) -> Answer:
    """Return a begun answer that shows these proposals and no others.

    What a hand did stays: shapes that are no untouched proposals, and proposals that were deleted. No proposal comes
    that covers a shape of the hand.

    Args:
        answer: neither a skip nor "No objects".
        made: what is proposed, with names.
        shown: names of the proposals to show.
    """
    proposals, wanted = by_name(made.answer), frozenset(shown)
    loose = {one.uid for one in answer.annotations if is_untouched(one, proposals)}
    kept = [one for one in answer.annotations if one.uid not in loose or one.uid in wanted]
    hand = [one for one in kept if one.uid not in loose]
    taken = {one.uid for one in kept} | set(answer.rejected)
    more = [one for uid, one in proposals.items() if uid in wanted and uid not in taken and not overlaps(one, hand)]
    if not more and len(kept) == len(answer.annotations):
        return answer
    return replace(answer, annotations=(*kept, *more))


def overlaps(annotation: Annotation, others: Iterable[Annotation]) -> bool:
    """Whether a shape covers about the same place as one of others, of any class."""
    if annotation.shape is None:
        return False
    x0, y0, x1, y1 = annotation.shape.bounds()
    for other in others:
        if other.shape is None:
            continue
        a0, b0, a1, b1 = other.shape.bounds()
        apart = a1 <= x0 or a0 >= x1 or b1 <= y0 or b0 >= y1
        if not apart and annotation.shape.iou(other.shape) >= OVERLAP:
            return True
    return False
