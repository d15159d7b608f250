"""Settings get the names that the code uses: three of assist, and one of each labeler."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ASSIST = {"every": "retrain_every", "choice": "queue_order", "target": "target_precision"}
_LABELER = {"turn": "auto_submit"}


def upgrade() -> None:
    """Rename keys in the settings of all projects, deleted ones too; their values stay."""
    connection = op.get_bind()
    project = sa.table("project", sa.column("id", sa.BigInteger), sa.column("settings", sa.Text))
    for row in connection.execute(sa.select(project.c.id, project.c.settings)).all():
        old = json.loads(row.settings)
        new = {name: _renamed(name, value) for name, value in old.items()}
        if new != old:
            statement = sa.update(project).where(project.c.id == row.id).values(settings=json.dumps(new))
            connection.execute(statement)


def _renamed(name: str, value: Any) -> Any:  # noqa: ANN401 -- JSON data
    """Return one entry of a project's settings: those of assist, or those of a labeler."""
    if not isinstance(value, dict):
        return value
    names = _ASSIST if name == "assist" else _LABELER if name.startswith("labeler ") else {}
    return {names.get(key, key): one for key, one in value.items()}
