"""A source's items brought up to date with a new listing of it, in pieces.

The comparison reads and takes no lock. What differs is then written a piece at a time; every statement looks again at
what it changes, since others may have written in between.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jlabel.model.item import CHANGED, ItemEvent, ItemState, Refresh, after
from jlabel.store.sql.catalog.bulk_moves import move_items
from jlabel.store.sql.catalog.items import check_source, insert_items
from jlabel.store.sql.catalog.staging import listed
from jlabel.store.sql.counters import Change
from jlabel.store.sql.engine import Database, Transaction
from jlabel.store.sql.pieces import in_pieces
from jlabel.store.sql.schema import item

_FREE = sa.and_(item.c.state == ItemState.WAITING, item.c.page_id.is_(None))


def reconcile_staged(database: Database, conn: Connection, project_id: int, source_id: int) -> Refresh:
    """Compare the staged files with the source's items and bring the items up to date.

    Args:
        database: where.
        conn: that has the staged listing.
        project_id: the project.
        source_id: the source.

    Raises:
        NotFound: no such source in the project.
    """
    with database.temporary(conn) as transaction:
        check_source(transaction, project_id, source_id)
        if conn.scalar(sa.select(sa.func.count()).select_from(listed)) == 0:
            return Refresh(empty=True)
        differing, new = _differing(conn, source_id), _new(conn, source_id)

    def bring_up_to_date(transaction: Transaction, items: Sequence[int]) -> Refresh:
        return _update(transaction, project_id, items)

    def add(transaction: Transaction, numbers: Sequence[int]) -> Refresh:
        return Refresh(added=_add(transaction, project_id, source_id, numbers))

    done = [*in_pieces(database, conn, differing, bring_up_to_date), *in_pieces(database, conn, new, add)]
    return _sum(done)


def add_staged(database: Database, conn: Connection, project_id: int, source_id: int) -> int:
    """Make the staged files items of the source; return how many were new.

    Raises:
        NotFound: no such source in the project.
    """
    with database.temporary(conn) as transaction:
        check_source(transaction, project_id, source_id)
        new = _new(conn, source_id)
    return sum(in_pieces(database, conn, new, lambda transaction, part: _add(transaction, project_id, source_id, part)))


def _differing(conn: Connection, source_id: int) -> list[int]:
    """Return the ids of items that are listed and were not, are no longer, or have another stamp."""
    gone = sa.and_(listed.c.path.is_(None), ~item.c.missing)
    found = sa.and_(listed.c.path.is_not(None), sa.or_(item.c.missing, listed.c.stamp != item.c.stamp))
    query = (
        sa.select(item.c.id)
        .outerjoin(listed, listed.c.path == item.c.path)
        .where(item.c.source_id == source_id, sa.or_(gone, found))
    )
    return sorted(set(conn.scalars(query)))


def _new(conn: Connection, source_id: int) -> list[int]:
    """Return the staged numbers of files that are no item yet, in the order of the listing."""
    known = sa.exists().where(item.c.source_id == source_id, item.c.path == listed.c.path)
    return list(conn.scalars(sa.select(listed.c.number).where(~known).order_by(listed.c.number)))


def _add(transaction: Transaction, project_id: int, source_id: int, numbers: Sequence[int]) -> int:
    added = insert_items(transaction, project_id, source_id, 0, listed.c.number.in_(numbers))
    if added:
        change = Change(project_id)
        change.move(added, None, "waiting")
        change.commit(transaction)
    return added


def _update(transaction: Transaction, project_id: int, items: Sequence[int]) -> Refresh:
    conn = transaction.conn
    mine = item.c.id.in_(items)  # by their ids alone: with the source named too, SQLite reads through all of its items
    present = sa.exists().where(listed.c.path == item.c.path)
    differs = sa.exists().where(listed.c.path == item.c.path, listed.c.stamp != item.c.stamp)
    change = Change(project_id)

    def update(*where: sa.ColumnElement[bool], **values: object) -> int:
        return int(conn.execute(sa.update(item).where(mine, *where).values(**values)).rowcount)

    def repair(*where: sa.ColumnElement[bool]) -> int:
        state, broken = after(ItemState.UNREADABLE, ItemEvent.REPAIR), item.c.state == ItemState.UNREADABLE
        values = {"state": state, "reason": "", "missing": False}
        return move_items(transaction, change, "unreadable", "waiting", mine, broken, *where, **values)

    # A file that came back is decoded again, even with the stamp that it had: it was unreadable because it was gone.
    returned = repair(item.c.missing, present)
    repair(differs)
    returned += move_items(
        transaction, change, "missing", "waiting", mine, item.c.missing, present, _FREE, missing=False
    )
    returned += update(item.c.missing, present, missing=False)
    now_listed = sa.select(listed.c.stamp, listed.c.size).where(listed.c.path == item.c.path)
    as_listed = {
        "stamp": now_listed.with_only_columns(listed.c.stamp).limit(1).scalar_subquery(),
        "size": now_listed.with_only_columns(listed.c.size).limit(1).scalar_subquery(),
    }
    # A labeled one keeps the size that its shapes were drawn in, to be compared with what it has now.
    labeled = item.c.state == ItemState.LABELED
    changed = update(differs, labeled, **as_listed, reason=CHANGED)
    changed += update(differs, ~labeled, **as_listed, width=0, height=0)
    gone = move_items(transaction, change, "waiting", "missing", mine, ~item.c.missing, ~present, _FREE, missing=True)
    vanished = gone + update(~item.c.missing, ~present, missing=True)
    done = Refresh(changed=changed, vanished=vanished, returned=returned)
    if done != Refresh():
        change.commit(transaction)
    return done


def _sum(parts: Iterable[Refresh]) -> Refresh:
    total = Refresh()
    for part in parts:
        total = Refresh(
            added=total.added + part.added,
            changed=total.changed + part.changed,
            vanished=total.vanished + part.vanished,
            returned=total.returned + part.returned,
        )
    return total
