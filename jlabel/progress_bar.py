"""A bar for what takes longer than two seconds: listing images, reading labels."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

SECONDS = 2.0
"""After which a bar appears."""
_LOOK = 64
"""Things between two looks at the clock."""

T = TypeVar("T")


def with_bar(things: Iterable[T], what: str, *, total: int | None = None, unit: str = " files") -> Iterator[T]:
    """Pass things on, and show a bar with their number and pace once this has taken ``SECONDS``.

    In a notebook the bar is a widget, in a terminal a line; it disappears when all is done. Nothing is shown where the
    output is neither, such as a log file.

    Args:
        things: drawn one by one, so that a bar shows how far a listing is.
        what: what is being done, for the front of the bar.
        total: how many there are, if that is known.
        unit: what the things are, in the plural.
    """
    begun, bar = time.monotonic(), None
    try:
        for number, thing in enumerate(things):
            if bar is not None:
                bar.update()
            elif number % _LOOK == 0 and time.monotonic() - begun >= SECONDS:
                bar = _bar(what, number, total, unit)
            yield thing
    finally:
        if bar is not None:
            bar.close()


def _bar(what: str, number: int, total: int | None, unit: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- tqdm has no types
    from tqdm.auto import tqdm  # noqa: PLC0415 -- it loads asyncio, and most work takes less than two seconds

    in_notebook = any(kind.__name__ == "tqdm_notebook" for kind in tqdm.__mro__)
    hidden = not in_notebook and not sys.stderr.isatty()
    return tqdm(desc=what, initial=number, total=total, unit=unit, leave=False, disable=hidden)
