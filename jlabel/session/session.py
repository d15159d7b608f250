"""The labeler without a screen: claims pages, applies tools, saves every edit, submits."""

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from jlabel.errors import InputError, JlabelError
from jlabel.model.answer import Answer
from jlabel.model.label_class import LabelClass
from jlabel.model.page import Page
from jlabel.model.project import ProjectRecord
from jlabel.model.proposals import ProposalLevel
from jlabel.model.run import Suggestion
from jlabel.model.shapes.shape import Shape
from jlabel.model.submission import Submission
from jlabel.session import class_tools as tools
from jlabel.session import page_edits
from jlabel.session.auto_submit import AutoSubmit
from jlabel.session.class_lookup import find_class_id
from jlabel.session.gestures import Gesture
from jlabel.session.navigation import Navigator
from jlabel.session.page_sizes import PageSizes
from jlabel.session.page_state import PageState
from jlabel.session.pages import PageTable
from jlabel.session.parts import Parts
from jlabel.session.sizes import SizeRecorder
from jlabel.session.suggestions import SuggestionFeed
from jlabel.store import Store

_log = logging.getLogger(__name__)


class Session:
    """One labeler at work on one project; ``Project.session()`` makes one.

    It leases the page that it returns to this labeler, so that no other labeler, and no other session of the same one,
    gets the same items. Pages of the labeler's earlier sessions (a restarted kernel, a closed notebook) are taken over.
    Every change is saved as it is made.

    >>> import jlabel as jl
    >>> p = jl.Workspace("labels").create_project("pets", task="multi-class", images="photos/**", labels=["cat", "dog"])
    >>> with p.session(labeler="ana", grid=4) as session:
    ...     page = session.next_page()
    ...     first, *others = [task.item for task in page.tasks]
    ...     session.apply("cat", others), session.skip("blurred", [first])
    ...     done = session.submit(seconds=8)
    (True, True)
    >>> len(done.items), p.counts().labeled, p.counts().skipped
    (3, 2, 1)

    Args:
        store: where the project lives.
        project: the project.
        labeler: who labels; goes into the history of every label.
        size: items on a manual page: 1, 4, 6 or 9.
        large: items on a page that is pre-labeled or clustered: 9, 16 or 25; as many as on a manual one by default.

    Attributes:
        project: the project.
        labeler: who labels.
        parts: what the session consists of, for screens.

    Raises:
        InputError: an empty labeler name or another size.
    """

    def __init__(
        self, store: Store, project: ProjectRecord, labeler: str, *, size: int = 9, large: int | None = None
    ) -> None:
        if not labeler.strip():
            raise InputError("The labeler's name is empty. Pass labeler='your name'.")
        sizes = PageSizes(store, project.id, labeler, small=size, large=large)
        self.project = project
        self.labeler = labeler
        number = store.open_session(project.id, labeler)
        pages = PageTable(store, project, number, sizes=sizes)
        suggestions = SuggestionFeed(pages)
        navigator = Navigator(pages, suggestions, labeler)
        self.parts = Parts(
            store=store,
            id=number,
            pages=pages,
            suggestions=suggestions,
            navigator=navigator,
            sizes=SizeRecorder(store),
        )
        self._auto_submit = AutoSubmit(store, project.id, project.task, labeler)
        self._on_submit: list[Callable[[Submission], object]] = []
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        """The label classes that may be applied, in order."""
        return self.parts.store.classes(self.project.id)

    @property
    def size(self) -> int:
        """Items on a manual page; ``next_page(size)`` changes it."""
        return self.parts.pages.sizes.small

    @property
    def large(self) -> int:
        """Items on a page that is pre-labeled or clustered; ``next_page(large=25)`` changes it."""
        return self.parts.pages.sizes.large

    @property
    def page(self) -> Page | None:
        """The page on screen: a leased one, or an own submission that is being amended."""
        state = self.parts.pages.current
        return state.page if state else None

    @property
    def amending(self) -> bool:
        """Whether the page on screen is one of the labeler's own submissions."""
        return self.parts.pages.amended is not None

    @property
    def answers(self) -> dict[int, Answer]:
        """The answers on the page on screen, by item; empty when there is no page."""
        state = self.parts.pages.current
        return state.answers if state else {}

    @property
    def suggestions(self) -> dict[int, Suggestion]:
        """The pre-labels shown on the page on screen, by item, also those that were corrected; none that are blind."""
        state = self.parts.pages.current
        return state.suggestions if state else {}

    @property
    def message(self) -> str:
        """What happened that the labeler should know; empty where nothing did, or once a screen has shown it."""
        return self.parts.pages.message

    @property
    def can_undo(self) -> bool:
        """Whether there is a change, or a submission of the labeler's, to take back."""
        state = self.parts.pages.current
        return bool(state and state.history.can_undo) or (self.parts.navigator.has_previous and not self.amending)

    @property
    def auto_submit(self) -> bool:
        """Whether a screen submits a multi-class page when the labeler has given its last image a label."""
        return self._auto_submit.on

    def set_auto_submit(self, *, on: bool) -> None:
        """Set ``auto_submit``; it is remembered for this labeler in this project.

        Raises:
            InputError: switched on for another task than multi-class, whose images may take more after a first label.
        """
        self._auto_submit.set(on=on)
        self.parts.pages.changed()

    def next_page(self, size: int | None = None, *, large: int | None = None) -> Page | None:
        """Return the page to work on: the leased one, else a newly claimed one; ``None`` when nothing is left.

        Args:
            size: change to manual pages of 1, 4, 6 or 9 items first; work on the page is kept.
            large: likewise for pages that are pre-labeled or clustered, 9, 16 or 25 items; remembered for this labeler.

        Raises:
            ProjectPaused: the project hands out no pages.
        """
        return self.parts.navigator.next_page(size, large)

    def apply(
        self, label: int | str | LabelClass, items: Sequence[int] | None = None, *, page: str | None = None
    ) -> bool:
        """Apply a label class to items of a page (all of them by default), as a click on the class does.

        Multi-class replaces; multi-label adds, or takes off where all have it.

        Args:
            label: a class, its id, or its path or name.
            items: item ids; ``None`` for all.
            page: token of the page; the one on screen by default.

        Returns:
            Whether anything changed.

        Raises:
            NotFound: no such class, item or page.
        """
        state = self.parts.pages.state(page)
        chosen = state.pick(items)
        return self._change(state, tools.apply_class(state.answers, chosen, self._class_id(label), state.task))

    def clear(
        self,
        items: Sequence[int] | None = None,
        *,
        label: int | str | LabelClass | None = None,
        page: str | None = None,
    ) -> bool:
        """Take one class, or everything, off items; arguments as for ``apply``."""
        state = self.parts.pages.state(page)
        class_id = None if label is None else self._class_id(label)
        cleared = tools.clear(state.answers, state.pick(items), class_id)
        # an item without the class is left alone: clearing confirms no pre-label
        return self._change(state, {item: answer for item, answer in cleared.items() if answer != state.answers[item]})

    def accept(self, items: Sequence[int] | None = None, *, page: str | None = None) -> bool:
        """Confirm pre-labels as they are shown, of all items by default; ``submit`` does so for those left.

        Returns:
            Whether there was a pre-label to confirm.
        """
        state = self.parts.pages.state(page)
        standing = state.prelabels
        return self._change(state, {item: state.answers[item] for item in state.pick(items) if item in standing})

    def take_alternative(self, items: Sequence[int] | None = None, *, page: str | None = None) -> bool:
        """Give items, all by default, the class that the model holds for second likeliest, as a click on each does.

        Items that show an untouched pre-label with an alternative take it. Where there are none of them, those that
        show their alternative go back to the pre-label. All others are left alone.

        Returns:
            Whether anything changed.
        """
        state = self.parts.pages.state(page)
        made = tools.take_alternative(state.answers, state.pick(items), state.suggestions, state.prelabels.keys())
        return self._change(state, made)

    def skip(self, reason: str = "", items: Sequence[int] | None = None, *, page: str | None = None) -> bool:
        """Skip items for a reason; skipping skipped items for the same reason takes it back."""
        state = self.parts.pages.state(page)
        return self._change(state, tools.skip(state.answers, state.pick(items), reason.strip()))

    def no_objects(self, items: Sequence[int] | None = None, *, page: str | None = None) -> bool:
        """Answer that there is nothing to label on items: an answer of its own, not a skip."""
        state = self.parts.pages.state(page)
        return self._change(state, tools.no_objects(state.answers, state.pick(items)))

    def draw(
        self, label: int | str | LabelClass, shape: Shape, *, item: int | None = None, page: str | None = None
    ) -> str:
        """Add a shape, in image pixels, to an image; return the shape's name for ``change`` and ``remove``.

        Args:
            label: a class, its id, or its path or name.
            shape: of the project's kind (``Box``, ``Polygon``), clipped to the image.
            item: which image; the only one on the page by default.
            page: token of the page; the one on screen by default.

        Raises:
            GeometryError: no area, outside the image, or crossing itself.
            AnswerError: the project takes no such shape.
        """
        uid = page_edits.draw(self.parts.pages.state(page), self._class_id(label), shape, item)
        self.parts.pages.changed()
        return uid

    def change(self, uid: str, shape: Shape, *, item: int | None = None, page: str | None = None) -> bool:
        """Give a shape another outline; arguments and errors as for ``draw``."""
        return self._notify(page_edits.change(self.parts.pages.state(page), uid, shape, item))

    def remove(self, *uids: str, item: int | None = None, page: str | None = None) -> bool:
        """Delete shapes by their names."""
        return self._notify(page_edits.remove(self.parts.pages.state(page), uids, item))

    def reclass(
        self, label: int | str | LabelClass, *uids: str, item: int | None = None, page: str | None = None
    ) -> bool:
        """Give shapes another class."""
        return self._notify(page_edits.reclass(self.parts.pages.state(page), uids, self._class_id(label), item))

    def accept_shapes(self, *uids: str, item: int | None = None, page: str | None = None) -> bool:
        """Confirm proposed shapes by their names, all of them without names; ``submit`` does so for those left.

        Returns:
            Whether there was a proposal to confirm.
        """
        return self._notify(page_edits.accept(self.parts.pages.state(page), uids, item))

    def show_proposals(self, least: float | None = None, *, unproven: bool = False) -> bool:
        """Show more or fewer of the proposed shapes, on this page and on those that follow.

        Only proposals that nobody has touched come and go; on an image that was begun ``undo`` takes that back.

        Args:
            least: show those with at least this confidence, 0 to 1; by default those that pass their thresholds.
            unproven: also those below a threshold for which a precision is promised.

        Returns:
            Whether anything changed.

        Raises:
            InputError: a confidence outside 0 to 1.
        """
        if least is not None and not 0.0 <= least <= 1.0:
            raise InputError(f"A confidence lies between 0 and 1, not at {least!r}.")
        return self.parts.pages.show_proposals(ProposalLevel(least=least, unproven=unproven))

    def edit(self, gesture: Gesture, *, page: str | None = None) -> bool:
        """Apply one of the editor's gestures (``session/gestures.py``), such as ``Join(uids=["a", "b"])``.

        Returns:
            Whether anything changed.

        Raises:
            GeometryError, AnswerError, NotFound: the edit is refused.
        """
        state = self.parts.pages.state(page)
        return self._notify(page_edits.apply_gesture(state, gesture, self.parts.navigator.previous_answer))

    def undo(self, *, page: str | None = None, seen_version: int | None = None) -> bool:
        """Take back the last change; on a page of the queue without one, the last submission: its page opens again.

        Pre-labels that arrived on the page on screen are such a change.

        Args:
            page: token of the page; the one on screen by default.
            seen_version: the last version of suggestions that the labeler saw; all by default.
        """
        pages = self.parts.pages
        state = pages.state(page) if page or pages.current else None
        if state and state.undo(seen_version=seen_version):
            pages.follow_level(state)
            pages.changed()
            return True
        # An own page opened to be amended is not the last submission, nor is a page ahead the one looked at.
        if self.amending or (state and state is pages.ahead):
            return False
        return self.parts.navigator.undo_submission()

    def redo(self, *, page: str | None = None) -> bool:
        """Make the change that was taken back again."""
        pages = self.parts.pages
        state = pages.state(page)
        done = state.redo()
        pages.follow_level(state)
        return self._notify(done)

    def submit(
        self, *, page: str | None = None, seconds: float | None = None, seen_version: int | None = None
    ) -> Submission:
        """Submit a page, its pre-labels with it; afterwards the next one is on screen.

        Args:
            page: token of the page; the one on screen by default.
            seconds: time spent on it; measured from ``next_page`` by default.
            seen_version: the last version of suggestions that the labeler saw; all by default. Later ones are not
                accepted.

        Raises:
            PageIncomplete: items without an answer; or suggestions without a promise on a page that is not on screen.
            LeaseLost: others took items meanwhile; the answers of the rest stay, the lost items leave the page.
            Conflict: a label being amended was changed by somebody else.
        """
        pages = self.parts.pages
        tasks = pages.state(page).page.tasks
        mended = pages.state(page).page.submission is not None
        done = self.parts.navigator.submit(page=page, seconds=seconds, seen_version=seen_version)
        stamps = pages.file_changes.submitted(tasks)
        self.parts.sizes.measure(tasks, stamps, anew=mended and self.project.task.has_shapes)
        for callback in self._on_submit:
            try:
                callback(done)
            except Exception as error:  # noqa: BLE001 -- the submission stands, whatever the user's function does
                _log.exception("on_submit failed after submission %d", done.id)
                pages.message = f"The page was saved, but on_submit failed: {type(error).__name__}: {error}"
        return done

    def on_submit(self, callback: Callable[[Submission], object]) -> None:
        """Call ``callback`` after every submission that was saved, amendments too, in the thread that submits.

        What it raises is logged and shown as ``message``; the submission stands.
        """
        self._on_submit.append(callback)

    def previous(self) -> Page | None:
        """Open the submission before the page on screen for amending; ``None`` when there is none earlier."""
        return self.parts.navigator.previous()

    def next(self) -> Page | None:
        """Open the submission after the page on screen, or the queue's page after the newest."""
        return self.parts.navigator.next()

    def resume(self) -> Page | None:
        """Return to the queue from amending."""
        return self.parts.navigator.next_page()

    def refresh_suggestions(self) -> int:
        """Show the pre-labels that were published since the pages were handed out, where nothing was begun.

        Returns:
            How many arrived on the page on screen; ``undo`` takes them off again.
        """
        return self.parts.suggestions.refresh()

    def renew(self) -> tuple[int, ...]:
        """Renew the leases of all pages; return the items that were lost to others and left their pages."""
        return self.parts.pages.renew()

    def close(self) -> None:
        """End the session. Open pages and drafts stay for this labeler until their leases lapse."""
        if not self._closed:
            self._closed = True
            with contextlib.suppress(JlabelError):
                store, pages = self.parts.store, self.parts.pages
                store.renew(self.parts.id, seconds=pages.seconds())
                store.end_session(self.parts.id)

    def _class_id(self, label: int | str | LabelClass) -> int:
        return find_class_id(label, self.classes, project=self.project.name)

    def _change(self, state: PageState, changed: Mapping[int, Answer | None]) -> bool:
        return self._notify(state.change(changed))

    def _notify(self, changed: bool) -> bool:  # noqa: FBT001 -- passed through
        if changed:
            self.parts.pages.changed()
        return changed
