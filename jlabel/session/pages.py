"""The pages that one labeler holds: claimed, kept, renewed, cut to another size."""

import contextlib
from collections.abc import Callable, Sequence

from jlabel.errors import AnswerError, NotFound, ProjectPaused
from jlabel.model.page import Page
from jlabel.model.project import ProjectRecord
from jlabel.model.proposals import DEFAULT_LEVEL, ProposalLevel
from jlabel.session.drafts import DraftWriter
from jlabel.session.file_changes import FileChanges, restamp
from jlabel.session.page_sizes import PageSizes
from jlabel.session.page_state import PageState
from jlabel.store import Store

_AHEAD = 1
"""Position in the queue of the page after the one on screen."""


class PageTable:
    """The leased pages of one session in the order of their claims, and an own submission that is open for amending.

    Args:
        store: where the project lives.
        project: the project.
        session_id: the store's session.
        sizes: how many items a page has.

    Attributes:
        store: as given.
        project: as given.
        session_id: as given.
        sizes: as given; ``regrid`` changes them.
        measures_time: whether the time on a page is measured here; a screen that knows when somebody looks sets it to
            ``False`` and calls ``spend``.
        message: what happened that the labeler should know, until a screen shows and empties it.
        level: which proposed shapes the pages show; ``show_proposals`` changes it.
    """

    def __init__(self, store: Store, project: ProjectRecord, session_id: int, *, sizes: PageSizes) -> None:
        self.store = store
        self.project = project
        self.session_id = session_id
        self.sizes = sizes
        self.measures_time = True
        self.message = ""
        self.level = DEFAULT_LEVEL
        self._drafts = DraftWriter(store, session_id)
        self.file_changes = FileChanges()
        self._states: dict[str, PageState] = {}
        self._queue: list[str] = []
        self._amended: str | None = None
        self._watchers: list[Callable[[], None]] = []
        for page in self._adopt():
            self._hold(page)
        if any(len(state.items) != sizes.of(state.page.queue) for state in self._states.values()):
            self._replace(store.repage(session_id, sizes.small, large=sizes.large))

    @property
    def current(self) -> PageState | None:
        """The page on screen: an own submission that is being amended, else the first leased page."""
        token = self._amended or next(iter(self._queue), None)
        return self._states[token] if token else None

    @property
    def ahead(self) -> PageState | None:
        """The page that follows in the queue, when it is leased already."""
        return self._states[self._queue[_AHEAD]] if len(self._queue) > _AHEAD else None

    @property
    def queue(self) -> tuple[PageState, ...]:
        """The leased pages in the order of their claims."""
        return tuple(self._states[token] for token in self._queue)

    @property
    def amended(self) -> PageState | None:
        """The own submission that is open for amending."""
        return self._states[self._amended] if self._amended else None

    def state(self, token: str | None = None) -> PageState:
        """Return an open page; the one on screen by default.

        Raises:
            NotFound: it was submitted, given back, or belongs to another session; or no page is open.
        """
        if token is not None:
            if token not in self._states:
                raise NotFound("This page is no longer open here. Go on with the page on screen.")
            return self._states[token]
        if self.current is None:
            raise NotFound("No page is open. Call next_page() first.")
        return self.current

    def watch(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after every change of what the session shows."""
        self._watchers.append(callback)

    def changed(self) -> None:
        """Call the watchers."""
        for watcher in list(self._watchers):
            watcher()

    def take_message(self) -> str:
        """Return ``message`` and empty it."""
        text, self.message = self.message, ""
        return text

    def claim(self) -> None:
        """Lease one more page, if there are items left.

        Raises:
            ProjectPaused: the project hands out no pages.
        """
        page = self.store.claim(self.session_id, self.sizes.small, large=self.sizes.large)
        if page is not None:
            self._hold(page)

    def claim_if_any(self) -> None:
        """Lease one more page; a pause or a deleted project is no error here."""
        with contextlib.suppress(ProjectPaused, NotFound):
            self.claim()

    def prefetch(self) -> Page | None:
        """Lease the page after the one on screen, unless there is one; return it, ``None`` at the end or in a pause."""
        if len(self._queue) <= _AHEAD:
            self.claim_if_any()
        return self.ahead.page if self.ahead else None

    def regrid(self, size: int | None = None, *, large: int | None = None) -> Page | None:
        """Change the number of items on a page; answers and their order stay.

        Args:
            size: on manual pages, 1, 4, 6 or 9; ``None`` leaves it.
            large: on the others, 9, 16 or 25, remembered for the labeler; ``None`` leaves it.

        Raises:
            InputError: another size.
        """
        self.sizes.change(small=size, large=large)
        if self._queue:
            seconds = sum(self.seconds().values())
            self._replace(self.store.repage(self.session_id, self.sizes.small, large=self.sizes.large))
            if self._queue:
                self._states[self._queue[0]].spend(seconds)
            else:  # the lease had lapsed, and others took all items
                self.claim_if_any()
            self.start_clock()
        self.changed()
        return self.current.page if self.current else None

    def show_proposals(self, level: ProposalLevel) -> bool:
        """Show more or fewer of the proposed shapes on this page and those that follow; whether anything changed."""
        changed = [state.show_proposals(level) for state in self._states.values()]
        self.level = level
        self.changed()
        return any(changed)

    def follow_level(self, state: PageState) -> None:
        """Show on all pages what one shows that has taken a change of the level back, or made it again."""
        if state.level != self.level:
            self.show_proposals(state.level)

    def renew(self) -> tuple[int, ...]:
        """Renew the leases of all pages; return the items that were lost to others and left their pages."""
        lost = self.store.renew(self.session_id, seconds=self.seconds())
        if lost:
            self.reload()
            self.message = (
                f"{len(lost)} {'image' if len(lost) == 1 else 'images'} went to other labelers "
                "while this page was left alone. The rest of your work is here."
            )
            self.changed()
        return lost

    def reload(self) -> None:
        """Take the leased pages as the store has them; where none is left, claim one."""
        self._replace(self.store.pages(self.session_id))
        if not self._queue:
            self.claim_if_any()
        self.start_clock()

    def set_aside(self, item: int, reason: str) -> None:
        """Take an item off its page because its file cannot be read; a label that it has is kept."""
        waiting = self.store.mark_unreadable(item, reason)
        self.reload()
        self.message = f"An image was set aside. {reason}" if waiting else f"{reason} Its label is kept."
        self.changed()

    def seconds(self) -> dict[str, float]:
        """Return the time spent on each leased page, in seconds, by token."""
        return {token: self._states[token].seconds for token in self._queue}

    def start_clock(self) -> None:
        """Measure the time on the page on screen, whose files are looked at once more: it may have waited."""
        if self.current is None:
            return
        self.current.page = restamp(self.current.page)
        self.message = " ".join(filter(None, (self.message, self.file_changes.sentence(self.current.page))))
        if self.measures_time:
            self.current.open()

    def stop_clock(self) -> None:
        """Measure no time on the page on screen, which another one replaces."""
        if self.current:
            self.current.leave()

    def lease(self, page: Page) -> None:
        """Put a leased page before all others."""
        self._hold(page, first=True)

    def amend(self, page: Page) -> None:
        """Open a submission of the labeler's for amending."""
        self._states[page.token] = self._make_state(page)
        self._amended = page.token
        self.start_clock()
        self.changed()

    def leave_amended(self) -> None:
        """Close the submission that is open for amending; changes that were not saved stay as a draft."""
        if self._amended:
            if self._states.pop(self._amended).history.can_undo:
                self.message = "Your changes to that page are kept as a draft. Go back to it and save them to count."
            self._amended = None

    def discard_amended(self) -> None:
        """Close the submission that is open for amending without a message."""
        if self._amended:
            self._states.pop(self._amended)
            self._amended = None

    def drop(self, token: str) -> None:
        """Close a page that was submitted; where no other is open, claim one."""
        self._drafts.forget(self._states.pop(token).items)
        if token in self._queue:
            self._queue.remove(token)
        if self._amended == token:
            self._amended = None
        if not self._queue and self._amended is None:
            self.claim_if_any()

    def _adopt(self) -> list[Page]:
        """Return the pages of the labeler's earlier sessions, unless a later jlabel wrote them."""
        try:
            return self.store.adopt(self.session_id)
        except AnswerError as error:
            self.message = str(error)
            return []

    def _hold(self, page: Page, *, first: bool = False) -> None:
        self._states[page.token] = self._make_state(page)
        self._queue.insert(0 if first else len(self._queue), page.token)

    def _replace(self, pages: Sequence[Page]) -> None:
        """Lease these pages instead; a page with the same items keeps its state, one with fewer its time and undo."""
        old = {token: self._states.pop(token) for token in self._queue}
        self._queue = []
        for page in pages:
            same = old.get(page.token)
            if same is not None and same.items == tuple(task.item for task in page.tasks):
                self._states[page.token] = same
                self._queue.append(page.token)
            else:
                self._hold(page)
                if same is not None:
                    self._states[page.token].take_over(same)

    def _make_state(self, page: Page) -> PageState:
        def find_class_ids() -> frozenset[int]:
            classes = self.store.classes(self.project.id, retired=page.submission is not None)
            return frozenset(label.id for label in classes)

        return PageState(self.file_changes.open(page), self.project.task, find_class_ids, self._drafts.save, self.level)
