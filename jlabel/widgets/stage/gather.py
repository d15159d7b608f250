"""Several decodes awaited together, without waiting in the kernel."""

import asyncio
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future

    from jlabel.media.thumbnail import Thumbnail


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop of this thread; ``None`` in plain Python, where nothing runs beside us."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def when_done(
    futures: Collection["Future[Thumbnail]"], loop: asyncio.AbstractEventLoop | None, finish: Callable[[], None]
) -> None:
    """Call ``finish`` once all futures are done: at once if they are, else later in ``loop``; without a loop, wait."""
    waiting = [future for future in futures if not future.done()]
    if loop is None:
        for future in waiting:
            future.exception()
    if not waiting or loop is None:
        finish()
        return
    running, left = loop, len(waiting)

    def count() -> None:
        nonlocal left
        left -= 1
        if not left:
            finish()

    def done(_future: object) -> None:
        # On the decoder's thread: only the loop's own thread may touch a widget. After the kernel's end nobody counts.
        if not running.is_closed():
            running.call_soon_threadsafe(count)

    for future in waiting:
        future.add_done_callback(done)
