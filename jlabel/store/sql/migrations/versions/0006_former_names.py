"""Names that projects had before they were renamed, so that none is given again and each still finds its project."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "former_name",
        sa.Column("name_key", sa.Text(), nullable=False, comment="casefolded"),
        sa.Column("project_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_former_name_project_id")),
        sa.PrimaryKeyConstraint("name_key", name=op.f("pk_former_name")),
    )
