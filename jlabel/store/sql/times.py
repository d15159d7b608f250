"""Times: seconds since the epoch in the database, aware ``datetime`` in UTC outside."""

from datetime import UTC, datetime


def as_time(seconds: float) -> datetime:
    """Return a stored time as an aware datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
