"""Several decodes awaited together, without waiting in the kernel."""

import asyncio
import logging
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future

    from jlabel.media.thumbnail import Thumbnail

_log = logging.getLogger(__name__)


def in_kernel() -> bool:
    """Whether this thread runs a loop, as a kernel's does; in plain Python nothing runs beside us."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def when_done(futures: Collection["Future[Thumbnail]"], finish: Callable[[], None], *, in_background: bool) -> None:
    """Call ``finish`` once all futures are done: at once if they are, else later on the painter's thread.

    Not in the kernel's loop, which waits for as long as a cell runs: people label while another cell trains a model.

    Args:
        futures: decodes under way.
        finish: takes its own locks; what it raises is logged.
        in_background: otherwise wait for the futures here.
    """
    waiting = [future for future in futures if not future.done()]
    if not in_background:
        for future in waiting:
            future.exception()
    if not waiting or not in_background:
        finish()
        return
    left = len(waiting)

    def count() -> None:
        nonlocal left
        left -= 1  # one thread counts
        if left:
            return
        try:
            finish()
        except Exception:  # noqa: BLE001 -- nothing may end the painter's thread
            _log.exception("a page could not be painted")

    def done(_future: object) -> None:
        try:
            _painter().submit(count)
        except RuntimeError:  # Python ends
            _log.debug("a page was decoded after the end")

    for future in waiting:
        future.add_done_callback(done)


@cache
def _painter() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="jlabel-paint")
