"""One database, opened: connections, transactions, locks and retries."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from jlabel.store.ports.task_queue import LEASE_SECONDS
from jlabel.store.sql.error_translation import translate, worth_retrying
from jlabel.store.sql.location import FILE, is_url, local_folder, postgres_url
from jlabel.store.sql.roots import anchor
from jlabel.store.sql.sqlite_file import WRITE, SqliteFile

_ATTEMPTS = 5

Dialect = Literal["sqlite", "postgresql"]
P = ParamSpec("P")
T = TypeVar("T")
Row: TypeAlias = Any
"""A row of a result; SQLAlchemy 2.0 and 2.1 give its type different parameters."""


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """One transaction under way, as the functions of this layer receive it.

    Attributes:
        conn: the connection, inside the transaction.
        dialect: which engine it is.
        now: when it began, seconds since the epoch, UTC.
        lease: seconds for which a page is leased.
        base: the folder from which relative roots of sources are read; ``None`` where all are absolute.
    """

    conn: Connection
    dialect: Dialect
    now: float
    lease: float
    base: Path | None = None

    def upsert(self, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
        """Return an insert with ``ON CONFLICT``."""
        return postgresql.insert(table) if self.dialect == "postgresql" else sqlite.insert(table)


class Database:
    """An engine, its clock and its rules for transactions.

    A writing transaction on SQLite begins with ``BEGIN IMMEDIATE``: it takes the one write lock at once and so never
    fails half way because another wrote first. On PostgreSQL, functions lock the rows they will change, and one that
    loses a deadlock is run again.

    Attributes:
        folder: the folder of a SQLite database; ``None`` for PostgreSQL.
        dialect: which engine it is.
        location: the database as it is shown, without a password.
    """

    def __init__(
        self,
        location: str | Path,
        *,
        clock: Callable[[], float] = time.time,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._clock = clock
        self._lease = lease_seconds
        self.folder: Path | None = None
        self._file: SqliteFile | None = None
        self._base: Path | None = None
        self.dialect: Dialect = "postgresql"
        snapshot: dict[str, Any] = {}
        if is_url(location):
            url = postgres_url(str(location))
            self.location = url.render_as_string(hide_password=True).replace("+psycopg", "")
            self._engine = sa.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
            snapshot["isolation_level"] = "REPEATABLE READ"
        else:
            self.folder = local_folder(location)
            self._base = anchor(self.folder)
            self.dialect = "sqlite"
            self.location = str(self.folder / FILE)
            self._file = SqliteFile(self.folder)
            self._engine = self._file.engine()
        self._use(self._engine, **snapshot)
        self._pid = os.getpid()

    def close(self) -> None:
        """Close every pooled connection."""
        self._engine.dispose()
        if self._file is not None:
            self._file.close()

    @property
    def read_only(self) -> bool:
        """Whether the database can only be read: an archive, or a mounted disk."""
        return self._file is not None and self._file.read_only

    def open_copy(self) -> None:
        """Go on with a copy of a database that is read only, in which this process may change tables."""
        assert self._file is not None
        self._engine.dispose()
        self._use(self._file.copied())

    def _use(self, engine: Engine, **snapshot: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's execution options
        self._engine = engine
        self._writer = engine.execution_options(**{WRITE: True})
        self._snapshot = engine.execution_options(**snapshot)

    def now(self) -> float:
        """Return the time, seconds since the epoch, UTC."""
        return self._clock()

    def read(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in a transaction that only reads, all of it from one snapshot, and return its result."""
        with self.translated(), self._connected(self._snapshot) as conn, conn.begin():
            return work(self._transaction(conn), *args, **kwargs)

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Open a reading transaction that sees the database as it is now, for as long as it is open."""
        with self.translated(), self._connected(self._snapshot) as conn, conn.begin():
            yield self._transaction(conn)

    @contextmanager
    def view(self) -> Iterator["Database"]:
        """Open a view of this database whose reads are all of one snapshot; writes are transactions of their own."""
        with self.snapshot() as transaction:
            yield _View(self, transaction)

    def write(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in a writing transaction and return its result; whatever it raises undoes all of it.

        Raises:
            StoreError: the database is read only, or was deleted, moved or replaced; nothing was written.
        """
        self._refuse()
        with self._connected(self._writer) as conn:
            return self.write_on(conn, work, *args, **kwargs)

    def write_on(
        self, conn: Connection, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do as ``write`` does on a connection from ``connection()``, which may hold temporary tables."""
        for attempt in range(_ATTEMPTS):
            with self.translated():
                try:
                    with conn.begin():
                        result = work(self._transaction(conn), *args, **kwargs)
                        if self._file is not None:
                            self._file.check()  # last: what was written goes nowhere if the file is gone
                        return result
                except SQLAlchemyError as error:
                    if attempt + 1 == _ATTEMPTS or not worth_retrying(error):
                        raise
        raise AssertionError  # the last attempt returns or raises

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Open one connection for several transactions, of which ``conn.begin()`` would start a writing one.

        Raises:
            StoreError: the database is read only.
        """
        self._refuse()
        with self._connected(self._writer) as conn:
            yield conn

    @contextmanager
    def unreferenced(self) -> Iterator[Connection]:
        """Open a connection that lets SQLite build a table anew: foreign keys are not checked meanwhile.

        They cannot be switched within a transaction, hence before it. PostgreSQL alters tables in place.
        """
        with self._connected(self._writer) as conn:
            driver = conn.connection.driver_connection
            if self.dialect == "postgresql" or driver is None:
                yield conn
                return
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                yield conn
            finally:
                driver.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def temporary(self, conn: Connection) -> Iterator[Transaction]:
        """Open a transaction that writes to temporary tables alone and so takes no lock on the database."""
        conn.execution_options(**{WRITE: False})
        try:
            with self.translated(), conn.begin():
                yield self._transaction(conn)
        finally:
            conn.execution_options(**{WRITE: True})

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn SQLAlchemy's errors into jlabel's.

        Raises:
            StoreError: the database's message, with a remedy.
            StoreFull: the disk is full.
        """
        try:
            yield
        except SQLAlchemyError as error:
            raise translate(error, self.location) from error

    def _refuse(self) -> None:
        if self._file is not None:
            self._file.refuse()

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        if os.getpid() != self._pid:  # forked: the parent's connections are not ours to use or close
            self._engine.dispose(close=False)
            self._pid = os.getpid()
        with self.translated():
            conn = engine.connect()
        try:
            yield conn
        finally:
            conn.close()

    def _transaction(self, conn: Connection) -> Transaction:
        return Transaction(conn=conn, dialect=self.dialect, now=self._clock(), lease=self._lease, base=self._base)


class _View(Database):
    """A database that is read through one open transaction."""

    def __init__(self, database: Database, transaction: Transaction) -> None:  # shares the engine of ``database``
        vars(self).update(vars(database))
        self._open = transaction

    def read(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in the open transaction and return its result."""
        return work(self._open, *args, **kwargs)
