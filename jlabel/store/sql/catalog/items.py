"""Sources and items: inserted from a staged listing, refreshed against a later one, measured, found unreadable."""

from collections.abc import Mapping

import sqlalchemy as sa

from jlabel.errors import NotFound
from jlabel.model.item import ItemEvent, ItemState, Refresh, after
from jlabel.model.source import Source
from jlabel.store.sql.catalog.bulk_moves import move_items
from jlabel.store.sql.catalog.projects import get_project
from jlabel.store.sql.catalog.staging import listed
from jlabel.store.sql.counters import Bucket, Change, bump
from jlabel.store.sql.engine import Transaction
from jlabel.store.sql.schema import item, page, page_item, source

_WAITING = item.c.state == ItemState.WAITING
_FREE = sa.and_(_WAITING, item.c.page_id.is_(None))


def insert_source(transaction: Transaction, project_id: int, added: Source) -> int:
    """Insert a source and return its id."""
    source_id = transaction.conn.scalar(
        sa.insert(source).values(project_id=project_id, root=added.root, pattern=added.pattern).returning(source.c.id)
    )
    assert source_id is not None
    return int(source_id)


def add_source(transaction: Transaction, project_id: int, added: Source) -> int:
    """Add a source to a project and return the source's id.

    Raises:
        NotFound: no such project.
    """
    get_project(transaction, project_id)
    source_id = insert_source(transaction, project_id, added)
    bump(transaction, project_id)
    return source_id


def list_sources(transaction: Transaction, project_id: int) -> list[tuple[int, Source]]:
    """Return the sources with their ids, in the order added, without the paths of explicit lists."""
    query = sa.select(source).where(source.c.project_id == project_id).order_by(source.c.id)
    return [(row.id, Source(root=row.root, pattern=row.pattern)) for row in transaction.conn.execute(query)]


def list_paths(
    transaction: Transaction, source_id: int, *, after: int = 0, limit: int = 10_000
) -> list[tuple[int, str]]:
    """Return one page of a source's items: (item id, path), in the order of ids."""
    query = sa.select(item.c.id, item.c.path).where(item.c.source_id == source_id, item.c.id > after)
    return [(row.id, row.path) for row in transaction.conn.execute(query.order_by(item.c.id).limit(limit))]


def insert_items(transaction: Transaction, project_id: int, source_id: int, position: int = 0) -> int:
    """Insert the staged files that the source does not have yet; return how many they were.

    A path listed twice becomes one item.
    """
    columns = ["project_id", "source_id", "path", "size", "stamp", "rank"]
    staged = (
        sa.select(
            sa.literal(project_id), sa.literal(source_id), listed.c.path, listed.c.size, listed.c.stamp, listed.c.rank
        )
        .where(listed.c.position == position)
        .order_by(listed.c.number)
    )
    insert = transaction.upsert(item).from_select(columns, staged, include_defaults=False)
    insert = insert.on_conflict_do_nothing(index_elements=["source_id", "path"])
    # SQLAlchemy otherwise keeps the row counts of updates and deletes only.
    inserted = transaction.conn.execute(insert, execution_options={"preserve_rowcount": True}).rowcount
    if transaction.dialect == "postgresql" and inserted > 1000:  # noqa: PLR2004 -- a few rows change no plan
        transaction.conn.exec_driver_sql("ANALYZE item")  # else the first claims read the whole table
    return int(inserted)


def add_items(transaction: Transaction, project_id: int, source_id: int) -> int:
    """Make the staged files items of the source; return how many were new.

    Raises:
        NotFound: no such source in the project.
    """
    _check_source(transaction, project_id, source_id)
    added = insert_items(transaction, project_id, source_id)
    change = Change(project_id)
    change.move(added, None, "waiting")
    change.commit(transaction)
    return added


