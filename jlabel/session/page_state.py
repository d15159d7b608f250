"""One page at work: the answers so far, undo, and the time spent on it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic

from jlabel.errors import InputError, NotFound
from jlabel.model.answer import UNANSWERED, Answer, check_answer
from jlabel.model.answer_diff import find_difference
from jlabel.model.page import Page
from jlabel.model.run import Suggestion
from jlabel.model.task import TaskType
from jlabel.session.history import History, State
from jlabel.session.prelabels import Prelabels

Save = Callable[[Mapping[int, State]], None]


class PageState:
    """A page with the labeler's answers; every change is saved as it is made.

    An item on which the labeler has not begun shows its pre-label as its answer; submitting accepts it.

    Args:
        page: the page as the store handed it out, with drafts.
        task: what kind of answers it takes.
        class_ids: the classes that may be used.
        save: stores the drafts of changed items, and forgets those of items that are ``None``; what it raises leaves
            the page_state as it was.
    """

    def __init__(self, page: Page, task: TaskType, class_ids: frozenset[int], save: Save) -> None:
        self.page = page
        self.task = task
        self.class_ids = class_ids
        self.history = History()
        self._answers = {entry.item: entry.answer for entry in page.tasks}
        self._begun = {entry.item for entry in page.tasks if entry.begun or entry.answer.given or entry.label}
        self._prelabels = Prelabels()
        self._offer({task.item: task.suggestion for task in page.tasks if task.suggestion})
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
    def prelabels(self) -> dict[int, Suggestion]:
        """The pre-labels that stand as answers because the labeler has neither confirmed nor changed them, by item."""
        return {item: made for item, made in self._prelabels.shown.items() if item not in self._begun}

    @property
    def suggestions(self) -> dict[int, Suggestion]:
        """All pre-labels that are or were shown on this page, by item."""
        return self._prelabels.shown

    def version(self, item: int) -> int:
        """Return the number of the arrival that brought an item's pre-label; 0 where it came with the page."""
        return self._prelabels.version(item)

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

    def take_over(self, earlier: "PageState") -> None:
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
        open_ = self.prelabels
        new = {item: answer for item, answer in changed.items() if answer != self._answers[item] or item in open_}
        for item, answer in new.items():
            self._check(item, answer)
        if not new:
            return False
        before = self._states(new)
        self._save(new)
        self._answers |= new
        self._begun |= new.keys()
        self.history.record(before)
        return True

    def add_suggestions(self, made: Mapping[int, Suggestion], version: int, *, looked_at: bool) -> tuple[int, ...]:
        """Show pre-labels that were published after the page was handed out.

        Args:
            made: by item; only items on which the labeler has not begun, and that show none yet, take theirs.
            version: its number, growing.
            looked_at: the page was on screen without them, so that the arrival can be undone.

        Returns:
            The items that show a pre-label now.
        """
        new = self._offer({item: made[item] for item in self.items if item in made}, version)
        if made:
            tasks = (replace(t, suggestion=made.get(t.item, t.suggestion)) for t in self.page.tasks)
            self.page = replace(self.page, tasks=tuple(tasks))
        if new and looked_at:
            self.history.record_suggestions(frozenset(new), version)
        return new

    def drop_unseen(self, seen_version: int, items: Sequence[int] | None = None) -> bool:
        """Drop pre-labels that came after the version ``seen_version``, from some items or (``None``) from all.

        A gesture made on a screen that did not show them concerns the images without them.
        """
        late = self._prelabels.drop_unseen(set(items or self.items) - self._begun, seen_version)
        self._answers |= dict.fromkeys(late, UNANSWERED)
        self.history.drop(late)
        return bool(late)

    def undo(self, *, seen_version: int | None = None) -> bool:
        """Take the last change back, of arrivals only those up to ``seen_version``; ``False`` when there is none."""
        return self._restore(self.history.undo(self._states(self._answers), seen_version=seen_version))

    def redo(self) -> bool:
        """Make the change that was taken back again; ``False`` when there is none."""
        return self._restore(self.history.redo(self._states(self._answers)))

    def _check(self, item: int, answer: Answer) -> None:
        """Raise if the task type does not allow an answer; of shapes, only those that changed can be at fault."""
        if self.task.has_shapes and answer.annotations:
            answer = Answer(annotations=find_difference(self._answers[item], answer).put)
        check_answer(answer, self.task, self.class_ids)

    def _restore(self, change: Mapping[int, State] | None) -> bool:
        if change is None:
            return False
        self._save(change)
        self._answers |= {item: self._stand(item) if answer is None else answer for item, answer in change.items()}
        self._begun -= {item for item, answer in change.items() if answer is None}
        self._begun |= {item for item, answer in change.items() if answer is not None}
        return True

    def _offer(self, made: Mapping[int, Suggestion], version: int = 0) -> tuple[int, ...]:
        """Show pre-labels where none is shown and nothing was begun; return the items."""
        known = self._prelabels.shown.keys()
        fresh = {i: one for i, one in made.items() if i not in known and self._may_show(one, version, i)}
        for item, one in fresh.items():
            self._prelabels.add(item, one, version)
        new = tuple(item for item in fresh if item not in self._begun)
        self._answers |= {item: self._stand(item) for item in new}
        return new

    def _may_show(self, made: Suggestion, version: int, item: int) -> bool:
        """Whether a pre-label is one to be shown; one that arrives for an item that was begun was never seen."""
        usable = made.answer.given and self.class_ids.issuperset(made.class_ids)
        return usable and not made.blind and not (version and item in self._begun)

    def _stand(self, item: int) -> Answer:
        """Return what an item shows while the labeler has not begun on it."""
        return self._prelabels.answer(item) or UNANSWERED

    def _states(self, items: Iterable[int]) -> dict[int, State]:
        open_ = self.prelabels
        return {item: None if item in open_ else self._answers[item] for item in items}
