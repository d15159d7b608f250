"""Undo and redo: what the answers were before each change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from jlabel.model.answer import Answer
from jlabel.model.proposals import DEFAULT_LEVEL, ProposalLevel

State = Answer | None
"""What an item was: an answer, or ``None`` for a pre-label that the labeler has not touched."""
States = dict[int, State]
LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One change: what the items were before it.

    Attributes:
        before: by item.
        version: of the suggestions if their arrival is the change, else 0.
        level: the one before, if another level of proposals is the change.
    """

    before: States
    version: int = 0
    level: ProposalLevel | None = None


class History:
    """Two stacks of changes to the answers of one page, newest last; at most 500 steps back.

    Attributes:
        level: which proposed shapes are shown; taking back that more or fewer are takes it back too.
    """

    def __init__(self, level: ProposalLevel = DEFAULT_LEVEL) -> None:
        self.level = level
        self._back: list[_Step] = []
        self._forward: list[_Step] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._back)

    @property
    def steps(self) -> int:
        """How many changes there are to take back."""
        return len(self._back)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change that was taken back."""
        return bool(self._forward)

    def record(self, before: Mapping[int, State]) -> None:
        """Add a change, as what the changed items were before it; what could be redone is forgotten."""
        self._push(_Step(before=dict(before)))
        self._forward.clear()

    def record_level(self, before: Mapping[int, State], level: ProposalLevel) -> None:
        """Add that more or fewer proposals are shown than at ``level``; one step with the same made just before."""
        last = self._back[-1] if self._back else None
        if not (last and last.level is not None and last.before.keys() == before.keys()):
            self._push(_Step(before=dict(before), level=level))
        self._forward.clear()

    def record_suggestions(self, before: Mapping[int, State], version: int) -> None:
        """Add the arrival of pre-labels, as what the items were before it; what could be redone stays."""
        self._push(_Step(before=dict(before), version=version))

    def undo(self, now: Mapping[int, State], *, seen_version: int | None = None) -> States | None:
        """Return what to restore, or ``None`` when there is nothing to take back.

        Args:
            now: what the items are.
            seen_version: the last version of suggestions that the labeler saw; the arrival of a later one is passed
                over, as the change before it is meant. It touched only items that no earlier step has touched.
        """
        for index in reversed(range(len(self._back))):
            if seen_version is None or self._back[index].version <= seen_version:
                return self._step(self._back, index, self._forward, now)
        return None

    def redo(self, now: Mapping[int, State]) -> States | None:
        """Return what to put back, or ``None`` when nothing was undone."""
        return self._step(self._forward, -1, self._back, now) if self._forward else None

    def drop(self, items: frozenset[int]) -> None:
        """Forget items that left the page, or whose pre-label did."""
        self._revise(lambda step: {i: a for i, a in step.before.items() if i not in items})

    def drop_shapes(self, item: int, uids: frozenset[str], version: int) -> None:
        """Forget the arrival of proposals on an item that was begun, as if they had never been there."""

        def without(step: _Step) -> States:
            if step.version == version:
                return {i: a for i, a in step.before.items() if i != item}
            return {i: _without(a, uids) if i == item else a for i, a in step.before.items()}

        self._revise(without)

    def _revise(self, change: Callable[[_Step], States]) -> None:
        for stack in (self._back, self._forward):
            kept = [replace(step, before=change(step)) for step in stack]
            stack[:] = [step for step in kept if step.before]

    def _push(self, step: _Step) -> None:
        self._back.append(step)
        del self._back[:-LIMIT]

    def _step(self, source: list[_Step], index: int, target: list[_Step], now: Mapping[int, State]) -> States:
        step = source.pop(index)
        level = None if step.level is None else self.level
        target.append(replace(step, before={item: now[item] for item in step.before}, level=level))
        self.level = step.level or self.level
        return step.before


def _without(state: State, uids: frozenset[str]) -> State:
    if state is None or not any(one.uid in uids for one in state.annotations):
        return state
    return replace(state, annotations=tuple(one for one in state.annotations if one.uid not in uids))
