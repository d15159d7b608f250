"""The worker's process as the notebook's kernel supervises it: started, kept alive, stopped."""

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from jlabel import errors
from jlabel.assist.compute.priority import NICE
from jlabel.assist.paths import WORDS, made_folder, tail
from jlabel.assist.worker.lease_keeper import PARENT
from jlabel.assist.worker.main import GAVE_UP
from jlabel.errors import JlabelError
from jlabel.store import DATABASE, Store

BACK_OFF = (1.0, 60.0)
"""Seconds between a crash and the next start: doubled each time, up to the second number."""
STEADY = 120.0
"""A worker that lived so long starts again at once."""
_PATIENCE = 5.0
_WORDS = 600

logger = logging.getLogger(__name__)


class Supervisor:
    """Keeps one project's worker alive.

    Args:
        store: where the project lives.
        location: of the workspace: its folder or the database's URL.
        project_id: which project.
        name: of the project.
        survive: the worker outlives this process.
        once: the worker ends when nothing is left to do.
        back_off: seconds before the first new start after a crash, and at most.

    Attributes:
        begun: when the newest worker was started, UTC.
    """

    def __init__(
        self,
        store: Store,
        location: str,
        project_id: int,
        name: str,
        *,
        detached: bool = False,
        once: bool = False,
        back_off: tuple[float, float] | None = None,
    ) -> None:
        self.store, self.project_id, self.name = store, project_id, name
        self._location, self._detached, self._once, self._back_off = location, detached, once, back_off or BACK_OFF
        self._words = made_folder(store, project_id) / WORDS
        self.begun = datetime.now(UTC)
        self._ended = threading.Event()
        self._again = False
        self._process = self._spawn()
        self._thread = threading.Thread(target=self._keep, name="jlabel-assist-keeper", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether there is a worker, or will be one again."""
        return self._thread.is_alive()

    @property
    def running(self) -> bool:
        """Whether the newest worker's process runs at this moment."""
        return self._process.poll() is None

    def go_on(self) -> None:
        """Let a worker that was to end when nothing is left to do be followed by one that stays."""
        self._once = False

    def restart(self) -> None:
        """Have a worker that is ending, because somebody stopped it, followed by another as soon as it has ended."""
        self._once, self._again = False, True
        self.begun = datetime.now(UTC)

    def end(self) -> None:
        """Start no worker again; the one that runs is not touched."""
        self._ended.set()

    def stop(self, seconds: float = _PATIENCE) -> None:
        """Wait for a worker that was asked to stop; end its process if it does not."""
        self.end()
        process = self._process
        for act in (process.terminate, process.kill):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                break
            act()
        self._thread.join(seconds)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until there is no worker and will be none; return whether that came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "jlabel.cli", "assist"]
        environment = dict(os.environ)
        if "://" in self._location:  # a URL may hold a password, which a list of processes would show
            environment[DATABASE] = self._location
            command += ["-", self.name]
        else:
            command += [self._location, self.name]
        command += ["--quiet", "--nice", str(NICE)]
        if self._once:
            command.append("--once")
        if not self._detached:
            command += [PARENT, str(os.getpid())]
        # The package may have been imported from a folder that only this process knows of.
        here = str(Path(errors.__file__).resolve().parents[1])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [environment.get("PYTHONPATH", ""), here]))
        with contextlib.ExitStack() as stack:
            try:
                words = stack.enter_context(self._words.open("wb"))
            except OSError:  # a full disk: the worker will say so in its own words, if it can
                words = stack.enter_context(Path(os.devnull).open("wb"))
            # A session of its own: interrupting a cell is not meant for the worker.
            process = subprocess.Popen(  # noqa: S603 -- our own command
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=words,
                env=environment,
                start_new_session=True,
            )
        self.begun = datetime.now(UTC)
        return process

    def _keep(self) -> None:
        pause, once = self._back_off[0], self._once
        while True:
            begun = time.monotonic()
            status = self._process.wait()
            if self._ended.is_set():  # it was stopped: nothing failed
                return
            if self._again or (once and not self._once and not status):
                self._again = once = False
                self._process = self._spawn()
                continue
            if status in (0, GAVE_UP) or self._once:
                self._bury(status)
                return
            logger.warning("The assist worker of %r ended with status %d; another is started.", self.name, status)
            self._bury(status)
            if time.monotonic() - begun > STEADY:
                pause = self._back_off[0]
            if self._ended.wait(pause):
                return
            pause = min(2 * pause, self._back_off[1])
            self._process = self._spawn()

    def _bury(self, status: int) -> None:
        """Mark the runs that a worker left under way as failed, with its last words."""
        if not status:
            return
        try:
            # Whoever acquires the lease inherits what the dead one left.
            lease = self.store.acquire_assist(self.project_id, last_words=self._last_words(status))
            if lease is not None:
                self.store.release_assist(lease.token)
        except JlabelError as error:
            logger.warning("What the worker of %r left is cleared up later: %s", self.name, error)

    def _last_words(self, status: int) -> str:
        how = (
            f"Its process was killed (signal {-status})." if status < 0 else f"Its process ended with status {status}."
        )
        output = tail(self._words)[-_WORDS:]
        return f"{how} {output}".strip()
