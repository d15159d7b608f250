"""Interruption from within: long loops look whether their work is still wanted.

A worker names a function that decides; a loop calls ``look`` once a turn, which raises ``Interrupted`` where the work
is to end. Elsewhere, in a user's kernel or in another thread, ``look`` does nothing.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jlabel.model.run import RunKind

_decide: ContextVar[Callable[[], None] | None] = ContextVar("jlabel-assist-interruption", default=None)


class Interrupted(Exception):
    """The work was ended before it was done.

    Attributes:
        cancelled: somebody cancelled this run; otherwise the worker is to stop, to pause or to do something else.
        kind: of the run that was under way; ``None`` outside a run.
        reason: of that run.
    """

    def __init__(self, *, cancelled: bool = False) -> None:
        super().__init__("It was cancelled." if cancelled else "It was interrupted.")
        self.cancelled = cancelled
        self.kind: RunKind | None = None
        self.reason = ""


def look() -> None:
    """Go on, or end what is under way; cheap enough for every turn of a loop of some milliseconds.

    Raises:
        Interrupted: the work is to end.
    """
    decide = _decide.get()
    if decide is not None:
        decide()


@contextlib.contextmanager
def heeding(decide: Callable[[], None]) -> Iterator[None]:
    """Have ``look`` call ``decide`` within the block, on this thread."""
    token = _decide.set(decide)
    try:
        yield
    finally:
        _decide.reset(token)
