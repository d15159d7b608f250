"""What assist serves while one labeler labels everything: the worker's policies and the store's queues, without either.

Training, the ledger of batches and the order of the queues are the worker's own functions. Claims follow
``store/sql/queue/claims.py``: a share of the pages is left to chance, else pre-labeled pages come first, then clustered
(the lots of a batch on trial before all others), then manual ones. The real thing differs in that rounds are more and
take time, a page is claimed ahead, and what arrives also reaches pages that are open.
"""

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from jlabel.assist.classification.outputs import EXCLUSIVE
from jlabel.assist.classification.scores import Scores
from jlabel.assist.classification.suggestion import WORTHWHILE
from jlabel.assist.classification.train import Trained, train
from jlabel.assist.guarantee.ledger import PAGE, Ledger, lots
from jlabel.assist.learner import Order
from jlabel.assist.ranking.order import by_looks, by_model
from jlabel.assist.schedule import labels_more
from jlabel.assist.worker.round import WARM_SHARE, random_share
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.batch import Batch, BatchState
from jlabel.store.sql.queue.suggestions import is_blind
from tests.benchmarks.clothes import Clothes

OUT = 0
"""The class of an image that fits none: it is skipped."""
SLOWER = 2
"""Trained so many times seldomer than the worker does it, to end in minutes."""


