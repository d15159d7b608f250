"""The store over SQLAlchemy: SQLite for one machine, PostgreSQL for a team."""
