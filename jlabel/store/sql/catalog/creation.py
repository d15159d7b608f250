"""Listings become items: staged first, so that a slow listing holds no lock, then written in pieces.

A project that is being created is marked as deleted, under a name that nobody can give, until all its items are there.
What a process leaves behind that is killed meanwhile is removed when the next project is created, a day later.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jlabel.errors import StoreError
from jlabel.model.item import Refresh
from jlabel.model.label_class import LabelClass, make_classes
from jlabel.model.project import ProjectRecord
from jlabel.model.source import ListedFile, Source
from jlabel.model.task import TaskType, task_type
from jlabel.store.sql.catalog import items
from jlabel.store.sql.catalog.label_classes import insert_classes
from jlabel.store.sql.catalog.projects import UNFINISHED, check_free, check_name, finish_project, insert_project
from jlabel.store.sql.catalog.refresh import add_staged, reconcile_staged
from jlabel.store.sql.catalog.staging import close_staging, index_staging, listed, open_staging, stage
from jlabel.store.sql.counters import Change
from jlabel.store.sql.engine import Database, Transaction
from jlabel.store.sql.pieces import in_pieces
from jlabel.store.sql.schema import counter, item, label_class, project, source

_ABANDONED_SECONDS = 24 * 3600.0
"""After which a project that was never finished is taken for one whose process is gone."""


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
    database.read(check_free, named)  # before a listing that may take minutes

    def begin(transaction: Transaction, staged: Sequence[Source]) -> tuple[int, list[int]]:
        made = insert_project(transaction, name=named, task=kind, instructions=instructions, settings=settings)
        insert_classes(transaction, made, checked)
        return made, [items.insert_source(transaction, made, each) for each in staged]

    with _staged(database, sources) as (conn, staged):
        _remove_abandoned(database, conn)
        project_id, source_ids = database.write_on(conn, begin, [each for each, _ in staged])
        try:
            for position, (source_id, (_, number)) in enumerate(zip(source_ids, staged, strict=True)):
                _insert(database, conn, project_id, source_id, position=position, number=number)
            _analyze(database, conn, sum(number for _, number in staged))
            return database.write_on(conn, finish_project, project_id, named)
        except BaseException:
            with contextlib.suppress(StoreError):  # a full disk: removed a day later
                _remove(database, conn, project_id)
            raise


def add_items(database: Database, project_id: int, source_id: int, files: Iterable[ListedFile]) -> int:
    """Make files items of a source; return how many were new."""
    with _staged(database, [(Source(root=""), files)], paths=True) as (conn, _):
        added = add_staged(database, conn, project_id, source_id)
        _analyze(database, conn, added)
        return added


def reconcile(database: Database, project_id: int, source_id: int, files: Iterable[ListedFile]) -> Refresh:
    """Bring a source's items up to date with a new listing."""
    with _staged(database, [(Source(root=""), files)], paths=True) as (conn, _):
        done = reconcile_staged(database, conn, project_id, source_id)
        _analyze(database, conn, done.added)
        return done


@contextlib.contextmanager
def _staged(
    database: Database, sources: Iterable[tuple[Source, Iterable[ListedFile]]], *, paths: bool = False
) -> Iterator[tuple[Connection, list[tuple[Source, int]]]]:
    """Open a connection with the listings in a temporary table, each under its source's position, and their lengths."""
    with database.connection() as conn:
        staged: list[tuple[Source, int]] = []
        with database.temporary(conn) as transaction:
            open_staging(transaction)
            for position, (each, files) in enumerate(sources):
                staged.append((each, stage(transaction, files, position)))
            index_staging(transaction, paths=paths)
        try:
            yield conn, staged
        finally:
            with database.temporary(conn) as transaction:
                close_staging(transaction)


def _insert(
    database: Database, conn: Connection, project_id: int, source_id: int, *, position: int, number: int
) -> None:
    """Make the files staged under a position items of a new source."""

    def insert(transaction: Transaction, numbers: Sequence[int]) -> None:
        part = listed.c.number.between(numbers[0], numbers[-1])
        change = Change(project_id)
        change.move(items.insert_items(transaction, project_id, source_id, position, part), None, "waiting")
        change.commit(transaction)

    for _ in in_pieces(database, conn, range(number), insert):
        pass


def _analyze(database: Database, conn: Connection, inserted: int) -> None:
    if database.dialect == "postgresql" and inserted > 1000:  # noqa: PLR2004 -- a few rows change no plan
        database.write_on(conn, lambda transaction: transaction.conn.exec_driver_sql("ANALYZE item"))


def _remove_abandoned(database: Database, conn: Connection) -> None:
    left = (project.c.name_key.startswith(UNFINISHED), project.c.created_at < database.now() - _ABANDONED_SECONDS)
    with database.temporary(conn):
        ids = conn.scalars(sa.select(project.c.id).where(*left)).all()
    for project_id in ids:
        _remove(database, conn, project_id)


def _remove(database: Database, conn: Connection, project_id: int) -> None:
    """Remove what there is of a project that was not finished."""
    with database.temporary(conn):
        ids = conn.scalars(sa.select(item.c.id).where(item.c.project_id == project_id)).all()
    for _ in in_pieces(
        database, conn, ids, lambda it, part: it.conn.execute(sa.delete(item).where(item.c.id.in_(part)))
    ):
        pass

    def remove(transaction: Transaction) -> None:
        for table in (source, label_class, counter):
            transaction.conn.execute(sa.delete(table).where(table.c.project_id == project_id))
        transaction.conn.execute(sa.delete(project).where(project.c.id == project_id))

    database.write_on(conn, remove)
