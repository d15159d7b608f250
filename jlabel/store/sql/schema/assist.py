"""Runs, predictions, shares and the worker's lease."""

import sqlalchemy as sa

from jlabel.model.run import RunKind, RunState
from jlabel.store.sql.schema.base import Id, id_column, metadata, one_of, project_column

run = sa.Table(
    "run",
    metadata,
    id_column(),
    project_column(),
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
    one_of("kind", RunKind),
    one_of("state", RunState),
    sa.Index(None, "project_id", "id"),
    sqlite_autoincrement=True,
)

prediction = sa.Table(
    "prediction",
    metadata,
    sa.Column("run_id", Id, sa.ForeignKey("run.id"), primary_key=True),
    sa.Column("item_id", Id, sa.ForeignKey("item.id"), primary_key=True),
    sa.Column("suggested", sa.Text, nullable=False, comment="JSON: answer, confidence, confidences"),
    sa.Column("confidence", sa.Double, nullable=False),
    sa.Column("above", sa.Boolean, nullable=False, comment="the threshold is passed"),
    sa.Column("class_no", sa.Integer, comment="the first class proposed; pre-labeled pages hold one"),
    sqlite_with_rowid=False,
)

assist = sa.Table(
    "assist",
    metadata,
    sa.Column("project_id", Id, sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("run_id", Id, sa.ForeignKey("run.id"), comment="the run whose predictions are served"),
    sa.Column("random_share", sa.Double, nullable=False, comment="of the items, and of the pages, left to chance"),
    sa.Column("blind_share", sa.Double, nullable=False, comment="of the suggestions, withheld"),
)

assist_lease = sa.Table(
    "assist_lease",
    metadata,
    sa.Column("project_id", Id, sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("token", sa.String(32), nullable=False, unique=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.BigInteger, nullable=False),
    sa.Column("process_started", sa.Double, nullable=False),
    sa.Column("acquired_at", sa.Double, nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
)
