"""The tables, as the newest migration leaves them.

Times are seconds since the epoch in UTC (double precision: microseconds).
"""

from jlabel.store.sql.schema.assist import assist, assist_lease, prediction, run
from jlabel.store.sql.schema.base import SHARDS, VERSION, VERSION_TABLE, metadata
from jlabel.store.sql.schema.catalog import counter, former_name, label_class, project, source
from jlabel.store.sql.schema.history import label, submission
from jlabel.store.sql.schema.queue import SERVABLE, draft, draft_change, item, page, page_item, session

__all__ = [
    "SERVABLE",
    "SHARDS",
    "VERSION",
    "VERSION_TABLE",
    "assist",
    "assist_lease",
    "counter",
    "draft",
    "draft_change",
    "former_name",
    "item",
    "label",
    "label_class",
    "metadata",
    "page",
    "page_item",
    "prediction",
    "project",
    "run",
    "session",
    "source",
    "submission",
]
