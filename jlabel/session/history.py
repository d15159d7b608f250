"""Undo and redo: what the answers were before each change."""

from collections.abc import Mapping

from jlabel.model.annotation import Answer

Change = dict[int, Answer]
LIMIT = 500


class History:
    """Two stacks of changes to the answers of one page, newest last; at most 500 steps back."""

    def __init__(self) -> None:
        self._back: list[Change] = []
        self._forward: list[Change] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._back)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change that was taken back."""
        return bool(self._forward)

    def record(self, before: Mapping[int, Answer]) -> None:
        """Remember what the changed items were; what could be redone is forgotten."""
        self._back.append(dict(before))
        del self._back[:-LIMIT]
        self._forward.clear()

    def undo(self, answers: Mapping[int, Answer]) -> Change | None:
        """Return the answers to restore, or ``None`` when there is nothing to take back."""
        return self._step(self._back, self._forward, answers)

    def redo(self, answers: Mapping[int, Answer]) -> Change | None:
        """Return the answers to put back, or ``None`` when nothing was undone."""
        return self._step(self._forward, self._back, answers)

    def drop(self, items: frozenset[int]) -> None:
        """Forget items that left the page."""
        for stack in (self._back, self._forward):
            stack[:] = [kept for change in stack if (kept := {i: a for i, a in change.items() if i not in items})]

    @staticmethod
    def _step(source: list[Change], target: list[Change], answers: Mapping[int, Answer]) -> Change | None:
        if not source:
            return None
        change = source.pop()
        target.append({item: answers[item] for item in change})
        return change
