"""A project's counts and revision, kept as sums over sharded rows so that reading is O(1) and writers do not queue."""

from functools import cache
from typing import Literal

import sqlalchemy as sa

from jlabel.model.page import Queue
from jlabel.model.project import Counts, QueueCounts
from jlabel.store.sql.engine import Transaction
from jlabel.store.sql.schema import SHARDS, counter

Bucket = Literal["waiting", "leased", "missing", "labeled", "skipped", "unreadable", "removed"]
"""Where an item is counted: its state, but a waiting item is ``leased`` while on a page, else ``missing`` if its file
vanished."""


class Change:
    """What one transaction does to a project's counters; written once, last, by ``commit``."""

    def __init__(self, project_id: int) -> None:
        self.project_id = project_id
        self._moves: dict[str, int] = {}

    def move(self, number: int, source: Bucket | None, target: Bucket, queue: Queue | str = Queue.MANUAL) -> None:
        """Count ``number`` items of a queue out of ``source`` (``None``: they are new) and into ``target``."""
        if source == "waiting":
            self.requeue(-number, queue)
        if target == "waiting":
            self.requeue(number, queue)
        if source is not None:
            self._moves[source] = self._moves.get(source, 0) - number
        self._moves[target] = self._moves.get(target, 0) + number

    def requeue(self, number: int, queue: Queue | str) -> None:
        """Count ``number`` free items more, or fewer, in a queue; the manual one is what the others leave."""
        if queue != Queue.MANUAL:
            self._moves[str(queue)] = self._moves.get(str(queue), 0) + number

    def commit(self, transaction: Transaction, shard: int = 0) -> None:
        """Add the changes to one shard, and one to the revision.

        The row stays locked until the transaction ends, hence last. ``shard`` is any number that tends to differ
        between those who write at once, such as the session's id.
        """
        moved = tuple(sorted(name for name, number in self._moves.items() if number))
        steps = {f"by_{name}": self._moves[name] for name in moved}
        transaction.conn.execute(_step(moved), {"in_project": self.project_id, "in_shard": shard % SHARDS, **steps})


@cache
def _step(moved: tuple[str, ...]) -> sa.Update:
    """Return the statement that adds to these columns; each of the few sets of them is built once."""
    steps = {name: counter.c[name] + sa.bindparam(f"by_{name}", type_=sa.Integer) for name in moved}
    return (
        sa.update(counter)
        .where(counter.c.project_id == sa.bindparam("in_project"), counter.c.shard == sa.bindparam("in_shard"))
        .values(revision=counter.c.revision + 1, **steps)
    )


def bump(transaction: Transaction, project_id: int, shard: int = 0) -> None:
    """Add one to the revision of a project of which no item changed its bucket."""
    Change(project_id).commit(transaction, shard)


def create_counters(transaction: Transaction, project_id: int) -> None:
    """Insert the rows of a new project."""
    rows = [{"project_id": project_id, "shard": shard} for shard in range(SHARDS)]
    transaction.conn.execute(sa.insert(counter), rows)


def revision(transaction: Transaction, project_id: int) -> int:
    """Return a number that grows with every committed change of the project."""
    return int(
        transaction.conn.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(counter.c.revision), 0)).where(counter.c.project_id == project_id)
        )
        or 0
    )


def counts(transaction: Transaction, project_id: int) -> Counts:
    """Return how many items are where."""
    names = list(Counts.__dataclass_fields__)
    row = transaction.conn.execute(
        sa.select(*(sa.func.coalesce(sa.func.sum(counter.c[name]), 0).label(name) for name in names)).where(
            counter.c.project_id == project_id
        )
    ).one()
    return Counts(**{name: int(value) for name, value in zip(names, row, strict=True)})


def queue_counts(transaction: Transaction, project_id: int) -> QueueCounts:
    """Return how many free items are in which queue."""
    names = ("waiting", "clustered", "prelabeled")
    row = transaction.conn.execute(
        sa.select(*(sa.func.coalesce(sa.func.sum(counter.c[name]), 0).label(name) for name in names)).where(
            counter.c.project_id == project_id
        )
    ).one()
    waiting, clustered, prelabeled = (int(value) for value in row)
    return QueueCounts(manual=waiting - clustered - prelabeled, clustered=clustered, prelabeled=prelabeled)
