"""A labeler's own submissions opened again and amended."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import sqlalchemy as sa

from jlabel.errors import AnswerError, Conflict, NotFound
from jlabel.model.answer import Answer
from jlabel.model.item import ItemState
from jlabel.model.page import Page, Queue
from jlabel.model.record import Origin
from jlabel.model.submission import Submission
from jlabel.store.sql.counters import Change
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.history.label_history import NewLabel, append, check_answers
from jlabel.store.sql.history.submissions import check_seconds, insert_submission, read_submission, submission_items
from jlabel.store.sql.queue.drafts import drop_drafts, labelers_drafts
from jlabel.store.sql.queue.labeling_sessions import LabelerSession, get_session
from jlabel.store.sql.queue.pages import make_task, new_token
from jlabel.store.sql.schema import item, label, source, submission
from jlabel.store.sql.serialization import unpack

_GIVEN = item.c.state.in_(["labeled", "skipped"])


def open_submission(transaction: Transaction, session_id: int, submission_id: int) -> Page:
    """Return one of the labeler's own submissions as a page to be amended.

    Each task carries the current answer, or the labeler's draft if there is one, and the id of the current label, which
    ``amend`` expects. Items that went back to the queue or were removed are left out.

    Raises:
        NotFound: no such session; the submission does not exist, is another labeler's, or was taken back.
    """
    session = get_session(transaction, session_id)
    found = _own(transaction, session, submission_id)
    order = submission_items(transaction, [submission_id]).get(submission_id, ())
    rows = transaction.conn.execute(
        sa.select(item.c.id, item.c.path, item.c.stamp, item.c.width, item.c.height, source.c.root)
        .add_columns(label.c.answer, item.c.label_id)
        .select_from(item)
        .join(source, source.c.id == item.c.source_id)
        .join(label, label.c.id == item.c.label_id)
        .where(item.c.id.in_(order), _GIVEN)
    )
    tasks = {row.id: make_task(row, transaction.base, row.label_id) for row in rows}
    drafted = labelers_drafts(transaction, session.labeler, tasks)
    return Page(
        token=new_token(),
        labeler=session.labeler,
        queue=Queue(found.queue),
        tasks=tuple(
            replace(tasks[number], answer=drafted.get(number, tasks[number].answer))
            for number in order
            if number in tasks
        ),
        submission=submission_id,
    )


def amend(
    transaction: Transaction,
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
        transaction: a writing one.
        session_id: the labeler's session.
        submission_id: the submission.
        answers: by item; those equal to the current label change nothing, unless that is marked for review: then it is
            confirmed, as a label given now.
        expected: by item, the id of the label that was read (``Task.label``).
        seconds: time spent on the amendment, shared evenly between the changed items.
        origins: how answers came to be, ``HUMAN`` by default.

    Returns:
        The amendment, with the changed items; the amended submission itself, without items, if none changed.

    Raises:
        NotFound: no such session or submission, or an item that is not in it.
        Conflict: labels that are not the expected ones any more; nothing was written.
        AnswerError: an answer that is not given or that the task type does not allow; nothing was written.
    """
    spent = check_seconds(seconds)
    session = get_session(transaction, session_id)
    found = _own(transaction, session, submission_id)
    order = submission_items(transaction, [submission_id]).get(submission_id, ())
    strange = sorted(set(answers) - set(order))
    if strange:
        raise NotFound(f"Submission {submission_id} has no items {strange}.")
    rows = transaction.conn.execute(
        sa.select(item.c.id, item.c.state, item.c.reason, item.c.missing, item.c.queue, item.c.label_id)
        .where(item.c.id.in_(list(answers)))
        .order_by(item.c.id)
        .with_for_update()
    ).all()
    given = (ItemState.LABELED, ItemState.SKIPPED)  # an item that was removed keeps its label
    clashes = tuple(row.id for row in rows if row.state not in given or row.label_id != expected.get(row.id))
    if clashes:
        raise Conflict(
            f"{len(clashes)} of these images got another label, or were removed, after you opened them. Nothing was "
            "changed: look at them again, then submit.",
            clashes,
        )
    _check_given(answers)
    check_answers(transaction, session.project_id, session.task, answers)
    current = _answers(transaction, [row.label_id for row in rows])
    by_id = {row.id: row for row in rows if current[row.label_id] != answers[row.id] or _marked(row)}
    changed = [by_id[number] for number in order if number in by_id]
    drop_drafts(transaction, session.labeler, answers)
    change = Change(session.project_id)
    if not changed:
        change.commit(transaction, session_id)
        first = read_submission(transaction, submission_id)
        return Submission(id=first.id, at=first.at, items=())
    root = found.amends or found.id
    amendment = insert_submission(transaction, session, Queue(found.queue), spent, amends=root)
    labels = [
        NewLabel(
            item=row.id,
            state=row.state,
            missing=row.missing,
            queue=row.queue,
            answer=answers[row.id],
            labeler=session.labeler,
            seconds=spent / len(changed),
            origin=(origins or {}).get(row.id, Origin.HUMAN),
            submission=amendment,
            before=row.label_id,
        )
        for row in changed
    ]
    append(transaction, labels, change)
    change.commit(transaction, session_id)
    return read_submission(transaction, amendment)


def _own(transaction: Transaction, session: LabelerSession, submission_id: int) -> Row:
    """Return the submission's row, locked, so that it is not taken back meanwhile."""
    row = transaction.conn.execute(
        sa.select(submission)
        .where(
            submission.c.id == submission_id,
            submission.c.project_id == session.project_id,
            submission.c.labeler == session.labeler,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(f"{session.labeler} has no submission with the id {submission_id} in {session.project!r}.")
    if row.undone_at is not None:
        raise NotFound(f"Submission {submission_id} was taken back; its images returned to the queue.")
    return row


def _answers(transaction: Transaction, labels: Iterable[int]) -> dict[int, Answer]:
    """Return the answers of labels by the labels' ids."""
    rows = transaction.conn.execute(sa.select(label.c.id, label.c.answer).where(label.c.id.in_(list(labels))))
    return {row.id: unpack(row.answer) for row in rows}


def _marked(row: Row) -> bool:
    """Whether a labeled item is to be reviewed, because its picture changed; a skipped one has its own reason."""
    return bool(row.state == ItemState.LABELED and row.reason)


def _check_given(answers: Mapping[int, Answer]) -> None:
    blank = sorted(number for number, answer in answers.items() if not answer.given)
    if blank:
        raise AnswerError(
            f"The items {blank} were left without an answer. Label or skip them; to return them to the queue, take the "
            "submission back."
        )
