"""What a session saves of its answers, as each change is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jlabel.model.answer import Answer
from jlabel.model.draft import DraftChange
from jlabel.session.page_state import Change
from jlabel.store import Store


@dataclass(frozen=True, kw_only=True)
class _Stored:
    """The draft of an item as this session stored it last."""

    version: int
    answer: Answer


class DraftWriter:
    """Saves the answers of one session as drafts, and knows which version of each the store has.

    Args:
        store: where the drafts go.
        session_id: whose drafts.
    """

    def __init__(self, store: Store, session_id: int) -> None:
        self._store = store
        self._session = session_id
        self._stored: dict[int, _Stored] = {}

    def save(self, changes: Mapping[int, Change]) -> None:
        """Store the drafts of changed items; a change without a draft deletes the item's."""
        answers = {item: change.draft for item, change in changes.items() if change.draft is not None}
        if answers:
            builds_on = {item: found for item in answers if (found := self._difference(item, changes[item]))}
            versions = self._store.save_drafts(self._session, answers, changes=builds_on)
            self._stored |= {item: _Stored(version=versions[item], answer=answers[item]) for item in answers}
        for item in changes.keys() - answers.keys():
            self._store.clear_draft(self._session, item)
            self._stored.pop(item, None)

    def forget(self, items: Iterable[int]) -> None:
        """Forget the versions of items that left the session."""
        for item in items:
            self._stored.pop(item, None)

    def _difference(self, item: int, change: Change) -> DraftChange | None:
        """Return the change of a draft, where it was made on the answer that this session stored last."""
        last = self._stored.get(item)
        if last is None or change.difference is None or change.before is not last.answer:
            return None
        return DraftChange(since=last.version, difference=change.difference)
