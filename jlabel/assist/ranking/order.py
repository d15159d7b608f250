"""The order of images in the queues: which come on one page, and which come first.

A clustered page opens with all its images selected. So it is answered with one key, the class of most, and two more for
each image of another class (a click, its class); in multi-label with one key for each class of most. It is worth while
where that is expected to be less than a key for each label. Before any label only the looks of images count.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.embeddings.embedding_table import EmbeddingTable
from jlabel.assist.embeddings.neighbors import centroids
from jlabel.assist.learner import Order
from jlabel.assist.ranking.uncertainty import spread
from jlabel.model.assist_settings import AssistSettings, QueueOrder

PAGE = 9
LARGE = 25
"""Images on the largest page: those of one predicted answer are grouped by so many, and taken a page at a time."""
CANDIDATES = 4000
"""Images that clusters are made of once a model knows classes: more than labelers do between two rounds."""
AHEAD = 2000
"""Images that are ordered; those behind them keep their priorities, so that a round moves little."""
UNIFORM = 0.97
"""Expected share of right ones from which suggestions of one answer have pages of their own."""
_FIRST = 200

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranked:
    """What a model predicts for some images, as far as their order depends on it.

    Attributes:
        confidence: (n,) of the answer as a whole.
        answers: (n,) number of the predicted answer, equal for equal answers; 0 for none.
        right: (n,) probability that all of the answer is right.
        labels: (n,) labels in the answer.
        urgency: (n,) how much a label is wanted.
    """

    confidence: NDArray[np.float64]
    answers: NDArray[np.int64]
    right: NDArray[np.float64]
    labels: NDArray[np.intp]
    urgency: NDArray[np.float64]


def by_looks(table: EmbeddingTable, rows: Rows, settings: AssistSettings) -> Order:
    """Order waiting images before a model knows classes: alike ones together, the middles of groups first."""
    if not len(rows):
        return Order()
    pages = table.index.pages(rows, PAGE) if settings.cluster else []
    tightness = [_tightness(table, page) for page in pages]
    ordered = [pages[n] for n in np.argsort(-np.array(tightness), kind="stable")]
    priorities: dict[int, float] = {}
    if settings.queue_order is not QueueOrder.RANDOM:
        first = rows[centroids(table.index.compact[rows], min(_FIRST, max(1, len(rows) // PAGE)))]
        priorities = _priorities(table, first)
    return Order(clusters=_clusters(table, ordered), priorities=priorities)


def by_model(  # noqa: PLR0917 -- what a round knows, in the order in which it learns it
    table: EmbeddingTable, rows: Rows, ranked: Ranked, proven: Mask, suggested: Mask, settings: AssistSettings
) -> Order:
    """Order waiting images by the predictions of a model.

    Args:
        table: of all images.
        rows: (n,) the waiting ones.
        ranked: of these.
        proven: (n,) which are pre-labeled, surest first.
        suggested: (n,) which are suggested, in groups, surest first.
        settings: clusters or none, and how the rest is ordered.
    """
    items = table.items[rows]
    # In hundredths, so that a round that changes little moves little.
    sure = np.round(ranked.confidence, 2)
    priorities = {int(item): 1 - float(score) for item, score in zip(items[proven], sure[proven], strict=True)}
    rest = np.flatnonzero(~proven & ~suggested)
    pages = _alike(rows, ranked, rest) if settings.cluster else []
    if settings.queue_order is not QueueOrder.RANDOM and len(rest):
        order = spread(ranked.urgency[rest], table.cells[rows[rest]])
        priorities |= _priorities(table, rows[rest][order][:AHEAD])
    offers = _offers(ranked, np.flatnonzero(suggested))
    for page in [*pages, *(rows[offer] for offer in offers)]:
        priorities |= {int(item): float(n) for n, item in enumerate(table.items[page])}
    clusters = _clusters(table, pages) | _clusters(table, [rows[offer] for offer in offers])
    return Order(clusters=clusters, priorities=priorities)


def _offers(ranked: Ranked, some: Rows) -> list[Rows]:
    """Return groups of suggested images, the surest first: of one answer where nearly all are right, else mixed.

    A page of one answer is looked over quickest, and mixed pages keep the surest of all together, which saves most keys
    where many are wrong.
    """
    some = some[np.argsort(-ranked.right[some], kind="stable")]
    groups: list[Rows] = []
    loose: list[Rows] = []
    for answer in np.unique(ranked.answers[some]):
        mine = some[ranked.answers[some] == answer]
        whole = [mine[n : n + LARGE] for n in range(0, len(mine), LARGE)]
        uniform = [page for page in whole if len(page) == LARGE and ranked.right[page].mean() >= UNIFORM]
        groups += uniform
        loose += whole[len(uniform) :]
    if loose:
        rest = np.concatenate(loose)
        rest = rest[np.argsort(-ranked.right[rest], kind="stable")]
        groups += [rest[n : n + LARGE] for n in range(0, len(rest), LARGE)]
    return sorted(groups, key=lambda group: -float(ranked.right[group].mean()))


def _alike(rows: Rows, ranked: Ranked, rest: Rows) -> list[Rows]:
    """Return groups of one predicted answer that are worth while, those that save most first."""
    answers, right = ranked.answers, ranked.right
    surest = rest[np.argsort(-right[rest], kind="stable")][:CANDIDATES]
    surest = surest[answers[surest] > 0]
    found: list[tuple[float, Rows]] = []
    for answer in np.unique(answers[surest]):
        mine = surest[answers[surest] == answer]  # the surest first
        labels = int(ranked.labels[mine[0]])
        for start in range(0, len(mine), LARGE):
            group = mine[start : start + LARGE]
            wrong = float((1 - right[group]).sum())
            saved = (len(group) - -(-len(group) // PAGE)) * labels - 2 * wrong
            if saved > 0:
                found.append((saved / len(group), rows[group]))
    return [group for _, group in sorted(found, key=lambda pair: -pair[0])]


def _tightness(table: EmbeddingTable, page: Rows) -> float:
    points = table.index.compact[page]
    return float((points @ points.mean(axis=0)).mean()) if len(page) == PAGE else -1.0


def _clusters(table: EmbeddingTable, pages: list[Rows]) -> dict[int, int]:
    return {int(item): number for number, page in enumerate(pages) for item in table.items[page]}


def _priorities(table: EmbeddingTable, rows: Rows) -> dict[int, float]:
    """Return negative priorities: everything that is left out has 0 and comes behind."""
    return {int(item): float(n - len(rows)) for n, item in enumerate(table.items[rows])}
