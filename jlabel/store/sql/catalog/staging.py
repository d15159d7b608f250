"""A listing of files, staged in a temporary table: nothing of it stays in memory and no lock is held meanwhile."""

from collections.abc import Iterable, Iterator
from itertools import islice
from random import SystemRandom

import sqlalchemy as sa

from jlabel.errors import SourceError
from jlabel.model.source import ListedFile
from jlabel.store.sql.engine import Transaction

BATCH = 5000
"""Files in memory at once."""
RANK_BITS = 62

_temporary = sa.MetaData()

listed = sa.Table(
    "listed",
    _temporary,
    sa.Column("position", sa.Integer, nullable=False, comment="which of the sources that are staged together"),
    sa.Column("number", sa.BigInteger, nullable=False, comment="order of the listing"),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("stamp", sa.Text, nullable=False),
    sa.Column("rank", sa.BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)
_by_number = sa.Index("ix_listed_number", listed.c.position, listed.c.number)
_by_path = sa.Index("ix_listed_path", listed.c.path)

_Row = tuple[int, int, str, int, str, int]
_COLUMNS = "position, number, path, size, stamp, rank"


def open_staging(transaction: Transaction) -> None:
    """Create the connection's temporary table, empty."""
    transaction.conn.exec_driver_sql("DROP TABLE IF EXISTS listed")
    transaction.conn.execute(sa.schema.CreateTable(listed))


def stage(transaction: Transaction, files: Iterable[ListedFile], position: int = 0) -> int:
    """Put a listing into the temporary table, each file with a random rank, and return how many there were.

    Raises:
        SourceError: a path that is not text.
    """
    random = SystemRandom()
    rows: Iterator[_Row] = (
        (position, number, file.path, file.size, file.stamp, random.getrandbits(RANK_BITS))
        for number, file in enumerate(files)
    )
    number = 0
    while batch := list(islice(rows, BATCH)):
        try:
            _insert(transaction, batch)
        except UnicodeEncodeError as error:
            raise SourceError(
                f"The file name {error.object!r} is not valid text and cannot be stored. Rename the file."
            ) from error
        number += len(batch)
    return number


def index_staging(transaction: Transaction, *, paths: bool) -> None:
    """Index what is staged, so that it is read in pieces, and with ``paths`` compared with what is there."""
    for index in (_by_number, _by_path) if paths else (_by_number,):
        transaction.conn.execute(sa.schema.CreateIndex(index))
    if transaction.dialect == "postgresql":
        transaction.conn.exec_driver_sql("ANALYZE listed")


def close_staging(transaction: Transaction) -> None:
    """Drop the temporary table."""
    transaction.conn.exec_driver_sql("DROP TABLE IF EXISTS listed")


def _insert(transaction: Transaction, batch: list[_Row]) -> None:
    """Insert by the driver's own bulk way: about five times as fast as statement objects."""
    if transaction.dialect == "sqlite":
        transaction.conn.exec_driver_sql(f"INSERT INTO listed ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", batch)  # noqa: S608
        return
    driver = transaction.conn.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f"COPY listed ({_COLUMNS}) FROM STDIN") as copy:
        for row in batch:
            copy.write_row(row)
