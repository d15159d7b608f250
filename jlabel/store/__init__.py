"""Every project, item, page and label in one database: SQLite for one machine, PostgreSQL for a team."""

from jlabel.store.project_watch import POLL, ProjectWatch, Subscription, watch_project
from jlabel.store.sql.assist.assist_lease import AssistLease
from jlabel.store.sql.assist.outcomes import AssistOutcomes, TrainingLabel
from jlabel.store.sql.catalog.items import Refresh
from jlabel.store.sql.catalog.projects import ProjectRecord
from jlabel.store.sql.counters import Counts, QueueCounts
from jlabel.store.sql.history.records import LabelEntry, LabelerTotal
from jlabel.store.sql.history.submissions import Submission, SubmissionRecord
from jlabel.store.sql.store import Store

__all__ = [
    "POLL",
    "AssistLease",
    "AssistOutcomes",
    "Counts",
    "LabelEntry",
    "LabelerTotal",
    "ProjectRecord",
    "ProjectWatch",
    "QueueCounts",
    "Refresh",
    "Store",
    "Submission",
    "SubmissionRecord",
    "Subscription",
    "TrainingLabel",
    "watch_project",
]
