"""Labelers' sessions: one kernel's view of a project. Two sessions of one labeler never share an item."""

from dataclasses import dataclass

import sqlalchemy as sa

from jlabel.errors import InputError, NotFound
from jlabel.model.task import TaskType
from jlabel.process import ProcessIdentity, this_process
from jlabel.store.sql.catalog.projects import get_project
from jlabel.store.sql.counters import bump
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.schema import project, session

_SESSION = (
    sa.select(
        session.c.labeler,
        session.c.project_id,
        session.c.ended_at,
        project.c.name,
        project.c.task,
        project.c.paused,
        project.c.deleted_at,
    )
    .join_from(session, project)
    .where(session.c.id == sa.bindparam("session"))
)


@dataclass(frozen=True, kw_only=True)
class LabelerSession:
    """A session with what the queue needs to know of its project.

    Attributes:
        id: also spreads the writers over the counters' shards.
        labeler: who labels.
        project_id: in which project.
        project: its name, for messages.
        task: its task type.
        paused: it hands out no pages.
        ended: the session was ended.
    """

    id: int
    labeler: str
    project_id: int
    project: str
    task: TaskType
    paused: bool
    ended: bool


def open_session(transaction: Transaction, project_id: int, labeler: str) -> int:
    """Record this process as one where ``labeler`` works on the project; return the session's id.

    Raises:
        NotFound: no such project.
        InputError: an empty labeler's name.
    """
    if not labeler.strip() or "\x00" in labeler:
        raise InputError(f"A labeler needs a name, not {labeler!r}.")
    get_project(transaction, project_id)
    process = this_process()
    session_id = transaction.conn.scalar(
        sa.insert(session)
        .values(
            project_id=project_id,
            labeler=labeler.strip(),
            host=process.host,
            pid=process.pid,
            process_started=process.started,
            opened_at=transaction.now,
            seen_at=transaction.now,
        )
        .returning(session.c.id)
    )
    assert session_id is not None
    bump(transaction, project_id, session_id)
    return int(session_id)


def end_session(transaction: Transaction, session_id: int) -> None:
    """Mark a session ended; its pages stay leased until they lapse or the labeler's next session adopts them.

    Raises:
        NotFound: no such session.
    """
    found = get_session(transaction, session_id)
    if not found.ended:
        transaction.conn.execute(sa.update(session).where(session.c.id == session_id).values(ended_at=transaction.now))
        bump(transaction, found.project_id, session_id)


def get_session(transaction: Transaction, session_id: int) -> LabelerSession:
    """Return the session.

    Raises:
        NotFound: there is none with this id, or its project was deleted.
    """
    row = transaction.conn.execute(_SESSION, {"session": session_id}).one_or_none()
    if row is None:
        raise NotFound(f"No labeler's session has the id {session_id}. Open one with open_session.")
    if row.deleted_at is not None:
        raise NotFound(f"The project {row.name!r} was deleted. What was labeled in it is kept, but no more can be.")
    return LabelerSession(
        id=session_id,
        labeler=row.labeler,
        project_id=row.project_id,
        project=row.name,
        task=TaskType(row.task),
        paused=row.paused,
        ended=row.ended_at is not None,
    )


def touch(transaction: Transaction, session_id: int) -> None:
    """Record a sign of life."""
    transaction.conn.execute(sa.update(session).where(session.c.id == session_id).values(seen_at=transaction.now))


def abandoned(transaction: Transaction, successor: LabelerSession) -> list[int]:
    """Return the ids of the same labeler's other sessions on the project that ended or whose process is gone."""
    rows = transaction.conn.execute(
        sa.select(session).where(
            session.c.project_id == successor.project_id,
            session.c.labeler == successor.labeler,
            session.c.id != successor.id,
        )
    )
    return [row.id for row in rows if row.ended_at is not None or process_of(row).ended]


def process_of(row: Row) -> ProcessIdentity:
    """Return the process in a row with the columns ``host``, ``pid`` and ``process_started``."""
    return ProcessIdentity(host=row.host, pid=row.pid, started=row.process_started)
