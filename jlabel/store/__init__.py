"""Every project, item, page and label in one database: SQLite for one machine, PostgreSQL for a team."""

from jlabel.store.counters import Counts
from jlabel.store.items import Refresh
from jlabel.store.projects import ProjectRecord
from jlabel.store.records import LabelEntry, LabelerTotal
from jlabel.store.store import Store
from jlabel.store.submissions import Submission, SubmissionRecord

__all__ = [
    "Counts",
    "LabelEntry",
    "LabelerTotal",
    "ProjectRecord",
    "Refresh",
    "Store",
    "Submission",
    "SubmissionRecord",
]
