"""Runs of assist: started, updated, ended; a run that has ended stays as it ended."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from jlabel.errors import InputError, NotFound
from jlabel.model.run import Run, RunKind, RunState
from jlabel.store.sql.catalog.projects import get_project
from jlabel.store.sql.counters import bump
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.schema import run
from jlabel.store.sql.times import as_time


def start_run(
    transaction: Transaction,
    project_id: int,
    kind: RunKind,
    *,
    reason: str,
    device: str = "",
    model_hash: str = "",
    total: int = 0,
    queued: bool = False,
) -> Run:
    """Record a run that begins now, or with ``queued`` one that is asked for.

    Raises:
        NotFound: no such project.
    """
    get_project(transaction, project_id)
    run_id = transaction.conn.scalar(
        sa.insert(run)
        .values(
            project_id=project_id,
            kind=RunKind(kind),
            state=RunState.QUEUED if queued else RunState.RUNNING,
            reason=reason,
            started_at=transaction.now,
            device=device,
            model_hash=model_hash,
            metrics="{}",
            done=0,
            total=total,
            adopted=False,
            why_not="",
            last_words="",
        )
        .returning(run.c.id)
    )
    assert run_id is not None
    bump(transaction, project_id, run_id)
    return read_run(transaction, run_id)


def change_run(
    transaction: Transaction,
    run_id: int,
    state: RunState,
    *,
    metrics: Mapping[str, Any] | None = None,
    values: Mapping[str, object] | None = None,
) -> Run:
    """Bring a run that has not ended into ``state``, with what else is known now; one that has ended stays as it is.

    Args:
        transaction: a writing one.
        run_id: which.
        state: the new state; ``QUEUED`` is none.
        metrics: JSON data, added to what is there.
        values: columns to set; those that are ``None`` stay.

    Raises:
        NotFound: no such run.
        InputError: metrics that are not JSON data.
    """
    old = read_run(transaction, run_id, lock=True)
    if old.state.ended:
        return old
    changes = {name: value for name, value in (values or {}).items() if value is not None}
    if metrics is not None:
        changes["metrics"] = _dump({**old.metrics, **metrics})
    if state.ended:
        changes["ended_at"] = transaction.now
    if old.state is RunState.QUEUED and state is RunState.RUNNING:
        changes["started_at"] = transaction.now
    transaction.conn.execute(sa.update(run).where(run.c.id == run_id).values(state=state, **changes))
    bump(transaction, old.project_id, run_id)
    return read_run(transaction, run_id)


def read_run(transaction: Transaction, run_id: int, *, lock: bool = False) -> Run:
    """Return a run.

    Raises:
        NotFound: no such run.
    """
    query = sa.select(run).where(run.c.id == run_id)
    row = transaction.conn.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(f"No run has the id {run_id}. List them with runs().")
    return _run(row)


def list_runs(
    transaction: Transaction,
    project_id: int,
    *,
    kind: RunKind | None = None,
    state: RunState | None = None,
    limit: int = 100,
    before: int | None = None,
) -> list[Run]:
    """Return one page of a project's runs, newest first; with ``kind`` and ``state`` only those that have both."""
    query = sa.select(run).where(run.c.project_id == project_id).order_by(run.c.id.desc()).limit(limit)
    if kind is not None:
        query = query.where(run.c.kind == kind)
    if state is not None:
        query = query.where(run.c.state == state)
    if before is not None:
        query = query.where(run.c.id < before)
    return [_run(row) for row in transaction.conn.execute(query)]


def list_latest(transaction: Transaction, project_id: int) -> list[Run]:
    """Return the newest run of each kind in each state, newest first."""
    newest = sa.select(sa.func.max(run.c.id)).where(run.c.project_id == project_id).group_by(run.c.kind, run.c.state)
    query = sa.select(run).where(run.c.id.in_(newest)).order_by(run.c.id.desc())
    return [_run(row) for row in transaction.conn.execute(query)]


def fail_orphans(transaction: Transaction, project_id: int, last_words: str) -> None:
    """Mark the runs failed that were under way when their worker ended."""
    where = (run.c.project_id == project_id, run.c.state == RunState.RUNNING)
    for number in transaction.conn.scalars(sa.select(run.c.id).where(*where)).all():
        change_run(transaction, number, RunState.FAILED, values={"last_words": last_words})


def _run(row: Row) -> Run:
    return Run(
        id=row.id,
        project_id=row.project_id,
        kind=RunKind(row.kind),
        state=RunState(row.state),
        reason=row.reason,
        started_at=as_time(row.started_at),
        ended_at=None if row.ended_at is None else as_time(row.ended_at),
        device=row.device,
        model_hash=row.model_hash,
        metrics=json.loads(row.metrics),
        done=row.done,
        total=row.total,
        adopted=row.adopted,
        why_not=row.why_not,
        last_words=row.last_words,
    )


def _dump(metrics: Mapping[str, Any]) -> str:
    try:
        return json.dumps(metrics, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"A run's metrics must be JSON data: {error}. Convert arrays to lists.") from error