def reconcile(transaction: Transaction, project_id: int, source_id: int) -> Refresh:
    """Compare the staged files with the source's items and bring the items up to date.

    Raises:
        NotFound: no such source in the project.
    """
    _check_source(transaction, project_id, source_id)
    conn = transaction.conn
    if conn.scalar(sa.select(sa.func.count()).select_from(listed)) == 0:
        return Refresh(empty=True)
    mine = item.c.source_id == source_id
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
    changed = update(
        differs,
        stamp=now_listed.with_only_columns(listed.c.stamp).limit(1).scalar_subquery(),
        size=now_listed.with_only_columns(listed.c.size).limit(1).scalar_subquery(),
        width=0,
        height=0,
    )

    gone = move_items(transaction, change, "waiting", "missing", mine, ~item.c.missing, ~present, _FREE, missing=True)
    vanished = gone + update(~item.c.missing, ~present, missing=True)

    added = insert_items(transaction, project_id, source_id)
    change.move(added, None, "waiting")
    refresh = Refresh(added=added, changed=changed, vanished=vanished, returned=returned)
    if refresh != Refresh():
        change.commit(transaction)
    return refresh


def mark_unreadable(transaction: Transaction, item_id: int, reason: str) -> bool:
    """Take a waiting item out of the queue, and off its page, because its file cannot be decoded.

    Returns:
        Whether the item was waiting. One that is labeled, skipped or removed stays as it is.

    Raises:
        NotFound: no such item.
    """
    conn = transaction.conn
    query = sa.select(item.c.project_id, item.c.page_id, item.c.state, item.c.missing, item.c.queue).where(
        item.c.id == item_id
    )
    page_id = conn.scalar(sa.select(item.c.page_id).where(item.c.id == item_id))
    if page_id is not None:  # the page first, as everyone who locks both
        conn.execute(sa.select(page.c.id).where(page.c.id == page_id).with_for_update())
    row = conn.execute(query.with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"No item has the id {item_id}.")
    if row.state != ItemState.WAITING:
        return False
    conn.execute(
        sa.update(item)
        .where(item.c.id == item_id)
        .values(state=after(ItemState.WAITING, ItemEvent.FAIL), reason=reason, page_id=None)
    )
    if row.page_id is not None:
        here = page_item.c.page_id == row.page_id
        conn.execute(sa.delete(page_item).where(here, page_item.c.item_id == item_id))
        rest = sa.exists().where(here)
        conn.execute(sa.update(page).where(page.c.id == row.page_id, ~rest).values(state="closed"))
    change = Change(row.project_id)
    before = bucket(ItemState.WAITING, leased=row.page_id is not None, missing=row.missing)
    change.move(1, before, "unreadable", row.queue)
    change.commit(transaction, item_id)
    return True


def set_sizes(transaction: Transaction, sizes: Mapping[int, tuple[int, int]]) -> None:
    """Record (width, height) in pixels, as shown, of items that were decoded."""
    if not sizes:
        return
    rows = [{"i": number, "w": width, "h": height} for number, (width, height) in sorted(sizes.items())]
    statement = sa.update(item).where(item.c.id == sa.bindparam("i"))
    transaction.conn.execute(statement.values(width=sa.bindparam("w"), height=sa.bindparam("h")), rows)
    for project_id in transaction.conn.scalars(
        sa.select(item.c.project_id).where(item.c.id.in_(sizes)).distinct().order_by(item.c.project_id)
    ).all():
        bump(transaction, project_id, rows[0]["i"])


def bucket(state: str, *, leased: bool, missing: bool) -> Bucket:
    """Return where ``counter`` counts an item."""
    if state != ItemState.WAITING:
        return ItemState(state).value  # the states are buckets by name
    if leased:
        return "leased"
    return "missing" if missing else "waiting"


def _check_source(transaction: Transaction, project_id: int, source_id: int) -> None:
    get_project(transaction, project_id)
    found = sa.select(source.c.id).where(source.c.id == source_id, source.c.project_id == project_id)
    if transaction.conn.scalar(found) is None:
        raise NotFound(f"Project {project_id} has no source with the id {source_id}.")
