"""Every project, item, page and label in one database: SQLite for one machine, PostgreSQL for a team."""

from jlabel.store.project_watch import POLL, ProjectWatch, Subscription, watch_project
from jlabel.store.sql.store import Store

__all__ = ["POLL", "ProjectWatch", "Store", "Subscription", "watch_project"]
