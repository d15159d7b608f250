"""What assist serves while one labeler labels everything: the worker's rounds and the store's queues, without either.

Rounds train, prove, and arrange with the worker's own functions. Claims follow ``store/sql/queue/claims.py``: a share
of the pages is left to chance, else pre-labeled pages come first, then clustered, then manual ones. The real thing
differs in that rounds are more and take time, a page is claimed ahead, and what arrives also reaches pages that are
open.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from jlabel.assist.classification.outputs import EXCLUSIVE
from jlabel.assist.classification.train import train
from jlabel.assist.classification.validation import validate
from jlabel.assist.learner import Order
from jlabel.assist.ranking.order import by_looks, by_model
from jlabel.assist.schedule import labels_more
from jlabel.assist.worker.round import WARM, WARM_SHARE
from jlabel.model.assist_settings import AssistSettings
from jlabel.store.sql.queue.suggestions import is_blind
from tests.benchmarks.clothes import Clothes

PAGE = 9
SLOWER = 3
"""Trained so many times seldomer than the worker does it, to end in minutes."""


@dataclass(kw_only=True)
class Labeling:
    """One labeler, one project.

    Attributes:
        spent: keys pressed so far, by queue.
        images: labeled so far, by queue.
        shown: pre-labels shown; ``errors`` of them wrong.
    """

    data: Clothes
    seed: int
    target: float
    warm_share: float = WARM_SHARE
    spent: Counter[str] = field(default_factory=Counter)
    images: Counter[str] = field(default_factory=Counter)
    shown: int = 0
    errors: int = 0

    def __post_init__(self) -> None:
        count = len(self.data.classes)
        self.rng = np.random.default_rng(self.seed)
        self.rank = self.rng.permutation(count) / count
        self.ids = tuple(one + 1 for one in self.data.ids)  # as in the store, where 0 is no class
        self.truth = self.data.classes + 1
        self.settings = AssistSettings(target_precision=self.target)
        self.table = self.data.table
        self.waiting = np.ones(count, dtype=bool)
        self.random = np.zeros(count, dtype=bool)
        self.above = np.zeros(count, dtype=bool)
        self.lead = np.zeros(count, dtype=np.int64)
        self.cluster = np.full(count, -1)
        self.priority = np.zeros(count)
        self.last: int | None = None
        self.proved = False
        self.run = 0
        self.share = max(self.settings.random_share, self.warm_share)
        self._arrange(by_looks(self.table, self._free(), self.settings))

    @property
    def keys(self) -> int:
        """Keys that it took so far."""
        return self.spent.total()

    @property
    def precision(self) -> float:
        """Share of all pre-labels served that were right, not a number where there were none."""
        return 1 - self.errors / self.shown if self.shown else np.nan

    @property
    def prelabeled(self) -> float:
        """Share of the images labeled so far that came on pre-labeled pages."""
        return self.images["prelabeled"] / max(1, self.images.total())

    def finish(self) -> "Labeling":
        """Label every image."""
        while self.waiting.any():
            labels = int(np.count_nonzero(~self.waiting))
            if not labels_more(labels // SLOWER if self.last is not None else labels, self.last):
                self._round(labels)
            self._page()
        return self

    def _free(self) -> np.ndarray:
        """Waiting images that are not left to chance."""
        return np.flatnonzero(self.waiting & (self.rank >= self.share))

    def _round(self, labels: int) -> None:
        self.last = labels // SLOWER
        known = np.flatnonzero(~self.waiting)
        targets = self.data.targets[known]
        if EXCLUSIVE.why_not(targets):
            return
        drawn = self.random[known]
        trained = train(self.data.features[known], targets, class_ids=self.ids, random=drawn)
        rows = np.flatnonzero(self.waiting)
        scores = EXCLUSIVE.decide(trained.head.predict(self.data.features[rows]), trained.head.class_ids, rows)
        validation = validate(trained, scores, self.settings)
        self.proved = self.proved or validation.proved
        warm = self.proved or int(drawn.sum()) >= WARM
        self.share = self.settings.random_share if warm else max(self.settings.random_share, self.warm_share)
        self.run += 1
        above = validation.above(scores)
        free = self.rank[rows] >= self.share
        self.above[:] = False
        self.above[rows] = above & free
        self.lead[rows] = scores.top
        ranked = EXCLUSIVE.ranked(scores.only(free), self.settings.queue_order)
        self._arrange(by_model(self.table, rows[free], ranked, above[free], self.settings))

    def _arrange(self, made: Order) -> None:
        self.cluster[:], self.priority[:] = -1, 0
        for item, number in made.clusters.items():
            self.cluster[item] = number
        for item, priority in made.priorities.items():
            self.priority[item] = priority

    def _page(self) -> None:
        chance = self.waiting & (self.rank < self.share)
        free = self.waiting & ~chance
        chosen = free & ~self.above & (self.cluster < 0)
        if self.rng.random() < self.share and (chance | chosen).any():
            self._manual(chance, chosen)
        elif (self.above & free).any():
            self._prelabeled(self._of_one_group(free & self.above, self.lead))
        elif (free & (self.cluster >= 0)).any():
            self._clustered(self._of_one_group(free & (self.cluster >= 0), self.cluster))
        else:
            self._manual(chosen, chance)

    def _of_one_group(self, some: np.ndarray, group: np.ndarray) -> np.ndarray:
        items = np.flatnonzero(some)
        items = items[group[items] == group[items].min()]
        return items[np.lexsort((self.rank[items], self.priority[items]))][:PAGE]

    def _manual(self, *sources: np.ndarray) -> None:
        page: list[int] = []
        for source in sources:
            items = np.flatnonzero(source)
            chosen = items[np.lexsort((self.rank[items], np.where(self._chance(items), 0, self.priority[items])))]
            page += chosen[: PAGE - len(page)].tolist()
        items = np.array(page)
        self.random[items] = self._chance(items)
        self._submit("manual", items, len(items))

    def _chance(self, items: np.ndarray) -> np.ndarray:
        return self.rank[items] < self.share

    def _clustered(self, page: np.ndarray) -> None:
        wrong = len(page) - np.bincount(self.truth[page]).max()
        self._submit("clustered", page, min(1 + 2 * int(wrong), 1 + len(page)))

    def _prelabeled(self, page: np.ndarray) -> None:
        unseen = np.array([is_blind(int(item), self.run, self.settings.blind_share) for item in page])
        wrong = (self.lead[page] != self.truth[page]) & ~unseen
        self.shown += int(np.count_nonzero(~unseen))
        self.errors += int(wrong.sum())
        self._submit("prelabeled", page, 1 + int(unseen.sum() + 2 * wrong.sum()))

    def _submit(self, queue: str, page: np.ndarray, keys: int) -> None:
        self.waiting[page] = False
        self.spent[queue] += keys
        self.images[queue] += len(page)
