"""One page at work: the answers so far, undo, and the time spent on it."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from jlabel.errors import InputError, NotFound
from jlabel.model.annotation import Answer, check_answer
from jlabel.model.queue import Page
from jlabel.model.task import TaskType
from jlabel.session.history import History

Save = Callable[[Mapping[int, Answer]], None]


class Sheet:
    """A page with the labeler's answers; every change is saved as it is made.

    Args:
        page: the page as the store handed it out, with drafts.
        task: what kind of answers it takes.
        class_ids: the classes that may be used.
        save: stores the drafts of changed items; what it raises leaves the sheet as it was.
    """

    def __init__(self, page: Page, task: TaskType, class_ids: frozenset[int], save: Save) -> None:
        self.page = page
        self.task = task
        self.class_ids = class_ids
        self.history = History()
        self._answers = {entry.item: entry.answer for entry in page.tasks}
        self._save = save
        self._spent = page.seconds
        self._since: float | None = None

    @property
    def items(self) -> tuple[int, ...]:
        """Ids of the items in the order shown."""
        return tuple(entry.item for entry in self.page.tasks)

    @property
    def answers(self) -> dict[int, Answer]:
        """The answers so far, by item, in the order shown."""
        return {item: self._answers[item] for item in self.items}

    @property
    def missing(self) -> tuple[int, ...]:
        """Items without an answer."""
        return tuple(item for item, answer in self.answers.items() if not answer.given)

    @property
    def begun(self) -> bool:
        """Whether any item has an answer."""
        return len(self.missing) < len(self.items)

    @property
    def seconds(self) -> float:
        """Time spent on the page, in seconds, while it was open."""
        return self._spent + (monotonic() - self._since if self._since is not None else 0.0)

    def open(self) -> None:
        """Start counting the time."""
        self._since = self._since if self._since is not None else monotonic()

    def leave(self) -> None:
        """Stop counting the time."""
        self._spent, self._since = self.seconds, None

    def spend(self, seconds: float) -> None:
        """Take the word of a clock elsewhere (the browser's, an earlier page's) for the time spent here, if later."""
        self._spent = max(self.seconds, seconds)
        self._since = self._since and monotonic()

    def take_over(self, earlier: "Sheet") -> None:
        """Go on from a state of this page with more items: its time, and its undo for the items that are left."""
        self.spend(earlier.seconds)
        self.history = earlier.history
        self.history.drop(frozenset(earlier.items) - frozenset(self.items))

    def pick(self, items: Sequence[int] | None) -> tuple[int, ...]:
        """Return ``items`` after checking that they are on this page; ``None`` means all.

        Raises:
            NotFound: an item that is not on the page.
            InputError: no item at all.
        """
        chosen = self.items if items is None else tuple(dict.fromkeys(items))
        strange = next((item for item in chosen if item not in self._answers), None)
        if strange is not None:
            raise NotFound(f"Item {strange} is not on this page. Its items are {', '.join(map(str, self.items))}.")
        if not chosen:
            raise InputError("No image is selected. Click one, or move to it with the arrow keys.")
        return chosen

    def change(self, changed: Mapping[int, Answer]) -> bool:
        """Set the answers of some items, save them, and make the change undoable.

        Returns:
            Whether anything was different from before.

        Raises:
            AnswerError: an answer that the task type does not allow; nothing was changed.
        """
        new = {item: answer for item, answer in changed.items() if answer != self._answers[item]}
        for answer in new.values():
            check_answer(answer, self.task, self.class_ids)
        if not new:
            return False
        before = {item: self._answers[item] for item in new}
        self._save(new)
        self._answers |= new
        self.history.record(before)
        return True

    def undo(self) -> bool:
        """Take the last change back; ``False`` when there is none."""
        return self._restore(self.history.undo(self._answers))

    def redo(self) -> bool:
        """Make the change that was taken back again; ``False`` when there is none."""
        return self._restore(self.history.redo(self._answers))

    def _restore(self, change: Mapping[int, Answer] | None) -> bool:
        if change is None:
            return False
        self._save(change)
        self._answers |= change
        return True
