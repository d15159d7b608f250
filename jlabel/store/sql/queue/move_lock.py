"""The lock between claims and moves of many items to other queues; SQLite's one write lock makes it needless there."""

import sqlalchemy as sa

from jlabel.store.sql.engine import Transaction

_LOCK = 0x6A6C  # the first half of the advisory lock's key on a PostgreSQL server; the project is the second


def lock_moves(transaction: Transaction, project_id: int) -> None:
    """Keep claims of a project waiting until this transaction, which moves a chunk of items, ends."""
    if transaction.dialect == "postgresql":
        transaction.conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK, project_id % 2**31)))


def wait_for_moves(transaction: Transaction, project_id: int) -> None:
    """Wait until a chunk that is being moved is done, so that a claim does not take its locked items for taken."""
    if transaction.dialect == "postgresql":
        transaction.conn.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_LOCK, project_id % 2**31)))
