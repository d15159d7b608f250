"""The states of an item and the one table of what may follow what."""

from enum import StrEnum

from jlabel.errors import InputError


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
