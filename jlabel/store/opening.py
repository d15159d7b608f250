"""The factory of stores."""

import time
from collections.abc import Callable
from pathlib import Path

from jlabel.model.roles import OWNER, Actor
from jlabel.store.authorization import authorize
from jlabel.store.ports import Store
from jlabel.store.ports.task_queue import LEASE_SECONDS

DATABASE = "JLABEL_DATABASE"
"""The environment variable that names a team's database."""


def open_store(
    location: str | Path,
    *,
    actor: Actor = OWNER,
    clock: Callable[[], float] = time.time,
    lease_seconds: float = LEASE_SECONDS,
) -> Store:
    """Open a workspace's store, creating or upgrading its tables.

    Args:
        location: a folder on a local disk (created if need be), or ``postgresql://user:password@host/database``.
        actor: who uses it, and in which role.
        clock: returns the time, seconds since the epoch, UTC.
        lease_seconds: how long a page stays leased without a renewal.

    Raises:
        NetworkFileSystemError: SQLite on a network file system.
        SchemaError: a later jlabel wrote the database.
        MissingExtra: PostgreSQL without psycopg.
        InputError: a URL of another kind.
    """
    from jlabel.store.sql.store import open_sql_store  # noqa: PLC0415 -- SQLAlchemy is loaded where a store is opened

    return authorize(open_sql_store(location, clock=clock, lease_seconds=lease_seconds), actor)
