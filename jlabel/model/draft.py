"""A labeler's work on one item that is not submitted yet."""

from dataclasses import dataclass

from jlabel.model.answer import Answer


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A draft as it was stored.

    Attributes:
        version: what ``save_drafts`` returned for it.
        answer: what it says.
    """

    version: int
    answer: Answer
