"""The database no longer lists the task types: which there are is checked by the model alone."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COLUMNS = "id, name, name_key, task, instructions, settings, created_at, paused, deleted_at"


def upgrade() -> None:
    """Drop the check; SQLite can do that only by building the table anew, under the ids that it has."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_project_task"), "project", type_="check")
        return
    # Foreign keys are off meanwhile: whoever opens the transaction of the migrations sees to that.
    op.create_table(
        "project_0005",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("task", sa.String(length=20), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("name_key", name=op.f("uq_project_name_key")),
        sqlite_autoincrement=True,
    )
    op.execute(f"INSERT INTO project_0005 ({_COLUMNS}) SELECT {_COLUMNS} FROM project ORDER BY id")  # noqa: S608
    op.drop_table("project")
    op.rename_table("project_0005", "project")
