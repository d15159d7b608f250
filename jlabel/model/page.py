"""Pages of the task queue: which queue a page comes from and what is on it."""

from dataclasses import dataclass
from enum import StrEnum

from jlabel.model.answer import UNANSWERED, Answer
from jlabel.model.run import Suggestion


class Queue(StrEnum):
    """The queue that a page's items come from."""

    MANUAL = "manual"
    CLUSTERED = "clustered"
    PRELABELED = "prelabeled"

    @property
    def caption(self) -> str:
        """The name for people: ``Manual``, ``Clustered`` or ``Pre-labeled``."""
        return "Pre-labeled" if self is Queue.PRELABELED else self.value.capitalize()

    @property
    def hint(self) -> str:
        """What a labeler does on its pages, in one sentence."""
        return _HINTS[self]


_HINTS = {
    Queue.MANUAL: "One image after the other",
    Queue.CLUSTERED: "Images that look alike come together",
    Queue.PRELABELED: "The model has labeled these: correct what is wrong, then submit",
}
SUGGESTED = "Suggested"
"""Instead of ``Queue.caption`` on a page of suggestions that carry no promise."""
SUGGESTED_HINT = "The model only suggests these and promises nothing: look at each, correct what is wrong, then submit"
"""Instead of ``Queue.hint`` on such a page."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One item as it is served to a labeler.

    Attributes:
        item: the item's id.
        name: the file's path below its source, with ``/``: unique in its source, for people and exports.
        uri: where media/ opens it: an absolute path or an fsspec URL.
        stamp: the file's ``ListedFile.stamp``, part of every cache key.
        answer: the labeler's draft, or the label being amended.
        label: id of the label that ``answer`` replaces when amending; ``None`` in the queue.
        begun: ``answer`` is the labeler's draft, also where it is not given: a pre-label was cleared.
        suggestion: what assist suggests, or that it does so blind; ``None`` where it suggests nothing.
        width: pixels as shown, on record when the page was read; 0 while nothing has measured it.
        height: pixels as shown, likewise.
    """

    item: int
    name: str
    uri: str
    stamp: str = ""
    answer: Answer = UNANSWERED
    label: int | None = None
    begun: bool = False
    suggestion: Suggestion | None = None
    width: int = 0
    height: int = 0


@dataclass(frozen=True, kw_only=True)
class Page:
    """One to 25 items leased to one labeler, or one of the labeler's own submissions opened again.

    Attributes:
        token: names the page in the store and in messages; 32 hex digits.
        labeler: who leased it.
        queue: where its items come from.
        tasks: the items in the order shown.
        submission: the submission being amended; ``None`` for a leased page.
        seconds: time already spent on it in earlier sittings.
    """

    token: str
    labeler: str
    queue: Queue
    tasks: tuple[Task, ...]
    submission: int | None = None
    seconds: float = 0.0
