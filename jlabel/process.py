"""The identity of a process on one machine: process ids are reused, so the time of its start is part of it."""

import os
import platform
from dataclasses import dataclass
from functools import cache

import psutil

_CLOCK_SLACK = 2.0
"""Seconds by which a process's start time may differ after the clock was set."""


@dataclass(frozen=True, kw_only=True)
class ProcessIdentity:
    """One process.

    Attributes:
        host: the machine's name.
        pid: the process id.
        started: when it began, seconds since the epoch; 0 when it was gone already.
    """

    host: str
    pid: int
    started: float

    @property
    def ended(self) -> bool:
        """Whether the process is known to be gone; only processes of this machine can be seen."""
        if self.host != platform.node():
            return False
        try:
            running = psutil.Process(self.pid)
            if running.status() == psutil.STATUS_ZOMBIE:
                return True
            return bool(abs(running.create_time() - self.started) > _CLOCK_SLACK)
        except psutil.AccessDenied:
            return False
        except psutil.Error:
            return True


def this_process() -> ProcessIdentity:
    """Return the identity of this process."""
    pid = os.getpid()
    return ProcessIdentity(host=platform.node(), pid=pid, started=_started(pid))


def find_process(pid: int) -> ProcessIdentity:
    """Return the identity of the process that has an id on this machine now."""
    try:
        started = float(psutil.Process(pid).create_time())
    except psutil.Error:
        started = 0.0
    return ProcessIdentity(host=platform.node(), pid=pid, started=started)


def is_running(pid: int) -> bool:
    """Whether a process of this machine has an id now; one that ended and waits to be buried does not count."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.AccessDenied:
        return True
    except psutil.Error:
        return False


def command_of(process: ProcessIdentity) -> list[str]:
    """Return the command line of a process; nothing when it is gone, of another machine or not to be seen."""
    if process.host != platform.node() or process.ended:
        return []
    try:
        return list(psutil.Process(process.pid).cmdline())
    except psutil.Error:
        return []


@cache  # by id: after a fork this is another process
def _started(pid: int) -> float:
    return float(psutil.Process(pid).create_time())
