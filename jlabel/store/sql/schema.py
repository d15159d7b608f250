"""The tables, as the newest migration leaves them.

Times are seconds since the epoch in UTC (double precision: microseconds). An item is in exactly one of the buckets that
``counter`` counts: leased (waiting and on a page), missing (waiting, its file gone), waiting, labeled, skipped,
unreadable, removed.
"""

from enum import StrEnum

import sqlalchemy as sa

from jlabel.model.item import ItemState
from jlabel.model.page import Queue
from jlabel.model.record import Origin
from jlabel.model.run import RunKind, RunState
from jlabel.model.task import TaskType

VERSION = "0004"
"""The newest migration: what this jlabel reads and writes."""
VERSION_TABLE = "jlabel_version"
SHARDS = 16
"""Rows that share a project's counters, so that concurrent submissions do not wait on one hot row."""

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _id() -> sa.Column[int]:
    return sa.Column("id", _Id, primary_key=True, autoincrement=True)


def _project() -> sa.Column[int]:
    return sa.Column("project_id", _Id, sa.ForeignKey("project.id"), nullable=False)


project = sa.Table(
    "project",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False, unique=True, comment="casefolded; kept when the project is deleted"),
    sa.Column("task", sa.String(20), nullable=False),
    sa.Column("instructions", sa.Text, nullable=False),
    sa.Column("settings", sa.Text, nullable=False, comment="JSON object"),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("deleted_at", sa.Double),
    _one_of("task", TaskType),
    sqlite_autoincrement=True,
)

label_class = sa.Table(
    "label_class",
    metadata,
    sa.Column("project_id", _Id, sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="LabelClass.id"),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("path_key", sa.Text, nullable=False, comment="casefolded"),
    sa.Column("color", sa.String(7), nullable=False),
    sa.Column("key", sa.String(1)),
    sa.Column("retired", sa.Boolean, nullable=False),
    sa.UniqueConstraint("project_id", "path_key"),
    sa.UniqueConstraint("project_id", "key"),
    sa.CheckConstraint("number >= 1", name="number"),
)

source = sa.Table(
    "source",
    metadata,
    _id(),
    _project(),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("pattern", sa.Text, nullable=False),
    sa.Index(None, "project_id"),
)

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("project_id", _Id, sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("shard", sa.SmallInteger, primary_key=True, autoincrement=False),
    *(
        sa.Column(name, sa.BigInteger, nullable=False, server_default=sa.text("0"))
        for name in ("revision", "waiting", "leased", "missing", "labeled", "skipped", "unreadable", "removed")
    ),
    *(
        sa.Column(name, sa.BigInteger, nullable=False, server_default=sa.text("0"), comment="part of waiting")
        for name in ("clustered", "prelabeled")
    ),
    comment="the truth is the sum over a project's shards; one shard alone may be negative",
)

