"""The labeler without a screen: claims pages, applies tools, saves every edit, submits."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from jlabel.errors import Conflict, InputError, JlabelError, LeaseLost, NotFound, PageIncomplete, ProjectPaused
from jlabel.model.annotation import Answer
from jlabel.model.geometry import Shape
from jlabel.model.labels import LabelClass
from jlabel.model.queue import GRIDS, Page
from jlabel.session import shaping, tools
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

    Attributes:
        measures: whether the time on a page is taken here; a screen that knows when somebody looks sets it to ``False``
            and tells ``spend``.
        message: what happened that the labeler should know, until somebody shows and empties it.

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
        self.measures = True
        self._sheets: dict[str, Sheet] = {}
        self._queue: list[str] = []
        self._mended: str | None = None
        self._closed = False
        self._submitted: list[int] | None = None
        self._previous: Answer | None = None
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
        return bool(self.sheet and self.sheet.history.can_undo) or (self.has_previous and not self.mending)

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
        self._leave_mended()
        if not self._queue:
            self._claim()
        self._open()
        self._changed()
        return self.page

    def prefetch(self) -> Page | None:
        """Claim the page after the one on screen, unless it is held; return it, ``None`` at the end or in a pause."""
        if len(self._queue) < 2:  # noqa: PLR2004 -- the page on screen and the one after it
            self._claim_if_any()
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

    def draw(
        self, label: int | str | LabelClass, shape: Shape, *, item: int | None = None, on: str | None = None
    ) -> str:
        """Add a box or polygon, in image pixels, to an image; return the shape's name for ``change`` and ``remove``.

        Args:
            label: a class, its id, or its path or name.
            shape: a ``Box`` or ``Polygon``, clipped to the image.
            item: which image; the only one on the page by default.
            on: token of the page; the one on screen by default.

        Raises:
            GeometryError: no area, outside the image, or crossing itself.
            AnswerError: the project takes no such shape.
        """
        sheet = self._on(on)
        uid = shaping.draw(sheet, self.class_id(label), shape, item)
        self._changed()
        return uid

    def change(self, uid: str, shape: Shape, *, item: int | None = None, on: str | None = None) -> bool:
        """Give a shape another outline; arguments and errors as for ``draw``."""
        return self._notify(shaping.change(self._on(on), uid, shape, item))

    def remove(self, *uids: str, item: int | None = None, on: str | None = None) -> bool:
        """Delete shapes by their names."""
        return self._notify(shaping.remove(self._on(on), uids, item))

    def reclass(
        self, label: int | str | LabelClass, *uids: str, item: int | None = None, on: str | None = None
    ) -> bool:
        """Give shapes another class."""
        return self._notify(shaping.reclass(self._on(on), uids, self.class_id(label), item))

    def gesture(self, message: Mapping[str, Any], *, on: str | None = None) -> bool:
        """Do what one message of the shape editor says (``session/gestures.py``)."""
        return self._notify(shaping.gesture(self._on(on), message, self._previous))

    def undo(self, *, on: str | None = None) -> bool:
        """Take back the last change; on a page of the queue without one, the last submission: its page opens again."""
        sheet = self._on(on) if on or self.sheet else None
        if sheet and sheet.undo():
            self._changed()
            return True
        # An own page opened to be mended is not the last submission, nor is a page ahead the one looked at.
        if self.mending or (sheet and sheet is self.ahead):
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
                self._rehold(self.store.pages(self.id))
                self._claim_if_any()
                self._open()
                raise
            if self._submitted is not None and done.id not in self._submitted:
                self._submitted.insert(0, done.id)
        else:
            expected = {task.item: task.label for task in page.tasks if task.label is not None}
            try:
                done = self.store.amend(self.id, page.submission, sheet.answers, expected=expected, seconds=spent)
            except Conflict:
                self._reopen(page.submission)
                raise
        self._previous = next(iter(sheet.answers.values()), None)
        self._drop(token)
        if page.submission is not None:
            with contextlib.suppress(ProjectPaused):
                self._walk(-1, page.submission)
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
                self._sheets[self._queue[0]].spend(seconds)
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

    def spend(self, seconds: float, *, on: str | None = None) -> None:
        """Say how long the labeler has looked at a page; the longest time told counts."""
        self._on(on).spend(seconds)

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
        self._sheets[page.token] = self._new_sheet(page)
        self._mended = page.token
        self._open()
        self._changed()

    def _reopen(self, submission: int) -> None:
        """Show an own page anew, with the labels as they are now and the labeler's drafts."""
        if self._mended:
            self._sheets.pop(self._mended)
            self._mended = None
        page = self.store.open_submission(self.id, submission)
        if page.tasks:
            self._mend(page)

    def _undo_submission(self) -> bool:
        page = self.store.undo_submission(self.id)
        if page is None:
            return False
        self._submitted = None
        if self.sheet:
            self.sheet.leave()
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
            if self._sheets.pop(self._mended).history.can_undo:
                self.message = "Your changes to that page are kept as a draft. Go back to it and save them to count."
            self._mended = None

    def _seconds(self) -> dict[str, float]:
        return {token: self._sheets[token].seconds for token in self._queue}

    def _open(self) -> None:
        """Have the time run on the page on screen."""
        if self.sheet and self.measures:
            self.sheet.open()

    def _on(self, token: str | None) -> Sheet:
        if token is not None:
            return self.sheet_of(token)
        if self.sheet is None:
            raise NotFound("No page is open. Call next_page() first.")
        return self.sheet

    def _change(self, sheet: Sheet, changed: Mapping[int, Answer]) -> bool:
        return self._notify(sheet.change(changed))

    def _notify(self, changed: bool) -> bool:  # noqa: FBT001 -- passed through
        if changed:
            self._changed()
        return changed

    def _claim(self) -> None:
        page = self.store.claim(self.id, self.size)
        if page is not None:
            self._hold(page)

    def _claim_if_any(self) -> None:
        """Claim a page, where there being none is no fault of what was asked for."""
        with contextlib.suppress(ProjectPaused, NotFound):
            self._claim()

    def _hold(self, page: Page, *, first: bool = False) -> None:
        self._sheets[page.token] = self._new_sheet(page)
        self._queue.insert(0 if first else len(self._queue), page.token)

    def _rehold(self, pages: Sequence[Page]) -> None:
        old = {token: self._sheets.pop(token) for token in self._queue}
        self._queue = []
        for page in pages:
            same = old.get(page.token)
            if same is not None and same.items == tuple(task.item for task in page.tasks):
                self._sheets[page.token] = same
                self._queue.append(page.token)
            else:
                self._hold(page)
                if same is not None:
                    self._sheets[page.token].take_over(same)

    def _drop(self, token: str) -> None:
        self._sheets.pop(token)
        if token in self._queue:
            self._queue.remove(token)
        if self._mended == token:
            self._mended = None
        if not self._queue and self._mended is None:
            self._claim_if_any()

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
