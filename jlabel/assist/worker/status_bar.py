"""A worker's progress: a bar on a terminal, or in a file one line for each thing that changes."""

import contextlib
from collections.abc import Iterator
from typing import TextIO

from tqdm import tqdm

from jlabel.assist.status import Status, read_status
from jlabel.assist.status_watch import watch_status
from jlabel.errors import JlabelError
from jlabel.store import Store

_ALONE, _WITH_BAR = "{desc}", "{desc} |{bar}|"


@contextlib.contextmanager
def shown(store: Store, project_id: int, stream: TextIO) -> Iterator[None]:
    """Show a project's assist on ``stream`` while the block runs."""
    line = _Bar(stream) if stream.isatty() else _Lines(stream)
    subscription = watch_status(store, project_id, line.show)
    try:
        yield
    finally:
        subscription.close()
        subscription.watch.thread.join()
        with contextlib.suppress(JlabelError):  # the database is away: the last line stands
            line.show(read_status(store, project_id))
        line.close()


class _Bar:
    """The status as one line that is rewritten, with a bar where something is under way whose end is known."""

    def __init__(self, stream: TextIO) -> None:
        self._bar = tqdm(file=stream, bar_format=_ALONE, dynamic_ncols=True)

    def show(self, status: Status) -> None:
        pace = f" {status.rate:.1f}/s" if status.rate else ""
        self._bar.bar_format = _WITH_BAR + pace if status.total else _ALONE
        self._bar.total, self._bar.n = status.total or None, status.done
        self._bar.set_description_str(status.summary)

    def close(self) -> None:
        self._bar.close()


class _Lines:
    """The status as lines, each written when another thing is done than before."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._last = stream, ""

    def show(self, status: Status) -> None:
        text = status.summary.partition(":")[0]
        if text != self._last:
            self._stream.write(text + "\n")
            self._stream.flush()
            self._last = text

    def close(self) -> None:
        """Nothing is open."""
