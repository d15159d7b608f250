"""What became of each proposed shape of an image that was submitted, and which shapes were added by hand."""

from dataclasses import dataclass, replace
from enum import StrEnum

from jlabel.model.answer import Answer
from jlabel.model.proposals import DEFAULT_LEVEL, by_name, name_proposals, overlaps
from jlabel.model.run import Suggestion


class ShapeOutcome(StrEnum):
    """What a labeler made of one proposed shape, or that there was none."""

    ACCEPTED = "accepted"
    """Submitted as it was proposed, confirmed by itself or with the page."""
    MOVED = "moved"
    """Submitted with another outline."""
    RECLASSED = "re-classed"
    """Submitted with another class; perhaps with another outline too."""
    REJECTED = "rejected"
    """Not submitted."""
    ADDED = "added"
    """Nothing was proposed: it was drawn or copied."""


@dataclass(frozen=True, kw_only=True)
class ShapeResult:
    """One shape that was proposed or submitted.

    Attributes:
        uid: its name on the image.
        outcome: what became of it.
        proposed_class: class id that was proposed; ``None`` where it was added.
        class_id: class id that was submitted; ``None`` where it was rejected.
        iou: intersection over union of what was submitted and what was proposed, 0 to 1; ``None`` where one is missing.
    """

    uid: str
    outcome: ShapeOutcome
    proposed_class: int | None = None
    class_id: int | None = None
    iou: float | None = None


def find_shape_outcomes(given: Answer, made: Suggestion) -> tuple[ShapeResult, ...]:
    """Return what became of each shape: those proposed in their order, then those that were added.

    A submitted shape is known by its name. A proposal that is shown on demand only is no rejection unless somebody
    deleted it, and neither is one that came when the hand had drawn a shape in its place. One that is shown by default
    and was hidden with the slider is a rejection.

    Args:
        given: what was submitted. Nothing is said about shapes by a skip.
        made: what was proposed.
    """
    if given.skipped is not None:
        return ()
    proposals, here = by_name(made.answer), {one.uid: one for one in given.annotations}
    default = DEFAULT_LEVEL.shows(replace(made, answer=name_proposals(made.answer)))
    added = [one for one in given.annotations if one.uid not in proposals]
    found: list[ShapeResult] = []
    for uid, proposed in proposals.items():
        one = here.get(uid)
        if one is None or one.shape is None or proposed.shape is None:
            deleted = uid in given.rejected
            if deleted or (uid in default and not overlaps(proposed, added)):
                found.append(ShapeResult(uid=uid, outcome=ShapeOutcome.REJECTED, proposed_class=proposed.class_id))
            continue
        same = one.shape == proposed.shape
        outcome = ShapeOutcome.ACCEPTED if same else ShapeOutcome.MOVED
        found.append(
            ShapeResult(
                uid=uid,
                outcome=outcome if one.class_id == proposed.class_id else ShapeOutcome.RECLASSED,
                proposed_class=proposed.class_id,
                class_id=one.class_id,
                iou=1.0 if same else one.shape.iou(proposed.shape),
            )
        )
    found += [ShapeResult(uid=one.uid, outcome=ShapeOutcome.ADDED, class_id=one.class_id) for one in added]
    return tuple(found)
