"""All items of a project as a model sees them: the path of each file, and whether a prediction is any use."""

from dataclasses import dataclass, field

from jlabel.model.item import left_to_chance
from jlabel.model.source import Source


@dataclass(frozen=True, kw_only=True)
class ItemTable:
    """Parallel tuples, in the order of item ids; unreadable, removed and vanished items are left out.

    Attributes:
        items: ids.
        stamps: of each file, ``ListedFile.stamp``.
        waiting: whether each still waits for a label, on a page or not.
        ranks: drawn at random when the item was created.
        sources: id of the source of each.
        paths: of each file, below the root of its source.
        roots: root by source id.
        unreadable: how many items were left out because they cannot be decoded.
    """

    items: tuple[int, ...] = ()
    stamps: tuple[str, ...] = ()
    waiting: tuple[bool, ...] = ()
    ranks: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()
    roots: dict[int, str] = field(default_factory=dict)
    unreadable: int = 0

    def chance(self, share: float) -> tuple[bool, ...]:
        """Return whether each item is in the random share, which no model orders or pre-labels.

        Args:
            share: of all items, 0 to 1.
        """
        return tuple(left_to_chance(rank, share) for rank in self.ranks)

    def uri(self, position: int) -> str:
        """Return the URI of the file at a position in the tuples."""
        return Source(root=self.roots[self.sources[position]]).uri(self.paths[position])
