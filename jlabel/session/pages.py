"""The pages that one labeler holds: claimed, kept, renewed, cut to another size."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from jlabel.errors import AnswerError, InputError, JlabelError, NotFound, ProjectPaused
from jlabel.model.answer import Answer
from jlabel.model.label_class import LabelClass
from jlabel.model.page import GRIDS, Page
from jlabel.model.run import Suggestion
from jlabel.session.history import State
from jlabel.session.page_state import PageState
from jlabel.store import Store
from jlabel.store.sql.catalog.projects import ProjectRecord
from jlabel.store.sql.queue.drafts import Stored


class Pages:
    """The page on screen, the one after it, and the leases on both; see ``Session``."""

    def __init__(self, store: Store, project: ProjectRecord, labeler: str, *, size: int = 9) -> None:
        if not labeler.strip():
            raise InputError("The labeler's name is empty. Pass labeler='your name'.")
        self.store = store
        self.project = project
        self.labeler = labeler
        self.size = check_size(size)
        self.id = store.open_session(project.id, labeler)
        self.message = ""
        self.measures = True
        self.suggestion_version = 0
        self._states: dict[str, PageState] = {}
        self._stored: dict[int, Stored] = {}
        self._queue: list[str] = []
        self._mended: str | None = None
        self._closed = False
        self._handed = ""
        self._submitted: list[int] | None = None
        self._previous: Answer | None = None
        self._auto_submit: bool | None = None
        self._watchers: list[Callable[[], None]] = []
        for page in self._adopt():
            self._hold(page)
        if self._queue and any(len(page_state.items) != size for page_state in self._states.values()):
            self._rehold(store.repage(self.id, size))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        """The label classes that may be applied, in order."""
        return self.store.classes(self.project.id)

    @property
    def page_state(self) -> PageState | None:
        """The page on screen: one of the labeler's own submissions while walking back, else the first leased one."""
        token = self._mended or next(iter(self._queue), None)
        return self._states[token] if token else None

    @property
    def ahead(self) -> PageState | None:
        """The page that follows in the queue, when it is held already."""
        return self._states[self._queue[1]] if len(self._queue) > 1 else None

    @property
    def page(self) -> Page | None:
        """The page on screen."""
        return self.page_state.page if self.page_state else None

    @property
    def mending(self) -> bool:
        """Whether the page on screen is one of the labeler's own submissions."""
        return self._mended is not None

    @property
    def answers(self) -> dict[int, Answer]:
        """The answers on the page on screen, by item; empty when there is no page."""
        return self.page_state.answers if self.page_state else {}

    @property
    def suggestions(self) -> dict[int, Suggestion]:
        """The pre-labels shown on the page on screen, by item, also those that were corrected; none that are blind."""
        return self.page_state.suggestions if self.page_state else {}

    def refresh_suggestions(self) -> int:
        """Show the pre-labels that were published since the pages were handed out, where nothing was begun.

        Returns:
            How many arrived on the page on screen; ``undo`` takes them off again.
        """
        return self.receive_suggestions(self.store.suggestions(self.id))

    def receive_suggestions(self, found: Mapping[int, Suggestion], *, looked_at: bool = True) -> int:
        """Show suggestions that ``store.suggestions`` returned, as ``refresh_suggestions`` does.

        Args:
            found: by item.
            looked_at: somebody has seen the page on screen without them, so that they can be undone.
        """
        arrival, first = self.suggestion_version + 1, next(iter(self._queue), None)
        came = {
            token: len(self._states[token].arrive(found, arrival, looked_at=looked_at and token == first))
            for token in self._queue
        }
        if any(came.values()):
            self.suggestion_version = arrival
            self._changed()
        return came.get(self.page_state.page.token, 0) if self.page_state else 0

    def watch(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after every change of what this session shows."""
        self._watchers.append(callback)

    def state_of(self, token: str) -> PageState:
        """Return a page that this session holds.

        Raises:
            NotFound: it was submitted, given back, or belongs to another session.
        """
        try:
            return self._states[token]
        except KeyError:
            raise NotFound("This page is no longer open here. Go on with the page on screen.") from None

    def prefetch(self) -> Page | None:
        """Claim the page after the one on screen, unless it is held; return it, ``None`` at the end or in a pause."""
        if len(self._queue) < 2:  # noqa: PLR2004 -- the page on screen and the one after it
            self._claim_if_any()
        return self.ahead.page if self.ahead else None

    def regrid(self, size: int) -> Page | None:
        """Change the number of items on a page; answers and their order stay.

        Raises:
            InputError: not 1, 4, 6 or 9.
        """
        self.size = check_size(size)
        if self._queue:
            seconds = sum(self._seconds().values())
            self._rehold(self.store.repage(self.id, size))
            if self._queue:
                self._states[self._queue[0]].spend(seconds)
            else:  # the lease had lapsed, and others took it all
                self._claim_if_any()
            self._open()
        self._changed()
        return self.page

    def renew(self) -> tuple[int, ...]:
        """Renew the leases of all held pages; return the items that were lost to others and left their pages."""
        lost = self.store.renew(self.id, seconds=self._seconds())
        if lost:
            self._rehold(self.store.pages(self.id))
            if not self._queue:
                self._claim_if_any()
            self._open()
            self.message = (
                f"{len(lost)} {'image' if len(lost) == 1 else 'images'} went to other labelers "
                "while this page was left alone. The rest of your work is here."
            )
            self._changed()
        return lost

    def spend(self, seconds: float, *, page: str | None = None) -> None:
        """Say how long the labeler has looked at a page; the longest time told counts."""
        self._state(page).spend(seconds)

    def set_aside(self, item: int, reason: str) -> None:
        """Take an item off its page because its file cannot be read; a label that it has is kept."""
        waiting = self.store.mark_unreadable(item, reason)
        self._rehold(self.store.pages(self.id))
        if not self._queue:
            self._claim_if_any()
        self._open()
        self.message = f"An image was set aside. {reason}" if waiting else f"{reason} Its label is kept."
        self._changed()

    def close(self) -> None:
        """End the session. Open pages and drafts stay for this labeler until their leases lapse."""
        if not self._closed:
            self._closed = True
            with contextlib.suppress(JlabelError):
                self.store.renew(self.id, seconds=self._seconds())
                self.store.end_session(self.id)

    def _seconds(self) -> dict[str, float]:
        return {token: self._states[token].seconds for token in self._queue}

    def _open(self) -> None:
        """Have the time run on the page on screen."""
        if self.page_state and self.measures:
            self.page_state.open()

    def _state(self, token: str | None) -> PageState:
        if token is not None:
            return self.state_of(token)
        if self.page_state is None:
            raise NotFound("No page is open. Call next_page() first.")
        return self.page_state

    def _adopt(self) -> list[Page]:
        """Take over what the labeler's earlier sessions left, unless a later jlabel wrote it; then it stays there."""
        try:
            return self.store.adopt(self.id)
        except AnswerError as error:
            self.message = str(error)
            return []

    def _claim(self) -> None:
        page = self.store.claim(self.id, self.size)
        if page is not None:
            self._hold(page)

    def _claim_if_any(self) -> None:
        """Claim a page, where there being none is no fault of what was asked for."""
        with contextlib.suppress(ProjectPaused, NotFound):
            self._claim()

    def _hold(self, page: Page, *, first: bool = False) -> None:
        self._states[page.token] = self._new_state(page)
        self._queue.insert(0 if first else len(self._queue), page.token)

    def _rehold(self, pages: Sequence[Page]) -> None:
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

    def _drop(self, token: str) -> None:
        for item in self._states.pop(token).items:
            self._stored.pop(item, None)
        if token in self._queue:
            self._queue.remove(token)
        if self._mended == token:
            self._mended = None
        if not self._queue and self._mended is None:
            self._claim_if_any()

    def _new_state(self, page: Page) -> PageState:
        usable = frozenset(c.id for c in self.store.classes(self.project.id, retired=page.submission is not None))
        return PageState(page, self.project.task, usable, self._save)

    def _save(self, changed: Mapping[int, State]) -> None:
        given = {item: answer for item, answer in changed.items() if answer is not None}
        if given:
            versions = self.store.save_drafts(self.id, given, since=self._stored)
            self._stored |= {item: Stored(version=versions[item], answer=given[item]) for item in given}
        for item in changed.keys() - given.keys():  # an untouched pre-label again
            self.store.clear_draft(self.id, item)

    def _changed(self) -> None:
        for watcher in list(self._watchers):
            watcher()


def check_size(size: int) -> int:
    """Return ``size`` if a page can have so many items.

    Raises:
        InputError: not 1, 4, 6 or 9.
    """
    if size not in GRIDS:
        raise InputError(f"A page has 1, 4, 6 or 9 images, not {size!r}.")
    return size
