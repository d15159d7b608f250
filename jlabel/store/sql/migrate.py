"""Bring a database to the schema of this jlabel, safely when several processes open it at once."""

import threading
from pathlib import Path

import sqlalchemy as sa

from jlabel.errors import SchemaError
from jlabel.store.sql.engine import Database, Transaction
from jlabel.store.sql.schema import VERSION, VERSION_TABLE

_LOCK = 0x6A6C6162656C  # "jlabel": the advisory lock's number on a PostgreSQL server
_THREADS = threading.Lock()  # Alembic keeps its context in a module


def migrate(database: Database) -> None:
    """Create or upgrade the tables, in one transaction that others wait for.

    Raises:
        SchemaError: a later jlabel wrote the database.
        StoreError: the database cannot be reached or changed.
    """
    if database.read(_version) != VERSION:
        if database.read_only:  # of an earlier version: read as the newest from a copy
            database.open_copy()
        with _THREADS, database.unreferenced() as conn:
            database.write_on(conn, _upgrade, database.location)


def _version(transaction: Transaction) -> str | None:
    if not sa.inspect(transaction.conn).has_table(VERSION_TABLE):
        return None
    found = transaction.conn.scalar(sa.text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 -- a constant
    return None if found is None else str(found)


def _upgrade(transaction: Transaction, location: str) -> None:
    # Imported here: most openings find the schema current, and Alembic takes a tenth of a second to load.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    if transaction.dialect == "postgresql":
        transaction.conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    found = _version(transaction)
    if found == VERSION:
        return  # another process was first
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = transaction.conn
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaError(
            f"The database {location} was written by a later jlabel (schema {found}; this one knows up to {VERSION}). "
            "Update this one: pip install --upgrade jlabel."
        )
    command.upgrade(config, VERSION)
