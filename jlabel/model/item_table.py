"""All items of a project as a model sees them: the path of each file, and whether it waits for a label."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from jlabel.model.item import left_to_chance
from jlabel.model.source import Source


@dataclass(frozen=True, kw_only=True)
class ItemTable:
    """Parallel tuples, in the order of item ids; unreadable, removed and vanished items are left out.

    Attributes:
        items: ids.
        stamps: of each file, ``ListedFile.stamp``.
        waiting: whether each still waits for a label, on a page or not.
        leased: ids of those that are on a page.
        ranks: drawn at random when the item was created.
        sources: id of the source of each.
        paths: of each file, below the root of its source.
        roots: root by source id.
        unreadable: how many items were left out because they cannot be decoded.
        next_after: where this is one page of the table, the position of the next; ``None`` at the end.
    """

    items: tuple[int, ...] = ()
    stamps: tuple[str, ...] = ()
    waiting: tuple[bool, ...] = ()
    leased: frozenset[int] = frozenset()
    ranks: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()
    roots: dict[int, str] = field(default_factory=dict)
    unreadable: int = 0
    next_after: int | None = None

    @classmethod
    def join(cls, parts: Sequence["ItemTable"]) -> "ItemTable":
        """Return the table of which ``parts`` are the pages, in order."""
        return cls(
            items=tuple(chain.from_iterable(part.items for part in parts)),
            stamps=tuple(chain.from_iterable(part.stamps for part in parts)),
            waiting=tuple(chain.from_iterable(part.waiting for part in parts)),
            leased=frozenset(chain.from_iterable(part.leased for part in parts)),
            ranks=tuple(chain.from_iterable(part.ranks for part in parts)),
            sources=tuple(chain.from_iterable(part.sources for part in parts)),
            paths=tuple(chain.from_iterable(part.paths for part in parts)),
            roots={key: root for part in parts for key, root in part.roots.items()},
            unreadable=sum(part.unreadable for part in parts),
        )

    def chance(self, share: float) -> tuple[bool, ...]:
        """Return whether each item is in the random share, which no model orders or pre-labels.

        Args:
            share: of all items, 0 to 1.
        """
        return tuple(left_to_chance(rank, share) for rank in self.ranks)

    def uri(self, position: int) -> str:
        """Return the URI of the file at a position in the tuples."""
        return Source(root=self.roots[self.sources[position]]).uri(self.paths[position])
