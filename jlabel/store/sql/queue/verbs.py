"""The task queue's verbs on a database."""

from collections.abc import Iterable, Mapping

from jlabel.model.answer import Answer
from jlabel.model.draft import DraftChange
from jlabel.model.page import Page, Queue
from jlabel.model.run import Suggestion
from jlabel.store.ports import TaskQueue
from jlabel.store.sql.engine import Database
from jlabel.store.sql.queue import claims, drafts, labeling_sessions, pages, suggestions


class SqlTaskQueue(TaskQueue):
    """Labelers' sessions, pages and drafts in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_session(self, project_id: int, labeler: str) -> int:
        return self._database.write(labeling_sessions.open_session, project_id, labeler)

    def end_session(self, session_id: int) -> None:
        self._database.write(labeling_sessions.end_session, session_id)

    def adopt(self, session_id: int) -> list[Page]:
        return self._database.write(pages.adopt, session_id)

    def claim(self, session_id: int, size: int, *, large: int | None = None, queue: Queue | None = None) -> Page | None:
        return self._database.write(claims.claim, session_id, size, large, queue)

    def pages(self, session_id: int) -> list[Page]:
        return self._database.read(pages.session_pages, session_id)

    def repage(self, session_id: int, size: int, *, large: int | None = None) -> list[Page]:
        return self._database.write(claims.repage, session_id, size, large)

    def renew(self, session_id: int, *, seconds: Mapping[str, float] | None = None) -> tuple[int, ...]:
        return self._database.write(pages.renew, session_id, seconds)

    def release(self, session_id: int, token: str) -> None:
        self._database.write(pages.release, session_id, token)

    def suggestions(self, session_id: int) -> dict[int, Suggestion]:
        return self._database.read(suggestions.session_suggestions, session_id)

    def save_draft(self, session_id: int, item_id: int, answer: Answer) -> int:
        return self.save_drafts(session_id, {item_id: answer})[item_id]

    def save_drafts(
        self, session_id: int, answers: Mapping[int, Answer], *, changes: Mapping[int, DraftChange] | None = None
    ) -> dict[int, int]:
        return self._database.write(drafts.save_drafts, session_id, answers, changes)

    def clear_draft(self, session_id: int, item_id: int) -> None:
        self._database.write(drafts.clear_draft, session_id, item_id)

    def drafts(self, session_id: int, items: Iterable[int]) -> dict[int, Answer]:
        return self._database.read(drafts.drafts, session_id, items)
