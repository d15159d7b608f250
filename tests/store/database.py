"""The database behind a store, for tests that look into it or damage it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jlabel.model.roles import OWNER
from jlabel.store import Store
from jlabel.store.authorization import authorize
from jlabel.store.sql.engine import Database
from jlabel.store.sql.migrate import migrate
from jlabel.store.sql.store import SqlStore


def store_on(database: Database) -> Store:
    """The store that ``open_store`` returns, on a database that is open and migrated."""
    return authorize(SqlStore(database), OWNER)


@contextmanager
def opened(
    location: str | Path, *, clock: Callable[[], float] = time.time, migrated: bool = True
) -> Iterator[Database]:
    """Opens a database, of which the connections are closed after the block."""
    database = Database(location, clock=clock)
    try:
        if migrated:
            migrate(database)
        yield database
    finally:
        database.close()
