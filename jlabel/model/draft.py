"""A labeler's work on one item that is not submitted yet."""

from dataclasses import dataclass

from jlabel.model.answer_diff import Difference


@dataclass(frozen=True, kw_only=True)
class DraftChange:
    """What changed of a draft since a version of it.

    Attributes:
        since: the version that the change builds on, as ``save_drafts`` returned it.
        difference: from the answer of that version to the present one.
    """

    since: int
    difference: Difference
