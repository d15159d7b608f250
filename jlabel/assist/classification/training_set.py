"""Labels as the arrays that a head is trained on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.embeddings.embedding_table import EmbeddingTable
from jlabel.model.label_class import LabelClass
from jlabel.model.training_label import TrainingLabel


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingSet:
    """Labels whose images are embedded.

    Attributes:
        items: (n,) item ids.
        rows: (n,) their rows in the table.
        targets: (n, k) 0 or 1.
        random: (n,) drawn at random and labeled with nothing suggested: these may prove a threshold.
        class_ids: of the k columns, retired classes too: a model must be able to tell their images from others.
        labels: all labels there were, those without an embedding too.
    """

    items: NDArray[np.int64]
    rows: NDArray[np.intp]
    targets: NDArray[np.float64]
    random: NDArray[np.bool_]
    class_ids: tuple[int, ...]
    labels: int


def build_training_set(
    labels: Iterable[TrainingLabel], table: EmbeddingTable, classes: Sequence[LabelClass]
) -> TrainingSet:
    """Return the training set of labels.

    Args:
        labels: of the project.
        table: the embedded images.
        classes: of the project, retired ones too.
    """
    given = list(labels)
    class_ids = tuple(one.id for one in classes)
    column = {class_id: n for n, class_id in enumerate(class_ids)}
    items = np.fromiter((one.item for one in given), np.int64, len(given))
    rows = table.rows(items)
    kept = np.flatnonzero(rows >= 0)
    targets = np.zeros((len(kept), len(class_ids)))
    for n, position in enumerate(kept):
        for class_id in given[position].class_ids:
            targets[n, column[class_id]] = 1
    return TrainingSet(
        items=items[kept],
        rows=rows[kept],
        targets=targets,
        random=np.fromiter((given[position].random for position in kept), bool, len(kept)),
        class_ids=class_ids,
        labels=len(given),
    )
