"""What a worker must hear of while it computes: its lease, its parent, a signal."""

import contextlib
import logging
import os
import signal
import socket
import threading
import time

from jlabel.errors import JlabelError, LeaseLost, NotFound, StoreError
from jlabel.model.assist_lease import ASSIST_SECONDS, AssistLease
from jlabel.model.run import RunState
from jlabel.process import ProcessIdentity, command_of, find_process, is_running
from jlabel.store import Store, read_runs

LOOKS = 0.5
"""Seconds between two checks."""
GRACE = 2.0
"""Seconds that a process has to end by itself: what is under way looks oftener, single computations last longer."""
PARENT = "--parent"
"""The option of the command line that names the process with which a worker ends."""
_CLEARING = 0.5

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
        reader, writer = socket.socketpair()
        writer.setblocking(False)
        # Python calls its handlers between two of its own instructions, which a long computation puts off; the number
        # of the signal is written at once.
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        self._sockets = reader, writer
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        threading.Thread(target=self._hear, args=(reader,), name="jlabel-assist-signals", daemon=True).start()

    def insist(self) -> None:
        """End this process, as having succeeded, where it has not ended soon after it was told to.

        Everything that is stored is whole at any moment, so that this costs only what was being computed.
        """
        threading.Thread(target=self._insist, name="jlabel-assist-end", daemon=True).start()

    def close(self) -> None:
        """Give the lease back."""
        self._closed.set()
        self._thread.join()
        try:
            self.store.release_assist(self.lease.token)
        except JlabelError as error:
            logger.warning("The lease could not be given back and will lapse: %s", error)

    def _hear(self, reader: socket.socket) -> None:
        while number := reader.recv(1):
            self.end(f"It was told to stop ({signal.Signals(number[0]).name}).")

    def _insist(self) -> None:
        self._ended.wait()
        time.sleep(GRACE)
        logger.warning("The worker is ended while it computes. %s", self.why)
        clearing = threading.Thread(target=self._clear, daemon=True)
        clearing.start()
        clearing.join(_CLEARING)
        os._exit(0)

    def _clear(self) -> None:
        """Cancel what is under way, unless another worker succeeded this one."""
        with contextlib.suppress(JlabelError):
            lease = self.store.assist_lease(self.lease.project_id)
            if lease is not None and lease.token == self.lease.token:
                for run in list(read_runs(self.store, self.lease.project_id, state=RunState.RUNNING)):
                    self.store.cancel_run(run.id)
                self.store.release_assist(lease.token)

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


def process_of(lease: AssistLease) -> ProcessIdentity:
    """Return the process of a worker."""
    return ProcessIdentity(host=lease.host, pid=lease.pid, started=lease.process_started)


def is_ending(lease: AssistLease) -> bool:
    """Whether a worker is about to end because the process that it ends with is gone; known of this machine's only."""
    command = command_of(process_of(lease))
    if PARENT not in command[:-1]:
        return False
    parent = command[command.index(PARENT) + 1]
    return parent.isdecimal() and not is_running(int(parent))
