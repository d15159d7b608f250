"""The task queue: claims of pages, the sweep of lapsed leases, and the grid's change."""

from collections.abc import Sequence
from itertools import groupby

import sqlalchemy as sa

from jlabel.errors import InputError, NotFound, ProjectPaused
from jlabel.model.queue import Page, Queue
from jlabel.store.counters import Change
from jlabel.store.engine import Transaction
from jlabel.store.pages import let_go, lock_items, lock_pages, make_page, read_pages, regain
from jlabel.store.schema import SERVABLE, item, page
from jlabel.store.sessions import get_session

MAX_SIZE = 100
_ORDER = (Queue.PRELABELED, Queue.CLUSTERED, Queue.MANUAL)
_SERVABLE = sa.text(SERVABLE)


def claim(transaction: Transaction, session_id: int, size: int, queue: Queue | None = None) -> Page | None:
    """Lease up to ``size`` items to the session as one page, the lowest ranks first.

    Args:
        transaction: a writing one.
        session_id: who claims.
        size: items wanted, 1 to 100.
        queue: where from; ``None`` takes pre-labeled, then clustered, then manual items.

    Returns:
        The page with the labeler's stored drafts, of one queue and in the clustered queue of one cluster; ``None``
        when nothing is left.

    Raises:
        NotFound: no such session, or it has ended.
        ProjectPaused: the project hands out no pages.
        InputError: the size is out of range.
    """
    _check_size(size)
    held = get_session(transaction, session_id)
    if held.ended:
        raise NotFound(f"The labeler's session {session_id} has ended. Open a new one.")
    if held.paused:
        raise ProjectPaused(f"The project {held.project!r} is paused and hands out no images. Resume it first.")
    change = Change(held.project_id)
    swept = sweep(transaction, held.project_id, change)
    for wanted in _ORDER if queue is None else (queue,):
        items = _take(transaction, held.project_id, wanted, size)
        if items:
            made = make_page(transaction, held, wanted, items)
            change.move(len(items), "waiting", "leased")
            change.commit(transaction, session_id)
            return read_pages(transaction, [made])[0]
    if swept:
        change.commit(transaction, session_id)
    return None


def sweep(transaction: Transaction, project_id: int, change: Change) -> int:
    """Put the items of pages whose lease has lapsed back into the queue; return how many pages there were."""
    conn = transaction.conn
    lapsed = conn.scalars(
        sa.select(page.c.id)
        .where(sa.text("state = 'open'"), page.c.project_id == project_id, page.c.expires_at < transaction.now)
        .with_for_update(skip_locked=True)  # one that is locked is being renewed or submitted
    ).all()
    if lapsed:
        let_go(transaction, lapsed, change)
        conn.execute(sa.update(page).where(page.c.id.in_(lapsed)).values(state="lapsed"))
    return len(lapsed)


def repage(transaction: Transaction, session_id: int, size: int) -> list[Page]:
    """Cut the items of all pages that the session holds into pages of ``size``, in order, the last one topped up.

    Items of different queues, or clusters, stay on different pages. The old tokens are closed; drafts stay.

    Raises:
        NotFound: no such session.
        InputError: the size is out of range.
    """
    _check_size(size)
    held = get_session(transaction, session_id)
    change = Change(held.project_id)
    old = lock_pages(transaction, page.c.session_id == session_id)
    regain(transaction, old, change)
    laid = [
        ((Queue(row.queue), entry.group_no if row.queue == Queue.CLUSTERED else None), entry.id)
        for row in old
        for entry in lock_items(transaction, row.id)
    ]
    transaction.conn.execute(sa.update(page).where(page.c.id.in_([row.id for row in old])).values(state="closed"))
    runs = [(key, [number for _, number in run]) for key, run in groupby(laid, key=lambda entry: entry[0])]
    if runs and not held.paused:
        (queue, group), items = runs[-1]
        short = -len(items) % size
        more = _take(transaction, held.project_id, queue, short, group) if short else []
        change.move(len(more), "waiting", "leased")
        items += more
    seconds = sum(row.seconds for row in old)
    made: list[int] = []
    for (queue, _), items in runs:
        for start in range(0, len(items), size):
            part = items[start : start + size]
            made.append(make_page(transaction, held, queue, part, seconds=0.0 if made else seconds))
    if old:
        change.commit(transaction, session_id)
    return read_pages(transaction, made)


def _take(
    transaction: Transaction, project_id: int, queue: Queue, size: int, group: int | None = None
) -> Sequence[int]:
    """Return the ids of up to ``size`` free items, locked, lowest rank first; of one cluster in the clustered queue."""
    query = (
        sa.select(item.c.id, item.c.group_no)
        .where(item.c.project_id == project_id, item.c.queue == queue, _SERVABLE)
        .order_by(item.c.group_no, item.c.rank)
        .limit(size)
        .with_for_update(skip_locked=True)
    )
    if group is not None:
        query = query.where(item.c.group_no == group)
    rows = transaction.conn.execute(query).all()
    if queue is Queue.CLUSTERED:
        rows = [row for row in rows if row.group_no == rows[0].group_no]
    return [row.id for row in rows]


def _check_size(size: int) -> None:
    if not 1 <= size <= MAX_SIZE:
        raise InputError(f"A page holds 1 to {MAX_SIZE} images, not {size}.")
