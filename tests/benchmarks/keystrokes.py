"""Keys to label everything, by a labeler who is simulated by the true labels.

The keystroke model. A key is a key pressed or a cell clicked. By hand, every image costs one key, its class, and pages
turn for nothing: the strictest baseline. With assist, every page of nine costs one key to submit, and

- a manual page one key an image, as by hand;
- a clustered page two keys (all cells, the class of most) and two for every image of another class (cell, class);
- a pre-labeled page two for every wrong pre-label (cell, class), and one for every blind image.

So that no wrong label is ever accepted: the labeler sees all. After every 45 labels, later more, the head is trained
again. The first 150 labels are random; then pre-labeled pages are served while there are any, clustered ones while they
are expected to cost less than a key an image, and of what is not pre-labeled at least every tenth page is random, as
the worker does it by default.

The old service's protocol, with our model in its place: 300 random labels, then confidence at least 0.8 pre-labeled,
the rest manual, trained again after every 300 labels; no clusters, nothing blind.
"""

import numpy as np

from jlabel.assist.classify import Trained, train
from jlabel.assist.cluster import Neighbours
from jlabel.assist.select import blind, grouped
from jlabel.assist.threshold import choose
from jlabel.model.assist import AssistSettings
from tests.benchmarks.clothes import Clothes
from tests.benchmarks.guarantee import TARGET
from tests.benchmarks.rows import Row, row

PAGE = 9
EVERY = 45
FIRST = 150
SHARE = 6
"""Trained again after 45 labels, or a sixth more: seldomer than the worker does it, to end in minutes."""
DEFAULTS = AssistSettings()


def keystrokes(data: Clothes, seeds: range) -> list[Row]:
    """Rows for three targets."""
    by_hand = len(data.classes)
    old = float(np.mean([_old_service(data, seed) for seed in seeds]))
    found = []
    for target in (TARGET, 0.9, 0.8):
        keys = float(np.mean([Labeling(data, seed, target).finish() for seed in seeds]))
        found += [
            row(f"keys by hand, beside assist at {target:.0%}", by_hand, "keys", baseline=keys, target=">= 2x"),
            row(f"keys of the old protocol, beside assist at {target:.0%}", old, "keys", baseline=keys),
        ]
    return found


class Labeling:
    """One simulated labeler who labels everything with assist; see the model above."""

    def __init__(self, data: Clothes, seed: int, target: float) -> None:
        self.data, self.seed, self.target = data, seed, target
        self.order = np.random.default_rng(seed).permutation(len(data.classes))
        self.waiting = np.ones(len(self.order), dtype=bool)
        self.random = np.zeros(len(self.order), dtype=bool)
        self.keys, self.since, self.turns = 0, 0, 0
        self.trained: Trained | None = None
        self.index = Neighbours(data.vectors)
        self.threshold: float | None = None

    def finish(self) -> int:
        """Label every image; returns the keys that it took."""
        while self.waiting.any():
            if self.trained is None or self.since >= max(EVERY, np.count_nonzero(~self.waiting) // SHARE):
                self._train()
            self._prelabeled() or self._clustered() or self._manual()
        return self.keys

    def _train(self) -> None:
        known = np.flatnonzero(~self.waiting)
        self.since = 0
        if len(known) < EVERY:
            return
        data = self.data
        self.trained = train(
            data.features[known],
            data.targets[known],
            class_ids=data.ids,
            random=self.random[known],
            seed=self.seed,
        )
        p = self.trained.head.predict(data.features)
        self.scores, self.predicted = p.max(axis=1), np.array(self.trained.head.class_ids)[p.argmax(axis=1)]
        held = self.trained.held
        self.threshold = choose(
            held.scores, held.right, target=self.target, waiting=self.scores[self.waiting]
        ).threshold

    def _prelabeled(self) -> bool:
        if self.threshold is None:
            return False
        rest = np.flatnonzero(self.waiting)
        page = rest[grouped(self.scores[rest], self.predicted[rest], self.threshold)][:PAGE]
        if not len(page):
            return False
        unseen = blind(page, seed=self.seed, share=DEFAULTS.blind_share)
        wrong = (self.predicted[page] != self.data.classes[page]) & ~unseen
        self._submit(page, int(unseen.sum() + 2 * wrong.sum()))
        return True

    def _clustered(self) -> bool:
        """The surest waiting image and those of its class that look most like it, where that is worth while."""
        self.turns += 1
        early = np.count_nonzero(~self.waiting) < FIRST
        if self.trained is None or early or self.turns % round(1 / DEFAULTS.random_share) == 0:
            return False
        rest = np.flatnonzero(self.waiting)
        first = rest[self.scores[rest].argmax()]
        same = self.waiting & (self.predicted == self.predicted[first])
        near = self.index.near(int(first), 3 * PAGE, among=same)
        page = np.concatenate([[first], sorted(near[1:], key=lambda n: -self.scores[n])])[:PAGE].astype(int)
        if 2 + 2 * (1 - self.scores[page]).sum() > len(page):
            return False
        most = np.bincount(self.data.classes[page]).max()
        self._submit(page, 2 + 2 * (len(page) - int(most)))
        return True

    def _manual(self) -> bool:
        page = self.order[self.waiting[self.order]][:PAGE]
        self.random[page] = True
        self._submit(page, len(page))
        return True

    def _submit(self, page: np.ndarray, keys: int) -> None:
        self.waiting[page] = False
        self.since += len(page)
        self.keys += keys + 1


def _old_service(data: Clothes, seed: int) -> int:
    order = np.random.default_rng(seed).permutation(len(data.classes))
    waiting, keys = np.ones(len(order), dtype=bool), 0
    while waiting.any():
        batch = order[waiting[order]][:300]
        waiting[batch] = False
        keys += len(batch) + -(-len(batch) // PAGE)
        known = np.flatnonzero(~waiting)
        rest = np.flatnonzero(waiting)
        if not len(rest):
            break
        trained = train(data.features[known], data.targets[known], class_ids=data.ids, seed=seed)
        p = trained.head.predict(data.features[rest])
        sure = p.max(axis=1) >= 0.8
        wrong = np.array(trained.head.class_ids)[p.argmax(axis=1)] != data.classes[rest]
        keys += -(-int(sure.sum()) // PAGE) + 2 * int((wrong & sure).sum())
        waiting[rest[sure]] = False
    return keys
