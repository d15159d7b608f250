"""One entry of a project's settings, read or replaced without touching the others."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from jlabel.store.sql.catalog.projects import change_project, get_project
from jlabel.store.sql.engine import Transaction
from jlabel.store.sql.schema import project


def read_setting(transaction: Transaction, project_id: int, name: str) -> dict[str, Any]:
    """Return the entry, a JSON object; empty where there is none.

    Raises:
        NotFound: no such project.
    """
    found = get_project(transaction, project_id).settings.get(name)
    return dict(found) if isinstance(found, Mapping) else {}


def write_setting(transaction: Transaction, project_id: int, name: str, value: Mapping[str, Any]) -> None:
    """Replace the entry; two who write different entries at once do not undo each other.

    Raises:
        NotFound: no such project.
        InputError: it is not JSON data.
    """
    transaction.conn.execute(sa.select(project.c.id).where(project.c.id == project_id).with_for_update())
    settings = get_project(transaction, project_id).settings
    change_project(transaction, project_id, settings={**settings, name: dict(value)})
