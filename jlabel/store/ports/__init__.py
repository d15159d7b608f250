"""The ports of a store: what every implementation offers, each verb documented once."""

from jlabel.store.ports.catalog import Catalog
from jlabel.store.ports.predictions import Predictions
from jlabel.store.ports.runs import Runs
from jlabel.store.ports.store import Store, verbs
from jlabel.store.ports.submissions import Submissions
from jlabel.store.ports.task_queue import TaskQueue

__all__ = [
    "Catalog",
    "Predictions",
    "Runs",
    "Store",
    "Submissions",
    "TaskQueue",
    "verbs",
]
