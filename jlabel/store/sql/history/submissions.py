"""Submissions: a page's answers become labels, all of them or none, once."""

import math
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from jlabel.errors import InputError, LeaseLost, PageIncomplete
from jlabel.model.answer import UNANSWERED, Answer
from jlabel.model.page import Queue
from jlabel.model.record import Origin
from jlabel.model.run import Outcome, find_outcome
from jlabel.model.submission import Submission, SubmissionRecord
from jlabel.store.sql.counters import Change
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.history.label_history import NewLabel, append, check_answers
from jlabel.store.sql.queue.drafts import drop_drafts
from jlabel.store.sql.queue.labeling_sessions import LabelerSession, get_session
from jlabel.store.sql.queue.pages import is_lost, lock_items, lock_page
from jlabel.store.sql.queue.suggestions import proposed
from jlabel.store.sql.schema import item, label, page, page_item, submission
from jlabel.store.sql.times import as_time


def submit(
    transaction: Transaction,
    session_id: int,
    token: str,
    answers: Mapping[int, Answer],
    *,
    seconds: float,
    origins: Mapping[int, Origin] | None = None,
    shown: Collection[int] | None = None,
) -> Submission:
    """Turn a page's answers into labels.

    The same token again returns the first submission unchanged. A page whose lease has lapsed is accepted as long as
    nobody took its items.

    Args:
        transaction: a writing one.
        session_id: the holder.
        token: the page's.
        answers: one for each item of the page.
        seconds: time spent on the page, earlier sittings included; shared evenly between its items.
        origins: how answers came to be; by default an answer is ``ACCEPTED`` or ``EDITED`` if a suggestion was
            served with its item and shown, else ``HUMAN``. A skip is always ``HUMAN``.
        shown: the items whose suggestion the labeler saw, where some may have arrived too late to be seen; all of them
            unless given.

    Raises:
        NotFound: no such session or page.
        LeaseLost: others hold items of the page, or the page was closed or taken over; nothing was written.
        PageIncomplete: an item of the page has no answer; nothing was written.
        AnswerError: an answer that the task type does not allow; nothing was written.
        InputError: an answer for an item that was never on the page, or a time that is no time.
    """
    spent = check_seconds(seconds)
    session = get_session(transaction, session_id)
    row = lock_page(transaction, token)
    if row.state == "submitted" and row.labeler == session.labeler and row.project_id == session.project_id:
        return read_submission(transaction, row.submission_id)
    rows = lock_items(transaction, row.id)
    if row.session_id != session_id or row.state not in ("open", "lapsed"):
        raise LeaseLost(_GONE, tuple(entry.id for entry in rows))
    lost = tuple(entry.id for entry in rows if is_lost(entry, row.id))
    if lost:
        raise LeaseLost(
            f"{len(lost)} of the {len(rows)} images on this page went to others while it was left alone. Nothing was "
            "submitted and your drafts are kept: submit what remains on the page.",
            lost,
        )
    items = [entry.id for entry in rows]
    unseen = set() if shown is None else {e.id for e in rows if e.run_id and not e.blind} - set(shown)
    _check_complete(transaction, items, answers)
    check_answers(transaction, session.project_id, session.task, {number: answers[number] for number in items})
    submission_id = insert_submission(transaction, session, Queue(row.queue), spent)
    change = Change(session.project_id)
    append(
        transaction,
        [
            NewLabel(
                item=entry.id,
                state=entry.state,
                leased=entry.page_id is not None,
                missing=entry.missing,
                queue=entry.queue,
                answer=answers[entry.id],
                labeler=session.labeler,
                seconds=spent / len(rows),
                origin=(origins or {}).get(entry.id)
                or (Origin.HUMAN if entry.id in unseen else _origin(answers[entry.id], entry)),
                submission=submission_id,
                run=None if entry.blind or entry.id in unseen else entry.run_id,
            )
            for entry in rows
        ],
        change,
    )
    if unseen:
        here = (page_item.c.page_id == row.id, page_item.c.item_id.in_(unseen))
        transaction.conn.execute(sa.update(page_item).where(*here).values(run_id=None, suggested=None))
    transaction.conn.execute(_SUBMITTED, {"page": row.id, "made": submission_id, "spent": spent})
    drop_drafts(transaction, session.labeler, items)
    change.commit(transaction, session_id)
    return Submission(id=submission_id, at=as_time(transaction.now), items=tuple(items))


