"""Updates that move many items from one of the counters' buckets to another, counted by queue as they happen."""

from collections import Counter

import sqlalchemy as sa

from jlabel.store.sql.counters import Bucket, Change
from jlabel.store.sql.engine import Transaction
from jlabel.store.sql.schema import item


def move_items(
    transaction: Transaction,
    change: Change,
    source: Bucket,
    target: Bucket,
    *where: sa.ColumnElement[bool],
    **values: object,
) -> int:
    """Update the items, all of which are in ``source``, count them into ``target``, and return how many they were."""
    moved = Counter(transaction.conn.scalars(sa.update(item).where(*where).values(**values).returning(item.c.queue)))
    for queue, number in moved.items():
        change.move(number, source, target, queue)
    return moved.total()


def free_items(transaction: Transaction, change: Change, *where: sa.ColumnElement[bool]) -> None:
    """Take items off their pages: back into the queue, or, their file gone, among the missing."""
    rows = transaction.conn.execute(
        sa.update(item).where(*where).values(page_id=None).returning(item.c.queue, item.c.missing)
    )
    freed = Counter((row.queue, bool(row.missing)) for row in rows)
    for (queue, missing), number in freed.items():
        change.move(number, "leased", "missing" if missing else "waiting", queue)
