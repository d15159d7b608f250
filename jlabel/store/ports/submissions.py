"""The port of submissions and of the labels that came of them."""

from collections.abc import Collection, Mapping
from typing import Protocol

from jlabel.model.answer import Answer
from jlabel.model.item import ItemState
from jlabel.model.page import Page
from jlabel.model.project import LabelerTotal
from jlabel.model.record import LabelEntry, Origin, Record
from jlabel.model.submission import Submission, SubmissionRecord


class Submissions(Protocol):
    """Submissions, undo and amendments, and the labels as an append-only history."""

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
        """Turn a page's answers into labels, all or none.

        The same token again returns the first submission unchanged. A page whose lease has lapsed is accepted as long
        as nobody took its items.

        Args:
            session_id: the session that claimed the page.
            token: the page's.
            answers: one for each item of the page.
            seconds: time spent on the page, earlier sittings included; shared evenly between its items.
            origins: how answers came to be; by default an answer is ``ACCEPTED`` or ``EDITED`` if a suggestion was
                served with its item and shown, else ``HUMAN``. A skip is always ``HUMAN``.
            shown: the items whose suggestion the labeler saw, where some may have arrived too late to be seen; all of
                them by default.

        Raises:
            NotFound: no such session or page.
            LeaseLost: others took items of the page, or the page was closed or taken over; nothing was written.
            PageIncomplete: an item of the page has no answer; nothing was written.
            AnswerError: an answer that the task type does not allow; nothing was written.
            InputError: an answer for an item that was never on the page, or a time that is negative or not finite.
        """
        ...

    def undo_submission(self, session_id: int) -> Page | None:
        """Take back the labeler's newest submission that has not been taken back.

        Items whose current label is still from it return to what stood before. Those of a page from the queue are
        leased to the session again as one page, their answers as drafts. Those of an amendment get the former label
        back, and the amended submission is opened with the amended answers as drafts. Items that others changed since
        are left alone; a submission of which nothing is left is passed over.

        Returns:
            The page; ``None`` if there is nothing to take back.

        Raises:
            NotFound: no such session.
        """
        ...

    def submissions(
        self, project_id: int, labeler: str, *, limit: int = 50, before: int | None = None
    ) -> list[SubmissionRecord]:
        """Return one page of a labeler's submissions, newest first, without amendments and those taken back.

        Args:
            project_id: the project.
            labeler: who submitted.
            limit: how many at most.
            before: only those with a lower id; the last id of a page is the position of the next.
        """
        ...

    def open_submission(self, session_id: int, submission_id: int) -> Page:
        """Return one of the labeler's own submissions as a page to be amended.

        Each task carries the current answer, or the labeler's draft if there is one, and the id of the current label,
        which ``amend`` expects. Items that went back to the queue or were removed are left out.

        Raises:
            NotFound: no such session; the submission does not exist, is another labeler's, or was taken back.
        """
        ...

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
        """Replace labels of one of the labeler's own submissions, if they are still those that were read.

        Args:
            session_id: the session.
            submission_id: the submission.
            answers: by item; those equal to the current label change nothing, unless that is marked for review: then it
                is confirmed, as a label given now.
            expected: by item, the id of the label that was read (``Task.label``).
            seconds: time spent on the amendment, shared evenly between the changed items.
            origins: how answers came to be, ``HUMAN`` by default.

        Returns:
            The amendment, with the changed items; the amended submission itself, without items, if none changed.

        Raises:
            NotFound: no such session or submission, or an item that is not in it.
            Conflict: labels that are not the expected ones any more; nothing was written.
            AnswerError: an answer that is not given or that the task type does not allow; nothing was written.
            InputError: a time that is negative or not finite.
        """
        ...

    def records(
        self,
        project_id: int,
        *,
        states: Collection[ItemState] | None = None,
        items: Collection[int] | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> list[Record]:
        """Return one page of items with their current labels, in the order of item ids; see ``read_records``.

        Args:
            project_id: the project.
            states: only items in these states.
            items: only these items (at most some thousands).
            after: only items with a higher id; the last id of a page is the position of the next.
            limit: how many at most.

        Raises:
            NotFound: no such project.
        """
        ...

    def history(self, item_id: int) -> list[LabelEntry]:
        """Return every label that an item ever had, oldest first.

        Raises:
            NotFound: no such item.
        """
        ...

    def labelers(self, project_id: int) -> list[LabelerTotal]:
        """Return what each labeler has done, by name."""
        ...
