"""Labelers' sessions, pages, items and drafts.

An item is in exactly one of the buckets that ``counter`` counts: leased (waiting and on a page), missing (waiting, its
file gone), waiting, labeled, skipped, unreadable, removed.
"""

import sqlalchemy as sa

from jlabel.model.item import ItemState
from jlabel.model.page import Queue
from jlabel.store.sql.schema.base import Id, id_column, metadata, one_of, project_column

session = sa.Table(
    "session",
    metadata,
    id_column(),
    project_column(),
    sa.Column("labeler", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.BigInteger, nullable=False),
    sa.Column("process_started", sa.Double, nullable=False),
    sa.Column("opened_at", sa.Double, nullable=False),
    sa.Column("seen_at", sa.Double, nullable=False),
    sa.Column("ended_at", sa.Double),
    sa.Index(None, "project_id", "labeler"),
    sqlite_autoincrement=True,
)

page = sa.Table(
    "page",
    metadata,
    id_column(),
    sa.Column("token", sa.String(32), nullable=False, unique=True),
    project_column(),
    sa.Column("session_id", Id, sa.ForeignKey("session.id"), nullable=False),
    sa.Column("labeler", sa.Text, nullable=False),
    sa.Column("queue", sa.String(20), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("submission_id", Id, sa.ForeignKey("submission.id"), unique=True),
    one_of("queue", Queue),
    # open: leased; lapsed: its items went back to the queue, and come back to it if nobody took them.
    sa.CheckConstraint("state IN ('open', 'lapsed', 'submitted', 'closed')", name="state"),
    sa.CheckConstraint("(state = 'submitted') = (submission_id IS NOT NULL)", name="submitted"),
    sa.Index(
        "ix_page_leases",
        "project_id",
        "expires_at",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
    sa.Index(
        "ix_page_held",
        "session_id",
        sqlite_where=sa.text("state IN ('open', 'lapsed')"),
        postgresql_where=sa.text("state IN ('open', 'lapsed')"),
    ),
    sqlite_autoincrement=True,
)

SERVABLE = "state = 'waiting' AND page_id IS NULL AND NOT missing"
"""What the task queue may hand out; written in queries as it stands here, so that the partial index serves them."""

item = sa.Table(
    "item",
    metadata,
    id_column(),
    project_column(),
    sa.Column("source_id", Id, sa.ForeignKey("source.id"), nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("stamp", sa.Text, nullable=False),
    sa.Column("rank", sa.BigInteger, nullable=False, comment="random; the order within a queue"),
    sa.Column("state", sa.String(10), nullable=False, server_default=sa.text("'waiting'")),
    sa.Column("reason", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("width", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("height", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("missing", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("queue", sa.String(20), nullable=False, server_default=sa.text("'manual'")),
    sa.Column("group_no", sa.Integer, comment="cluster; its number orders the clustered queue"),
    sa.Column("page_id", Id, sa.ForeignKey("page.id"), comment="the page that holds the lease"),
    sa.Column("label_id", Id, comment="the current label"),
    sa.Column("priority", sa.Double, comment="order chosen by assist, lowest first; null: left to chance, by rank"),
    sa.UniqueConstraint("source_id", "path"),
    sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_item_label_id", use_alter=True),
    one_of("state", ItemState),
    one_of("queue", Queue),
    sa.CheckConstraint("page_id IS NULL OR state = 'waiting'", name="leased"),
    sa.CheckConstraint("state NOT IN ('labeled', 'skipped') OR label_id IS NOT NULL", name="labeled"),
    sa.CheckConstraint("state NOT IN ('waiting', 'unreadable') OR label_id IS NULL", name="unlabeled"),
    sa.CheckConstraint("queue <> 'clustered' OR group_no IS NOT NULL", name="clustered"),
    sa.Index(
        "ix_item_servable",
        "project_id",
        "queue",
        "group_no",
        "priority",
        "rank",
        sqlite_where=sa.text(SERVABLE),
        postgresql_where=sa.text(SERVABLE),
    ),
    sa.Index(
        "ix_item_page_id",
        "page_id",
        sqlite_where=sa.text("page_id IS NOT NULL"),
        postgresql_where=sa.text("page_id IS NOT NULL"),
    ),
    sa.Index(None, "project_id", "id"),
    sqlite_autoincrement=True,
)

page_item = sa.Table(
    "page_item",
    metadata,
    sa.Column("page_id", Id, sa.ForeignKey("page.id"), primary_key=True),
    sa.Column("item_id", Id, sa.ForeignKey("item.id"), primary_key=True),
    sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Column("run_id", Id, sa.ForeignKey("run.id"), comment="the run whose suggestion was served"),
    sa.Column("blind", sa.Boolean, nullable=False, server_default=sa.false(), comment="the suggestion was withheld"),
    sa.Column("suggested", sa.Text, comment="JSON, as in prediction: what was served, or withheld"),
    sa.Column("random", sa.Boolean, nullable=False, server_default=sa.false(), comment="drawn by chance alone"),
    sqlite_with_rowid=False,
)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("item_id", Id, sa.ForeignKey("item.id"), primary_key=True),
    sa.Column("labeler", sa.Text, primary_key=True),
    sa.Column("answer", sa.Text, nullable=False, comment="JSON, as in label"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sqlite_with_rowid=False,
)

draft_change = sa.Table(
    "draft_change",
    metadata,
    sa.Column("item_id", Id, primary_key=True),
    sa.Column("labeler", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False, comment="of the draft, with this change"),
    sa.Column("change", sa.Text, nullable=False, comment="JSON, model.difference.difference_to_dict"),
    sa.Column("at", sa.Double, nullable=False),
    sa.ForeignKeyConstraint(["item_id", "labeler"], ["draft.item_id", "draft.labeler"], ondelete="CASCADE"),
    sqlite_with_rowid=False,
    comment="what was done to a draft since it was last written whole",
)