@dataclass(kw_only=True)
class Labeling:
    """One labeler, one project.

    Attributes:
        truth: (n,) the class of each image, 1 or more, or ``OUT``.
        slips: share of the labels that are wrong.
        page: images on a page that is pre-labeled or grouped.
        only: classes that the labeler answers, skipping all others; all unless given.
        late: a class that is added after half of the project; its images are skipped before.
        spent: keys pressed so far, by queue.
        images: labeled so far, by queue.
        published: of each batch that was released, how many of its images that were not audited were wrong, and of how
            many.
    """

    data: Clothes
    seed: int
    truth: np.ndarray
    target: float = 0.95
    goal: Goal = Goal.PROMISE
    page: int = 25
    slips: float = 0.0
    only: frozenset[int] | None = None
    late: int | None = None
    spent: Counter[str] = field(default_factory=Counter)
    images: Counter[str] = field(default_factory=Counter)
    published: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = len(self.truth)
        self.rng = np.random.default_rng(self.seed)
        self.rank = self.rng.permutation(count) / count
        self.settings = AssistSettings(target_precision=self.target, goal=self.goal)
        self.table = self.data.table
        self.waiting, self.random = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
        self.given = np.zeros(count, dtype=np.int64)  # what was answered; OUT for a skip
        self.frozen = np.zeros(count, dtype=np.int64)  # the answers of the batch on trial or shown
        self.offer, self.second = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        self.suggested = np.zeros(count, dtype=bool)
        self.cluster, self.priority = np.full(count, -1), np.zeros(count)
        self.ledger = Ledger(target=self.target)
        self.batch: np.ndarray = np.zeros(0, dtype=np.int64)
        self.seen: list[tuple[bool, bool]] = []  # of the released batch: withheld, wrong
        self.last: int | None = None
        self.run = 0
        self.share = WARM_SHARE
        self._arrange(by_looks(self.table, self._free(), self.settings))

    @property
    def keys(self) -> int:
        """Keys that it took so far."""
        return self.spent.total()

    @property
    def prelabeled(self) -> float:
        """Share of the images that came on pages that were proved."""
        return self.images["proven"] / max(1, self.images.total())

    @property
    def broken(self) -> bool:
        """Whether more than was promised is wrong of all that was released."""
        wrong, whole = np.sum(self.published, axis=0) if self.published else (0, 0)
        return bool(wrong > (1 - self.target) * whole + 1e-9)

    def finish(self) -> "Labeling":
        """Label every image."""
        while self.waiting.any():
            labels = int(np.count_nonzero(~self.waiting & (self.given != OUT)))
            added = self._add_class()
            due = not labels_more(labels // SLOWER if self.last is not None else labels, self.last)
            if due or added or self._judge():
                self._round(labels)
            self._page()
        return self

    # The labeler

    def _answer(self, items: np.ndarray) -> np.ndarray:
        """Return what the labeler says of images: with slips, and ``OUT`` where they are skipped."""
        said = self.truth[items].copy()
        slip = (self.rng.random(len(items)) < self.slips) & (said != OUT)
        width = self.data.targets.shape[1]
        said[slip] = (said[slip] - 1 + self.rng.integers(1, width, slip.sum())) % width + 1
        if self.only is not None:
            said[~np.isin(said, list(self.only))] = OUT
        if self.late is not None:
            said[said == self.late] = OUT
        return said

    def _add_class(self) -> bool:
        if self.late is None or self.waiting.mean() > 0.5:
            return False
        self.late = None
        current = self.ledger.current
        if current is not None:
            ended = BatchState.WITHDRAWN if current.state is BatchState.RELEASED else BatchState.DROPPED
            self._close(replace(current, state=ended))
        return True

    # The worker

    def _free(self) -> np.ndarray:
        """Waiting images that are not left to chance."""
        return np.flatnonzero(self.waiting & (self.rank >= self.share))

    def _judge(self) -> bool:
        """Judge the batch on trial or shown; return whether that changed anything."""
        current = self.ledger.current
        if current is None:
            return False
        if current.state is BatchState.TRIAL:
            asked = lots(current, self.batch)[: current.asked]
            if self.waiting[asked].any():
                return False
            errors = int((self.given[asked] != self.frozen[asked]).sum())
            new = self.ledger.look(current, len(asked), errors)
            if new.state is BatchState.RELEASED:
                rest = lots(current, self.batch)[len(asked) :]
                self.published.append((int((self.frozen[rest] != self.truth[rest]).sum()), len(rest)))
        else:
            withheld = [wrong for blind, wrong in self.seen if blind]
            wrong = sum(one for _, one in self.seen)
            rest = lots(current, self.batch)[current.audited :]
            new = self.ledger.watch(
                current,
                shown=len(self.seen),
                wrong=wrong,
                unseen=len(withheld),
                unseen_wrong=sum(withheld),
                left=int(self.waiting[rest].sum()),
            )
        changed = (new.state, new.asked) != (current.state, current.asked)
        self._close(new)
        return changed

    def _close(self, batch: Batch) -> None:
        self.ledger = self.ledger.replaced(batch)
        if self.ledger.current is None:
            self.batch, self.seen = np.zeros(0, dtype=np.int64), []

    def _round(self, labels: int) -> None:
        self.last = labels // SLOWER
        self.run += 1
        known = np.flatnonzero(~self.waiting & (self.given != OUT))
        width = self.data.targets.shape[1]
        targets = np.eye(width + 1)[self.given[known]][:, 1:]
        if EXCLUSIVE.why_not(targets):
            return
        trained = train(
            self.data.features[known], targets, class_ids=tuple(range(1, width + 1)), random=self.random[known]
        )
        skipped = np.flatnonzero(~self.waiting & (self.given == OUT) & self.random)
        drawn = int(self.random[known].sum()) + len(skipped)
        self.share = random_share(self.settings, drawn, trained.held.accuracy)
        rows = np.flatnonzero(self.waiting)
        if not len(rows):
            return
        scores = self._scores(trained, rows)
        free = self.rank[rows] >= self.share
        if self.ledger.may_propose(labels, drawn):
            self._propose(trained, scores, free, skipped, labels)
        current = self.ledger.current
        proven = np.zeros(len(rows), dtype=bool)
        trial: list[np.ndarray] = []
        if current is not None and current.state is BatchState.RELEASED:
            proven = np.isin(rows, self.batch)
        elif current is not None:
            open_lots = [item for item in lots(current, self.batch)[: current.asked] if self.waiting[item]]
            by_class = sorted(open_lots, key=lambda item: self.frozen[item])
            for class_id in np.unique(self.frozen[open_lots]):
                mine = [item for item in by_class if self.frozen[item] == class_id]
                trial += [np.array(mine[n : n + PAGE]) for n in range(0, len(mine), PAGE)]
        worth = self.goal is Goal.FEWEST_KEYS and not trial
        suggested = (scores.confidence >= WORTHWHILE) & ~proven & worth
        self.offer[rows] = np.where(proven, self.frozen[rows], scores.top)
        p = scores.probabilities.copy()
        p[np.arange(len(p)), p.argmax(axis=1)] = -1
        self.second[rows] = np.array(trained.head.class_ids)[p.argmax(axis=1)]
        self.suggested[:] = False
        self.suggested[rows] = suggested & free
        ranked = EXCLUSIVE.ranked(scores.only(free), self.settings.queue_order)
        self._arrange(by_model(self.table, rows[free], ranked, proven[free], suggested[free], self.settings))
        for number, page in enumerate(trial):
            self.cluster[page] = number - 1_000_000

    def _scores(self, trained: Trained, rows: np.ndarray) -> Scores:
        return EXCLUSIVE.decide(trained.head.predict(self.data.features[rows]), trained.head.class_ids, rows)

    def _propose(self, trained: Trained, scores: Scores, free: np.ndarray, skipped: np.ndarray, labels: int) -> None:
        order = np.flatnonzero(free)
        order = order[np.argsort(-scores.confidence[order], kind="stable")]
        sure, right = trained.held.scores, trained.held.right
        if len(skipped):
            sure = np.concatenate([sure, self._scores(trained, skipped).confidence])
            right = np.concatenate([right, np.zeros(len(skipped), dtype=bool)])
        found = self.ledger.propose(scores.confidence[order], sure, right)
        if found is None:
            return
        self.batch = np.sort(scores.items[order[: found.size]])
        self.frozen[scores.items] = scores.top
        batch = Batch(run=self.run, size=found.size, a=found.a, b=found.b, seed=self.seed + self.run, labels=labels)
        self.ledger = self.ledger.replaced(replace(batch, asked=self.ledger.ask(batch)))
        self.seen = []

    def _arrange(self, made: Order) -> None:
        self.cluster[:], self.priority[:] = -1, 0
        for item, number in made.clusters.items():
            self.cluster[item] = number
        for item, priority in made.priorities.items():
            self.priority[item] = priority

    # The queues

    def _page(self) -> None:
        current = self.ledger.current
        chance = self.waiting & (self.rank < self.share)
        free = self.waiting & ~chance
        proven = np.zeros(len(free), dtype=bool)
        if current is not None and current.state is BatchState.RELEASED:
            proven[self.batch] = True
            proven &= free
        suggested = free & self.suggested & ~proven
        clustered = free & (self.cluster != -1) & ~proven & ~suggested
        chosen = free & ~proven & ~suggested & ~clustered
        if self.rng.random() < self.share and (chance | chosen).any():
            self._manual(chance, chosen)
        elif proven.any():
            self._proposed("proven", self._of_one_group(proven, self.offer))
        elif suggested.any():
            self._proposed("suggested", self._of_one_group(suggested, self.cluster))
        elif clustered.any():
            self._clustered(self._of_one_group(clustered, self.cluster))
        else:
            self._manual(chosen, chance)

    def _of_one_group(self, some: np.ndarray, group: np.ndarray) -> np.ndarray:
        items = np.flatnonzero(some)
        items = items[group[items] == group[items].min()]
        return items[np.lexsort((self.rank[items], self.priority[items]))][: self.page]

    def _manual(self, *sources: np.ndarray) -> None:
        page: list[int] = []
        for source in sources:
            items = np.flatnonzero(source)
            place = np.where(self.rank[items] < self.share, 0, self.priority[items])
            page += items[np.lexsort((self.rank[items], place))][: PAGE - len(page)].tolist()
        items = np.array(page)
        self.random[items] = self.rank[items] < self.share
        self._submit("manual", items, self._answer(items), len(items))

    def _clustered(self, page: np.ndarray) -> None:
        said = self._answer(page)
        odd = len(page) - int(np.bincount(said).max())
        self._submit("clustered", page, said, min(1 + 2 * odd, 1 + len(page)))

    def _proposed(self, queue: str, page: np.ndarray) -> None:
        said = self._answer(page)
        share = self.settings.withheld_share if queue == "proven" else 0.0
        blind = np.array([is_blind(int(item), self.run, share) for item in page])
        wrong = said != self.offer[page]
        click = wrong & (said == self.second[page])
        keys = 1 + int(blind.sum()) + int((click & ~blind).sum()) + 2 * int((wrong & ~click & ~blind).sum())
        if queue == "proven":
            self.seen += zip(blind.tolist(), wrong.tolist(), strict=True)
        self._submit(queue, page, said, keys)

    def _submit(self, queue: str, page: np.ndarray, said: np.ndarray, keys: int) -> None:
        self.waiting[page] = False
        self.given[page] = said
        self.spent[queue] += keys
        self.images[queue] += len(page)
