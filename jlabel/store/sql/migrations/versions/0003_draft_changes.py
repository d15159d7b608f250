"""Changes of drafts: one gesture on an image with a thousand shapes writes the shape that it touched."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table; drafts stay as they are."""
    op.create_table(
        "draft_change",
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("labeler", sa.Text(), nullable=False),
        sa.Column(
            "version", sa.Integer(), autoincrement=False, nullable=False, comment="of the draft, with this change"
        ),
        sa.Column("change", sa.Text(), nullable=False, comment="JSON, model.difference.difference_to_dict"),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id", "labeler"],
            ["draft.item_id", "draft.labeler"],
            name=op.f("fk_draft_change_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_id", "labeler", "version", name=op.f("pk_draft_change")),
        sqlite_with_rowid=False,
        comment="what was done to a draft since it was last written whole",
    )
