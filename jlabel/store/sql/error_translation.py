"""The database's errors as jlabel's, with the remedy in the message."""

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from jlabel.errors import StoreError, StoreFull

_RETRY = {"40001", "40P01"}  # serialization failure, deadlock detected
_SQLITE = {
    sqlite3.SQLITE_BUSY: "The database {name} stayed locked by another process. Try again; if it persists, close "
    "other programs that have it open.",
    sqlite3.SQLITE_LOCKED: "The database {name} stayed locked by another thread. Try again.",
    sqlite3.SQLITE_READONLY: "The database {name} cannot be written: the file or its folder is read-only. Give "
    "yourself write permission, or choose another folder.",
    sqlite3.SQLITE_CANTOPEN: "The database {name} cannot be opened. Check that the folder exists and that you may "
    "read and write it.",
    sqlite3.SQLITE_CORRUPT: "The database {name} is damaged. Restore it from a backup, or run 'sqlite3 jlabel.db "
    ".recover' in its folder.",
    sqlite3.SQLITE_NOTADB: "The file {name} is not a SQLite database. Move it away, or choose another folder.",
    sqlite3.SQLITE_IOERR: "The disk under {name} reported a read or write error. Check the disk; what was committed "
    "before is still there.",
}
_POSTGRES = {
    "25006": "The PostgreSQL database {name} is read-only (a standby?). Connect to the primary server.",
    "42501": "The PostgreSQL user of {name} lacks a privilege: {detail}. Ask the administrator for rights to create "
    "and change tables in the schema.",
    "28P01": "PostgreSQL at {name} refused the password. Check the user and password in the URL.",
    "3D000": "PostgreSQL at {name} has no such database. Create it first, for example with 'createdb'.",
}


def worth_retrying(error: SQLAlchemyError) -> bool:
    """Whether the same transaction may succeed when run again: it lost a deadlock, not an argument."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _RETRY


def translate(error: SQLAlchemyError, name: str) -> StoreError:
    """Return what to raise instead of ``error``.

    Args:
        error: what SQLAlchemy raised.
        name: the database as it is shown: a path, or a URL without its password.
    """
    detail = _first_line(error)
    if isinstance(error, DBAPIError):
        code = (getattr(error.orig, "sqlite_errorcode", 0) or 0) & 0xFF  # the low byte is the primary code
        if code == sqlite3.SQLITE_FULL:
            return StoreFull(f"There is no room left for the database {name}. Free some disk space and try again.")
        if code in _SQLITE:
            return StoreError(_SQLITE[code].format(name=name))
        state = getattr(error.orig, "sqlstate", None)
        if state == "53100":
            return StoreFull(f"The PostgreSQL server of {name} has no disk space left. Ask its administrator for more.")
        if state in _POSTGRES:
            return StoreError(_POSTGRES[state].format(name=name, detail=detail))
        if type(error.orig).__module__.startswith("psycopg") and (error.connection_invalidated or state is None):
            return StoreError(
                f"PostgreSQL at {name} cannot be reached: {detail}. Check that the server runs and that host, port, "
                "user and database in the URL are right."
            )
    return StoreError(f"The database {name} refused: {detail}. Nothing was changed.")


def _first_line(error: SQLAlchemyError) -> str:
    text = str(error.orig if isinstance(error, DBAPIError) else error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")
