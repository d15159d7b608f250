"""Alembic's migrations, each a file in ``versions``, run at opening by ``jlabel.store.sql.migrate``."""
