"""What all tables are made with."""

from enum import StrEnum

import sqlalchemy as sa

VERSION = "0006"
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

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    """Return the check that a column holds one of the values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def id_column() -> sa.Column[int]:
    """Return the primary key of a table, which the database numbers."""
    return sa.Column("id", Id, primary_key=True, autoincrement=True)


def project_column() -> sa.Column[int]:
    """Return the reference to a row's project."""
    return sa.Column("project_id", Id, sa.ForeignKey("project.id"), nullable=False)
