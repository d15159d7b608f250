"""Predictions: written in batches, read as suggestions, forgotten when a later run's are published."""

from collections.abc import Collection, Iterable
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from jlabel.errors import InputError, NotFound
from jlabel.model.run import Prediction, Run
from jlabel.store.sql.assist.runs import read_run
from jlabel.store.sql.engine import Database, Transaction
from jlabel.store.sql.queue.suggestions import pack_prediction, unpack_prediction
from jlabel.store.sql.schema import item, prediction, run

BATCH = 5000
_COLUMNS = "run_id, item_id, suggested, confidence, above, class_no"
_Row = tuple[int, int, str, float, bool, int | None]


def write_predictions(database: Database, run_id: int, predictions: Iterable[Prediction]) -> int:
    """Store what a run predicts of items, one short transaction a batch; nobody sees it before ``publish``.

    Returns:
        How many were written.

    Raises:
        NotFound: no such run, or no such item.
        InputError: the run has ended, or predicts an item twice.
    """
    rows = (
        (run_id, made.item, pack_prediction(made), made.confidence, made.above, next(iter(made.answer.class_ids), None))
        for made in predictions
    )
    number = 0
    while batch := list(islice(rows, BATCH)):
        database.write(_insert, run_id, batch)
        number += len(batch)
    return number


def read_predictions(transaction: Transaction, run_id: int, *, after: int = 0, limit: int = 1000) -> list[Prediction]:
    """Return one page of what a run predicted, in the order of item ids."""
    query = (
        sa.select(prediction)
        .where(prediction.c.run_id == run_id, prediction.c.item_id > after)
        .order_by(prediction.c.item_id)
        .limit(limit)
    )
    return [
        unpack_prediction(row.item_id, row.suggested, above=bool(row.above)) for row in transaction.conn.execute(query)
    ]


def forget(database: Database, current: Run, keep: Collection[int] = ()) -> None:
    """Delete the predictions of the project's earlier runs, a batch a transaction so that nobody waits long."""
    while database.write(_forget, current, keep):
        pass


def _insert(transaction: Transaction, run_id: int, batch: list[_Row]) -> None:
    """Insert by the driver's own bulk way, as listings are."""
    made = read_run(transaction, run_id)
    if made.state.ended:
        raise InputError(f"Run {run_id} is {made.state} and takes no more predictions. Start another.")
    items = [row[1] for row in batch]
    low, high = min(items), max(items)
    known = sa.select(item.c.id).where(item.c.project_id == made.project_id, item.c.id.between(low, high))
    strange = set(items).difference(transaction.conn.scalars(known))
    if strange:
        raise NotFound(f"The run's project has no item with the id {min(strange)}.")
    try:
        if transaction.dialect == "sqlite":
            statement = f"INSERT INTO prediction ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 -- constants
            transaction.conn.exec_driver_sql(statement, batch)
            return
        transaction.conn.execute(
            sa.insert(prediction), [dict(zip(_COLUMNS.split(", "), r, strict=True)) for r in batch]
        )
    except IntegrityError as error:
        raise InputError(f"Run {run_id} says two things about one item. Write each item once.") from error


def _forget(transaction: Transaction, current: Run, keep: Collection[int]) -> int:
    earlier = sa.select(run.c.id).where(run.c.project_id == current.project_id, run.c.id < current.id)
    earlier = earlier.where(run.c.id.not_in(keep))
    keys = sa.select(prediction.c.run_id, prediction.c.item_id).where(prediction.c.run_id.in_(earlier)).limit(BATCH)
    where = sa.tuple_(prediction.c.run_id, prediction.c.item_id).in_(keys)
    return int(transaction.conn.execute(sa.delete(prediction).where(where)).rowcount)
