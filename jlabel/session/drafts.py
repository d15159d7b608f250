"""What a session saves of its answers, as each change is made."""

from collections.abc import Iterable, Mapping

from jlabel.model.draft import Draft
from jlabel.session.history import State
from jlabel.store import Store


class DraftWriter:
    """Saves the answers of one session as drafts, and knows which version of each the store has.

    Args:
        store: where the drafts go.
        session_id: whose drafts.
    """

    def __init__(self, store: Store, session_id: int) -> None:
        self._store = store
        self._session = session_id
        self._stored: dict[int, Draft] = {}

    def save(self, changed: Mapping[int, State]) -> None:
        """Store the answers of changed items; ``None`` deletes an item's draft: its pre-label is untouched again."""
        given = {item: answer for item, answer in changed.items() if answer is not None}
        if given:
            versions = self._store.save_drafts(self._session, given, since=self._stored)
            self._stored |= {item: Draft(version=versions[item], answer=given[item]) for item in given}
        for item in changed.keys() - given.keys():
            self._store.clear_draft(self._session, item)

    def forget(self, items: Iterable[int]) -> None:
        """Forget the versions of items that left the session."""
        for item in items:
            self._stored.pop(item, None)
