"""Projects, label classes, sources and counters."""

import sqlalchemy as sa

from jlabel.store.sql.schema.base import Id, id_column, metadata, project_column

project = sa.Table(
    "project",
    metadata,
    id_column(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False, unique=True, comment="casefolded; kept when the project is deleted"),
    sa.Column("task", sa.String(20), nullable=False),
    sa.Column("instructions", sa.Text, nullable=False),
    sa.Column("settings", sa.Text, nullable=False, comment="JSON object"),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("deleted_at", sa.Double),
    sqlite_autoincrement=True,
)

former_name = sa.Table(
    "former_name",
    metadata,
    sa.Column("name_key", sa.Text, primary_key=True, comment="casefolded"),
    project_column(),
)

label_class = sa.Table(
    "label_class",
    metadata,
    sa.Column("project_id", Id, sa.ForeignKey("project.id"), primary_key=True),
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
    id_column(),
    project_column(),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("pattern", sa.Text, nullable=False),
    sa.Index(None, "project_id"),
)

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("project_id", Id, sa.ForeignKey("project.id"), primary_key=True),
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
