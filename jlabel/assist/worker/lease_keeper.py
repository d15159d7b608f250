"""What a worker must hear of while it computes: its lease, its parent, a signal."""

import logging
import os
import signal
import threading
import time
from types import FrameType

from jlabel.errors import JlabelError, LeaseLost, NotFound, StoreError
from jlabel.model.assist_lease import ASSIST_SECONDS, AssistLease
from jlabel.process import ProcessIdentity, find_process
from jlabel.store import Store

LOOKS = 0.5
"""Seconds between two checks."""

logger = logging.getLogger(__name__)


class LeaseKeeper:
    """Keeps a lease in a thread of its own and tells when the worker is to stop.

    The lease is kept by a thread because single steps of the worker (neighbours of all images, a publication) may last
    longer than a lease.

    Args:
        store: where the lease is.
        lease: the worker's.
        parent: id of the process with which the worker ends; ``None`` to outlive it.

    Attributes:
        why: the reason to stop, a sentence; ``""`` before.
    """

    def __init__(self, store: Store, lease: AssistLease, *, parent: int | None = None) -> None:
        self.store, self.lease = store, lease
        self.why = ""
        self._parent = None if parent is None else find_process(parent)
        self._ended, self._closed = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._watch, name="jlabel-assist-guard", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether the worker is to stop."""
        return self._ended.is_set()

    def end(self, why: str) -> None:
        """Tell the worker to stop; the first reason stays."""
        self.why = self.why or why
        self._ended.set()

    def wait(self, seconds: float) -> bool:
        """Wait, but no longer than until the end; return whether it came."""
        return self._ended.wait(seconds)

    def heed_signals(self) -> None:
        """End on Ctrl-C and on the signal to terminate; only from the main thread."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._signalled)

    def close(self) -> None:
        """Give the lease back."""
        self._closed.set()
        self._thread.join()
        try:
            self.store.release_assist(self.lease.token)
        except JlabelError as error:
            logger.warning("The lease could not be given back and will lapse: %s", error)

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        self.end(f"It was told to stop ({signal.Signals(number).name}).")

    def _watch(self) -> None:
        renewed = time.monotonic()
        while not self._closed.wait(LOOKS):
            if self._parent is not None and _ended(self._parent):
                self.end("The notebook's kernel that started it ended.")
            try:
                lease = self.store.assist_lease(self.lease.project_id)
                if lease is None or lease.token != self.lease.token:
                    self.end("It was stopped." if lease is None else "Another worker took over.")
                elif time.monotonic() - renewed > ASSIST_SECONDS / 4:
                    self.store.renew_assist(self.lease.token)
                    renewed = time.monotonic()
            except (LeaseLost, NotFound) as error:
                self.end(str(error))
            except StoreError as error:  # locked, or away for a moment: the lease holds a while
                logger.warning("The lease could not be looked at: %s", error)
                if time.monotonic() - renewed > ASSIST_SECONDS:
                    self.end(str(error))


def _ended(parent: ProcessIdentity) -> bool:
    if os.name == "posix" and os.getppid() == parent.pid:
        return False
    return parent.ended
