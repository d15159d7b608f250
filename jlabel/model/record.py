"""One item with its current label as exports and data frames read it, and the history of its labels."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jlabel.model.answer import UNANSWERED, Answer
from jlabel.model.item import ItemState


class Origin(StrEnum):
    """How a label came to be."""

    HUMAN = "human"
    ACCEPTED = "accepted"
    """A pre-label submitted as it was."""
    EDITED = "edited"
    """A pre-label corrected before it was submitted."""
    IMPORT = "import"
    UNDO = "undo"
    """Restores what stood before a submission that was taken back."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One item with its current label and where that came from.

    Attributes:
        item: the item's id, stable for the life of the project.
        name: path below its source, with ``/``.
        uri: where media/ opens it.
        stamp: the file's ``ListedFile.stamp``.
        state: where the item stands.
        reason: why it was skipped, is unreadable or was removed; else ``""``.
        width: pixels as shown (EXIF applied); 0 while nothing has decoded it.
        height: pixels as shown; 0 while nothing has decoded it.
        missing: the file was gone at the last refresh; the label is kept.
        answer: the current label; ``UNANSWERED`` while there is none.
        label: id of the label in the history; ``None`` while there is none.
        labeler: who gave it; ``""`` while there is none.
        at: when, in UTC.
        seconds: share of the page's time that this item took; 0 when unknown.
        origin: how it came to be.
        run: the assist run whose pre-label was shown, if any.
    """

    item: int
    name: str
    uri: str
    stamp: str
    state: ItemState
    reason: str = ""
    width: int = 0
    height: int = 0
    missing: bool = False
    answer: Answer = UNANSWERED
    label: int | None = None
    labeler: str = ""
    at: datetime | None = None
    seconds: float = 0.0
    origin: Origin | None = None
    run: int | None = None


@dataclass(frozen=True, kw_only=True)
class LabelEntry:
    """One entry of an item's label history.

    Attributes:
        id: of the label.
        labeler: who.
        at: when, UTC.
        seconds: share of the page's time.
        origin: how it came to be.
        answer: the answer; not given where a submission was taken back.
        run: the assist run whose pre-label was shown, if any.
        submission: the submission that it belongs to, if any.
        proven: whether that pre-label carried the promised precision; ``True`` where none was shown.
    """

    id: int
    labeler: str
    at: datetime
    seconds: float
    origin: Origin
    answer: Answer
    run: int | None
    submission: int | None
    proven: bool = True
