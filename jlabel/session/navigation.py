"""The way through the pages: the next one, submitting, and back over one's own submissions."""

import contextlib

from jlabel.errors import Conflict, LeaseLost, NotFound, PageIncomplete, ProjectPaused
from jlabel.model.page import Page
from jlabel.session.pages import Pages
from jlabel.store.sql.history.submissions import Submission


class Navigator(Pages):
    """Goes forward by submitting, and back to mend; see ``Session``."""

    @property
    def has_previous(self) -> bool:
        """Whether the labeler has submitted a page before the one on screen."""
        own = self._own()
        return bool(own) and self._mended_submission != own[-1]

    @property
    def place(self) -> dict[str, int] | None:
        """Where the page on screen stands among the labeler's submissions, oldest first; ``None`` for a leased page."""
        own = self._own()
        if self._mended_submission not in own:
            return None
        return {"place": len(own) - own.index(self._mended_submission), "count": len(own)}

    def next_page(self, size: int | None = None) -> Page | None:
        """Return the page to work on: the one held, else a newly claimed one; ``None`` when nothing is left.

        Args:
            size: change to pages of 1, 4, 6 or 9 items first; work on the page is kept.

        Raises:
            ProjectPaused: the project hands out no pages.
        """
        if size is not None and size != self.size:
            self.regrid(size)
        self._leave_mended()
        if self._queue:
            self.receive_suggestions(self.store.suggestions(self.id), looked_at=self._handed == self._queue[0])
        else:
            self._claim()
        self._handed = next(iter(self._queue), "")
        self._open()
        self._changed()
        return self.page

    def submit(
        self, *, page: str | None = None, seconds: float | None = None, seen_version: int | None = None
    ) -> Submission:
        """Submit a page, its pre-labels with it; afterwards the next one is on screen.

        Args:
            page: token of the page; the one on screen by default.
            seconds: time spent on it; measured from ``next_page`` by default.
            seen_version: the last ``suggestion_version`` that the labeler saw; all by default. Later pre-labels are not
                accepted.

        Raises:
            PageIncomplete: items without an answer.
            LeaseLost: others took items meanwhile; the answers of the rest stay, the lost items leave the page.
            Conflict: a label being mended was changed by somebody else.
        """
        page_state = self._state(page)
        token, submission = page_state.page.token, page_state.page.submission
        if seen_version is not None:
            page_state.take_back(seen_version)
        if page_state.missing:
            count = len(page_state.missing)
            raise PageIncomplete(f"{count} of {len(page_state.items)} images have no label yet.", page_state.missing)
        spent = page_state.seconds if seconds is None else max(seconds, 0.0)
        if submission is None:
            try:
                shown = page_state.suggestions.keys()
                done = self.store.submit(self.id, token, page_state.answers, seconds=spent, shown=shown)
            except LeaseLost:
                self.renew()
                self._rehold(self.store.pages(self.id))
                self._claim_if_any()
                self._open()
                raise
            if self._submitted is not None and done.id not in self._submitted:
                self._submitted.insert(0, done.id)
        else:
            expected = {task.item: task.label for task in page_state.page.tasks if task.label is not None}
            try:
                done = self.store.amend(self.id, submission, page_state.answers, expected=expected, seconds=spent)
            except Conflict:
                self._reopen(submission)
                raise
        self._previous = next(iter(page_state.answers.values()), None)
        self._drop(token)
        if submission is not None:
            with contextlib.suppress(ProjectPaused):
                self._walk(-1, submission)
        self._open()
        self._changed()
        return done

    def previous(self) -> Page | None:
        """Open the submission before the page on screen for mending; ``None`` when there is none earlier."""
        return self._walk(1, self._mended_submission)

    def next(self) -> Page | None:
        """Open the submission after the page on screen, or the queue's page after the newest."""
        return self._walk(-1, self._mended_submission)

    def resume(self) -> Page | None:
        """Return to the queue from mending."""
        self._leave_mended()
        return self.next_page()

    @property
    def _mended_submission(self) -> int | None:
        return self._states[self._mended].page.submission if self._mended else None

    def _own(self) -> list[int]:
        """Ids of the labeler's submissions, newest first; read once, then kept up."""
        if self._submitted is None:
            records = self.store.submissions(self.project.id, self.labeler, limit=10_000)
            self._submitted = [record.id for record in records]
        return self._submitted

    def _walk(self, step: int, start: int | None) -> Page | None:
        own = self._own()
        place = own.index(start) if start in own else -1
        place += step
        if place >= len(own):
            return None
        self._leave_mended()
        if place < 0:
            return self.next_page()
        if self.page_state:
            self.page_state.leave()
        try:
            page = self.store.open_submission(self.id, own[place])
        except NotFound:  # taken back in another notebook
            self._submitted = None
            raise
        if not page.tasks:  # all its images went back to the queue, or out of the project
            return self._walk(step // abs(step), own[place])
        self._mend(page)
        return page

    def _mend(self, page: Page) -> None:
        self._states[page.token] = self._new_state(page)
        self._mended = page.token
        self._open()
        self._changed()

    def _reopen(self, submission: int) -> None:
        """Show an own page anew, with the labels as they are now and the labeler's drafts."""
        if self._mended:
            self._states.pop(self._mended)
            self._mended = None
        page = self.store.open_submission(self.id, submission)
        if page.tasks:
            self._mend(page)

    def _undo_submission(self) -> bool:
        page = self.store.undo_submission(self.id)
        if page is None:
            return False
        self._submitted = None
        if self.page_state:
            self.page_state.leave()
        if page.submission is not None and page.tasks:
            self._mend(page)
            return True
        if page.tasks:
            self._hold(page, first=True)
        self._open()
        self._changed()
        return True

    def _leave_mended(self) -> None:
        if self._mended:
            if self._states.pop(self._mended).history.can_undo:
                self.message = "Your changes to that page are kept as a draft. Go back to it and save them to count."
            self._mended = None
