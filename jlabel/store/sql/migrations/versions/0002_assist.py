"""Assist: runs, predictions, what was served with a page, the worker's lease, and queues that a model fills."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SERVABLE = sa.text("state = 'waiting' AND page_id IS NULL AND NOT missing")


def upgrade() -> None:
    """Add tables and columns; what was labeled stays as it is."""
    op.create_table(
        "run",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("model_hash", sa.Text(), nullable=False),
        sa.Column("metrics", sa.Text(), nullable=False, comment="JSON object"),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("why_not", sa.Text(), nullable=False),
        sa.Column("last_words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('training', 'validation', 'inference', 'featurization', 'fine-tuning')", name=op.f("ck_run_kind")
        ),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_run_state")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_run_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_run_project_id_id"), "run", ["project_id", "id"])
    op.create_table(
        "prediction",
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("suggested", sa.Text(), nullable=False, comment="JSON: answer, confidence, confidences"),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("above", sa.Boolean(), nullable=False, comment="the threshold is passed"),
        sa.Column(
            "class_no", sa.Integer(), nullable=True, comment="the first class proposed; pre-labeled pages hold one"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_prediction_item_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_prediction_run_id")),
        sa.PrimaryKeyConstraint("run_id", "item_id", name=op.f("pk_prediction")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "assist",
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("run_id", _ID, nullable=True, comment="the run whose predictions are served"),
        sa.Column(
            "random_share", sa.Double(), nullable=False, comment="of the items, and of the pages, left to chance"
        ),
        sa.Column("blind_share", sa.Double(), nullable=False, comment="of the suggestions, withheld"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_assist_project_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_assist_run_id")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_assist")),
    )
    op.create_table(
        "assist_lease",
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("process_started", sa.Double(), nullable=False),
        sa.Column("acquired_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_assist_lease_project_id")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_assist_lease")),
        sa.UniqueConstraint("token", name=op.f("uq_assist_lease_token")),
    )
    for name in ("clustered", "prelabeled"):
        op.add_column(
            "counter",
            sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False, comment="part of waiting"),
        )
        op.execute(
            f"UPDATE counter SET {name} = (SELECT count(*) FROM item WHERE item.project_id = counter.project_id "  # noqa: S608
            f"AND queue = '{name}' AND {_SERVABLE.text}) WHERE shard = 0"
        )
    op.add_column(
        "item",
        sa.Column(
            "priority",
            sa.Double(),
            nullable=True,
            comment="order chosen by assist, lowest first; null: left to chance, by rank",
        ),
    )
    op.drop_index("ix_item_servable", "item")
    op.create_index(
        "ix_item_servable",
        "item",
        ["project_id", "queue", "group_no", "priority", "rank"],
        sqlite_where=_SERVABLE,
        postgresql_where=_SERVABLE,
    )
    for column in (
        sa.Column(
            "blind", sa.Boolean(), server_default=sa.false(), nullable=False, comment="the suggestion was withheld"
        ),
        sa.Column(
            "suggested", sa.Text(), nullable=True, comment="JSON, as in prediction: what was served, or withheld"
        ),
        sa.Column("random", sa.Boolean(), server_default=sa.false(), nullable=False, comment="drawn by chance alone"),
    ):
        op.add_column("page_item", column)
    _refer("page_item", "the run whose suggestion was served")
    # Nothing wrote label.run_id before there were runs: it can be made anew, which SQLite needs for a reference.
    op.drop_column("label", "run_id")
    _refer("label", "the assist run whose pre-label was shown")
    # Until now only chance chose, and a page's items came from the manual queue.
    op.execute("UPDATE page_item SET random = (SELECT queue = 'manual' FROM page WHERE page.id = page_item.page_id)")


def _refer(table: str, comment: str) -> None:
    """Add the column ``run_id`` that refers to a run."""
    name = f"fk_{table}_run_id"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN run_id INTEGER CONSTRAINT {name} REFERENCES run (id)")
        return
    op.add_column(table, sa.Column("run_id", _ID, nullable=True, comment=comment))
    op.create_foreign_key(op.f(name), table, "run", ["run_id"], ["id"])
