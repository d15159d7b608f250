"""The verbs of submissions and labels on a database."""

from collections.abc import Collection, Mapping

from jlabel.model.answer import Answer
from jlabel.model.item import ItemState
from jlabel.model.page import Page
from jlabel.model.project import LabelerTotal
from jlabel.model.record import LabelEntry, Origin, Record
from jlabel.model.submission import Submission, SubmissionRecord
from jlabel.store.ports import Submissions
from jlabel.store.sql.engine import Database
from jlabel.store.sql.history import amendments, records, submissions, undo


class SqlSubmissions(Submissions):
    """Submissions and the history of labels in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def submit(
        self,
        session_id: int,
        token: str,
        answers: Mapping[int, Answer],
        *,
        seconds: float,
        origins: Mapping[int, Origin] | None = None,
        shown: Collection[int] | None = None,
    ) -> Submission:
        return self._database.write(
            submissions.submit, session_id, token, answers, seconds=seconds, origins=origins, shown=shown
        )

    def undo_submission(self, session_id: int) -> Page | None:
        return self._database.write(undo.undo_submission, session_id)

    def submissions(
        self, project_id: int, labeler: str, *, limit: int = 50, before: int | None = None
    ) -> list[SubmissionRecord]:
        return self._database.read(submissions.list_submissions, project_id, labeler, limit=limit, before=before)

    def open_submission(self, session_id: int, submission_id: int) -> Page:
        return self._database.write(amendments.open_submission, session_id, submission_id)

    def amend(
        self,
        session_id: int,
        submission_id: int,
        answers: Mapping[int, Answer],
        *,
        expected: Mapping[int, int],
        seconds: float,
        origins: Mapping[int, Origin] | None = None,
    ) -> Submission:
        return self._database.write(
            amendments.amend, session_id, submission_id, answers, expected=expected, seconds=seconds, origins=origins
        )

    def records(
        self,
        project_id: int,
        *,
        states: Collection[ItemState] | None = None,
        items: Collection[int] | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> list[Record]:
        return self._database.read(
            records.list_records, project_id, states=states, items=items, after=after, limit=limit
        )

    def history(self, item_id: int) -> list[LabelEntry]:
        return self._database.read(records.history, item_id)

    def labelers(self, project_id: int) -> list[LabelerTotal]:
        return self._database.read(records.labelers, project_id)
