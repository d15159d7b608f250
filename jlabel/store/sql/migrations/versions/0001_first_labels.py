"""The first schema: projects, classes, sources, items, labelers' sessions, pages, drafts, labels, submissions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "project",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False, comment="casefolded; kept when the project is deleted"),
        sa.Column("task", sa.String(length=20), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False, comment="JSON object"),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.Double(), nullable=True),
        sa.CheckConstraint("task IN ('multi-class', 'multi-label', 'boxes', 'polygons')", name=op.f("ck_project_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("name_key", name=op.f("uq_project_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "counter",
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("waiting", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("missing", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("labeled", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("skipped", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("unreadable", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("removed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_counter_project_id")),
        sa.PrimaryKeyConstraint("project_id", "shard", name=op.f("pk_counter")),
        comment="the truth is the sum over a project's shards; one shard alone may be negative",
    )
    op.create_table(
        "label_class",
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="LabelClass.id"),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("path_key", sa.Text(), nullable=False, comment="casefolded"),
        sa.Column("color", sa.String(length=7), nullable=False),
        sa.Column("key", sa.String(length=1), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_label_class_number")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_label_class_project_id")),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_label_class")),
        sa.UniqueConstraint("project_id", "key", name=op.f("uq_label_class_project_id_key")),
        sa.UniqueConstraint("project_id", "path_key", name=op.f("uq_label_class_project_id_path_key")),
    )
    op.create_table(
        "session",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("labeler", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("process_started", sa.Double(), nullable=False),
        sa.Column("opened_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_session_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_session_project_id_labeler"), "session", ["project_id", "labeler"])
    op.create_table(
        "source",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_source_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_index(op.f("ix_source_project_id"), "source", ["project_id"])
    op.create_table(
        "submission",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("labeler", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("queue", sa.String(length=20), nullable=False),
        sa.Column("amends", _ID, nullable=True, comment="the submission that this one mends"),
        sa.Column("undone_at", sa.Double(), nullable=True),
        sa.CheckConstraint("queue IN ('manual', 'clustered', 'prelabeled')", name=op.f("ck_submission_queue")),
        sa.ForeignKeyConstraint(["amends"], ["submission.id"], name=op.f("fk_submission_amends")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_submission_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submission_amends", "submission", ["amends"])
    op.create_index(op.f("ix_submission_project_id_labeler_id"), "submission", ["project_id", "labeler", "id"])
    op.create_table(
        "page",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("session_id", _ID, nullable=False),
        sa.Column("labeler", sa.Text(), nullable=False),
        sa.Column("queue", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("submission_id", _ID, nullable=True),
        sa.CheckConstraint("(state = 'submitted') = (submission_id IS NOT NULL)", name=op.f("ck_page_submitted")),
        sa.CheckConstraint("queue IN ('manual', 'clustered', 'prelabeled')", name=op.f("ck_page_queue")),
        sa.CheckConstraint("state IN ('open', 'lapsed', 'submitted', 'closed')", name=op.f("ck_page_state")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_page_project_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_page_session_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_page_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_page_submission_id")),
        sa.UniqueConstraint("token", name=op.f("uq_page_token")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_page_held",
        "page",
        ["session_id"],
        sqlite_where=sa.text("state IN ('open', 'lapsed')"),
        postgresql_where=sa.text("state IN ('open', 'lapsed')"),
    )
    op.create_index(
        "ix_page_leases",
        "page",
        ["project_id", "expires_at"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "item",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False, comment="random; the order within a queue"),
        sa.Column("state", sa.String(length=10), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("width", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("height", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("missing", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("queue", sa.String(length=20), server_default=sa.text("'manual'"), nullable=False),
        sa.Column("group_no", sa.Integer(), nullable=True, comment="cluster; its number orders the clustered queue"),
        sa.Column("page_id", _ID, nullable=True, comment="the page that holds the lease"),
        sa.Column("label_id", _ID, nullable=True, comment="the current label"),
        sa.CheckConstraint("page_id IS NULL OR state = 'waiting'", name=op.f("ck_item_leased")),
        sa.CheckConstraint("queue <> 'clustered' OR group_no IS NOT NULL", name=op.f("ck_item_clustered")),
        sa.CheckConstraint("queue IN ('manual', 'clustered', 'prelabeled')", name=op.f("ck_item_queue")),
        sa.CheckConstraint(
            "state IN ('waiting', 'labeled', 'skipped', 'unreadable', 'removed')", name=op.f("ck_item_state")
        ),
        sa.CheckConstraint("state NOT IN ('labeled', 'skipped') OR label_id IS NOT NULL", name=op.f("ck_item_labeled")),
        sa.CheckConstraint(
            "state NOT IN ('waiting', 'unreadable') OR label_id IS NULL", name=op.f("ck_item_unlabeled")
        ),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_item_label_id", use_alter=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_item_page_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_item_project_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_item_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("source_id", "path", name=op.f("uq_item_source_id_path")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_item_page_id",
        "item",
        ["page_id"],
        sqlite_where=sa.text("page_id IS NOT NULL"),
        postgresql_where=sa.text("page_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_item_project_id_id"), "item", ["project_id", "id"])
    op.create_index(
        "ix_item_servable",
        "item",
        ["project_id", "queue", "group_no", "rank"],
        sqlite_where=sa.text("state = 'waiting' AND page_id IS NULL AND NOT missing"),
        postgresql_where=sa.text("state = 'waiting' AND page_id IS NULL AND NOT missing"),
    )
    op.create_table(
        "draft",
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("labeler", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False, comment="JSON, as in label"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_draft_item_id")),
        sa.PrimaryKeyConstraint("item_id", "labeler", name=op.f("pk_draft")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "label",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False, comment="JSON, model.annotation.answer_to_dict"),
        sa.Column("labeler", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("run_id", _ID, nullable=True, comment="the assist run whose pre-label was shown"),
        sa.Column("submission_id", _ID, nullable=True),
        sa.Column("before_id", _ID, nullable=True, comment="the label that stood before, if any"),
        sa.CheckConstraint("origin IN ('human', 'accepted', 'edited', 'import', 'undo')", name=op.f("ck_label_origin")),
        sa.ForeignKeyConstraint(["before_id"], ["label.id"], name=op.f("fk_label_before_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_label_item_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_label_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_label_item_id_id"), "label", ["item_id", "id"])
    op.create_index(op.f("ix_label_submission_id"), "label", ["submission_id"])
    op.create_table(
        "page_item",
        sa.Column("page_id", _ID, nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_page_item_item_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_item_page_id")),
        sa.PrimaryKeyConstraint("page_id", "item_id", name=op.f("pk_page_item")),
        sqlite_with_rowid=False,
    )
    # ### end Alembic commands ###
    if op.get_bind().dialect.name != "sqlite":  # SQLite has it from the table's own definition
        op.create_foreign_key("fk_item_label_id", "item", "label", ["label_id"], ["id"])
