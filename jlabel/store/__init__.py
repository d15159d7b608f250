"""Every project, item, page and label in one database: SQLite for one machine, PostgreSQL for a team."""

from jlabel.store.assist_lease import AssistLease
from jlabel.store.counters import Counts, QueueCounts
from jlabel.store.items import Refresh
from jlabel.store.outcomes import AssistOutcomes, TrainingLabel
from jlabel.store.projects import ProjectRecord
from jlabel.store.records import LabelEntry, LabelerTotal
from jlabel.store.store import Store
from jlabel.store.submissions import Submission, SubmissionRecord

__all__ = [
    "AssistLease",
    "AssistOutcomes",
    "Counts",
    "LabelEntry",
    "LabelerTotal",
    "ProjectRecord",
    "QueueCounts",
    "Refresh",
    "Store",
    "Submission",
    "SubmissionRecord",
    "TrainingLabel",
]
