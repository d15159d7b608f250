"""Submissions: a page's answers, given at once."""

from dataclasses import dataclass
from datetime import datetime

from jlabel.model.page import Queue


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A submission that was accepted.

    Attributes:
        id: grows with time.
        at: when, UTC.
        items: ids of the items that got a label or a skip by it, in page order.
    """

    id: int
    at: datetime
    items: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SubmissionRecord:
    """A submission as its labeler goes back to it.

    Attributes:
        id: grows with time.
        labeler: who submitted.
        at: when, UTC.
        seconds: time spent on the page.
        queue: where the page came from.
        items: ids of its items, in page order.
    """

    id: int
    labeler: str
    at: datetime
    seconds: float
    queue: Queue
    items: tuple[int, ...]
