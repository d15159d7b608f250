"""Projects: created, found by name, paused, deleted; a name once used is never given again."""

import json
import re
import secrets
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from jlabel.errors import InputError, NameTaken, NotFound
from jlabel.model.project import ProjectRecord
from jlabel.model.task import TaskType
from jlabel.store.sql.catalog.bulk_moves import free_items
from jlabel.store.sql.counters import Change, bump, create_counters
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.schema import former_name, item, page, project
from jlabel.store.sql.times import as_time

MAX_NAME = 200
UNFINISHED = "\x01"
"""What the key of a project begins with that is being created; no name can."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


def check_name(name: str) -> str:
    """Return ``name`` without outer white space.

    Raises:
        InputError: empty, too long, or with a line break or control character.
    """
    if not name.strip():
        raise InputError(f"A project needs a name, not {name!r}.")
    if _CONTROL.search(name):
        raise InputError(f"The project name {name!r} holds a line break or control character. Remove it.")
    if len(name.strip()) > MAX_NAME:
        raise InputError(
            f"The project name {name[:40]!r}… has {len(name.strip())} characters; at most {MAX_NAME} can be."
        )
    return name.strip()


def check_free(transaction: Transaction, name: str) -> None:
    """Raise if a name cannot be given to a new project.

    Raises:
        NameTaken: the name is in use, or was.
    """
    row = transaction.conn.execute(_named(name)).one_or_none()
    if row is not None:
        raise NameTaken(_taken(name, row))


def insert_project(
    transaction: Transaction, *, name: str, task: TaskType, instructions: str, settings: Mapping[str, Any]
) -> int:
    """Insert a project with its counters, which nobody finds before ``finish_project``; return its id."""
    project_id = transaction.conn.scalar(
        sa.insert(project)
        .values(
            name=name,
            name_key=UNFINISHED + secrets.token_hex(16),
            task=task,
            instructions=instructions,
            settings=_dump(settings),
            created_at=transaction.now,
            paused=False,
            deleted_at=transaction.now,
        )
        .returning(project.c.id)
    )
    assert project_id is not None
    create_counters(transaction, project_id)
    return int(project_id)


def finish_project(transaction: Transaction, project_id: int, name: str) -> ProjectRecord:
    """Give an inserted project its name; from now on it is found.

    Raises:
        NameTaken: another was first.
    """
    check_free(transaction, name)
    given = sa.update(project).where(project.c.id == project_id).values(name_key=name.casefold(), deleted_at=None)
    _give(transaction, given, name)
    return get_project(transaction, project_id)


def rename_project(transaction: Transaction, project_id: int, name: str) -> ProjectRecord:
    """Give a project another name, under which and under its former ones it is found.

    Raises:
        NotFound: no such project.
        NameTaken: the name is or was another project's.
    """
    found = get_project(transaction, project_id)
    other = transaction.conn.execute(_named(name)).one_or_none()
    if other is not None and other.id != project_id:
        raise NameTaken(_taken(name, other))
    before, after = found.name.casefold(), name.casefold()
    if before != after:
        transaction.conn.execute(sa.delete(former_name).where(former_name.c.name_key == after))
        transaction.conn.execute(sa.insert(former_name).values(name_key=before, project_id=project_id))
    named = sa.update(project).where(project.c.id == project_id).values(name=name, name_key=after)
    _give(transaction, named, name)
    bump(transaction, project_id)
    return get_project(transaction, project_id)


def find_project(transaction: Transaction, name: str) -> ProjectRecord:
    """Return the project that has this name, or had it before it was renamed, whatever its case.

    Raises:
        NotFound: none has it; the message lists similar names.
    """
    row = transaction.conn.execute(_named(name.strip())).one_or_none()
    if row is not None and row.deleted_at is None:
        return _record(row)
    names = {found.name.casefold(): found.name for found in list_projects(transaction)}
    similar = [names[key] for key in get_close_matches(name.strip().casefold(), names, n=3, cutoff=0.5)]
    hint = f"Did you mean {' or '.join(map(repr, similar))}?" if similar else _listing(list(names.values()))
    raise NotFound(f"No project is named {name!r}. {hint}")


def get_project(transaction: Transaction, project_id: int) -> ProjectRecord:
    """Return the project with this id.

    Raises:
        NotFound: there is none, or it was deleted.
    """
    row = transaction.conn.execute(
        sa.select(project).where(project.c.id == project_id, project.c.deleted_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound(f"No project has the id {project_id}. It may have been deleted.")
    return _record(row)


def list_projects(transaction: Transaction) -> list[ProjectRecord]:
    """Return the projects that were not deleted, oldest first."""
    rows = transaction.conn.execute(sa.select(project).where(project.c.deleted_at.is_(None)).order_by(project.c.id))
    return [_record(row) for row in rows]


def change_project(transaction: Transaction, project_id: int, /, **values: Any) -> ProjectRecord:  # noqa: ANN401 -- columns
    """Set ``paused``, ``instructions`` or ``settings`` and return the project as it is then."""
    get_project(transaction, project_id)
    if "settings" in values:
        values["settings"] = _dump(values["settings"])
    transaction.conn.execute(sa.update(project).where(project.c.id == project_id).values(**values))
    bump(transaction, project_id)
    return get_project(transaction, project_id)


def delete_project(transaction: Transaction, project_id: int) -> None:
    """Mark the project deleted and free its leases; its name stays taken.

    Raises:
        NotFound: there is none, or it was deleted before.
    """
    get_project(transaction, project_id)
    conn = transaction.conn
    conn.execute(sa.update(project).where(project.c.id == project_id).values(deleted_at=transaction.now))
    leased = sa.select(page.c.id).where(page.c.project_id == project_id, page.c.state.in_(["open", "lapsed"]))
    change = Change(project_id)
    free_items(transaction, change, item.c.page_id.in_(leased))
    conn.execute(sa.update(page).where(page.c.id.in_(leased)).values(state="closed"))
    change.commit(transaction)


def _record(row: Row) -> ProjectRecord:
    return ProjectRecord(
        id=row.id,
        name=row.name,
        task=TaskType(row.task),
        instructions=row.instructions,
        settings=json.loads(row.settings),
        created_at=as_time(row.created_at),
        paused=row.paused,
    )


def _dump(settings: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(settings), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"A project's settings must be JSON data: {error}.") from error


def _listing(names: list[str]) -> str:
    if not names:
        return "This workspace has no projects yet: create one with create_project."
    shown = ", ".join(map(repr, names[:5]))
    return f"There are {shown}{' and others' if len(names) > 5 else ''}."  # noqa: PLR2004 -- the five shown


def _named(name: str) -> sa.Select[Any]:
    """Return the query for the project, deleted or not, that has or had a name."""
    had = sa.select(former_name.c.project_id).where(former_name.c.name_key == name.casefold())
    return sa.select(project).where(sa.or_(project.c.name_key == name.casefold(), project.c.id.in_(had)))


def _give(transaction: Transaction, update: sa.Update, name: str) -> None:
    """Run the update that gives a project its name.

    Raises:
        NameTaken: another process was first.
    """
    try:
        transaction.conn.execute(update)
    except IntegrityError as error:
        raise NameTaken(_taken(name)) from error


def _taken(name: str, owner: Row | None = None) -> str:
    if owner is not None and owner.deleted_at is not None:
        return (
            f"The name {name!r} belonged to a project that was deleted. Names are never reused, so that exports and "
            "histories stay unambiguous: choose another."
        )
    if owner is not None and owner.name_key != name.casefold():
        return (
            f"The name {name!r} is taken: the project {owner.name!r} had it before, and names are never reused. Open "
            f"that project with ws.project({owner.name!r}), or choose another name."
        )
    return (
        f"The project name {name!r} is taken. Open that project with ws.project({name!r}), have it opened or created "
        "with ws.open_or_create(...), or choose another name: names are never reused."
    )
