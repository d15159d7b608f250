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
from jlabel.session.navigation import Walk
from jlabel.session.page_state import Sheet


class Session(Walk):
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
        arrivals: how often pre-labels have arrived on held pages; a screen says with each gesture which it has shown.

    Raises:
        InputError: an empty labeler name or another size.
    """

    @property
    def turns(self) -> bool:
        """Whether a screen submits a multi-class page by itself when the labeler has given its last image a label."""
        if self._turns is None:
            self._turns = self.store.habits(self.project.id, self.labeler).get("turn") is True
        return self._turns

    def set_turns(self, on: bool) -> None:  # noqa: FBT001 -- what it is named for
        """Set ``turns``; it is remembered for this labeler in this project.

        Raises:
            InputError: switched on for another task than multi-class, whose images may take more after a first label.
        """
        check_turns(self.project.task, on)
        self.store.set_habits(self.project.id, self.labeler, {"turn": on})
        self._turns = on
        self._changed()

    def disregard(self, seen: int, items: Sequence[int], *, on: str | None = None) -> None:
        """Drop pre-labels on items that came after the arrival ``seen``: a gesture was made without knowing of them."""
        sheet = self._on(on)
        sheet.take_back(seen, sheet.pick(items))

    @property
    def can_undo(self) -> bool:
        """Whether there is a change, or a submission of the labeler's, to take back."""
        return bool(self.sheet and self.sheet.history.can_undo) or (self.has_previous and not self.mending)

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
        cleared = tools.clear(sheet.answers, sheet.pick(items), class_id)
        # an item without the class is left alone: clearing confirms no pre-label
        return self._change(sheet, {item: answer for item, answer in cleared.items() if answer != sheet.answers[item]})

    def accept(self, items: Sequence[int] | None = None, *, on: str | None = None) -> bool:
        """Confirm pre-labels as they stand, of all items by default; ``submit`` does so for those left.

        Returns:
            Whether there was a pre-label to confirm.
        """
        sheet = self._on(on)
        standing = sheet.prelabels
        return self._change(sheet, {item: sheet.answers[item] for item in sheet.pick(items) if item in standing})

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
        """Do what one message of the shape editor says (``session/shape_messages.py``)."""
        return self._notify(shaping.gesture(self._on(on), message, self._previous))

    def undo(self, *, on: str | None = None, seen: int | None = None) -> bool:
        """Take back the last change; on a page of the queue without one, the last submission: its page opens again.

        Pre-labels that arrived on the page on screen are such a change.

        Args:
            on: token of the page; the one on screen by default.
            seen: the last arrival of pre-labels (``arrivals``) that the labeler saw; all by default.
        """
        sheet = self._on(on) if on or self.sheet else None
        if sheet and sheet.undo(seen=seen):
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

    def _change(self, sheet: Sheet, changed: Mapping[int, Answer]) -> bool:
        return self._notify(sheet.change(changed))

    def _notify(self, changed: bool) -> bool:  # noqa: FBT001 -- passed through
        if changed:
            self._changed()
        return changed


def check_turns(task: TaskType, on: bool) -> None:  # noqa: FBT001 -- passed through
    """Raise ``InputError`` if pages of this task cannot turn by themselves."""
    if on and task is not TaskType.MULTI_CLASS:
        raise InputError(
            f"Only multi-class pages turn by themselves: an image of a {task} project may take more labels."
        )
