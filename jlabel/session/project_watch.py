"""What others do to a project, noticed by one thread for all its screens in this process."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from jlabel.assist.status import Status, read_status
from jlabel.errors import JlabelError
from jlabel.store import Store

POLL = 0.5
"""Seconds between looks at the revision, which is one small query."""
PATIENCE = 10.0
"""Seconds between looks at most, while the database cannot be read."""
STALE = 3.0
"""Seconds after which assist is looked at though the revision stands: a worker that dies writes nothing."""

Tell = Callable[[Status], None]
_log = logging.getLogger(__name__)
_lock = threading.Lock()
_watches: dict[tuple[int, int], "_Watch"] = {}


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A screen that is told of news until it closes this."""

    watch: "_Watch"
    tell: Tell

    def close(self) -> None:
        """Tell no more; a call that is under way may still end. Closing twice is no fault."""
        self.watch.leave(self)


def subscribe(store: Store, project_id: int, tell: Tell) -> Subscription:
    """Have ``tell`` called soon, and then within a second of every change of a project, on a thread of its own.

    It is called with where assist stands; suggestions may have changed too. What it raises is logged, and neither that
    nor a database that cannot be read ends the watching.

    Args:
        store: where the project lives.
        project_id: the project.
        tell: takes its own locks; it keeps the other screens of the project waiting.
    """
    with _lock:
        key = (id(store), project_id)
        watch = _watches.get(key)
        if watch is None:
            watch = _watches[key] = _Watch(store, project_id)
        made = Subscription(watch=watch, tell=tell)
        watch.join(made)
        return made


class _Watch:
    """One thread that looks at one project for as long as somebody listens."""

    def __init__(self, store: Store, project_id: int) -> None:
        self._store = store
        self._project = project_id
        self._listeners: list[Subscription] = []
        self._stop = threading.Event()
        self._seen: tuple[int, Status] | None = None
        self._looked = 0.0
        name = f"jlabel news of project {project_id}"
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def join(self, listener: Subscription) -> None:
        """Tell one more; the caller holds the registry's lock."""
        self._listeners.append(listener)
        self._seen = None
        if not self.thread.is_alive():
            self.thread.start()

    def leave(self, listener: Subscription) -> None:
        """Tell one fewer, and end after the last."""
        with _lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
            if not self._listeners:
                self._stop.set()
                if _watches.get((id(self._store), self._project)) is self:
                    del _watches[id(self._store), self._project]

    def _run(self) -> None:
        wait = 0.0
        while not self._stop.wait(wait):
            try:
                status = self._look()
            except JlabelError as error:  # the project was deleted, or the database is away: it may come back
                _log.debug("news of project %s cannot be read: %s", self._project, error)
                wait = min(PATIENCE, 2 * max(wait, POLL))
                continue
            except Exception:  # noqa: BLE001 -- the thread's last door
                _log.exception("news of project %s cannot be read", self._project)
                wait = PATIENCE
                continue
            wait = POLL
            if status is not None:
                self._tell(status)

    def _look(self) -> Status | None:
        """Return where assist stands if the project may have changed since the last look."""
        seen, revision = self._seen, self._store.revision(self._project)
        if seen is not None and seen[0] == revision and monotonic() - self._looked < STALE:
            return None
        self._looked = monotonic()
        status = read_status(self._store, self._project)
        self._seen = (revision, status)
        return None if seen == self._seen else status

    def _tell(self, status: Status) -> None:
        for listener in list(self._listeners):
            try:
                listener.tell(status)
            except JlabelError as error:
                self._seen = None  # told again at the next look
                _log.debug("a screen of project %s could not take the news: %s", self._project, error)
            except Exception:  # noqa: BLE001 -- one screen's trouble must not blind the others
                _log.exception("a screen of project %s could not take the news", self._project)
