"""Changes of a project, noticed by one thread for all that follow it in this process."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from jlabel.errors import JlabelError

POLL = 0.5
"""Seconds between two reads of the revision, which is one small query, unless a subscriber asks for fewer."""
MAX_BACKOFF = 10.0
"""Seconds between two reads at most, while the database cannot be read."""
TICK = 3.0
"""Seconds after which subscribers are called though the revision stands: a worker that dies writes nothing."""

Notify = Callable[[int], None]
_log = logging.getLogger(__name__)
_lock = threading.Lock()
_watches: dict[tuple[int, int], "ProjectWatch"] = {}


class Revisions(Protocol):
    """The verb of the store that is polled."""

    def revision(self, project_id: int) -> int:
        """Return a number that grows with every committed change."""


@dataclass(kw_only=True, eq=False)
class Subscription:
    """One subscriber of a project's changes, until it is closed."""

    watch: "ProjectWatch"
    notify: Notify
    failed: Callable[[JlabelError], None] | None
    every: float
    seen: int | None = field(default=None, init=False)

    def close(self) -> None:
        """Call the subscriber no more; a call that is under way may still end. Closing twice is no error."""
        self.watch.leave(self)


def watch_project(
    store: Revisions,
    project_id: int,
    notify: Notify,
    *,
    failed: Callable[[JlabelError], None] | None = None,
    every: float = POLL,
) -> Subscription:
    """Have ``notify`` called soon, and then shortly after every change of a project, on the project's watch thread.

    While nothing changes it is called every ``TICK`` seconds with the revision that it knows. After a ``JlabelError``
    of ``notify`` it is called again at the next read. Other exceptions are logged; neither they nor a database that
    cannot be read end the watching.

    Args:
        store: the store of the project.
        project_id: the project.
        notify: takes the project's revision; while it runs the other subscribers of the project wait.
        failed: takes the error when the revision cannot be read; the reads go on, at growing intervals.
        every: seconds between two reads; where subscribers differ, the shortest interval holds for all.
    """
    with _lock:
        key = (id(store), project_id)
        watch = _watches.get(key)
        if watch is None:
            watch = _watches[key] = ProjectWatch(store, project_id)
        return watch.join(notify, failed, every)


class ProjectWatch:
    """One thread that polls the revision of one project for as long as it has subscribers; see ``watch_project``.

    Attributes:
        thread: the thread that polls and calls the subscribers.
    """

    def __init__(self, store: Revisions, project_id: int) -> None:
        self._store = store
        self._project = project_id
        self._subscriptions: list[Subscription] = []
        self._wake = threading.Event()
        self._stopped = False
        self._notified = 0.0
        self.thread = threading.Thread(target=self._run, name=f"jlabel watch of project {project_id}", daemon=True)

    def join(self, notify: Notify, failed: Callable[[JlabelError], None] | None, every: float) -> Subscription:
        """Add a subscriber; the caller holds the registry's lock."""
        made = Subscription(watch=self, notify=notify, failed=failed, every=every)
        self._subscriptions = [*self._subscriptions, made]
        self._wake.set()
        if not self.thread.is_alive():
            self.thread.start()
        return made

    def leave(self, subscription: Subscription) -> None:
        """Remove a subscriber, and end the thread after the last."""
        with _lock:
            self._subscriptions = [one for one in self._subscriptions if one is not subscription]
            if not self._subscriptions:
                self._stopped = True
                self._wake.set()
                if _watches.get((id(self._store), self._project)) is self:
                    del _watches[id(self._store), self._project]

    def _run(self) -> None:
        wait = 0.0
        while True:
            self._wake.wait(wait)
            self._wake.clear()
            subscriptions = self._subscriptions
            if self._stopped:
                return
            every = min((one.every for one in subscriptions), default=POLL)
            try:
                revision = self._store.revision(self._project)
            except JlabelError as error:  # the project was deleted, or the database is away: it may come back
                _log.debug("The revision of project %s cannot be read: %s", self._project, error)
                wait = min(MAX_BACKOFF, 2 * max(wait, every))
                self._fail(subscriptions, error)
                continue
            except Exception:  # noqa: BLE001 -- nothing may end the thread
                _log.exception("The revision of project %s cannot be read", self._project)
                wait = MAX_BACKOFF
                continue
            wait = every
            self._notify(subscriptions, revision)

    def _notify(self, subscriptions: list[Subscription], revision: int) -> None:
        tick = monotonic() - self._notified >= TICK
        if tick:
            self._notified = monotonic()
        for one in subscriptions:
            if one.seen == revision and not tick:
                continue
            one.seen = revision
            try:
                one.notify(revision)
            except JlabelError as error:
                one.seen = None  # called again at the next read
                _log.debug("A subscriber of project %s failed: %s", self._project, error)
            except Exception:  # noqa: BLE001 -- one subscriber's error must not keep the others from their call
                _log.exception("A subscriber of project %s failed", self._project)

    def _fail(self, subscriptions: list[Subscription], error: JlabelError) -> None:
        for one in subscriptions:
            if one.failed is None:
                continue
            try:
                one.failed(error)
            except Exception:  # noqa: BLE001 -- as above
                _log.exception("A subscriber of project %s failed", self._project)
