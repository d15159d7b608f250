"""The verbs of predictions on a database."""

from collections.abc import Collection, Iterable, Mapping

from jlabel.model.assist_outcomes import AssistOutcomes
from jlabel.model.item_table import ItemTable
from jlabel.model.project import QueueCounts
from jlabel.model.run import Prediction
from jlabel.model.training_label import TrainingLabel
from jlabel.store.ports import Predictions
from jlabel.store.ports.predictions import BLIND_SHARE, RANDOM_SHARE
from jlabel.store.sql.assist import item_table, outcomes, predictions, queue_assignment
from jlabel.store.sql.engine import Database


class SqlPredictions(Predictions):
    """What models read and write in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def item_table(self, project_id: int, *, after: int = 0, limit: int = 20_000) -> ItemTable:
        return self._database.read(item_table.read_item_table, project_id, after=after, limit=limit)

    def training_labels(
        self,
        project_id: int,
        *,
        skipped: bool = False,
        items: Collection[int] | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> list[TrainingLabel]:
        return self._database.read(
            outcomes.training_labels, project_id, skipped=skipped, items=items, after=after, limit=limit
        )

    def predictions(self, run_id: int, *, after: int = 0, limit: int = 1000) -> list[Prediction]:
        return self._database.read(predictions.read_predictions, run_id, after=after, limit=limit)

    def write_predictions(self, run_id: int, made: Iterable[Prediction]) -> int:
        return predictions.write_predictions(self._database, run_id, made)

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
        return queue_assignment.publish(
            self._database,
            run_id,
            clusters=clusters,
            priorities=priorities,
            random_share=random_share,
            blind_share=blind_share,
            keep=keep,
        )

    def arrange(
        self,
        project_id: int,
        *,
        clusters: Mapping[int, int] | None = None,
        priorities: Mapping[int, float] | None = None,
        random_share: float = RANDOM_SHARE,
    ) -> QueueCounts:
        return queue_assignment.arrange(
            self._database, project_id, clusters=clusters, priorities=priorities, random_share=random_share
        )

    def withdraw(self, project_id: int) -> QueueCounts:
        return queue_assignment.withdraw(self._database, project_id)

    def assist_outcomes(self, project_id: int) -> AssistOutcomes:
        return self._database.read(outcomes.assist_outcomes, project_id)
