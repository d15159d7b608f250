"""Listings become items: staged first, so that a slow listing holds no lock, then written in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.engine import Connection

from jlabel.model.item import Refresh
from jlabel.model.label_class import LabelClass, make_classes
from jlabel.model.project import ProjectRecord
from jlabel.model.source import ListedFile, Source
from jlabel.model.task import TaskType, task_type
from jlabel.store.sql.catalog import items
from jlabel.store.sql.catalog.label_classes import insert_classes
from jlabel.store.sql.catalog.projects import check_name, get_project, insert_project
from jlabel.store.sql.catalog.staging import close_staging, index_staging, open_staging, stage
from jlabel.store.sql.counters import Change
from jlabel.store.sql.engine import Database, Transaction

P = ParamSpec("P")
T = TypeVar("T")


def create_project(
    database: Database,
    *,
    name: str,
    task: TaskType,
    classes: Sequence[LabelClass],
    instructions: str,
    settings: Mapping[str, Any],
    sources: Iterable[tuple[Source, Iterable[ListedFile]]],
) -> ProjectRecord:
    """Create a project whole, or not at all.

    Files are drawn from the listings one batch at a time; whatever a listing raises leaves no trace, not even the name.

    Raises:
        InputError: a name that is empty or ill-formed, an unknown task type, settings that are not JSON.
        NameTaken: the name is in use, or was.
    """
    named, checked, kind = check_name(name), make_classes(classes), task_type(task)

    def work(transaction: Transaction, staged: Sequence[Source]) -> ProjectRecord:
        project_id = insert_project(transaction, name=named, task=kind, instructions=instructions, settings=settings)
        insert_classes(transaction, project_id, checked)
        change = Change(project_id)
        for position, source in enumerate(staged):
            source_id = items.insert_source(transaction, project_id, source)
            change.move(items.insert_items(transaction, project_id, source_id, position), None, "waiting")
        change.commit(transaction)
        return get_project(transaction, project_id)

    with _staged(database, sources) as (conn, staged):
        return database.write_on(conn, work, staged)


def add_items(database: Database, project_id: int, source_id: int, files: Iterable[ListedFile]) -> int:
    """Make files items of a source; return how many were new."""
    return _with_files(database, items.add_items, files, project_id, source_id)


def reconcile(database: Database, project_id: int, source_id: int, files: Iterable[ListedFile]) -> Refresh:
    """Bring a source's items up to date with a new listing."""
    return _with_files(database, items.reconcile, files, project_id, source_id)


def _with_files(
    database: Database,
    work: Callable[Concatenate[Transaction, P], T],
    files: Iterable[ListedFile],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    with _staged(database, [(Source(root=""), files)], indexed=True) as (conn, _):
        return database.write_on(conn, work, *args, **kwargs)


@contextmanager
def _staged(
    database: Database, sources: Iterable[tuple[Source, Iterable[ListedFile]]], *, indexed: bool = False
) -> Iterator[tuple[Connection, list[Source]]]:
    """Open a connection with the listings in a temporary table, each under its source's position."""
    with database.connection() as conn:
        staged: list[Source] = []
        with database.temporary(conn) as transaction:
            open_staging(transaction)
            for position, (source, files) in enumerate(sources):
                stage(transaction, files, position)
                staged.append(source)
            if indexed:
                index_staging(transaction)
        try:
            yield conn, staged
        finally:
            with database.temporary(conn) as transaction:
                close_staging(transaction)
