"""All items of a project as a model sees them: the path of each file, and whether it waits for a label."""

import sqlalchemy as sa

from jlabel.model.item import ItemState
from jlabel.model.item_table import ItemTable
from jlabel.store.sql.catalog.projects import get_project
from jlabel.store.sql.engine import Transaction
from jlabel.store.sql.roots import opened_root
from jlabel.store.sql.schema import item, source

_WAITING, _GONE = ItemState.WAITING.value, {ItemState.UNREADABLE.value, ItemState.REMOVED.value}


def read_item_table(transaction: Transaction, project_id: int, *, after: int = 0, limit: int = 20_000) -> ItemTable:
    """Return one page of the items of a project that a model may read.

    Raises:
        NotFound: no such project.
    """
    get_project(transaction, project_id)
    columns = (item.c.id, item.c.stamp, item.c.state, item.c.rank, item.c.source_id, item.c.path, item.c.missing)
    query = sa.select(*columns, item.c.page_id).where(item.c.project_id == project_id, item.c.id > after)
    rows = transaction.conn.execute(query.order_by(item.c.id).limit(limit)).all()
    found: list[tuple[int, str, bool, int, int, str]] = []
    unreadable, leased = 0, set()
    for number, stamp, state, rank, source_id, path, missing, page_id in rows:
        if state in _GONE or missing:
            unreadable += state == ItemState.UNREADABLE
            continue
        if page_id is not None:
            leased.add(number)
        found.append((number, stamp, state == _WAITING, rank, source_id, path))
    items, stamps, waiting, ranks, sources, paths = zip(*found, strict=True) if found else ((),) * 6
    roots = transaction.conn.execute(sa.select(source.c.id, source.c.root).where(source.c.project_id == project_id))
    return ItemTable(
        items=items,
        stamps=stamps,
        waiting=waiting,
        leased=frozenset(leased),
        ranks=ranks,
        unreadable=unreadable,
        next_after=rows[-1].id if len(rows) == limit else None,
        sources=sources,
        paths=paths,
        roots={row.id: opened_root(row.root, transaction.base) for row in roots},
    )
