"""Label classes of a project: added, renamed, recoloured, retired, never renumbered."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from jlabel.errors import LabelClassError, NotFound
from jlabel.model.label_class import LabelClass, make_classes, path_key
from jlabel.store.sql.counters import bump
from jlabel.store.sql.engine import Transaction
from jlabel.store.sql.schema import label_class


def insert_classes(transaction: Transaction, project_id: int, classes: Sequence[LabelClass]) -> None:
    """Insert the classes of a new project."""
    transaction.conn.execute(sa.insert(label_class), [_row(project_id, entry) for entry in classes])


def list_classes(transaction: Transaction, project_id: int, *, retired: bool = False) -> tuple[LabelClass, ...]:
    """Return the classes in the order of their ids; with ``retired`` also those no longer offered."""
    query = sa.select(label_class).where(label_class.c.project_id == project_id).order_by(label_class.c.number)
    if not retired:
        query = query.where(~label_class.c.retired)
    return tuple(
        LabelClass(id=row.number, path=row.path, color=row.color, key=row.key, retired=row.retired)
        for row in transaction.conn.execute(query)
    )


def add_classes(transaction: Transaction, project_id: int, paths: Sequence[str]) -> tuple[LabelClass, ...]:
    """Add classes and return those added; a retired one of the same path is offered again, with its id.

    Raises:
        LabelClassError: a name that is in use, double or ill-formed.
    """
    present = list_classes(transaction, project_id, retired=True)
    retired = {path_key(entry.path): entry for entry in present if entry.retired}
    keys = {entry.key for entry in present}
    fresh = make_classes(paths)
    number = max((entry.id for entry in present), default=0)
    added: list[LabelClass] = []
    for entry in fresh:
        if (back := retired.get(path_key(entry.path))) is not None:
            added.append(replace(back, retired=False))
        else:
            number += 1
            (made,) = make_classes([entry.path], first_id=number)
            added.append(replace(made, key=None) if made.key in keys else made)
    ids = {entry.id for entry in added}
    make_classes([*(entry for entry in present if entry.id not in ids), *added])  # doubles between old and new
    for entry in added:
        row = _row(project_id, entry)
        insert = transaction.upsert(label_class).values(**row)
        key = ["project_id", "number"]
        transaction.conn.execute(insert.on_conflict_do_update(index_elements=key, set_={"retired": False}))
    bump(transaction, project_id)
    return tuple(added)


def change_class(
    transaction: Transaction,
    project_id: int,
    class_id: int,
    *,
    path: str | None = None,
    color: str | None = None,
    key: str | None = None,
) -> LabelClass:
    """Rename, recolour or re-key a class; a key that another class had is taken from it, ``""`` takes the class's own.

    Raises:
        NotFound: no such class.
        LabelClassError: the path is in use, or the path, colour or key is ill-formed.
    """
    present = list_classes(transaction, project_id, retired=True)
    old = _find(present, class_id)
    if key and key not in set("123456789"):
        raise LabelClassError(f"The key {key!r} cannot apply a label class; use '1' to '9', or '' for none.")
    new = replace(old, path=path or old.path, color=color or old.color, key=old.key if key is None else key or None)
    others = [replace(entry, key=None) if entry.key == new.key else entry for entry in present if entry.id != class_id]
    new = make_classes([*others, new])[-1]
    if new.key is not None and new.key != old.key:
        transaction.conn.execute(
            sa.update(label_class)
            .where(label_class.c.project_id == project_id, label_class.c.key == new.key)
            .values(key=None)
        )
    _update(transaction, project_id, new)
    return new


def retire_class(transaction: Transaction, project_id: int, class_id: int) -> LabelClass:
    """Offer a class no longer, and free its key; labels given with it stay.

    Raises:
        NotFound: no such class.
        LabelClassError: it is the last one offered.
    """
    present = list_classes(transaction, project_id, retired=True)
    old = _find(present, class_id)
    if not any(entry.id != class_id and not entry.retired for entry in present):
        raise LabelClassError(f"{old.path!r} is the project's last label class. Add another before it is retired.")
    new = replace(old, retired=True, key=None)
    _update(transaction, project_id, new)
    return new


def _find(present: Sequence[LabelClass], class_id: int) -> LabelClass:
    for entry in present:
        if entry.id == class_id:
            return entry
    offered = ", ".join(f"{entry.id} ({entry.path})" for entry in present[:9])
    raise NotFound(f"No label class has the id {class_id}. There are {offered}.")


def _update(transaction: Transaction, project_id: int, entry: LabelClass) -> None:
    row = _row(project_id, entry)
    where = (label_class.c.project_id == project_id, label_class.c.number == entry.id)
    transaction.conn.execute(sa.update(label_class).where(*where).values(**row))
    bump(transaction, project_id)


def _row(project_id: int, entry: LabelClass) -> dict[str, Any]:
    return {
        "project_id": project_id,
        "number": entry.id,
        "path": entry.path,
        "path_key": entry.path.casefold(),
        "color": entry.color,
        "key": entry.key,
        "retired": entry.retired,
    }
