"""Every project, item, page and label of a workspace, behind one port; ``open_store`` opens it.

The layers above import from here and from ``jlabel.model`` only.
"""

from jlabel.store.listings import (
    read_item_table,
    read_predictions,
    read_records,
    read_runs,
    read_sources,
    read_training_labels,
)
from jlabel.store.opening import DATABASE, open_store
from jlabel.store.ports import Store
from jlabel.store.project_watch import POLL, ProjectWatch, Subscription, watch_project

__all__ = [
    "DATABASE",
    "POLL",
    "ProjectWatch",
    "Store",
    "Subscription",
    "open_store",
    "read_item_table",
    "read_predictions",
    "read_records",
    "read_runs",
    "read_sources",
    "read_training_labels",
    "watch_project",
]
