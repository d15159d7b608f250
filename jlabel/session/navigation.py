"""The way through the pages: the next one, submitting, and back over one's own submissions."""

import contextlib
from typing import TYPE_CHECKING

from jlabel.errors import Conflict, InputError, LeaseLost, NotFound, PageIncomplete, ProjectPaused
from jlabel.model.page import Page
from jlabel.model.submission import Submission
from jlabel.session.page_state import PageState
from jlabel.session.pages import PageTable
from jlabel.session.suggestions import SuggestionFeed

if TYPE_CHECKING:
    from jlabel.model.answer import Answer

_LIMIT = 10_000
"""Submissions that one can go back over."""
_LEFT = (
    "{} of the {} images left this page: they were removed, and put back into the task queue. Nothing was submitted "
    "and your drafts are kept: submit what remains on the page."
)


class Navigator:
    """Goes forward by submitting, and back over the labeler's submissions to amend them.

    Args:
        pages: the session's pages.
        suggestions: brings a page up to date before it is handed out again.
        labeler: whose submissions.

    Attributes:
        previous_answer: of the last item of this session that was submitted, for "copy from the previous image".
    """

    def __init__(self, pages: PageTable, suggestions: SuggestionFeed, labeler: str) -> None:
        self._pages = pages
        self._suggestions = suggestions
        self._labeler = labeler
        self._returned = ""
        """Token of the page that ``next_page`` returned last."""
        self._submitted: list[int] | None = None
        self.previous_answer: Answer | None = None

    @property
    def has_previous(self) -> bool:
        """Whether the labeler has submitted a page before the one on screen."""
        own = self._own_submissions()
        return bool(own) and self._amended_submission != own[-1]

    @property
    def position(self) -> tuple[int, int] | None:
        """The position of the page on screen among the labeler's submissions, 1 the oldest, and their count.

        ``None`` for a leased page.
        """
        own = self._own_submissions()
        if self._amended_submission not in own:
            return None
        return len(own) - own.index(self._amended_submission), len(own)

    def next_page(self, size: int | None = None, large: int | None = None) -> Page | None:
        """Return the page to work on: the leased one, else a newly claimed one; ``None`` when nothing is left.

        Args:
            size: change to manual pages of 1, 4, 6 or 9 items first.
            large: change to other pages of 9, 16 or 25 items first.

        Raises:
            ProjectPaused: the project hands out no pages.
        """
        pages = self._pages
        if size not in (None, pages.sizes.small) or large not in (None, pages.sizes.large):
            pages.regrid(size, large=large)
        pages.leave_amended()
        first = next(iter(pages.queue), None)
        if first:
            self._suggestions.refresh(looked_at=self._returned == first.page.token)
        else:
            pages.claim()
        current = pages.current
        self._returned = current.page.token if current else ""
        pages.start_clock()
        pages.changed()
        return current.page if current else None

    def submit(
        self, *, page: str | None = None, seconds: float | None = None, seen_version: int | None = None
    ) -> Submission:
        """Submit a page; see ``Session.submit``."""
        state = self._pages.state(page)
        token, submission = state.page.token, state.page.submission
        if seen_version is not None:
            state.drop_unseen(seen_version)
        self._check_seen(state)
        if state.missing:
            count = len(state.missing)
            raise PageIncomplete(f"{count} of {len(state.items)} images have no label yet.", state.missing)
        spent = state.seconds if seconds is None else max(seconds, 0.0)
        done = self._submit(state, spent) if submission is None else self._amend(state, submission, spent)
        self.previous_answer = next(iter(state.answers.values()), None)
        self._pages.drop(token)
        if submission is not None:
            with contextlib.suppress(ProjectPaused):
                self._go(-1, submission)
        self._pages.start_clock()
        self._pages.changed()
        return done

    def _check_seen(self, state: PageState) -> None:
        """Raise ``PageIncomplete`` where a page that is not on screen has suggestions that carry no promise."""
        unseen = tuple(item for item, made in state.prelabels.items() if not made.proven)
        if unseen and state is not self._pages.current:
            raise PageIncomplete(
                f"{len(unseen)} of {len(state.items)} images have a suggestion that nobody has looked at yet. "
                "Submit the page when it is on screen.",
                unseen,
            )

    def previous(self) -> Page | None:
        """Open the submission before the page on screen for amending; ``None`` when there is none earlier."""
        return self._go(1, self._amended_submission)

    def next(self) -> Page | None:
        """Open the submission after the page on screen, or the queue's page after the newest."""
        return self._go(-1, self._amended_submission)

    def undo_submission(self) -> bool:
        """Take back the labeler's last submission, whose page opens again; ``False`` when there is none."""
        pages = self._pages
        page = pages.store.undo_submission(pages.session_id)
        if page is None:
            return False
        self._submitted = None
        pages.stop_clock()
        if page.submission is not None and page.tasks:
            pages.amend(page)
            return True
        if page.tasks:
            pages.lease(page)
        pages.start_clock()
        pages.changed()
        return True

    @property
    def _amended_submission(self) -> int | None:
        amended = self._pages.amended
        return amended.page.submission if amended else None

    def _own_submissions(self) -> list[int]:
        """Return the ids of the labeler's submissions, newest first; read once, then kept up to date."""
        if self._submitted is None:
            pages = self._pages
            records = pages.store.submissions(pages.project.id, self._labeler, limit=_LIMIT)
            self._submitted = [record.id for record in records]
        return self._submitted

    def _submit(self, state: PageState, seconds: float) -> Submission:
        pages = self._pages
        shown = state.suggestions.keys()
        try:
            done = pages.store.submit(pages.session_id, state.page.token, state.answers, seconds=seconds, shown=shown)
        except LeaseLost:
            pages.renew()
            pages.reload()
            raise
        except InputError as error:
            pages.reload()
            kept = next((one.items for one in pages.queue if one.page.token == state.page.token), ())
            if left := tuple(set(state.items).difference(kept)):
                raise LeaseLost(_LEFT.format(len(left), len(state.items)), left) from error
            raise
        if self._submitted is not None and done.id not in self._submitted:
            self._submitted.insert(0, done.id)
        return done

    def _amend(self, state: PageState, submission: int, seconds: float) -> Submission:
        pages = self._pages
        expected = {task.item: task.label for task in state.page.tasks if task.label is not None}
        try:
            return pages.store.amend(pages.session_id, submission, state.answers, expected=expected, seconds=seconds)
        except Conflict:  # show the labels as they are now, with the labeler's drafts
            pages.discard_amended()
            page = pages.store.open_submission(pages.session_id, submission)
            if page.tasks:
                pages.amend(page)
            raise

    def _go(self, step: int, start: int | None) -> Page | None:
        """Open the submission ``step`` before ``start``, a negative ``step`` after it; ``None`` is the queue."""
        own = self._own_submissions()
        index = (own.index(start) if start in own else -1) + step
        if index >= len(own):
            return None
        pages = self._pages
        pages.leave_amended()
        if index < 0:
            return self.next_page()
        pages.stop_clock()
        try:
            page = pages.store.open_submission(pages.session_id, own[index])
        except NotFound:  # taken back in another notebook
            self._submitted = None
            raise
        if not page.tasks:  # all its images went back to the queue, or out of the project
            return self._go(step // abs(step), own[index])
        pages.amend(page)
        return page
