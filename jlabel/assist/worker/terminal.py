"""A worker's progress on a terminal: one line that is rewritten, or in a file one line for each thing that changes."""

import contextlib
from collections.abc import Iterator
from typing import TextIO

from jlabel.assist.status import Status, read_status
from jlabel.assist.status_watch import watch_status
from jlabel.errors import JlabelError
from jlabel.store import Store

_WIDTH = 24
_CLEAR = "\r\x1b[K"


@contextlib.contextmanager
def shown(store: Store, project_id: int, stream: TextIO) -> Iterator[None]:
    """Show a project's assist on ``stream`` while the block runs."""
    line = _Line(stream)
    subscription = watch_status(store, project_id, line.show)
    try:
        yield
    finally:
        subscription.close()
        subscription.watch.thread.join()
        with contextlib.suppress(JlabelError):  # the database is away: the last line stands
            line.show(read_status(store, project_id))
        line.end()


def bar(status: Status, width: int = _WIDTH) -> str:
    """Return a status as one line, with a bar and the pace where something is under way."""
    if not status.total:
        return status.summary
    full = min(width, width * status.done // status.total)
    pace = f"  {status.rate:.1f}/s" if status.rate else ""
    return f"[{'#' * full}{'.' * (width - full)}] {status.summary}{pace}"


class _Line:
    """The status as text on a stream, written when it differs from what stands there."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._live, self._last = stream, stream.isatty(), ""

    def show(self, status: Status) -> None:
        text = bar(status) if self._live else status.summary.partition(":")[0]
        if text != self._last:
            self._stream.write(_CLEAR + text if self._live else text + "\n")
            self._stream.flush()
            self._last = text

    def end(self) -> None:
        if self._live:
            self._stream.write("\n")
