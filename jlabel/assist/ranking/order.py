"""Which pictures come together, and which come first.

A clustered page opens with all its images selected. So it is answered with one key, the class of most, and two more for
each image of another class (a click, its class); in multi-label with one key for each class of most. It is worth while
where that is expected to be less than a key for each label. Before any label only pictures' looks tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.multilabel import ASSIGNED
from jlabel.assist.classification.validation import Scores
from jlabel.assist.embeddings.embedding_table import EmbeddingTable
from jlabel.assist.embeddings.neighbors import centroids
from jlabel.assist.ranking.uncertainty import doubt, spread, uncertainty
from jlabel.model.assist_settings import AssistSettings, QueueOrder

PAGE = 9
CANDIDATES = 4000
"""Pictures that clusters are made of once a model knows classes: more than labelers do between two rounds."""
AHEAD = 2000
"""Pictures that are put in order; those behind them keep their places, so that a round moves little."""
_FIRST = 200

Rows = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Order:
    """Where items go; as ``Store.publish`` takes it.

    Attributes:
        clusters: number of an item's cluster, lowest served first.
        priorities: an item's place within its queue or group, lowest served first; 0 for those left out.
    """

    clusters: Mapping[int, int] = field(default_factory=dict)
    priorities: Mapping[int, float] = field(default_factory=dict)


def by_looks(table: EmbeddingTable, rows: Rows, settings: AssistSettings) -> Order:
    """Arrange waiting pictures before a model knows classes: alike ones together, the middles of groups first."""
    if not len(rows):
        return Order()
    pages = table.index.pages(rows, PAGE) if settings.cluster else []
    tightness = [_tightness(table, page) for page in pages]
    ordered = [pages[n] for n in np.argsort(-np.array(tightness), kind="stable")]
    priorities: dict[int, float] = {}
    if settings.queue_order is not QueueOrder.RANDOM:
        first = rows[centroids(table.index.compact[rows], min(_FIRST, max(1, len(rows) // PAGE)))]
        priorities = _places(table, first)
    return Order(clusters=_clusters(table, ordered), priorities=priorities)


def by_model(
    table: EmbeddingTable,
    rows: Rows,
    said: Scores,
    above: NDArray[np.bool_],
    settings: AssistSettings,
    *,
    exclusive: bool,
) -> Order:
    """Arrange waiting pictures by what a model says about them.

    Args:
        table: of all pictures.
        rows: (n,) the waiting ones.
        said: of these.
        above: (n,) which are pre-labeled, surest first.
        settings: clusters or none, and how the rest is chosen.
        exclusive: multi-class; otherwise multi-label.
    """
    priorities: dict[int, float] = {}
    items = table.items[rows]
    if settings.prelabel:
        # In hundredths, so that a round that changes little moves little.
        sure = np.round(said.scores, 2)
        priorities = {int(item): 1 - float(score) for item, score in zip(items[above], sure[above], strict=True)}
    rest = np.flatnonzero(~above) if settings.prelabel else np.arange(len(rows))
    pages = _alike(table, rows, said, rest, exclusive=exclusive) if settings.cluster else []
    if settings.queue_order is not QueueOrder.RANDOM and len(rest):
        judge = doubt if settings.queue_order is QueueOrder.LIKELY_WRONG else uncertainty
        urgency = judge(said.probabilities[rest]) if exclusive else _open(said.probabilities[rest])
        order = spread(urgency, table.cells[rows[rest]])
        priorities |= _places(table, rows[rest][order][:AHEAD])
    for page in pages:
        priorities |= {int(item): float(n) for n, item in enumerate(table.items[page])}
    return Order(clusters=_clusters(table, pages), priorities=priorities)


def _alike(table: EmbeddingTable, rows: Rows, said: Scores, rest: Rows, *, exclusive: bool) -> list[Rows]:
    """Return pages of one predicted answer that are worth while, those that save most first."""
    keys, right = _answers(said, exclusive=exclusive)
    surest = rest[np.argsort(-right[rest], kind="stable")][:CANDIDATES]
    surest = surest[keys[surest] > 0]
    places = np.full(len(table.items), -1, dtype=np.intp)
    places[rows] = np.arange(len(rows))
    found: list[tuple[float, Rows]] = []
    for key in np.unique(keys[surest]):
        mine = surest[keys[surest] == key]
        labels = int((said.probabilities[mine[0]] >= ASSIGNED).sum()) if not exclusive else 1
        for page in table.index.pages(rows[mine], PAGE):
            wrong = float((1 - right[places[page]]).sum())
            saved = (len(page) - 1) * labels - 2 * wrong
            if saved > 0:
                found.append((saved, page[np.argsort(-right[places[page]], kind="stable")]))
    return [page for _, page in sorted(found, key=lambda pair: -pair[0])]


def _answers(said: Scores, *, exclusive: bool) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return a number for each predicted answer, 0 for none, and the probability that all of it is right."""
    if exclusive:
        return said.lead, said.scores
    given = said.probabilities >= ASSIGNED
    _, keys = np.unique(np.concatenate([np.zeros((1, given.shape[1]), bool), given]), axis=0, return_inverse=True)
    keys = keys.reshape(-1)
    right = np.where(given, said.probabilities, 1 - said.probabilities).prod(axis=1)
    return np.where(given.any(axis=1), keys[1:] + 1, 0), right


def _open(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return how undecided the most undecided class of each multi-label picture is, 0 to 1."""
    return np.asarray((1 - np.abs(2 * np.asarray(probabilities, dtype=np.float64) - 1)).max(axis=1))


def _tightness(table: EmbeddingTable, page: Rows) -> float:
    points = table.index.compact[page]
    return float((points @ points.mean(axis=0)).mean()) if len(page) == PAGE else -1.0


def _clusters(table: EmbeddingTable, pages: list[Rows]) -> dict[int, int]:
    return {int(item): number for number, page in enumerate(pages) for item in table.items[page]}


def _places(table: EmbeddingTable, rows: Rows) -> dict[int, float]:
    """Return negative places: everything that is left out has 0 and comes behind."""
    return {int(item): float(n - len(rows)) for n, item in enumerate(table.items[rows])}