session = sa.Table(
    "session",
    metadata,
    _id(),
    _project(),
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

submission = sa.Table(
    "submission",
    metadata,
    _id(),
    _project(),
    sa.Column("labeler", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("queue", sa.String(20), nullable=False),
    sa.Column("amends", _Id, sa.ForeignKey("submission.id"), comment="the submission that this one mends"),
    sa.Column("undone_at", sa.Double),
    _one_of("queue", Queue),
    sa.Index(None, "project_id", "labeler", "id"),
    sa.Index("ix_submission_amends", "amends"),
    sqlite_autoincrement=True,
)

page = sa.Table(
    "page",
    metadata,
    _id(),
    sa.Column("token", sa.String(32), nullable=False, unique=True),
    _project(),
    sa.Column("session_id", _Id, sa.ForeignKey("session.id"), nullable=False),
    sa.Column("labeler", sa.Text, nullable=False),
    sa.Column("queue", sa.String(20), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("submission_id", _Id, sa.ForeignKey("submission.id"), unique=True),
    _one_of("queue", Queue),
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
    _id(),
    _project(),
    sa.Column("source_id", _Id, sa.ForeignKey("source.id"), nullable=False),
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
    sa.Column("page_id", _Id, sa.ForeignKey("page.id"), comment="the page that holds the lease"),
    sa.Column("label_id", _Id, comment="the current label"),
    sa.Column("priority", sa.Double, comment="order chosen by assist, lowest first; null: left to chance, by rank"),
    sa.UniqueConstraint("source_id", "path"),
    sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_item_label_id", use_alter=True),
    _one_of("state", ItemState),
    _one_of("queue", Queue),
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
    sa.Column("page_id", _Id, sa.ForeignKey("page.id"), primary_key=True),
    sa.Column("item_id", _Id, sa.ForeignKey("item.id"), primary_key=True),
    sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Column("run_id", _Id, sa.ForeignKey("run.id"), comment="the run whose suggestion was served"),
    sa.Column("blind", sa.Boolean, nullable=False, server_default=sa.false(), comment="the suggestion was withheld"),
    sa.Column("suggested", sa.Text, comment="JSON, as in prediction: what was served, or withheld"),
    sa.Column("random", sa.Boolean, nullable=False, server_default=sa.false(), comment="drawn by chance alone"),
    sqlite_with_rowid=False,
)

label = sa.Table(
    "label",
    metadata,
    _id(),
    sa.Column("item_id", _Id, sa.ForeignKey("item.id"), nullable=False),
    sa.Column("answer", sa.Text, nullable=False, comment="JSON, model.annotation.answer_to_dict"),
    sa.Column("labeler", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("origin", sa.String(10), nullable=False),
    sa.Column("run_id", _Id, sa.ForeignKey("run.id"), comment="the assist run whose pre-label was shown"),
    sa.Column("submission_id", _Id, sa.ForeignKey("submission.id")),
    sa.Column("before_id", _Id, sa.ForeignKey("label.id"), comment="the label that stood before, if any"),
    _one_of("origin", Origin),
    sa.Index(None, "item_id", "id"),
    sa.Index(None, "submission_id"),
    sqlite_autoincrement=True,
)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("item_id", _Id, sa.ForeignKey("item.id"), primary_key=True),
    sa.Column("labeler", sa.Text, primary_key=True),
    sa.Column("answer", sa.Text, nullable=False, comment="JSON, as in label"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sqlite_with_rowid=False,
)

draft_change = sa.Table(
    "draft_change",
    metadata,
    sa.Column("item_id", _Id, primary_key=True),
    sa.Column("labeler", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False, comment="of the draft, with this change"),
    sa.Column("change", sa.Text, nullable=False, comment="JSON, model.difference.difference_to_dict"),
    sa.Column("at", sa.Double, nullable=False),
    sa.ForeignKeyConstraint(["item_id", "labeler"], ["draft.item_id", "draft.labeler"], ondelete="CASCADE"),
    sqlite_with_rowid=False,
    comment="what was done to a draft since it was last written whole",
)

run = sa.Table(
    "run",
    metadata,
    _id(),
    _project(),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("started_at", sa.Double, nullable=False),
    sa.Column("ended_at", sa.Double),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("model_hash", sa.Text, nullable=False),
    sa.Column("metrics", sa.Text, nullable=False, comment="JSON object"),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("adopted", sa.Boolean, nullable=False),
    sa.Column("why_not", sa.Text, nullable=False),
    sa.Column("last_words", sa.Text, nullable=False),
    _one_of("kind", RunKind),
    _one_of("state", RunState),
    sa.Index(None, "project_id", "id"),
    sqlite_autoincrement=True,
)

prediction = sa.Table(
    "prediction",
    metadata,
    sa.Column("run_id", _Id, sa.ForeignKey("run.id"), primary_key=True),
    sa.Column("item_id", _Id, sa.ForeignKey("item.id"), primary_key=True),
    sa.Column("suggested", sa.Text, nullable=False, comment="JSON: answer, confidence, confidences"),
    sa.Column("confidence", sa.Double, nullable=False),
    sa.Column("above", sa.Boolean, nullable=False, comment="the threshold is passed"),
    sa.Column("class_no", sa.Integer, comment="the first class proposed; pre-labeled pages hold one"),
    sqlite_with_rowid=False,
)

assist = sa.Table(
    "assist",
    metadata,
    sa.Column("project_id", _Id, sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("run_id", _Id, sa.ForeignKey("run.id"), comment="the run whose predictions are served"),
    sa.Column("random_share", sa.Double, nullable=False, comment="of the items, and of the pages, left to chance"),
    sa.Column("blind_share", sa.Double, nullable=False, comment="of the suggestions, withheld"),
)

assist_lease = sa.Table(
    "assist_lease",
    metadata,
    sa.Column("project_id", _Id, sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("token", sa.String(32), nullable=False, unique=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.BigInteger, nullable=False),
    sa.Column("process_started", sa.Double, nullable=False),
    sa.Column("acquired_at", sa.Double, nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
)
