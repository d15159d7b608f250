"""One page at work: the answers so far, undo, and the time spent on it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from jlabel.errors import InputError, JlabelError, NotFound
from jlabel.model.answer import UNANSWERED, Annotation, Answer, check_answer
from jlabel.model.answer_diff import Difference, find_difference
from jlabel.model.page import Page
from jlabel.model.proposals import DEFAULT_LEVEL, ProposalLevel, add_rejected, by_name, is_untouched, show_proposals
from jlabel.model.run import Suggestion
from jlabel.model.task import TaskType
from jlabel.session.history import History, State
from jlabel.session.prelabels import Prelabels


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one gesture makes of one item.

    Attributes:
        before: the answer that the item showed.
        after: the answer that it shows now.
        draft: what is saved: ``after``, or ``None`` where the item shows its untouched pre-label again.
        difference: from ``before`` to ``after``, computed here for all who need it; ``None`` in classification.
    """

    before: Answer
    after: Answer
    draft: State
    difference: Difference | None = None


Save = Callable[[Mapping[int, Change]], None]


class PageState:
    """A page with the labeler's answers; every change is saved as it is made.

    An item on which the labeler has not begun shows its pre-label as its answer; submitting accepts it. Of proposed
    shapes it shows those at or above a level.

    Args:
        page: the page as the store handed it out, with drafts.
        task: what kind of answers it takes.
        find_class_ids: returns the ids of the classes that may be used; asked again where one is missing, because
            classes may be added while a page is open.
        save: saves the drafts of changed items; what it raises leaves the page as it was.
        level: which proposed shapes are shown.
    """

    def __init__(
        self,
        page: Page,
        task: TaskType,
        find_class_ids: Callable[[], frozenset[int]],
        save: Save,
        level: ProposalLevel = DEFAULT_LEVEL,
    ) -> None:
        self.page = page
        self.task = task
        self._find_class_ids = find_class_ids
        self._class_ids = find_class_ids()
        self.history = History(level)
        self._answers = {entry.item: entry.answer for entry in page.tasks}
        self._begun = {entry.item for entry in page.tasks if entry.begun or entry.answer.given or entry.label}
        self._prelabels = Prelabels()
        self._offer({task.item: task.suggestion for task in page.tasks if task.suggestion})
        self._save = save
        self._changes: dict[int, Change] = {}
        """The last change of each item."""
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
        """The pre-labels that are shown as answers, neither confirmed nor changed by the labeler, by item."""
        return {item: made for item, made in self._prelabels.shown.items() if item not in self._begun}

    @property
    def suggestions(self) -> dict[int, Suggestion]:
        """All pre-labels that are or were shown on this page, by item."""
        return self._prelabels.shown

    def version(self, item: int) -> int:
        """Return the version under which an item's pre-label arrived; 0 where it came with the page."""
        return self._prelabels.version(item)

    @property
    def level(self) -> ProposalLevel:
        """Which of the proposed shapes are shown."""
        return self.history.level

    def proposals(self, item: int) -> dict[str, float]:
        """Return the confidence of each shape that is proposed for an item by its name, 0 to 1, shown or not."""
        return self._prelabels.confidences(item)

    def is_untouched(self, item: int, annotation: Annotation) -> bool:
        """Whether a shape is a proposal that nobody confirmed by itself or changed."""
        return is_untouched(annotation, self._prelabels.shapes(item))

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
        """Set the time spent here to that of another clock (the browser's, an earlier page's), if that is more."""
        self._spent = max(self.seconds, seconds)
        self._since = self._since and monotonic()

    def take_over(self, earlier: "PageState") -> None:
        """Continue a state of this page that had more items: its time, and its undo for the items that are left."""
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

    def change(self, changed: Mapping[int, State]) -> bool:
        """Set the answers of some items, save them, and make the change undoable.

        Args:
            changed: by item; ``None`` for its pre-label, as if the labeler had not touched it.

        Returns:
            Whether anything was different from before.

        Raises:
            AnswerError: an answer that the task type does not allow; nothing was changed.
        """
        untouched = self.prelabels
        by_hand = {item: answer and self._with_rejected(item, answer) for item, answer in changed.items()}
        changes = {
            item: self._make_change(item, answer)
            for item, answer in by_hand.items()
            if (item not in untouched if answer is None else answer != self._answers[item] or item in untouched)
        }
        for change in changes.values():
            self._check(change)
        if not changes:
            return False
        before = self._states(changes)
        self._save(changes)
        self._take(changes)
        self.history.record(before)
        return True

    def last_change(self, item: int) -> Change | None:
        """Return the last change of an item; ``None`` before the first."""
        return self._changes.get(item)

    def difference_since(self, item: int, earlier: Answer) -> Difference:
        """Return what changed on an item since an answer that it showed earlier.

        Computed anew only where ``earlier`` is not the answer before the last change.
        """
        last = self._changes.get(item)
        if last and last.difference and last.before is earlier and last.after is self._answers[item]:
            return last.difference
        return find_difference(earlier, self._answers[item])

    def add_suggestions(self, made: Mapping[int, Suggestion], version: int, *, looked_at: bool) -> tuple[int, ...]:
        """Show pre-labels that were published after the page was handed out.

        Args:
            made: by item; only items on which the labeler has not begun, and that show none yet, show theirs. Proposed
                shapes come to begun items too, but for those over what the hand drew; not to a skipped one, nor where
                there are no objects.
            version: their number, growing.
            looked_at: the page was on screen without them, so that they can be undone.

        Returns:
            The items that show a pre-label now.
        """
        before = dict(self._answers)
        new = self._offer({item: made[item] for item in self.items if item in made}, version)
        if made:
            tasks = (replace(t, suggestion=made.get(t.item, t.suggestion)) for t in self.page.tasks)
            self.page = replace(self.page, tasks=tuple(tasks))
        undoable = {item: before[item] for item in new if looked_at or item in self._begun}
        if undoable:
            self.history.record_suggestions(undoable, version)
        return new

    def show_proposals(self, level: ProposalLevel) -> bool:
        """Show more or fewer of the proposed shapes; on items that were begun this can be undone.

        Only proposals that nobody has touched come and go. What was deleted stays away.

        Returns:
            Whether anything is shown now that was not, or the other way round.
        """
        earlier, self.history.level = self.history.level, level
        shown, changes = False, dict[int, Change]()
        for item, made in self._prelabels.shown.items():
            answer = self._answers[item]
            if not self._prelabels.shapes(item) or answer.skipped is not None or answer.empty:
                continue
            begun = item in self._begun
            after = show_proposals(answer, made, level.shows(made)) if begun else self._default(item)
            if after != answer and begun:
                changes[item] = self._make_change(item, after)
            elif after != answer:
                self._answers[item], shown = after, True
        if changes:
            before = self._states(changes)
            try:
                self._save(changes)
            except JlabelError:
                self.history.level = earlier
                raise
            self._take(changes)
            self.history.record_level(before, earlier)
        return shown or bool(changes)

    def drop_unseen(self, seen_version: int, items: Sequence[int] | None = None) -> bool:
        """Drop pre-labels that came after the version ``seen_version``, from some items or (``None``) from all.

        A gesture made on a screen that did not show them concerns the images without them.
        """
        chosen = set(items or self.items)
        late = self._prelabels.drop_unseen(chosen - self._begun, seen_version)
        self._answers |= dict.fromkeys(late, UNANSWERED)
        self.history.drop(late)
        return self._drop_unseen_shapes(seen_version, chosen & self._begun) or bool(late)

    def undo(self, *, seen_version: int | None = None) -> bool:
        """Take the last change back, of suggestions only up to ``seen_version``; ``False`` when there is none."""
        if seen_version is not None:
            self._drop_unseen_shapes(seen_version, self._begun)
        return self._restore(self.history.undo(self._states(self._answers), seen_version=seen_version))

    def redo(self) -> bool:
        """Make the change that was taken back again; ``False`` when there is none."""
        return self._restore(self.history.redo(self._states(self._answers)))

    def _make_change(self, item: int, draft: State) -> Change:
        before, after = self._answers[item], self._default(item) if draft is None else draft
        difference = find_difference(before, after) if self.task.has_shapes else None
        return Change(before=before, after=after, draft=draft, difference=difference)

    def _with_rejected(self, item: int, answer: Answer) -> Answer:
        """Return an answer given by hand with the names of the proposed shapes that were deleted."""
        shapes = self._prelabels.shapes(item)
        return add_rejected(self._answers[item], answer, shapes) if shapes else answer

    def _drop_unseen_shapes(self, seen_version: int, items: Collection[int]) -> bool:
        """Drop proposals that came after ``seen_version`` to items that were begun; whether there were any."""
        late = [item for item in items if self.version(item) > seen_version and self._prelabels.shapes(item)]
        for item in late:
            version, answer = self.version(item), self._answers[item]
            unseen = frozenset(one.uid for one in answer.annotations if self.is_untouched(item, one))
            kept = tuple(one for one in answer.annotations if one.uid not in unseen)
            changes = {item: self._make_change(item, replace(answer, annotations=kept))}
            self._save(changes)
            self._take(changes)
            self._prelabels.drop_unseen([item], seen_version)
            self.history.drop_shapes(item, unseen, version)
        return bool(late)

    def _check(self, change: Change) -> None:
        """Raise if the task type does not allow an answer; of shapes, only those that changed are checked."""
        answer = change.after
        if change.difference and answer.annotations:
            answer = Answer(annotations=change.difference.put)
        if not self._class_ids.issuperset(answer.class_ids):
            self._class_ids = self._find_class_ids()
        check_answer(answer, self.task, self._class_ids)

    def _take(self, changes: Mapping[int, Change]) -> None:
        self._changes |= changes
        self._answers |= {item: change.after for item, change in changes.items()}
        self._begun -= {item for item, change in changes.items() if change.draft is None}
        self._begun |= {item for item, change in changes.items() if change.draft is not None}

    def _restore(self, states: Mapping[int, State] | None) -> bool:
        if states is None:
            return False
        changes = {item: self._make_change(item, state) for item, state in states.items()}
        self._save(changes)
        self._take(changes)
        return True

    def _offer(self, made: Mapping[int, Suggestion], version: int = 0) -> tuple[int, ...]:
        """Show pre-labels where none is shown and the labeler has not begun; return the items."""
        known = self._prelabels.shown.keys()
        fresh = {i: one for i, one in made.items() if i not in known and self._may_show(one, version, i)}
        for item, one in fresh.items():
            known_second = one.alternative in self._class_ids
            self._prelabels.add(item, one if known_second else replace(one, alternative=0), version)
        new = tuple(item for item in fresh if item not in self._begun)
        self._answers |= {item: self._default(item) for item in new}
        return new + self._join({item: one for item, one in fresh.items() if item in self._begun}) if version else new

    def _join(self, made: Mapping[int, Suggestion]) -> tuple[int, ...]:
        """Add proposed shapes to items that were begun; return the items that got any."""
        known = self._prelabels.shown
        joined = {i: show_proposals(self._answers[i], known[i], self.history.level.shows(known[i])) for i in made}
        changes = {i: self._make_change(i, after) for i, after in joined.items() if after is not self._answers[i]}
        if changes:
            try:
                self._save(changes)
            except JlabelError:  # they come again
                self._prelabels.remove(made)
                raise
            self._take(changes)
        return tuple(changes)

    def _may_show(self, made: Suggestion, version: int, item: int) -> bool:
        """Whether to show a pre-label; on an item that was begun only shapes arrive."""
        usable = made.answer.given and self._class_ids.issuperset(made.class_ids)
        if not usable or made.blind or item not in self._begun:
            return usable and not made.blind
        if not self.task.has_shapes or self.page.submission is not None:
            return not version
        answer, names = self._answers[item], by_name(made.answer).keys()
        met = names & {one.uid for one in answer.annotations} or names & set(answer.rejected)
        # a draft that was written before they came: they arrive on it
        return bool(met) if not version else answer.skipped is None and not answer.empty

    def _default(self, item: int) -> Answer:
        """Return what an item shows while the labeler has not begun on it."""
        return self._prelabels.answer(item, self.history.level) or UNANSWERED

    def _states(self, items: Iterable[int]) -> dict[int, State]:
        untouched = self.prelabels
        return {item: None if item in untouched else self._answers[item] for item in items}
