"""Long work in pieces: short transactions with pauses between them, so that nobody waits long for SQLite's one lock."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy.engine import Connection

from jlabel.store.sql.engine import Database, Transaction

HOLD_SECONDS = 0.1
"""How long a piece shall hold the write lock. The size of the next piece follows from how long the last one took, so
that a slow disk or a busy machine, too, stays below the 200 ms that a labeler may wait."""
PAUSE_SECONDS = 0.05
"""Between two pieces on SQLite: whoever waits there looks for the lock every 25 ms at first, every 50 ms after an
eighth of a second, and would miss a shorter pause."""
FIRST = 500
"""Keys of the first piece."""
_LEAST, _MOST = 200, 5000
"""Keys of a piece. Its flush to the disk and its statements have a price of their own: smaller ones would add it up."""

K = TypeVar("K")
T = TypeVar("T")


def in_pieces(
    database: Database, conn: Connection, keys: Sequence[K], work: Callable[[Transaction, Sequence[K]], T]
) -> Iterator[T]:
    """Run ``work`` on one part of the keys after another, each in a writing transaction of its own.

    Others may write between two pieces, so ``work`` checks what it relies on. Iterate to the end to have all done.

    Args:
        database: whose connection it is.
        conn: from ``Database.connection``; may have temporary tables.
        keys: what there is to do.
        work: does it for some of the keys, in their order.

    Yields:
        What ``work`` returned for each part.
    """
    size, start = FIRST, 0
    while start < len(keys):
        if start and database.dialect == "sqlite":
            time.sleep(PAUSE_SECONDS)
        begun = time.monotonic()

        def timed(transaction: Transaction, part: Sequence[K]) -> T:
            nonlocal begun
            begun = time.monotonic()  # the lock is taken now
            return work(transaction, part)

        part = keys[start : start + size]
        result = database.write_on(conn, timed, part)
        start += len(part)
        pace = HOLD_SECONDS / max(time.monotonic() - begun, 1e-6)
        size = max(_LEAST, min(_MOST, int(size * max(0.5, min(2.0, pace)))))
        yield result
