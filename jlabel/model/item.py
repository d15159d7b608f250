"""The states of an item, the one table of what may follow what, and what a new listing of files changes."""

from dataclasses import dataclass
from enum import StrEnum

from jlabel.errors import InputError

_RANKS = 1_000_000


class ItemState(StrEnum):
    """Where an item stands."""

    WAITING = "waiting"
    """In the task queue, or leased to a labeler."""
    LABELED = "labeled"
    """Has a current label (possibly "No objects")."""
    SKIPPED = "skipped"
    """Skipped by a labeler, with a reason."""
    UNREADABLE = "unreadable"
    """The file cannot be decoded; never served."""
    REMOVED = "removed"
    """Taken out of the project by a reviewer; keeps its history."""


class ItemEvent(StrEnum):
    """What can happen to an item."""

    LABEL = "label"
    SKIP = "skip"
    RETURN = "return"
    """Undone, rejected or started over: back to the queue."""
    FAIL = "fail"
    """The file could not be decoded."""
    REPAIR = "repair"
    """A refresh found the file changed."""
    REMOVE = "remove"
    RESTORE = "restore"
    """A removal was taken back; an item that had a label then gets it again."""


TRANSITIONS: dict[tuple[ItemState, ItemEvent], ItemState] = {
    (ItemState.WAITING, ItemEvent.LABEL): ItemState.LABELED,
    (ItemState.WAITING, ItemEvent.SKIP): ItemState.SKIPPED,
    (ItemState.WAITING, ItemEvent.FAIL): ItemState.UNREADABLE,
    (ItemState.WAITING, ItemEvent.REMOVE): ItemState.REMOVED,
    (ItemState.LABELED, ItemEvent.LABEL): ItemState.LABELED,
    (ItemState.LABELED, ItemEvent.SKIP): ItemState.SKIPPED,
    (ItemState.LABELED, ItemEvent.RETURN): ItemState.WAITING,
    (ItemState.LABELED, ItemEvent.REMOVE): ItemState.REMOVED,
    (ItemState.SKIPPED, ItemEvent.LABEL): ItemState.LABELED,
    (ItemState.SKIPPED, ItemEvent.SKIP): ItemState.SKIPPED,
    (ItemState.SKIPPED, ItemEvent.RETURN): ItemState.WAITING,
    (ItemState.SKIPPED, ItemEvent.REMOVE): ItemState.REMOVED,
    (ItemState.UNREADABLE, ItemEvent.REPAIR): ItemState.WAITING,
    (ItemState.UNREADABLE, ItemEvent.REMOVE): ItemState.REMOVED,
    (ItemState.REMOVED, ItemEvent.RESTORE): ItemState.WAITING,
}


def after(state: ItemState, event: ItemEvent) -> ItemState:
    """Return the state that follows.

    Raises:
        InputError: the table has no such step.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise InputError(f"An item that is {state} cannot {event}.") from None


CHANGED = "The picture changed after it was labeled."
"""The reason of a labeled item whose file has another stamp than before, until it is labeled again."""


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """What a new listing of a source brought.

    Attributes:
        added: files not seen before; items now.
        changed: files whose stamp differs; of these, unreadable ones wait again, and labeled ones say so in their
            reason.
        resized: labeled pictures of another size than before, whose labels are to be reviewed: their reason
            (``to_frame().reason``) has both sizes. Filled in by who measures them.
        vanished: files gone since; they keep their labels and are not served.
        returned: vanished files that are back.
        empty: the listing named no file at all; nothing was changed.
        reason: why there was no listing, as a sentence; filled in by who lists.
    """

    added: int = 0
    changed: int = 0
    resized: int = 0
    vanished: int = 0
    returned: int = 0
    empty: bool = False
    reason: str = ""


def left_to_chance(rank: int, share: float) -> bool:
    """Whether an item is in the random share: a uniform sample of the project, which no model orders or pre-labels.

    Args:
        rank: of the item, drawn at random when it was created.
        share: of all items, 0 to 1.
    """
    return rank % _RANKS < share * _RANKS
