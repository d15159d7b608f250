"""Submissions taken back, newest first."""

from collections.abc import Sequence

import sqlalchemy as sa

from jlabel.model.answer import UNANSWERED
from jlabel.model.page import Page, Queue
from jlabel.model.record import Origin
from jlabel.store.sql.counters import Change, bump
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.history.amendments import open_submission
from jlabel.store.sql.history.label_history import NewLabel, append
from jlabel.store.sql.history.submissions import submission_items
from jlabel.store.sql.queue.drafts import put_draft
from jlabel.store.sql.queue.labeling_sessions import LabelerSession, get_session
from jlabel.store.sql.queue.pages import make_page, read_pages
from jlabel.store.sql.queue.suggestions import SERVED, Served, carried
from jlabel.store.sql.schema import item, label, page, page_item, submission
from jlabel.store.sql.serialization import unpack


def undo_submission(transaction: Transaction, session_id: int) -> Page | None:
    """Take back the labeler's newest submission that has not been taken back.

    Items whose current label is still from it return to what stood before. Those of a page from the queue are leased to
    the session again as one page, their answers as drafts. Those of an amendment get the former label back, and the
    amended submission is opened with the amended answers as drafts. Items that others changed since are left alone; a
    submission of which nothing is left is passed over.

    Returns:
        The page; ``None`` if there is nothing to take back.

    Raises:
        NotFound: no such session.
    """
    session = get_session(transaction, session_id)
    while (newest := _newest(transaction, session)) is not None:
        transaction.conn.execute(
            sa.update(submission).where(submission.c.id == newest.id).values(undone_at=transaction.now)
        )
        rows = _standing(transaction, newest.id)
        if not rows:
            bump(transaction, session.project_id, session_id)
            continue
        for row in rows:
            put_draft(transaction, row.item_id, session.labeler, unpack(row.answer))
        change = Change(session.project_id)
        append(transaction, _restored(rows, session), change)
        if newest.amends is None:
            order = submission_items(transaction, [newest.id])[newest.id]
            back = {row.item_id: row for row in rows}
            items = [number for number in order if number in back]
            served = _served(transaction, newest.id)
            made = make_page(transaction, session, Queue(newest.queue), items, seconds=newest.seconds, served=served)
            for number in items:
                change.move(1, "missing" if back[number].missing else "waiting", "leased", back[number].queue)
            change.commit(transaction, session_id)
            return read_pages(transaction, [made])[0]
        change.commit(transaction, session_id)
        return open_submission(transaction, session_id, newest.amends)
    return None


def _newest(transaction: Transaction, session: LabelerSession) -> Row | None:
    return transaction.conn.execute(
        sa.select(submission)
        .where(
            submission.c.project_id == session.project_id,
            submission.c.labeler == session.labeler,
            submission.c.undone_at.is_(None),
        )
        .order_by(submission.c.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()


def _standing(transaction: Transaction, submission_id: int) -> Sequence[Row]:
    """Return the labels of the submission that are still current, with what stood before each, the items locked."""
    before = label.alias("before")
    return transaction.conn.execute(
        sa.select(
            label.c.item_id,
            label.c.answer,
            label.c.submission_id,
            item.c.state,
            item.c.missing,
            item.c.queue,
            before.c.answer.label("before_answer"),
            before.c.seconds.label("before_seconds"),
            before.c.run_id.label("before_run"),
            before.c.submission_id.label("before_submission"),
            before.c.before_id.label("before_before"),
        )
        .select_from(label)
        .join(item, item.c.label_id == label.c.id)
        .outerjoin(before, before.c.id == label.c.before_id)
        .where(label.c.submission_id == submission_id, item.c.state.in_(["labeled", "skipped"]))
        .order_by(item.c.id)
        .with_for_update(of=item)
    ).all()


def _served(transaction: Transaction, submission_id: int) -> dict[int, Served]:
    """Return how the items of a submission's page were served, so that they are served the same way again."""
    rows = transaction.conn.execute(
        sa.select(page_item.c.item_id.label("id"), *SERVED)
        .join_from(page_item, page)
        .where(page.c.submission_id == submission_id)
    )
    return carried(rows)


def _restored(rows: Sequence[Row], session: LabelerSession) -> list[NewLabel]:
    """Return the history rows that bring back what stood before."""
    return [
        NewLabel(
            item=row.item_id,
            state=row.state,
            missing=row.missing,
            queue=row.queue,
            answer=UNANSWERED if row.before_answer is None else unpack(row.before_answer),
            labeler=session.labeler,
            seconds=row.before_seconds or 0.0,
            origin=Origin.UNDO,
            # A restored label counts as the submission's that it came from, so that taking that back finds it.
            submission=row.submission_id if row.before_answer is None else row.before_submission,
            before=row.before_before,
            run=row.before_run,
        )
        for row in rows
    ]
