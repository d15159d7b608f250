"""The state of a project as its worker needs it, read again only after the project changed."""

import threading
from typing import Self

from jlabel.errors import InputError
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run import Run, RunState
from jlabel.store import Store, Subscription, read_runs, watch_project

POLL = 0.15
"""Seconds between two reads of the project's revision."""


class ProjectState:
    """A project as a worker follows it; within a ``with`` block its changes are noticed.

    Args:
        store: the store of the project.
        project_id: the project.

    Attributes:
        settings: the settings of its assist.
        in_force: those that the worker works by; it takes over the others between two things that it does.
        labels: items with a label.
        items: how many items there are, and how many of them have vanished.
        classes: ids of the label classes, and whether each is retired.
        asked: queued runs, oldest first.
        revision: of the project when it was read.
    """

    def __init__(self, store: Store, project_id: int) -> None:
        self.store, self.project_id = store, project_id
        self.settings = self.in_force = AssistSettings()
        self.labels = 0
        self.items = (0, 0)
        self.classes: tuple[tuple[int, bool], ...] = ()
        self.asked: list[Run] = []
        self.revision = -1
        self._stale = threading.Event()
        self._subscription: Subscription | None = None
        self.refresh(now=True)
        self.in_force = self.settings

    @property
    def reopens(self) -> bool:
        """Whether another network is wanted than that of the settings in force."""
        old, new = self.in_force, self.settings
        return old.opening != new.opening

    def __enter__(self) -> Self:
        self._subscription = watch_project(
            self.store, self.project_id, lambda _: self._stale.set(), failed=lambda _: self._stale.set(), every=POLL
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._subscription is not None:
            self._subscription.close()

    def refresh(self, *, now: bool = False) -> bool:
        """Read the project again if it changed; return whether it did.

        Args:
            now: compare the revision at once, not only after the watch thread saw a change.

        Raises:
            NotFound: the project was deleted.
            InputError: its settings cannot be used.
            StoreError: the database cannot be read.
        """
        if not now and not self._stale.is_set():
            return False
        self._stale.clear()
        try:
            revision = self.store.revision(self.project_id)
            if revision == self.revision:
                return False
            self.settings = self._read_settings()
            counts = self.store.counts(self.project_id)
            self.labels, self.items = counts.labeled, (counts.total, counts.missing)
            self.classes = tuple((one.id, one.retired) for one in self.store.classes(self.project_id, retired=True))
            self.asked = list(read_runs(self.store, self.project_id, state=RunState.QUEUED))[::-1]
        except BaseException:
            self._stale.set()
            raise
        self.revision = revision
        return True

    def _read_settings(self) -> AssistSettings:
        try:
            return AssistSettings.from_dict(self.store.assist_settings(self.project_id))
        except InputError as error:
            raise InputError(f"The settings of assist cannot be used: {error} Set them with configure().") from error
