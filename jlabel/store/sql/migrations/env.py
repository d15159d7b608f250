"""Alembic's entry: runs the migrations on the connection of ``jlabel.store.sql.migrate``, in its transaction."""

from alembic import context

from jlabel.store.sql.schema import VERSION_TABLE, metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
