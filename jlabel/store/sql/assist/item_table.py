"""All items of a project as a model sees them: where each file is, and whether a prediction is any use."""

from dataclasses import dataclass

import sqlalchemy as sa

from jlabel.model.item import ItemState
from jlabel.store.sql.catalog.projects import get_project
from jlabel.store.sql.engine import Transaction
from jlabel.store.sql.queue.pages import uri
from jlabel.store.sql.queue.suggestions import left_to_chance
from jlabel.store.sql.schema import item, source

_WAITING, _GONE = ItemState.WAITING.value, {ItemState.UNREADABLE.value, ItemState.REMOVED.value}


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """Parallel tuples, in the order of ids; unreadable, removed and vanished items are left out.

    Attributes:
        items: ids.
        stamps: of each file, ``ListedFile.stamp``.
        waiting: whether each still awaits a label, on a page or not.
        ranks: drawn at random when the item was made.
        unreadable: how many items were left out because they cannot be decoded.
    """

    items: tuple[int, ...]
    stamps: tuple[str, ...]
    waiting: tuple[bool, ...]
    ranks: tuple[int, ...]
    unreadable: int
    _sources: tuple[int, ...]
    _paths: tuple[str, ...]
    _roots: dict[int, str]

    def chance(self, share: float) -> tuple[bool, ...]:
        """Return whether each item falls into a random share, which no model touches."""
        return tuple(left_to_chance(rank, share) for rank in self.ranks)

    def uri(self, place: int) -> str:
        """Return where media/ opens the file at a place in the tuples."""
        return uri(self._roots[self._sources[place]], self._paths[place])


def list_subjects(transaction: Transaction, project_id: int) -> Subjects:
    """Return all items of a project that a model may look at.

    Raises:
        NotFound: no such project.
    """
    get_project(transaction, project_id)
    columns = (item.c.id, item.c.stamp, item.c.state, item.c.rank, item.c.source_id, item.c.path, item.c.missing)
    rows = transaction.conn.execute(sa.select(*columns).where(item.c.project_id == project_id).order_by(item.c.id))
    found: list[tuple[int, str, bool, int, int, str]] = []
    unreadable = 0
    for number, stamp, state, rank, source_id, path, missing in rows:
        if state in _GONE or missing:
            unreadable += state == ItemState.UNREADABLE
            continue
        found.append((number, stamp, state == _WAITING, rank, source_id, path))
    items, stamps, waiting, ranks, sources, paths = zip(*found, strict=True) if found else ((),) * 6
    roots = transaction.conn.execute(sa.select(source.c.id, source.c.root).where(source.c.project_id == project_id))
    return Subjects(
        items=items,
        stamps=stamps,
        waiting=waiting,
        ranks=ranks,
        unreadable=unreadable,
        _sources=sources,
        _paths=paths,
        _roots={row.id: row.root for row in roots},
    )
