"""Items and labels as exports, frames and dashboards read them."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from jlabel.errors import NotFound
from jlabel.model.item import ItemState
from jlabel.model.project import LabelerTotal
from jlabel.model.record import LabelEntry, Origin, Record
from jlabel.model.source import Source
from jlabel.store.sql.catalog.projects import get_project
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.queue.suggestions import unproven
from jlabel.store.sql.roots import opened_root
from jlabel.store.sql.schema import item, label, page, page_item, source, submission
from jlabel.store.sql.serialization import unpack
from jlabel.store.sql.times import as_time


def list_records(
    transaction: Transaction,
    project_id: int,
    *,
    states: Collection[ItemState] | None = None,
    items: Collection[int] | None = None,
    after: int = 0,
    limit: int = 1000,
) -> list[Record]:
    """Return one page of the project's items with their current labels, in the order of item ids."""
    get_project(transaction, project_id)
    query = (
        sa.select(item, source.c.root, label.c.answer, label.c.labeler, label.c.at, label.c.seconds)
        .add_columns(label.c.origin, label.c.run_id)
        .select_from(item)
        .join(source, source.c.id == item.c.source_id)
        .outerjoin(label, label.c.id == item.c.label_id)
        .where(item.c.project_id == project_id, item.c.id > after)
        .order_by(item.c.id)
        .limit(limit)
    )
    if states is not None:
        query = query.where(item.c.state.in_(list(states)))
    if items is not None:
        query = query.where(item.c.id.in_(list(items)))
    return [_record(row, transaction.base) for row in transaction.conn.execute(query)]


_HISTORY = (
    sa.select(label, sa.and_(label.c.run_id.is_not(None), unproven(page_item.c.suggested)).label("unproven"))
    .select_from(label)
    .outerjoin(submission, submission.c.id == label.c.submission_id)
    .outerjoin(page, page.c.submission_id == sa.func.coalesce(submission.c.amends, submission.c.id))
    .outerjoin(page_item, sa.and_(page_item.c.page_id == page.c.id, page_item.c.item_id == label.c.item_id))
    .where(label.c.item_id == sa.bindparam("item"))
    .order_by(label.c.id)
)


def history(transaction: Transaction, item_id: int) -> list[LabelEntry]:
    """Return every label that an item ever had, oldest first.

    Raises:
        NotFound: no such item.
    """
    if transaction.conn.scalar(sa.select(item.c.id).where(item.c.id == item_id)) is None:
        raise NotFound(f"No item has the id {item_id}.")
    return [
        LabelEntry(
            id=row.id,
            labeler=row.labeler,
            at=as_time(row.at),
            seconds=row.seconds,
            origin=Origin(row.origin),
            answer=unpack(row.answer),
            run=row.run_id,
            submission=row.submission_id,
            proven=not row.unproven,
        )
        for row in transaction.conn.execute(_HISTORY, {"item": item_id})
    ]


def labelers(transaction: Transaction, project_id: int) -> list[LabelerTotal]:
    """Return what each labeler has done, by name."""
    labels = transaction.conn.execute(
        sa.select(label.c.labeler, item.c.state, sa.func.count().label("number"))
        .join_from(item, label, label.c.id == item.c.label_id)
        .where(item.c.project_id == project_id)
        .group_by(label.c.labeler, item.c.state)
    )
    spent = transaction.conn.execute(
        sa.select(submission.c.labeler, sa.func.sum(submission.c.seconds).label("seconds"))
        .where(submission.c.project_id == project_id, submission.c.undone_at.is_(None))
        .group_by(submission.c.labeler)
    )
    seconds = {row.labeler: float(row.seconds) for row in spent}
    numbers = {(row.labeler, row.state): int(row.number) for row in labels}
    return [
        LabelerTotal(
            labeler=name,
            labeled=numbers.get((name, ItemState.LABELED), 0),
            skipped=numbers.get((name, ItemState.SKIPPED), 0),
            seconds=seconds.get(name, 0.0),
        )
        for name in sorted({*seconds, *(name for name, _ in numbers)})
    ]


def _record(row: Row, base: Path | None) -> Record:
    given: dict[str, Any] = {}
    if row.label_id is not None:
        given = {
            "answer": unpack(row.answer),
            "label": row.label_id,
            "labeler": row.labeler,
            "at": as_time(row.at),
            "seconds": row.seconds,
            "origin": Origin(row.origin),
            "run": row.run_id,
        }
    return Record(
        item=row.id,
        name=row.path,
        uri=Source(root=opened_root(row.root, base)).uri(row.path),
        stamp=row.stamp,
        state=ItemState(row.state),
        reason=row.reason,
        width=row.width,
        height=row.height,
        missing=row.missing,
        **given,
    )
