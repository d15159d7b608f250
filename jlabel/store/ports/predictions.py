"""The port of predictions: what a model reads, what it writes, and what became of its suggestions."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from jlabel.model.assist_outcomes import AssistOutcomes
from jlabel.model.item_table import ItemTable
from jlabel.model.project import QueueCounts
from jlabel.model.run import Prediction
from jlabel.model.training_label import TrainingLabel

RANDOM_SHARE = 0.1
"""Share of the items that no model orders or pre-labels, unless given."""
BLIND_SHARE = 0.05
"""Share of the suggestions that are withheld to measure their influence, unless given."""


class Predictions(Protocol):
    """Items and labels as a model reads them, and predictions."""

    def item_table(self, project_id: int, *, after: int = 0, limit: int = 20_000) -> ItemTable:
        """Return one page of all items with what a model needs to know of them; see ``read_item_table``.

        Args:
            project_id: the project.
            after: only items with a higher id; ``ItemTable.next_after`` of a page is the position of the next.
            limit: how many items to look at.

        Raises:
            NotFound: no such project.
        """
        ...

    def training_labels(
        self,
        project_id: int,
        *,
        skipped: bool = False,
        items: Collection[int] | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> list[TrainingLabel]:
        """Return one page of the labels of labeled items, in the order of item ids; see ``read_training_labels``.

        Args:
            project_id: the project.
            skipped: skipped items too; their answer is the skip.
            items: only these items, at most some thousands.
            after: only items with a higher id; the last item id of a page is the position of the next.
            limit: how many at most.
        """
        ...

    def write_predictions(self, run_id: int, made: Iterable[Prediction]) -> int:
        """Store a run's predictions, one short transaction a batch; nobody sees them before ``publish``.

        Returns:
            How many were written.

        Raises:
            NotFound: no such run, or no such item.
            InputError: the run has ended, or predicts an item twice.
        """
        ...

    def predictions(self, run_id: int, *, after: int = 0, limit: int = 1000) -> list[Prediction]:
        """Return one page of what a run predicted, in the order of item ids; see ``read_predictions``.

        Args:
            run_id: the run; nothing is found of one whose predictions were forgotten.
            after: only items with a higher id; the last item id of a page is the position of the next.
            limit: how many at most.
        """
        ...

    def publish(
        self,
        run_id: int,
        *,
        clusters: Mapping[int, int] | None = None,
        priorities: Mapping[int, float] | None = None,
        random_share: float = RANDOM_SHARE,
        blind_share: float = BLIND_SHARE,
        keep: Collection[int] = (),
    ) -> QueueCounts:
        """Serve a run's predictions from now on, and move free items to the queues where they belong then.

        Items that are on a page or have a label stay where they are. What is above the threshold is pre-labeled,
        grouped by its first class, what is proven before what is not; else clustered if it has a cluster; else manual.
        Suggestions that are proven also reach the items on open pages that have no draft; proposed shapes reach all
        items on open pages. Resumes where it was interrupted when called again.

        Args:
            run_id: a run that was not cancelled and did not fail.
            clusters: by item, the number of its cluster; ``None`` leaves clustered items where they are.
            priorities: by item, the order within its group or queue, lowest first; ``None`` leaves that as it is.
            random_share: of all items, left to chance, 0 to 1; of all pages, as many are drawn from them.
            blind_share: of the suggestions, withheld to measure their influence, 0 to 1.
            keep: earlier runs whose predictions are still needed; those of all others are forgotten.

        Raises:
            NotFound: no such run.
            InputError: the run failed or was cancelled, or a share is out of range.
        """
        ...

    def arrange(
        self,
        project_id: int,
        *,
        clusters: Mapping[int, int] | None = None,
        priorities: Mapping[int, float] | None = None,
        random_share: float = RANDOM_SHARE,
    ) -> QueueCounts:
        """Cluster and order free items, as ``publish`` does, under the predictions there are.

        Raises:
            NotFound: no such project.
            InputError: the share is out of range.
        """
        ...

    def withdraw(self, project_id: int) -> QueueCounts:
        """Serve no predictions any more until a run is published: pre-labeled items go back to where they came from.

        What is on a page stays as it is.

        Raises:
            NotFound: no such project.
        """
        ...

    def assist_outcomes(self, project_id: int) -> AssistOutcomes:
        """Count what became of suggestions and proposed shapes, and labelers' seconds, by queue and by size of page."""
        ...
