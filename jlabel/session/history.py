"""Undo and redo: what the answers were before each change."""

from collections.abc import Mapping
from dataclasses import dataclass

from jlabel.model.answer import UNANSWERED, Answer

State = Answer | None
"""What an item was: an answer, or ``None`` for a pre-label that the labeler has not touched."""
States = dict[int, State]
LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One change: what the items were before it, and the version of the suggestions if they are the change, else 0."""

    before: States
    version: int = 0


class History:
    """Two stacks of changes to the answers of one page, newest last; at most 500 steps back."""

    def __init__(self) -> None:
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

    def record_suggestions(self, items: frozenset[int], version: int) -> None:
        """Add the arrival of pre-labels on items without an answer; what could be redone stays."""
        self._push(_Step(before=dict.fromkeys(items, UNANSWERED), version=version))

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
        for stack in (self._back, self._forward):
            kept = [({i: a for i, a in step.before.items() if i not in items}, step.version) for step in stack]
            stack[:] = [_Step(before=before, version=version) for before, version in kept if before]

    def _push(self, step: _Step) -> None:
        self._back.append(step)
        del self._back[:-LIMIT]

    @staticmethod
    def _step(source: list[_Step], index: int, target: list[_Step], now: Mapping[int, State]) -> States:
        step = source.pop(index)
        target.append(_Step(before={item: now[item] for item in step.before}, version=step.version))
        return step.before
