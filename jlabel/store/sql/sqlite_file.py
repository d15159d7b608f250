"""The SQLite file of a workspace: opened for writing, or for reading alone where nothing can be written beside it."""

import shutil
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from jlabel.errors import StoreError
from jlabel.store.sql.location import FILE, is_read_only

BUSY_SECONDS = 30.0
"""How long a transaction waits for another process's."""
WRITE = "jlabel_write"
"""The execution option of a connection whose transactions write."""


class SqliteFile:
    """One SQLite database.

    A file that this user cannot write, or beside which no log can be written (an archive, a mounted disk), is opened
    for reading. What an unfinished log beside it holds is read too: from a copy, since SQLite writes to unite them. One
    that others may write, and have open, is read as they write it, under SQLite's locks.

    Args:
        folder: the workspace's, on a local disk unless it is read only.

    Attributes:
        path: of the file.
        read_only: whether it can only be read.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.read_only = is_read_only(folder)
        self._identity: tuple[int, int] | None = None
        self._copy: tempfile.TemporaryDirectory[str] | None = None

    def engine(self) -> Engine:
        """Return an engine on the file."""
        if self.read_only:
            if self._log_size() > 0 and not _is_shared(self.path):
                return self.copied()
            return self._prepared(_reading(self.path))
        # From its parts: in a URL made of text, a folder's "?", "#" or "%20" would mean something else.
        url = sa.URL.create("sqlite", database=str(self.path))
        engine = self._prepared(sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}), log=True)
        event.listen(engine, "do_connect", lambda *_: self.check())
        event.listen(engine, "connect", lambda *_: self._identify())  # after the first statement, which creates it
        return engine

    def copied(self) -> Engine:
        """Return an engine on a copy of a file that is read only; ``close`` removes it.

        Raises:
            StoreError: there is no room for it.
        """
        self._copy = self._copy or tempfile.TemporaryDirectory(prefix="jlabel-")
        copy = Path(self._copy.name) / FILE
        try:
            for end in ("", "-wal"):
                if Path(f"{self.path}{end}").exists():
                    shutil.copyfile(f"{self.path}{end}", f"{copy}{end}")
        except OSError as error:
            raise StoreError(
                f"The read-only database {self.path} cannot be copied to {copy.parent} to be read: "
                f"{error.strerror or error}. Make room there, or set TMPDIR to another folder."
            ) from error
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(copy)), connect_args={"timeout": BUSY_SECONDS})
        return self._prepared(engine, log=True)

    def check(self) -> None:
        """Raise if the file is not the one that was opened: what is written to that one would be lost.

        Raises:
            StoreError: it was deleted, moved or replaced.
        """
        if self._identity is None or self._identity == _identity(self.path):
            return
        raise StoreError(
            f"The workspace's database {self.path} was deleted, moved or replaced while it was open. Nothing was saved "
            "there; what is on the page stays as long as this notebook runs. Put the folder back where it was and try "
            "again, or open the workspace anew."
        )

    def refuse(self) -> None:
        """Raise if nothing can be written.

        Raises:
            StoreError: the file is read only.
        """
        if self.read_only:
            raise StoreError(
                f"The workspace {self.path.parent} is read-only: it opens for reading and export. To label in it, copy "
                "its folder to one that you may write to and open the copy, or give yourself write permission. Images "
                "beside the folder are looked for beside the copy: copy them too, or call p.relocate(old, new) there."
            )

    def close(self) -> None:
        """Remove the copy, if there is one."""
        if self._copy is not None:
            self._copy.cleanup()
            self._copy = None

    def _identify(self) -> None:
        self._identity = self._identity or _identity(self.path)

    def _log_size(self) -> int:
        try:
            return Path(f"{self.path}-wal").stat().st_size
        except OSError:
            return 0

    @staticmethod
    def _prepared(engine: Engine, *, log: bool = False) -> Engine:
        @event.listens_for(engine, "connect")
        def _prepare(connection: sqlite3.Connection, _record: object) -> None:
            # The driver's own transactions begin too late and commit too early; ours are begun below.
            connection.isolation_level = None
            if log:
                _set_wal(connection)
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA journal_size_limit=67108864")  # a bulk load's log does not stay behind
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA cache_size=-65536")  # KiB, at most: at 500,000 items the indexes stay in memory

        @event.listens_for(engine, "begin")
        def _begin(conn: Connection) -> None:
            conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get(WRITE) else "BEGIN")

        return engine


def _reading(path: Path) -> Engine:
    """Return an engine on a file that this user cannot write.

    A connection to one that nobody has open takes no locks and needs no files beside it, and would find it damaged once
    somebody writes to it. So each transaction has a connection of its own, which looks whether somebody does.
    """

    def connect() -> sqlite3.Connection:
        options = "mode=ro" if _is_shared(path) else "mode=ro&immutable=1"
        return sqlite3.connect(f"{path.as_uri()}?{options}", uri=True, check_same_thread=False, timeout=BUSY_SECONDS)

    url: Any = sa.URL.create("sqlite", database=str(path))
    return sa.create_engine(url, creator=connect, poolclass=sa.NullPool)


def _is_shared(path: Path) -> bool:
    """Whether a process has the file open for writing, or ended without closing it."""
    return Path(f"{path}-shm").exists()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _set_wal(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging; two processes that open a new database at once may both try."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()
        except sqlite3.OperationalError as error:
            # SQLite does not call the busy handler while it changes the mode.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            if mode is not None and mode[0] == "wal":
                return
            raise sqlite3.OperationalError(f"write-ahead logging is not possible here (journal mode {mode})")
