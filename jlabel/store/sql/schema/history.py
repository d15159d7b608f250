"""Submissions and the history of labels."""

import sqlalchemy as sa

from jlabel.model.page import Queue
from jlabel.model.record import Origin
from jlabel.store.sql.schema.base import Id, id_column, metadata, one_of, project_column

submission = sa.Table(
    "submission",
    metadata,
    id_column(),
    project_column(),
    sa.Column("labeler", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("queue", sa.String(20), nullable=False),
    sa.Column("amends", Id, sa.ForeignKey("submission.id"), comment="the submission that this one mends"),
    sa.Column("undone_at", sa.Double),
    one_of("queue", Queue),
    sa.Index(None, "project_id", "labeler", "id"),
    sa.Index("ix_submission_amends", "amends"),
    sqlite_autoincrement=True,
)

label = sa.Table(
    "label",
    metadata,
    id_column(),
    sa.Column("item_id", Id, sa.ForeignKey("item.id"), nullable=False),
    sa.Column("answer", sa.Text, nullable=False, comment="JSON, model.annotation.answer_to_dict"),
    sa.Column("labeler", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("origin", sa.String(10), nullable=False),
    sa.Column("run_id", Id, sa.ForeignKey("run.id"), comment="the assist run whose pre-label was shown"),
    sa.Column("submission_id", Id, sa.ForeignKey("submission.id")),
    sa.Column("before_id", Id, sa.ForeignKey("label.id"), comment="the label that stood before, if any"),
    one_of("origin", Origin),
    sa.Index(None, "item_id", "id"),
    sa.Index(None, "submission_id"),
    sqlite_autoincrement=True,
)
