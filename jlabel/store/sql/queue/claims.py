"""The task queue: claims of pages, the sweep of lapsed leases, and the grid's change."""

import sys
from collections.abc import Sequence
from itertools import groupby
from random import SystemRandom

import sqlalchemy as sa

from jlabel.errors import InputError, NotFound, ProjectPaused
from jlabel.model.page import Page, Queue
from jlabel.store.sql.counters import Change
from jlabel.store.sql.engine import Transaction
from jlabel.store.sql.queue.labeling_sessions import get_session
from jlabel.store.sql.queue.move_lock import wait_for_moves
from jlabel.store.sql.queue.pages import let_go, lock_items, lock_pages, make_page, read_pages, regain
from jlabel.store.sql.queue.suggestions import carried
from jlabel.store.sql.schema import SERVABLE, assist, item, page

MAX_SIZE = 100
_ORDER = (Queue.PRELABELED, Queue.CLUSTERED, Queue.MANUAL)
_RANDOM = SystemRandom()

_FREE = (
    sa.select(item.c.id, item.c.group_no)
    .where(item.c.project_id == sa.bindparam("project"), item.c.queue == sa.bindparam("queue"), sa.text(SERVABLE))
    .order_by(item.c.group_no, item.c.priority, item.c.rank)
    .limit(sa.bindparam("size"))
    # FOR NO KEY UPDATE: predictions that are being written hold a key-share lock on every item that they are of, and
    # FOR UPDATE would skip these items as if others had claimed them.
    .with_for_update(skip_locked=True, key_share=True)
)
_FREE_OF_GROUP = _FREE.where(item.c.group_no == sa.bindparam("group"))
_SHARE = sa.select(assist.c.random_share).where(assist.c.project_id == sa.bindparam("project"))
_LAPSED = (
    sa.select(page.c.id)
    .where(sa.text("state = 'open'"))
    .where(page.c.project_id == sa.bindparam("project"), page.c.expires_at < sa.bindparam("now"))
    .with_for_update(skip_locked=True)  # one that is locked is being renewed or submitted
)
# Manual items have no group. Both conditions are written so that the index is entered where the items begin: with
# "priority IS NOT NULL", SQLite reads through all items that have none.
_CHANCE = _FREE.where(item.c.group_no.is_(None), item.c.priority.is_(None))
_CHOSEN = _FREE.where(item.c.group_no.is_(None), item.c.priority >= -sys.float_info.max)


def claim(
    transaction: Transaction, session_id: int, size: int, large: int | None = None, queue: Queue | None = None
) -> Page | None:
    """Lease items to the session as one page.

    Args:
        transaction: a writing one.
        session_id: who claims.
        size: items wanted, 1 to 100.
        large: items wanted where the page is pre-labeled or clustered, 1 to 100; ``None``: ``size``.
        queue: where from; ``None`` takes pre-labeled, then clustered, then manual items; once assist has published, a
            share of the pages is drawn from what is left to chance.

    Returns:
        The page with the labeler's stored drafts, of one queue, and unless manual of one cluster or proposed class;
        ``None`` when nothing is left.

    Raises:
        NotFound: no such session, or it has ended.
        ProjectPaused: the project hands out no pages.
        InputError: the size is out of range.
    """
    sizes = _sizes(size, large)
    session = get_session(transaction, session_id)
    if session.ended:
        raise NotFound(f"The labeler's session {session_id} has ended. Open a new one.")
    if session.paused:
        raise ProjectPaused(f"The project {session.project!r} is paused and hands out no images. Resume it first.")
    wait_for_moves(transaction, session.project_id)
    change = Change(session.project_id)
    swept = sweep(transaction, session.project_id, change)
    random = _draw_random_page(transaction, session.project_id, queue)
    order = _ORDER if queue is None else (queue,)
    for wanted in (Queue.MANUAL, *order) if random else order:
        items = _take(transaction, session.project_id, wanted, sizes[wanted], random=random and wanted is Queue.MANUAL)
        if items:
            made = make_page(transaction, session, wanted, items)
            change.move(len(items), "waiting", "leased", wanted)
            change.commit(transaction, session_id)
            return read_pages(transaction, [made])[0]
    if swept:
        change.commit(transaction, session_id)
    return None


