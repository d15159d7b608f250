"""The port of the task queue: labelers' sessions, the pages that they claim, and drafts."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from jlabel.model.answer import Answer
from jlabel.model.draft import DraftChange
from jlabel.model.page import Page, Queue
from jlabel.model.run import Suggestion

LEASE_SECONDS = 600.0
"""How long a page stays leased without a renewal, unless the store was opened with another time."""


class TaskQueue(Protocol):
    """Pages of items, leased to one labeler's session at a time; an unknown session is ``NotFound``."""

    def open_session(self, project_id: int, labeler: str) -> int:
        """Begin a labeler's session in this process; return its id.

        Raises:
            NotFound: no such project.
            InputError: an empty labeler's name.
        """
        ...

    def end_session(self, session_id: int) -> None:
        """End a session; its pages stay leased until they lapse or the labeler's next session adopts them."""
        ...

    def adopt(self, session_id: int) -> list[Page]:
        """Take over the pages, with drafts, of the same labeler's ended or dead sessions, in the order of claiming."""
        ...

    def claim(self, session_id: int, size: int, *, large: int | None = None, queue: Queue | None = None) -> Page | None:
        """Lease items to the session as one page.

        Args:
            session_id: the session.
            size: items wanted, 1 to 100.
            large: items wanted where the page is pre-labeled or clustered, 1 to 100; ``None``: ``size``.
            queue: the queue to take from; ``None`` takes pre-labeled, then clustered, then manual items; once assist
                has published, a share of the pages is drawn from the random share.

        Returns:
            The page with the labeler's stored drafts, of one queue, and unless manual of one cluster or proposed
            class; ``None`` when nothing is left.

        Raises:
            NotFound: no such session, or it has ended.
            ProjectPaused: the project is paused.
            InputError: the size is out of range.
        """
        ...

    def pages(self, session_id: int) -> list[Page]:
        """Return the pages of the session, in the order of claiming, without items that others took meanwhile."""
        ...

    def repage(self, session_id: int, size: int, *, large: int | None = None) -> list[Page]:
        """Cut the items of all pages of the session into pages of another size, in order.

        Items of different queues, or clusters, stay on different pages, the last page of each topped up. The old tokens
        are closed; drafts stay.

        Args:
            session_id: the session.
            size: items on a page, 1 to 100.
            large: items on a page that is pre-labeled or clustered, 1 to 100; ``None``: ``size``.

        Raises:
            InputError: the size is out of range.
        """
        ...

    def renew(self, session_id: int, *, seconds: Mapping[str, float] | None = None) -> tuple[int, ...]:
        """Renew the leases of the session's pages, and take back lapsed ones if nobody took their items.

        Args:
            session_id: the session.
            seconds: time spent so far on pages, by token, so that the next sitting counts on from there.

        Returns:
            Ids of the items lost meanwhile; they are no longer on the session's pages.
        """
        ...

    def release(self, session_id: int, token: str) -> None:
        """Give a page back to the queue; the drafts stay. A page that is already closed or submitted stays so.

        Raises:
            NotFound: no such page.
            LeaseLost: the page belongs to another session.
        """
        ...

    def suggestions(self, session_id: int) -> dict[int, Suggestion]:
        """Return what is suggested by now, by item, for the items on the session's pages."""
        ...

    def save_draft(self, session_id: int, item_id: int, answer: Answer) -> int:
        """Store the labeler's work on one item, as ``save_drafts`` does; return the draft's version."""
        ...

    def save_drafts(
        self, session_id: int, answers: Mapping[int, Answer], *, changes: Mapping[int, DraftChange] | None = None
    ) -> dict[int, int]:
        """Store the labeler's work on items; return the drafts' versions by item, 1 at first.

        ``UNANSWERED`` is a draft too: the labeler cleared a pre-label or an earlier label.

        Args:
            session_id: the session.
            answers: by item.
            changes: by item, what changed since a version. Where that version is still the stored one, only the change
                is written.

        Raises:
            NotFound: no such session or item; nothing was stored.
        """
        ...

    def clear_draft(self, session_id: int, item_id: int) -> None:
        """Delete the labeler's draft on an item."""
        ...

    def drafts(self, session_id: int, items: Iterable[int]) -> dict[int, Answer]:
        """Return the labeler's drafts on the items that have one.

        Raises:
            AnswerError: a draft was written by a later version, or is damaged; the message names the item.
        """
        ...