_NEW = sa.insert(submission).returning(submission.c.id)
_SUBMITTED = (
    sa.update(page)
    .where(page.c.id == sa.bindparam("page"))
    .values(state="submitted", submission_id=sa.bindparam("made"), seconds=sa.bindparam("spent"))
)
_GONE = (
    "This page is no longer held here: it was closed, or another session of yours took it over. Nothing was submitted "
    "and your drafts are kept: open the next page."
)


def insert_submission(
    transaction: Transaction, session: LabelerSession, queue: Queue, seconds: float, amends: int | None = None
) -> int:
    """Insert a submission and return its id."""
    values = {
        "project_id": session.project_id,
        "labeler": session.labeler,
        "at": transaction.now,
        "seconds": seconds,
        "queue": queue,
        "amends": amends,
    }
    made = transaction.conn.scalar(_NEW, values)
    assert made is not None
    return int(made)


def read_submission(transaction: Transaction, submission_id: int) -> Submission:
    """Return a submission as it was accepted."""
    at = transaction.conn.scalar(sa.select(submission.c.at).where(submission.c.id == submission_id))
    items = submission_items(transaction, [submission_id]).get(submission_id, ())
    return Submission(id=submission_id, at=as_time(at or 0.0), items=items)


def submission_items(transaction: Transaction, submissions: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return the items of each submission, in page order."""
    first = sa.func.min(label.c.id)
    rows = transaction.conn.execute(
        sa.select(label.c.submission_id, label.c.item_id)
        .where(label.c.submission_id.in_(submissions))
        .group_by(label.c.submission_id, label.c.item_id)
        .order_by(first)
    )
    found: dict[int, tuple[int, ...]] = {}
    for row in rows:
        found[row.submission_id] = (*found.get(row.submission_id, ()), row.item_id)
    return found


def list_submissions(
    transaction: Transaction, project_id: int, labeler: str, *, limit: int = 50, before: int | None = None
) -> list[SubmissionRecord]:
    """Return a labeler's submissions, newest first, without amendments and those taken back.

    Args:
        transaction: a reading one.
        project_id: in which project.
        labeler: whose.
        limit: how many at most.
        before: only those with a lower id, to page on.
    """
    query = sa.select(submission).where(
        submission.c.project_id == project_id,
        submission.c.labeler == labeler,
        submission.c.amends.is_(None),
        submission.c.undone_at.is_(None),
    )
    if before is not None:
        query = query.where(submission.c.id < before)
    rows: Sequence[Row] = transaction.conn.execute(query.order_by(submission.c.id.desc()).limit(limit)).all()
    items = submission_items(transaction, [row.id for row in rows])
    return [
        SubmissionRecord(
            id=row.id,
            labeler=row.labeler,
            at=as_time(row.at),
            seconds=row.seconds,
            queue=Queue(row.queue),
            items=items.get(row.id, ()),
        )
        for row in rows
    ]


def check_seconds(seconds: float) -> float:
    """Return a time span in seconds.

    Raises:
        InputError: negative or not finite.
    """
    if not (math.isfinite(seconds) and seconds >= 0):
        raise InputError(f"The time spent on a page must be zero or more seconds, not {seconds!r}.")
    return float(seconds)


def _origin(answer: Answer, served: Row) -> Origin:
    """Return how an answer came to be, given what its item was served with."""
    if served.run_id is None or served.blind or answer.skipped is not None:
        return Origin.HUMAN
    made = proposed(served)
    outcome = find_outcome(answer, made.answer, blind=False, shown=made.shown)
    return Origin.ACCEPTED if outcome is Outcome.ACCEPTED else Origin.EDITED


def _check_complete(transaction: Transaction, items: Sequence[int], answers: Mapping[int, Answer]) -> None:
    open_ = tuple(number for number in items if not answers.get(number, UNANSWERED).given)
    if open_ or not items:
        raise PageIncomplete(
            f"{len(open_)} of the {len(items)} images on this page have no answer yet. Label or skip them, then "
            "submit.",
            open_,
        )
    extra = sorted(set(answers) - set(items))
    if extra:  # one that could not be decoded, or was removed, left its page meanwhile
        query = sa.select(item.c.id).where(item.c.id.in_(extra), item.c.state.in_(["unreadable", "removed"]))
        strange = set(extra) - set(transaction.conn.scalars(query))
        if strange:
            raise InputError(f"The answers name the items {sorted(strange)}, which are not on this page.")
