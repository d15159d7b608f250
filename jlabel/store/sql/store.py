"""The store on a database: SQLite for one machine, PostgreSQL for a team."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from jlabel.model.roles import OWNER, Actor
from jlabel.store.ports import Store
from jlabel.store.sql.assist.prediction_verbs import SqlPredictions
from jlabel.store.sql.assist.run_verbs import SqlRuns
from jlabel.store.sql.catalog.verbs import SqlCatalog
from jlabel.store.sql.engine import Database
from jlabel.store.sql.history.verbs import SqlSubmissions
from jlabel.store.sql.migrate import migrate
from jlabel.store.sql.queue.verbs import SqlTaskQueue


class SqlStore(SqlCatalog, SqlTaskQueue, SqlSubmissions, SqlPredictions, SqlRuns, Store):
    """The five ports on one database, as one flat list of verbs.

    Each base class implements one port by itself, in its own room, and knows of no other; all that they have in common
    is the constructor that takes the database. They are united by inheritance, not by delegation, because each verb
    then is written once, and the type checker compares it with the port's.
    """

    @property
    def actor(self) -> Actor:
        return OWNER

    @property
    def folder(self) -> Path | None:
        return self._database.folder

    @property
    def dialect(self) -> str:
        return self._database.dialect

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        with self._database.view() as view:
            yield SqlStore(view)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self._database.location!r})"


def open_sql_store(location: str | Path, *, clock: Callable[[], float], lease_seconds: float) -> SqlStore:
    """Open a database, creating or upgrading its tables; see ``open_store``."""
    database = Database(location, clock=clock, lease_seconds=lease_seconds)
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return SqlStore(database)
