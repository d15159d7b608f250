"""What changed in a project since a worker last looked: one cheap question, and the others only when it says so."""

import time

from jlabel.errors import InputError
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run import Run, RunState
from jlabel.store import Store

LOOKS = 0.15
"""Seconds between two looks at most."""


class News:
    """A project as a worker follows it.

    Args:
        store: where the project lives.
        project_id: which.

    Attributes:
        settings: how it wants to be assisted.
        labels: items with a label.
        items: how many items there are, and how many of them have vanished.
        classes: ids of the label classes, and whether each is retired.
        asked: queued runs, oldest first.
        problem: what is wrong with the settings; ``""`` as a rule.
    """

    def __init__(self, store: Store, project_id: int) -> None:
        self.store, self.project_id = store, project_id
        self.settings = AssistSettings()
        self.labels = 0
        self.items = (0, 0)
        self.classes: tuple[tuple[int, bool], ...] = ()
        self.asked: list[Run] = []
        self._revision, self._looked = -1, 0.0
        self.look(now=True)

    def look(self, *, now: bool = False) -> bool:
        """Look, unless that was done a moment ago; return whether anything changed.

        Raises:
            NotFound: the project was deleted.
            InputError: its settings cannot be used.
            StoreError: the database cannot be read.
        """
        if not now and time.monotonic() - self._looked < LOOKS:
            return False
        self._looked = time.monotonic()
        revision = self.store.revision(self.project_id)
        if revision == self._revision:
            return False
        self.settings = self._read_settings()
        counts = self.store.counts(self.project_id)
        self.labels, self.items = counts.labeled, (counts.total, counts.missing)
        self.classes = tuple((one.id, one.retired) for one in self.store.classes(self.project_id, retired=True))
        self.asked = self.store.runs(self.project_id, state=RunState.QUEUED)[::-1]
        self._revision = revision
        return True

    def _read_settings(self) -> AssistSettings:
        try:
            return AssistSettings.from_dict(self.store.assist_settings(self.project_id))
        except InputError as error:
            raise InputError(f"The settings of assist cannot be used: {error} Set them with configure().") from error
