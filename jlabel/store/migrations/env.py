"""Alembic's entry: runs the migrations on the connection that ``jlabel.store.migrate`` passes, in its transaction."""

from alembic import context

from jlabel.store.schema import VERSION_TABLE, metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
