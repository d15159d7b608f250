"""A project's assist, followed: its status is read again when the project changes."""

from collections.abc import Callable

from jlabel.assist.status import Status, read_status
from jlabel.errors import JlabelError
from jlabel.store import POLL, Store, Subscription, watch_project

Notify = Callable[[Status], None]


def watch_status(store: Store, project_id: int, notify: Notify, *, every: float = POLL) -> Subscription:
    """Have ``notify`` called soon, and then shortly after every change of a project, on the project's watch thread.

    Every change of the project counts, because suggestions may have changed too; while nothing changes the status is
    read now and then and passed on if it differs, because a worker that dies writes nothing. After a ``JlabelError`` of
    ``notify`` it is called again at the next read.

    Args:
        store: the store of the project.
        project_id: the project.
        notify: takes the status, and its own locks; while it runs the other subscribers of the project wait.
        every: seconds between two reads of the project's revision.
    """
    return watch_project(store, project_id, _Reader(store, project_id, notify), every=every)


class _Reader:
    """Reads the status after a change and passes it on unless it is the last one."""

    def __init__(self, store: Store, project_id: int, notify: Notify) -> None:
        self._store, self._project, self._notify = store, project_id, notify
        self._seen: tuple[int, Status] | None = None

    def __call__(self, revision: int) -> None:
        status = read_status(self._store, self._project)
        if (revision, status) == self._seen:
            return
        self._seen = (revision, status)
        try:
            self._notify(status)
        except JlabelError:
            self._seen = None
            raise
