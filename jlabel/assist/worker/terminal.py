"""A worker's progress on a terminal: one line that is rewritten, or in a file one line for each thing that changes."""

import contextlib
import threading
from collections.abc import Iterator
from typing import TextIO

from jlabel.assist.status import Status, read_status
from jlabel.errors import JlabelError
from jlabel.store import Store

EVERY = 0.5
"""Seconds between two looks."""
_WIDTH = 24
_CLEAR = "\r\x1b[K"


@contextlib.contextmanager
def shown(store: Store, project_id: int, stream: TextIO) -> Iterator[None]:
    """Show a project's assist on ``stream`` while the block runs."""
    ended = threading.Event()
    thread = threading.Thread(target=_show, args=(store, project_id, stream, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def bar(status: Status, width: int = _WIDTH) -> str:
    """Return a status as one line, with a bar and the pace where something is under way."""
    if not status.total:
        return status.line
    full = min(width, width * status.done // status.total)
    pace = f"  {status.rate:.1f}/s" if status.rate else ""
    return f"[{'#' * full}{'.' * (width - full)}] {status.line}{pace}"


def _show(store: Store, project_id: int, stream: TextIO, ended: threading.Event) -> None:
    last, live = "", stream.isatty()
    while True:
        final = ended.wait(EVERY)
        with contextlib.suppress(JlabelError):  # the database is away for a moment: the next look tells
            status = read_status(store, project_id)
            text = bar(status) if live else status.line.partition(":")[0]
            if text != last:
                stream.write(_CLEAR + text if live else text + "\n")
                stream.flush()
                last = text
        if final:
            if live:
                stream.write("\n")
            return
