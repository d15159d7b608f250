"""The assist lease: one worker a project; a worker that died, or was silent too long, is succeeded."""

import secrets

import sqlalchemy as sa

from jlabel.errors import LeaseLost
from jlabel.model.assist_lease import ASSIST_SECONDS, AssistLease
from jlabel.process import this_process
from jlabel.store.sql.assist.runs import fail_orphans
from jlabel.store.sql.catalog.projects import get_project
from jlabel.store.sql.counters import bump
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.queue.labeling_sessions import process_of
from jlabel.store.sql.schema import assist_lease
from jlabel.store.sql.times import as_time


def acquire(
    transaction: Transaction, project_id: int, *, seconds: float = ASSIST_SECONDS, last_words: str = ""
) -> AssistLease | None:
    """Make this process the project's worker; ``None`` if another living one is.

    Runs that a dead worker left under way are marked failed.

    Args:
        transaction: a writing one.
        project_id: which project.
        seconds: how long the lease holds without renewal.
        last_words: what was last heard of the worker before, recorded with its runs.

    Raises:
        NotFound: no such project.
    """
    get_project(transaction, project_id)
    process = this_process()
    mine = {
        "token": secrets.token_hex(16),
        "host": process.host,
        "pid": process.pid,
        "process_started": process.started,
        "acquired_at": transaction.now,
        "expires_at": transaction.now + seconds,
    }
    insert = transaction.upsert(assist_lease).values(project_id=project_id, **mine)
    free = insert.on_conflict_do_nothing(index_elements=["project_id"]).returning(assist_lease.c.project_id)
    if transaction.conn.scalar(free) is None:
        row = _locked(transaction, assist_lease.c.project_id == project_id)
        if row is not None and _alive(transaction, row):
            return None
        transaction.conn.execute(sa.update(assist_lease).where(assist_lease.c.project_id == project_id).values(**mine))
    fail_orphans(transaction, project_id, last_words or "Its process ended without a word.")
    bump(transaction, project_id)
    return find(transaction, project_id)


def renew(transaction: Transaction, token: str, *, seconds: float = ASSIST_SECONDS) -> AssistLease:
    """Keep the lease.

    Raises:
        LeaseLost: another worker succeeded this one, or the lease was released.
    """
    row = _locked(transaction, assist_lease.c.token == token)
    if row is None:
        raise LeaseLost("Another worker took over the project's assist, or it was stopped. This one must stop.")
    transaction.conn.execute(
        sa.update(assist_lease).where(assist_lease.c.token == token).values(expires_at=transaction.now + seconds)
    )
    lease = find(transaction, row.project_id)
    assert lease is not None
    return lease


def release(transaction: Transaction, token: str) -> None:
    """Give the lease back; one that was lost meanwhile stays with its present holder."""
    row = _locked(transaction, assist_lease.c.token == token)
    if row is not None:
        transaction.conn.execute(sa.delete(assist_lease).where(assist_lease.c.token == token))
        bump(transaction, row.project_id)


def find(transaction: Transaction, project_id: int) -> AssistLease | None:
    """Return the project's lease, lapsed ones too; ``None`` if nobody holds one."""
    query = sa.select(assist_lease).where(assist_lease.c.project_id == project_id)
    row = transaction.conn.execute(query).one_or_none()
    if row is None:
        return None
    return AssistLease(
        project_id=row.project_id,
        token=row.token,
        host=row.host,
        pid=row.pid,
        process_started=row.process_started,
        acquired_at=as_time(row.acquired_at),
        expires_at=as_time(row.expires_at),
        alive=_alive(transaction, row),
    )


def _locked(transaction: Transaction, where: sa.ColumnElement[bool]) -> Row | None:
    return transaction.conn.execute(sa.select(assist_lease).where(where).with_for_update()).one_or_none()


def _alive(transaction: Transaction, row: Row) -> bool:
    return bool(row.expires_at >= transaction.now and not process_of(row).ended)
