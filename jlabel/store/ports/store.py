"""The port of a whole store: all verbs in one flat list."""

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, Self

from jlabel.model.roles import Actor
from jlabel.store.ports.catalog import Catalog
from jlabel.store.ports.predictions import Predictions
from jlabel.store.ports.runs import Runs
from jlabel.store.ports.submissions import Submissions
from jlabel.store.ports.task_queue import TaskQueue


class Store(Catalog, TaskQueue, Submissions, Predictions, Runs, Protocol):
    """One workspace's data, as one actor may use it. Safe to use from several threads; open one in each process.

    The verbs are those of the five ports, each one transaction. They are flat, so that an adapter can enumerate them
    (``verbs``) and read its routes off their type hints: what crosses them is JSON data or a value of ``jlabel.model``.
    Ids are ints, times are aware datetimes in UTC, sizes are pixels. Besides what each documents, all raise
    ``StoreError`` (or ``StoreFull``) when the database fails, ``NotFound`` for ids that do not exist, and
    ``NotAllowed`` where the actor's role does not have the verb.
    """

    @property
    def actor(self) -> Actor:
        """Who uses the store, and in which role."""
        ...

    @property
    def folder(self) -> Path | None:
        """The workspace's folder; ``None`` where the database is not in one."""
        ...

    @property
    def dialect(self) -> str:
        """The database: ``"sqlite"`` or ``"postgresql"``."""
        ...

    def snapshot(self) -> AbstractContextManager["Store"]:
        """Open a view of this store whose reads all see the database as it is now, where the implementation can.

        One that cannot returns a view that reads the newest state at each call: listings by pages are complete either
        way, but pages may be of different times.
        """
        ...

    def close(self) -> None:
        """Close the connections. A store that is used again opens new ones."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def verbs() -> dict[str, Callable[..., Any]]:
    """Return the verbs of the port by name, as functions with their type hints."""
    ports = (Catalog, TaskQueue, Submissions, Predictions, Runs)
    return {
        name: verb
        for port in ports
        for name, verb in inspect.getmembers(port, inspect.isfunction)
        if not name.startswith("_")
    }