def sweep(transaction: Transaction, project_id: int, change: Change) -> int:
    """Put the items of pages whose lease has lapsed back into the queue; return how many pages there were."""
    conn = transaction.conn
    lapsed = conn.scalars(_LAPSED, {"project": project_id, "now": transaction.now}).all()
    if lapsed:
        let_go(transaction, lapsed, change)
        conn.execute(sa.update(page).where(page.c.id.in_(lapsed)).values(state="lapsed"))
    return len(lapsed)


def repage(transaction: Transaction, session_id: int, size: int, large: int | None = None) -> list[Page]:
    """Cut the items of all pages of the session into pages of ``size``, or ``large`` where not manual, in order.

    Items of different queues, or clusters, stay on different pages, the last page of each topped up. The old tokens are
    closed; drafts stay.

    Raises:
        NotFound: no such session.
        InputError: the size is out of range.
    """
    sizes = _sizes(size, large)
    session = get_session(transaction, session_id)
    wait_for_moves(transaction, session.project_id)
    change = Change(session.project_id)
    old = lock_pages(transaction, page.c.session_id == session_id)
    regain(transaction, old, change)
    entries = [(row, entry) for row in old for entry in lock_items(transaction, row.id)]
    entered = [
        ((Queue(row.queue), None if row.queue == Queue.MANUAL else entry.group_no), entry.id) for row, entry in entries
    ]
    served = carried(entry for _, entry in entries)
    transaction.conn.execute(sa.update(page).where(page.c.id.in_([row.id for row in old])).values(state="closed"))
    runs = [(key, [number for _, number in run]) for key, run in groupby(entered, key=lambda entry: entry[0])]
    seconds = sum(row.seconds for row in old)
    made: list[int] = []
    for (queue, group), kept in runs:
        number = sizes[queue]
        short = 0 if session.paused else -len(kept) % number
        more = _take(transaction, session.project_id, queue, short, group) if short else []
        change.move(len(more), "waiting", "leased", queue)
        items = [*kept, *more]
        for start in range(0, len(items), number):
            part = items[start : start + number]
            time = 0.0 if made else seconds
            made.append(make_page(transaction, session, queue, part, seconds=time, served=served))
    if old:
        change.commit(transaction, session_id)
    return read_pages(transaction, made)


def _draw_random_page(transaction: Transaction, project_id: int, queue: Queue | None) -> bool:
    """Whether the next page is taken from the random share, on which a model's threshold is proved."""
    if queue not in (None, Queue.MANUAL):
        return False
    share = transaction.conn.scalar(_SHARE, {"project": project_id})
    return share is not None and _RANDOM.random() < share


def _take(
    transaction: Transaction,
    project_id: int,
    queue: Queue,
    size: int,
    group: int | None = None,
    *,
    random: bool = False,
) -> Sequence[int]:
    """Return the ids of up to ``size`` free items, locked.

    Clustered and pre-labeled items are of one group, the lowest; within it, those with the lowest priority first, then
    by rank. Manual items are those that assist chose, in its order, then those left to chance, by rank: with
    ``random``, the other way round.
    """
    values = {"project": project_id, "queue": queue, "size": size}
    if queue is not Queue.MANUAL:
        query, asked = (_FREE, values) if group is None else (_FREE_OF_GROUP, {**values, "group": group})
        rows = transaction.conn.execute(query, asked).all()
        return [row.id for row in rows if row.group_no == rows[0].group_no]
    taken: list[int] = []
    for query in (_CHANCE, _CHOSEN) if random else (_CHOSEN, _CHANCE):
        if len(taken) < size:
            taken += transaction.conn.scalars(query, {**values, "size": size - len(taken)}).all()
    return taken


def _sizes(size: int, large: int | None) -> dict[Queue, int]:
    """Return how many items a page has, by queue."""
    sizes = {queue: size if queue is Queue.MANUAL or large is None else large for queue in Queue}
    for one in sizes.values():
        if not 1 <= one <= MAX_SIZE:
            raise InputError(f"A page holds 1 to {MAX_SIZE} images, not {one}.")
    return sizes
