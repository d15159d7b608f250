"""The labeler without a screen: claims pages, applies tools, saves every edit, submits."""

from collections.abc import Mapping, Sequence
from typing import Any

from jlabel.errors import InputError, NotFound
from jlabel.model.answer import Answer
from jlabel.model.label_class import LabelClass
from jlabel.model.shapes.shape import Shape
from jlabel.model.task import TaskType
from jlabel.session import class_tools as tools
from jlabel.session import shape_edits as shaping
from jlabel.session.navigation import Navigator
from jlabel.session.page_state import PageState


class Session(Navigator):
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
        suggestion_version: how often pre-labels have arrived; a screen sends with each gesture which it has shown.

    Raises:
        InputError: an empty labeler name or another size.
    """

    @property
    def auto_submit(self) -> bool:
        """Whether a screen submits a multi-class page by itself when the labeler has given its last image a label."""
        if self._auto_submit is None:
            self._auto_submit = self.store.habits(self.project.id, self.labeler).get("turn") is True
        return self._auto_submit

    def set_auto_submit(self, *, on: bool) -> None:
        """Set ``auto_submit``; it is remembered for this labeler in this project.

        Raises:
            InputError: switched on for another task than multi-class, whose images may take more after a first label.
        """
        check_auto_submit(self.project.task, on=on)
        self.store.set_habits(self.project.id, self.labeler, {"turn": on})
        self._auto_submit = on
        self._changed()

    def discard_unseen(self, seen_version: int, items: Sequence[int], *, page: str | None = None) -> None:
        """Drop pre-labels on items that came after the version ``seen_version``, unknown to the gesture."""
        page_state = self._state(page)
        page_state.take_back(seen_version, page_state.pick(items))

    @property
    def can_undo(self) -> bool:
        """Whether there is a change, or a submission of the labeler's, to take back."""
        return bool(self.page_state and self.page_state.history.can_undo) or (self.has_previous and not self.mending)

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
        page_state = self._state(page)
        chosen = page_state.pick(items)
        return self._change(
            page_state, tools.apply_class(page_state.answers, chosen, self.class_id(label), page_state.task)
        )

    def clear(
        self,
        items: Sequence[int] | None = None,
        *,
        label: int | str | LabelClass | None = None,
        page: str | None = None,
    ) -> bool:
        """Take one class, or everything, off items; arguments as for ``apply``."""
        page_state = self._state(page)
        class_id = None if label is None else self.class_id(label)
        cleared = tools.clear(page_state.answers, page_state.pick(items), class_id)
        # an item without the class is left alone: clearing confirms no pre-label
        return self._change(
            page_state, {item: answer for item, answer in cleared.items() if answer != page_state.answers[item]}
        )

    def accept(self, items: Sequence[int] | None = None, *, page: str | None = None) -> bool:
        """Confirm pre-labels as they stand, of all items by default; ``submit`` does so for those left.

        Returns:
            Whether there was a pre-label to confirm.
        """
        page_state = self._state(page)
        standing = page_state.prelabels
        return self._change(
            page_state, {item: page_state.answers[item] for item in page_state.pick(items) if item in standing}
        )

    def skip(self, reason: str = "", items: Sequence[int] | None = None, *, page: str | None = None) -> bool:
        """Skip items for a reason; skipping skipped items for the same reason takes it back."""
        page_state = self._state(page)
        return self._change(page_state, tools.skip(page_state.answers, page_state.pick(items), reason.strip()))

    def no_objects(self, items: Sequence[int] | None = None, *, page: str | None = None) -> bool:
        """Say that there is nothing to label on items: an answer of its own, not a skip."""
        page_state = self._state(page)
        return self._change(page_state, tools.no_objects(page_state.answers, page_state.pick(items)))

    def draw(
        self, label: int | str | LabelClass, shape: Shape, *, item: int | None = None, page: str | None = None
    ) -> str:
        """Add a box or polygon, in image pixels, to an image; return the shape's name for ``change`` and ``remove``.

        Args:
            label: a class, its id, or its path or name.
            shape: a ``Box`` or ``Polygon``, clipped to the image.
            item: which image; the only one on the page by default.
            page: token of the page; the one on screen by default.

        Raises:
            GeometryError: no area, outside the image, or crossing itself.
            AnswerError: the project takes no such shape.
        """
        page_state = self._state(page)
        uid = shaping.draw(page_state, self.class_id(label), shape, item)
        self._changed()
        return uid

    def change(self, uid: str, shape: Shape, *, item: int | None = None, page: str | None = None) -> bool:
        """Give a shape another outline; arguments and errors as for ``draw``."""
        return self._notify(shaping.change(self._state(page), uid, shape, item))

    def remove(self, *uids: str, item: int | None = None, page: str | None = None) -> bool:
        """Delete shapes by their names."""
        return self._notify(shaping.remove(self._state(page), uids, item))

    def reclass(
        self, label: int | str | LabelClass, *uids: str, item: int | None = None, page: str | None = None
    ) -> bool:
        """Give shapes another class."""
        return self._notify(shaping.reclass(self._state(page), uids, self.class_id(label), item))

    def gesture(self, message: Mapping[str, Any], *, page: str | None = None) -> bool:
        """Do what one message of the shape editor says (``session/shape_messages.py``)."""
        return self._notify(shaping.gesture(self._state(page), message, self._previous))

    def undo(self, *, page: str | None = None, seen_version: int | None = None) -> bool:
        """Take back the last change; on a page of the queue without one, the last submission: its page opens again.

        Pre-labels that arrived on the page on screen are such a change.

        Args:
            page: token of the page; the one on screen by default.
            seen_version: the last ``suggestion_version`` that the labeler saw; all by default.
        """
        page_state = self._state(page) if page or self.page_state else None
        if page_state and page_state.undo(seen_version=seen_version):
            self._changed()
            return True
        # An own page opened to be mended is not the last submission, nor is a page ahead the one looked at.
        if self.mending or (page_state and page_state is self.ahead):
            return False
        return self._undo_submission()

    def redo(self, *, page: str | None = None) -> bool:
        """Make the change that was taken back again."""
        done = self._state(page).redo()
        if done:
            self._changed()
        return done

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

    def _change(self, page_state: PageState, changed: Mapping[int, Answer]) -> bool:
        return self._notify(page_state.change(changed))

    def _notify(self, changed: bool) -> bool:  # noqa: FBT001 -- passed through
        if changed:
            self._changed()
        return changed


def check_auto_submit(task: TaskType, *, on: bool) -> None:
    """Raise ``InputError`` if pages of this task cannot submit themselves."""
    if on and task is not TaskType.MULTI_CLASS:
        raise InputError(
            f"Only multi-class pages submit themselves: an image of a {task} project may take more labels."
        )
