"""The labeler without a screen: claims pages, applies tools, saves every edit, submits."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from jlabel.errors import InputError, JlabelError, LeaseLost, NotFound, PageIncomplete
from jlabel.model.annotation import Answer
from jlabel.model.labels import LabelClass
from jlabel.model.queue import GRIDS, Page
from jlabel.session import tools
from jlabel.session.sheet import Sheet
from jlabel.store import Store
from jlabel.store.projects import ProjectRecord
from jlabel.store.submissions import Submission


class Session:
    """One labeler at work on one project.

    Holds the page on screen and, once ``prefetch`` was called, the page after it. Both are leased to this session, so
    that no other labeler, and no other session of the same labeler, is shown their items. What an earlier session of
    the same labeler left open (a restarted kernel, a closed notebook) is taken over.

    Args:
        store: where the project lives.
        project: the project.
        labeler: who labels; goes into the history of every label.
        size: items on a page: 1, 4, 6 or 9.

    Raises:
        InputError: an empty labeler name or another size.
    """

    def __init__(self, store: Store, project: ProjectRecord, labeler: str, *, size: int = 9) -> None:
        if not labeler.strip():
            raise InputError("The labeler's name is empty. Pass labeler='your name'.")
        self.store = store
        self.project = project
        self.labeler = labeler
        self.size = check_size(size)
        self.id = store.open_session(project.id, labeler)
        self.message = ""
        self._sheets: dict[str, Sheet] = {}
        self._queue: list[str] = []
        self._mended: str | None = None
        self._closed = False
        self._submitted: list[int] | None = None
        self._watchers: list[Callable[[], None]] = []
        for page in store.adopt(self.id):
            self._hold(page)
        if self._queue and any(len(sheet.items) != size for sheet in self._sheets.values()):
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
    def sheet(self) -> Sheet | None:
        """The page on screen: one of the labeler's own submissions while walking back, else the first leased one."""
        token = self._mended or next(iter(self._queue), None)
        return self._sheets[token] if token else None

    @property
    def ahead(self) -> Sheet | None:
        """The page that follows in the queue, when it is held already."""
        return self._sheets[self._queue[1]] if len(self._queue) > 1 else None

    @property
    def page(self) -> Page | None:
        """The page on screen."""
        return self.sheet.page if self.sheet else None

    @property
    def mending(self) -> bool:
        """Whether the page on screen is one of the labeler's own submissions."""
        return self._mended is not None

    @property
    def answers(self) -> dict[int, Answer]:
        """The answers on the page on screen, by item; empty when there is no page."""
        return self.sheet.answers if self.sheet else {}

    @property
    def can_undo(self) -> bool:
        """Whether there is a change, or a submission of the labeler's, to take back."""
        return bool(self.sheet and self.sheet.history.can_undo) or self.has_previous

    @property
    def has_previous(self) -> bool:
        """Whether the labeler has submitted a page before the one on screen."""
        own = self._own()
        return bool(own) and self._mended_submission != own[-1]

    @property
    def place(self) -> dict[str, int] | None:
        """Where the page on screen stands among the labeler's submissions, oldest first; ``None`` for a leased page."""
        if self._mended_submission is None:
            return None
        own = self._own()
        return {"place": len(own) - own.index(self._mended_submission), "count": len(own)}

    def watch(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after every change of what this session shows."""
        self._watchers.append(callback)

    def sheet_of(self, token: str) -> Sheet:
        """Return a page that this session holds.

        Raises:
            NotFound: it was submitted, given back, or belongs to another session.
        """
        try:
            return self._sheets[token]
        except KeyError:
            raise NotFound("This page is no longer open here. Go on with the page on screen.") from None

    def next_page(self, size: int | None = None) -> Page | None:
        """Return the page to work on: the one held, else a newly claimed one; ``None`` when nothing is left.

        Args:
            size: change to pages of 1, 4, 6 or 9 items first; work on the page is kept.

        Raises:
            ProjectPaused: the project hands out no pages.
        """
        if size is not None and size != self.size:
            self.regrid(size)
        self._mended = None
        if not self._queue:
            self._claim()
        if self.sheet:
            self.sheet.open()
        self._changed()
        return self.page

    def prefetch(self) -> Page | None:
        """Claim the page after the one on screen, unless it is held; return it."""
        if len(self._queue) < 2:  # noqa: PLR2004 -- the page on screen and the one after it
            self._claim()
        return self.ahead.page if self.ahead else None

    def apply(
        self, label: int | str | LabelClass, items: Sequence[int] | None = None, *, on: str | None = None
    ) -> bool:
        """Apply a label class to items of a page (all of them by default), as a click on the class does.

        Multi-class replaces; multi-label adds, or takes off where all have it.

        Args:
            label: a class, its id, or its path or name.
            items: item ids; ``None`` for all.
            on: token of the page; the one on screen by default.

        Returns:
            Whether anything changed.

        Raises:
            NotFound: no such class, item or page.
        """
        sheet = self._on(on)
        chosen = sheet.pick(items)
        return self._change(sheet, tools.apply_class(sheet.answers, chosen, self.class_id(label), sheet.task))

    def clear(
        self, items: Sequence[int] | None = None, *, label: int | str | LabelClass | None = None, on: str | None = None
    ) -> bool:
        """Take one class, or everything, off items; arguments as for ``apply``."""
        sheet = self._on(on)
        class_id = None if label is None else self.class_id(label)
        return self._change(sheet, tools.clear(sheet.answers, sheet.pick(items), class_id))

    def skip(self, reason: str = "", items: Sequence[int] | None = None, *, on: str | None = None) -> bool:
        """Skip items for a reason; skipping skipped items for the same reason takes it back."""
        sheet = self._on(on)
        return self._change(sheet, tools.skip(sheet.answers, sheet.pick(items), reason.strip()))

    def no_objects(self, items: Sequence[int] | None = None, *, on: str | None = None) -> bool:
        """Say that there is nothing to label on items: an answer of its own, not a skip."""
        sheet = self._on(on)
        return self._change(sheet, tools.no_objects(sheet.answers, sheet.pick(items)))

    def undo(self, *, on: str | None = None) -> bool:
        """Take back the last change; on a page without one, the last submission (its page opens again)."""
        sheet = self._on(on) if on or self.sheet else None
        if sheet and sheet.undo():
            self._changed()
            return True
        if sheet and sheet is self.ahead:
            return False
        return self._undo_submission()

    def redo(self, *, on: str | None = None) -> bool:
        """Make the change that was taken back again."""
        done = self._on(on).redo()
        if done:
            self._changed()
        return done

    def submit(self, *, on: str | None = None, seconds: float | None = None) -> Submission:
        """Submit a page; afterwards the next one is on screen.

        Args:
            on: token of the page; the one on screen by default.
            seconds: time spent on it; measured from ``next_page`` by default.

        Raises:
            PageIncomplete: items without an answer.
            LeaseLost: others took items meanwhile; the answers of the rest stay, the lost items leave the page.
            Conflict: a label being mended was changed by somebody else.
        """
        sheet = self._on(on)
        token, page = sheet.page.token, sheet.page
        if sheet.missing:
            count = len(sheet.missing)
            raise PageIncomplete(f"{count} of {len(sheet.items)} images have no label yet.", sheet.missing)
        spent = sheet.seconds if seconds is None else max(seconds, 0.0)
        if page.submission is None:
            try:
                done = self.store.submit(self.id, token, sheet.answers, seconds=spent)
            except LeaseLost:
                self.renew()
                raise
        else:
            expected = {task.item: task.label for task in page.tasks if task.label is not None}
            done = self.store.amend(self.id, page.submission, sheet.answers, expected=expected, seconds=spent)
        self._submitted = None
        self._drop(token)
        if page.submission is not None:
            self._walk(-1, page.submission)
        if self.sheet:
            self.sheet.open()
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

    def regrid(self, size: int) -> Page | None:
        """Change the number of items on a page; answers and their order stay.

        Raises:
            InputError: not 1, 4, 6 or 9.
        """
        self.size = check_size(size)
        if self._queue:
            opened = self._sheets[self._queue[0]]
            opened.leave()
            self._rehold(self.store.repage(self.id, size), seconds=opened.seconds)
            self._sheets[self._queue[0]].open()
        self._changed()
        return self.page

    def renew(self) -> tuple[int, ...]:
        """Renew the leases of all held pages; return the items that were lost to others and left their pages."""
        lost = self.store.renew(self.id)
        if lost:
            self._rehold(self.store.pages(self.id))
            if not self._queue:
                self._claim()
            self.message = (
                f"{len(lost)} {'image was' if len(lost) == 1 else 'images were'} labeled by others "
                "while this page was away. The rest of your work is here."
            )
            self._changed()
        return lost

    def set_aside(self, item: int, reason: str) -> None:
        """Take an item off its page because its file cannot be read; it is never served again."""
        self.store.mark_unreadable(item, reason)
        self._rehold(self.store.pages(self.id))
        if not self._queue:
            self._claim()
        self.message = f"An image was set aside: {reason}"
        self._changed()

    def close(self) -> None:
        """End the session. Open pages and drafts stay for this labeler until their leases lapse."""
        if not self._closed:
            self._closed = True
            with contextlib.suppress(JlabelError):
                self.store.end_session(self.id)

    def class_id(self, label: int | str | LabelClass) -> int:
        """Return the id of a class given as itself, an id, a path or a name.

        Raises:
            NotFound: no such class, or a name that several paths end with.
        """
        if isinstance(label, LabelClass):
            return label.id
        classes = self.classes
        found = [c for c in classes if label in (c.id, c.path)] or [c for c in classes if c.name == label]
        if len(found) != 1:
            names = ", ".join(repr(c.path) for c in (found or classes)[:12])
            why = "is the name of several" if found else "is not one"
            raise NotFound(f"{label!r} {why} of the label classes of {self.project.name!r}: {names}.")
        return found[0].id

    @property
    def _mended_submission(self) -> int | None:
        return self._sheets[self._mended].page.submission if self._mended else None

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
        if self.sheet:
            self.sheet.leave()
        page = self.store.open_submission(self.id, own[place])
        self._sheets[page.token] = self._new_sheet(page)
        self._mended = page.token
        self._sheets[page.token].open()
        self._changed()
        return page

    def _undo_submission(self) -> bool:
        page = self.store.undo_submission(self.id)
        if page is None:
            return False
        self._submitted = None
        self._leave_mended()
        self._hold(page, first=True)
        self._sheets[page.token].open()
        self._changed()
        return True

    def _leave_mended(self) -> None:
        if self._mended:
            self._sheets.pop(self._mended)
            self._mended = None

    def _on(self, token: str | None) -> Sheet:
        if token is not None:
            return self.sheet_of(token)
        if self.sheet is None:
            raise NotFound("No page is open. Call next_page() first.")
        return self.sheet

    def _change(self, sheet: Sheet, changed: Mapping[int, Answer]) -> bool:
        done = sheet.change(changed)
        if done:
            self._changed()
        return done

    def _claim(self) -> None:
        page = self.store.claim(self.id, self.size)
        if page is not None:
            self._hold(page)

    def _hold(self, page: Page, *, first: bool = False) -> None:
        self._sheets[page.token] = self._new_sheet(page)
        self._queue.insert(0 if first else len(self._queue), page.token)

    def _rehold(self, pages: Sequence[Page], *, seconds: float | None = None) -> None:
        old = {token: self._sheets.pop(token) for token in self._queue}
        self._queue = []
        for page in pages:
            same = old.get(page.token)
            if same is not None and same.items == tuple(task.item for task in page.tasks):
                self._sheets[page.token] = same
                self._queue.append(page.token)
            else:
                self._hold(page)
        if seconds is not None and self._queue:
            self._sheets[self._queue[0]].add_seconds(seconds)

    def _drop(self, token: str) -> None:
        self._sheets.pop(token)
        if token in self._queue:
            self._queue.remove(token)
        if self._mended == token:
            self._mended = None
        if not self._queue and self._mended is None:
            self._claim()

    def _new_sheet(self, page: Page) -> Sheet:
        usable = frozenset(c.id for c in self.store.classes(self.project.id, retired=page.submission is not None))
        return Sheet(page, self.project.task, usable, self._save)

    def _save(self, changed: Mapping[int, Answer]) -> None:
        self.store.save_drafts(self.id, changed)

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
