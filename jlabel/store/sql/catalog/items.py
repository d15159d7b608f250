"""Sources and items: inserted from a staged listing, measured, found unreadable."""

from collections.abc import Sequence

import sqlalchemy as sa

from jlabel.errors import NotFound
from jlabel.model.item import ItemEvent, ItemState, after
from jlabel.model.source import Source
from jlabel.store.sql.catalog.bulk_moves import move_items
from jlabel.store.sql.catalog.projects import get_project
from jlabel.store.sql.catalog.staging import listed
from jlabel.store.sql.counters import Bucket, Change, bump
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.roots import opened_root, stored_root
from jlabel.store.sql.schema import item, page, page_item, source


def insert_source(transaction: Transaction, project_id: int, added: Source) -> int:
    """Insert a source and return its id."""
    source_id = transaction.conn.scalar(
        sa.insert(source)
        .values(project_id=project_id, root=stored_root(added.root, transaction.base), pattern=added.pattern)
        .returning(source.c.id)
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


def move_source(transaction: Transaction, project_id: int, source_id: int, root: str) -> int:
    """Set a source's root and have its unreadable items wait again; return how many they are.

    Raises:
        NotFound: no such source in the project.
    """
    check_source(transaction, project_id, source_id)
    values = {"root": stored_root(root, transaction.base)}
    transaction.conn.execute(sa.update(source).where(source.c.id == source_id).values(**values))
    change = Change(project_id)
    broken = (item.c.source_id == source_id, item.c.state == ItemState.UNREADABLE)
    state = after(ItemState.UNREADABLE, ItemEvent.REPAIR)
    repaired = move_items(transaction, change, "unreadable", "waiting", *broken, state=state, reason="", missing=False)
    change.commit(transaction)
    return repaired


def list_sources(transaction: Transaction, project_id: int) -> list[tuple[int, Source]]:
    """Return the sources with their ids, in the order added, without the paths of explicit lists."""
    query = sa.select(source).where(source.c.project_id == project_id).order_by(source.c.id)
    return [
        (row.id, Source(root=opened_root(row.root, transaction.base), pattern=row.pattern))
        for row in transaction.conn.execute(query)
    ]


def list_paths(
    transaction: Transaction, source_id: int, *, after: int = 0, limit: int = 10_000
) -> list[tuple[int, str]]:
    """Return one page of a source's items: (item id, path), in the order of ids."""
    query = sa.select(item.c.id, item.c.path).where(item.c.source_id == source_id, item.c.id > after)
    return [(row.id, row.path) for row in transaction.conn.execute(query.order_by(item.c.id).limit(limit))]


def insert_items(
    transaction: Transaction, project_id: int, source_id: int, position: int, *where: sa.ColumnElement[bool]
) -> int:
    """Insert the staged files that the source does not have yet; return how many they were.

    A path listed twice becomes one item.

    Args:
        transaction: a writing one.
        project_id: the project.
        source_id: the source.
        position: under which the source is staged.
        *where: which of its files.
    """
    columns = ["project_id", "source_id", "path", "size", "stamp", "rank"]
    staged = (
        sa.select(
            sa.literal(project_id), sa.literal(source_id), listed.c.path, listed.c.size, listed.c.stamp, listed.c.rank
        )
        .where(listed.c.position == position, *where)
        .order_by(listed.c.number)
    )
    insert = transaction.upsert(item).from_select(columns, staged, include_defaults=False)
    insert = insert.on_conflict_do_nothing(index_elements=["source_id", "path"])
    # SQLAlchemy otherwise keeps the row counts of updates and deletes only.
    return int(transaction.conn.execute(insert, execution_options={"preserve_rowcount": True}).rowcount)


def mark_unreadable(transaction: Transaction, item_id: int, reason: str) -> bool:
    """Take a waiting item out of the queue, and off its page, because its file cannot be decoded.

    Returns:
        Whether the item was waiting. One that is labeled, skipped or removed stays as it is.

    Raises:
        NotFound: no such item.
    """
    conn = transaction.conn
    columns = (item.c.id, item.c.project_id, item.c.page_id, item.c.state, item.c.missing, item.c.queue)
    query = sa.select(*columns).where(item.c.id == item_id)
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
    leave_pages(transaction, [row])
    change = Change(row.project_id)
    before = bucket(ItemState.WAITING, leased=row.page_id is not None, missing=row.missing)
    change.move(1, before, "unreadable", row.queue)
    change.commit(transaction, item_id)
    return True


def set_sizes(transaction: Transaction, sizes: Sequence[tuple[int, tuple[int, int]]]) -> None:
    """Record (width, height) in pixels, as shown, of items that were decoded: pairs of an item's id and its size."""
    rows = [{"i": number, "w": width, "h": height} for number, (width, height) in sizes]
    statement = sa.update(item).where(item.c.id == sa.bindparam("i"))
    transaction.conn.execute(statement.values(width=sa.bindparam("w"), height=sa.bindparam("h")), rows)
    _bump_projects(transaction, [number for number, _ in sizes])


def set_stamps(transaction: Transaction, stamps: Sequence[tuple[int, str]]) -> None:
    """Record the stamps of items' files: pairs of an item's id and its stamp."""
    update = sa.update(item).where(item.c.id == sa.bindparam("i")).values(stamp=sa.bindparam("s"))
    transaction.conn.execute(update, [{"i": number, "s": stamp} for number, stamp in stamps])
    _bump_projects(transaction, [number for number, _ in stamps])


def _bump_projects(transaction: Transaction, numbers: Sequence[int]) -> None:
    for project_id in transaction.conn.scalars(
        sa.select(item.c.project_id).where(item.c.id.in_(numbers)).distinct().order_by(item.c.project_id)
    ).all():
        bump(transaction, project_id, numbers[0])


def set_reasons(transaction: Transaction, project_id: int, reasons: Sequence[tuple[int, str]]) -> None:
    """Record the reasons of labeled items: pairs of an item's id and its reason."""
    labeled = sa.and_(item.c.project_id == project_id, item.c.state == ItemState.LABELED)
    update = sa.update(item).where(labeled, item.c.id == sa.bindparam("i")).values(reason=sa.bindparam("r"))
    transaction.conn.execute(update, [{"i": number, "r": reason} for number, reason in reasons])
    bump(transaction, project_id)


def leave_pages(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Take items off the pages that they are on, whose rows the caller has locked, and close those that are empty."""
    pages = {row.page_id for row in rows if row.page_id is not None}
    if not pages:
        return
    here = page_item.c.page_id == page.c.id
    gone = (page_item.c.page_id.in_(pages), page_item.c.item_id.in_([row.id for row in rows]))
    transaction.conn.execute(sa.delete(page_item).where(*gone))
    empty = (page.c.id.in_(pages), ~sa.exists().where(here))
    transaction.conn.execute(sa.update(page).where(*empty).values(state="closed"))


def bucket(state: str, *, leased: bool, missing: bool) -> Bucket:
    """Return where ``counter`` counts an item."""
    if state != ItemState.WAITING:
        return ItemState(state).value  # the states are buckets by name
    if leased:
        return "leased"
    return "missing" if missing else "waiting"


def check_source(transaction: Transaction, project_id: int, source_id: int) -> None:
    """Raise unless the project has the source.

    Raises:
        NotFound: no such source in the project.
    """
    get_project(transaction, project_id)
    found = sa.select(source.c.id).where(source.c.id == source_id, source.c.project_id == project_id)
    if transaction.conn.scalar(found) is None:
        raise NotFound(f"Project {project_id} has no source with the id {source_id}.")
