"""Items taken out of a project, and put back where they were; labels and history stay."""

from collections.abc import Sequence

import sqlalchemy as sa

from jlabel.errors import NotFound
from jlabel.model.item import ItemEvent, ItemState, after
from jlabel.store.sql.catalog.items import bucket, leave_pages
from jlabel.store.sql.catalog.projects import get_project
from jlabel.store.sql.counters import Change
from jlabel.store.sql.engine import Database, Row, Transaction
from jlabel.store.sql.pieces import in_pieces
from jlabel.store.sql.schema import item, label, page
from jlabel.store.sql.serialization import unpack

_COLUMNS = (item.c.id, item.c.state, item.c.page_id, item.c.missing, item.c.queue, item.c.label_id)


def remove_items(database: Database, project_id: int, items: Sequence[int], reason: str) -> tuple[int, ...]:
    """Take items out of the project, and off the pages that they are on; return those that were not out before.

    Raises:
        NotFound: no such project, or an id that is none of its items; nothing was removed.
    """
    numbers = sorted(set(items))
    with database.connection() as conn:
        database.read(_check, project_id, numbers)
        parts = in_pieces(database, conn, numbers, lambda it, part: _remove(it, project_id, part, reason))
        return tuple(number for part in parts for number in part)


def restore_items(database: Database, project_id: int, items: Sequence[int]) -> tuple[int, ...]:
    """Put removed items back: with the label that they had, else into the queue; return those that were out.

    Raises:
        NotFound: no such project, or an id that is none of its items; nothing was restored.
    """
    numbers = sorted(set(items))
    with database.connection() as conn:
        database.read(_check, project_id, numbers)
        parts = in_pieces(database, conn, numbers, lambda it, part: _restore(it, project_id, part))
        return tuple(number for part in parts for number in part)


def _check(transaction: Transaction, project_id: int, items: Sequence[int]) -> None:
    get_project(transaction, project_id)
    for start in range(0, len(items), 1000):
        part = items[start : start + 1000]
        query = sa.select(item.c.id).where(item.c.project_id == project_id, item.c.id.in_(part))
        strange = set(part).difference(transaction.conn.scalars(query))
        if strange:
            raise NotFound(f"The project has no item with the id {min(strange)}. Nothing was changed.")


def _locked(
    transaction: Transaction, project_id: int, items: Sequence[int], *where: sa.ColumnElement[bool]
) -> list[Row]:
    mine = (item.c.project_id == project_id, item.c.id.in_(items), *where)
    pages = sa.select(item.c.page_id).where(*mine, item.c.page_id.is_not(None))
    transaction.conn.execute(  # the pages first, as everyone who locks both
        sa.select(page.c.id).where(page.c.id.in_(pages)).order_by(page.c.id).with_for_update()
    )
    query = sa.select(*_COLUMNS).where(*mine).order_by(item.c.id).with_for_update()
    return list(transaction.conn.execute(query))


def _remove(transaction: Transaction, project_id: int, items: Sequence[int], reason: str) -> list[int]:
    rows = _locked(transaction, project_id, items, item.c.state != ItemState.REMOVED)
    change = Change(project_id)
    for row in rows:
        before = bucket(row.state, leased=row.page_id is not None, missing=row.missing)
        removed = after(ItemState(row.state), ItemEvent.REMOVE)
        change.move(1, before, bucket(removed, leased=False, missing=row.missing), row.queue)
    numbers = [row.id for row in rows]
    values = {"state": ItemState.REMOVED, "reason": reason, "page_id": None}
    transaction.conn.execute(sa.update(item).where(item.c.id.in_(numbers)).values(**values))
    leave_pages(transaction, rows)
    if rows:
        change.commit(transaction)
    return numbers


def _restore(transaction: Transaction, project_id: int, items: Sequence[int]) -> list[int]:
    rows = _locked(transaction, project_id, items, item.c.state == ItemState.REMOVED)
    labels = sa.select(label.c.id, label.c.answer).where(label.c.id.in_([row.label_id for row in rows if row.label_id]))
    answers = {row.id: unpack(row.answer) for row in transaction.conn.execute(labels)}
    change = Change(project_id)
    steps = []
    for row in rows:
        state, reason = after(ItemState.REMOVED, ItemEvent.RESTORE), ""
        if row.label_id is not None:
            reason = answers[row.label_id].skipped or ""
            state = after(state, ItemEvent.LABEL if answers[row.label_id].skipped is None else ItemEvent.SKIP)
        steps.append({"i": row.id, "s": state, "r": reason})
        change.move(1, "removed", bucket(state, leased=False, missing=row.missing), row.queue)
    if steps:
        update = sa.update(item).where(item.c.id == sa.bindparam("i"))
        transaction.conn.execute(update.values(state=sa.bindparam("s"), reason=sa.bindparam("r")), steps)
        change.commit(transaction)
    return [row.id for row in rows]
