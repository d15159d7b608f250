"""A project as the store keeps it, and its figures: items by state and by queue, totals by labeler."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jlabel.model.task import TaskType


@dataclass(frozen=True, kw_only=True)
class ProjectRecord:
    """A project as the store keeps it.

    Attributes:
        id: never reused.
        name: as given, unique in the workspace whatever its case.
        task: fixed for the life of the project.
        instructions: Markdown by other people; sanitise before showing.
        settings: JSON data of the layers above; the store does not interpret it.
        created_at: UTC.
        paused: hands out no pages.
    """

    id: int
    name: str
    task: TaskType
    instructions: str
    settings: Mapping[str, Any]
    created_at: datetime
    paused: bool


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many items of a project are where; each item counts once.

    Attributes:
        waiting: in the task queue and free to be claimed; leased and missing ones are not in it.
        leased: on a page that some labeler holds.
        labeled: with a current label, "No objects" included.
        skipped: skipped by a labeler.
        unreadable: cannot be decoded.
        removed: taken out by a reviewer.
        missing: unlabeled, and the file was gone at the last refresh; not served.
    """

    waiting: int = 0
    leased: int = 0
    labeled: int = 0
    skipped: int = 0
    unreadable: int = 0
    removed: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        """All items of the project."""
        return self.remaining + self.labeled + self.skipped + self.unreadable + self.removed + self.missing

    @property
    def remaining(self) -> int:
        """Items that still await a label: waiting or leased."""
        return self.waiting + self.leased


@dataclass(frozen=True, kw_only=True)
class QueueCounts:
    """How many of a project's free items (``Counts.waiting``) are in which queue.

    Attributes:
        manual: in the manual queue.
        clustered: in the clustered queue.
        prelabeled: in the pre-labeled queue.
    """

    manual: int = 0
    clustered: int = 0
    prelabeled: int = 0


@dataclass(frozen=True, kw_only=True)
class LabelerTotal:
    """What one labeler has done in a project.

    Attributes:
        labeler: who.
        labeled: items whose current label is theirs.
        skipped: items that stand skipped by them.
        seconds: time spent on their submissions, without those taken back.
    """

    labeler: str
    labeled: int
    skipped: int
    seconds: float
