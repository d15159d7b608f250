"""Assist on the clothing images: accuracy, the guarantee, keystrokes, and the pace of every step.

A labeler is simulated by the true labels, over seeds 0 to 9 (0 to 2 when quick). Embeddings are computed once by the
backbone that needs no network and kept in the user's cache folder.

The keystroke model. A key is a key pressed or a cell clicked. By hand, every image costs one key, its class, and pages
turn for nothing: the strictest baseline. With assist, every page of nine costs one key to submit, and

- a manual page one key an image, as by hand;
- a clustered page two keys (all cells, the class of most) and two for every image of another class (cell, class);
- a pre-labeled page two for every wrong pre-label (cell, class), and one for every blind image.

So that no wrong label is ever accepted: the labeler sees all. After every 45 labels the head is trained again. The
first 150 labels are random; then pre-labeled pages are served while there are any, clustered ones while they are
expected to cost less than a key an image, and of what is not pre-labeled at least every sixth page is random.

The old service's protocol, with our model in its place: 300 random labels, then confidence at least 0.8 pre-labeled,
the rest manual, trained again after every 300 labels; no clusters, nothing blind.
"""

import csv
import itertools
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

from jlabel.assist.backbone import open_backbone
from jlabel.assist.classify import Trained, train
from jlabel.assist.cluster import Neighbours
from jlabel.assist.embedded import Embedded
from jlabel.assist.features import Subject, featurize, framed
from jlabel.assist.select import blind, grouped
from jlabel.assist.shelf import Shelf
from jlabel.assist.threshold import choose
from tests.benchmarks.rows import Row, row
from tests.fixtures.realdata import FOLDER

TARGET = 0.95
COUNTS = (100, 200, 400)
PAGE = 9
EVERY = 45
FIRST = 150
RANDOM_EVERY = 6
RUNS = 100
"""For the guarantee, which is about one run in twenty: ten runs could not tell."""
ENOUGH = 900
"""Labels after which a simulated run trains no more: fits on more take long and change little."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Clothes:
    """The data set, embedded: raw and prepared embeddings, and the (n,) class of each image."""

    vectors: np.ndarray
    features: np.ndarray
    classes: np.ndarray

    @property
    def targets(self) -> np.ndarray:
        """(n, 10) 0 or 1."""
        return np.eye(self.classes.max() + 1)[self.classes]

    @property
    def ids(self) -> tuple[int, ...]:
        """Class ids, which here are the columns."""
        return tuple(range(int(self.classes.max()) + 1))


def rows(*, quick: bool = False) -> list[Row]:
    """All figures of assist that need no person."""
    seeds = range(3 if quick else 10)
    data, found = _clothes()
    found += _guarantee(data, seeds, range(20 if quick else RUNS))
    found += _keystrokes(data, seeds)
    found += _pace(data)
    found += _half_a_million(50_000 if quick else 500_000)
    return found


def _clothes() -> tuple[Clothes, list[Row]]:
    with (FOLDER / "clothing" / "labels.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    names = sorted({line["label"] for line in lines})
    backbone = open_backbone()
    shelf = Shelf(
        Path(platformdirs.user_cache_dir("jlabel")) / "bench" / backbone.hash, backbone=backbone.hash, dim=backbone.dim
    )
    subjects = [
        Subject(item=n, uri=str(FOLDER / "clothing" / line["image"]), stamp="1") for n, line in enumerate(lines)
    ]
    found = []
    # The pace of both is taken in turns, so that whatever else the machine does weighs on both.
    bare, whole = [], []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(3):
            some = subjects[turn * 96 : turn * 96 + 96]
            pixels = np.stack([framed(s.uri, backbone) for s in some])
            backbone.embed(pixels[:8])
            begun = time.perf_counter()
            backbone.embed(pixels)
            bare.append(len(some) / (time.perf_counter() - begun))
            fresh = Shelf(Path(folder) / str(turn), backbone=backbone.hash, dim=backbone.dim)
            done = featurize(some, backbone, fresh)
            whole.append(done.done / done.seconds)
    found.append(
        row(
            f"featurization ({backbone.name} at {backbone.size})",
            float(np.median(whole)),
            "images/s",
            baseline=float(np.median(bare)),
            target=">= 0.85x",
        )
    )
    featurize(subjects, backbone, shelf)
    vectors = np.array(shelf.matrix[shelf.rows([s.item for s in subjects])])
    classes = np.array([names.index(line["label"]) for line in lines])
    return Clothes(vectors=vectors, features=Embedded(vectors).rows(slice(None)), classes=classes), found


def _guarantee(data: Clothes, seeds: range, runs: range) -> list[Row]:
    found = []
    for count in COUNTS:
        accuracy, coverage, oracle, precision = [], [], [], []
        for seed in runs:
            order = np.random.default_rng(seed).permutation(len(data.classes))
            known, rest = order[:count], order[count:]
            trained = train(data.features[known], data.targets[known], class_ids=data.ids, seed=seed)
            p = trained.head.predict(data.features[rest])
            scores, right = p.max(axis=1), np.array(trained.head.class_ids)[p.argmax(axis=1)] == data.classes[rest]
            report = choose(trained.held.scores, trained.held.right, target=TARGET, waiting=scores)
            shown = scores >= (2 if report.threshold is None else report.threshold)
            accuracy.append(right.mean())
            coverage.append(shown.mean())
            precision.append(right[shown].mean() if shown.any() else np.nan)
            reached = np.flatnonzero(np.cumsum(right[np.argsort(-scores)]) / np.arange(1, len(rest) + 1) >= TARGET)
            oracle.append((reached[-1] + 1) / len(rest) if len(reached) else 0.0)
        goal = {100: ">= 0.72", 400: ">= 0.83"}.get(count, "")
        share = {400: ">= 0.7x"}.get(count, "")
        kept = [not value < TARGET for value in precision]
        few = len(seeds)
        found += [
            row(f"accuracy at {count} labels, {few} seeds", float(np.mean(accuracy[:few])), "", target=goal),
            row(
                f"share of {few} runs that held {TARGET:.0%} at {count} labels",
                float(np.mean(kept[:few])),
                "",
                target=">= 0.95",
            ),
            row(f"share of {len(runs)} runs that did", float(np.mean(kept)), "", target=">= 0.95"),
            row(
                f"coverage at {count} labels, beside an oracle's",
                float(np.mean(coverage[:few])),
                "",
                baseline=float(np.mean(oracle[:few])),
                target=share,
            ),
        ]
        if not np.isnan(precision).all():
            found.append(row(f"precision of pre-labels at {count} labels", float(np.nanmean(precision)), ""))
    return found


def _keystrokes(data: Clothes, seeds: range) -> list[Row]:
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
            if self.trained is None or (self.since >= EVERY and np.count_nonzero(~self.waiting) < ENOUGH):
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
        unseen = blind(page, seed=self.seed)
        wrong = (self.predicted[page] != self.data.classes[page]) & ~unseen
        self._submit(page, int(unseen.sum() + 2 * wrong.sum()))
        return True

    def _clustered(self) -> bool:
        """The surest waiting image and those of its class that look most like it, where that is worth while."""
        self.turns += 1
        early = np.count_nonzero(~self.waiting) < FIRST
        if self.trained is None or early or self.turns % RANDOM_EVERY == 0:
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


def _pace(data: Clothes) -> list[Row]:
    """Seconds from 400 labels to pre-labels for all, embeddings cached; the data set repeated to 20,000."""
    found = []
    rng = np.random.default_rng(0)
    for count, goal in ((len(data.classes), "< 2"), (20_000, "< 5")):
        at = np.resize(np.arange(len(data.classes)), count)
        vectors = data.vectors[at] + rng.normal(0, 0.01, (count, data.vectors.shape[1])).astype(np.float16)
        begun = time.perf_counter()
        table = Embedded(vectors)
        prepared = time.perf_counter() - begun
        known = rng.permutation(count)[:400]
        spent = []
        for _ in range(3):
            begun = time.perf_counter()
            trained = train(table.rows(known), data.targets[at[known]], class_ids=data.ids)
            p = np.concatenate(list(trained.head.predict_all(table.chunks())))
            choose(trained.held.scores, trained.held.right, target=TARGET, waiting=p.max(axis=1))
            spent.append(time.perf_counter() - begun)
        found += [
            row(f"400 labels to pre-labels for {count} items", float(np.median(spent)), "s", target=goal),
            row(f"preparing {count} embeddings, once", prepared, "s"),
        ]
    return found


_NEIGHBOURS = """
import json, resource, sys, time
import numpy as np, psutil
from jlabel.assist.cluster import Neighbours
path, count = sys.argv[1], int(sys.argv[2])
vectors = np.memmap(path, np.float16, "r", shape=(count, 1280))
begun = time.perf_counter()
index = Neighbours(vectors)
built = time.perf_counter() - begun
index.near(0, 9)
spent = []
for row in range(1, count, count // 20):
    begun = time.perf_counter()
    index.near(row, 9)
    spent.append(1000 * (time.perf_counter() - begun))
own = psutil.Process().memory_full_info().uss
print(json.dumps([built, spent, own / 1e9, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6]))
"""


def _half_a_million(count: int) -> list[Row]:
    """Neighbours among so many, in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.f16"
        rng = np.random.default_rng(0)
        with path.open("wb") as file:
            for start in range(0, count, 10_000):
                some = min(10_000, count - start)
                file.write(np.maximum(rng.standard_normal((some, 1280), np.float32), 0).astype(np.float16).tobytes())
        done = subprocess.run(
            [sys.executable, "-c", _NEIGHBOURS, str(path), str(count)], capture_output=True, text=True, check=True
        )
    built, spent, own, peak = json.loads(done.stdout)
    return [
        row(f"neighbours for a page among {count}, p50", float(np.median(spent)), "ms", target="< 300"),
        row(f"neighbours for a page among {count}, worst of {len(spent)}", max(spent), "ms", target="< 300"),
        row(f"index of {count} embeddings, once", built, "s"),
        row(f"memory of {count} embeddings, own", own, "GB", target="< 3"),
        row(f"memory of {count} embeddings, with mapped pages, at most", peak, "GB"),
    ]


def show(found: list[Row]) -> None:
    """Prints figures alone, for a run by hand: ``python -m tests.benchmarks.assist``."""
    for line in found:
        print(line["metric"], round(line["value"], 3), line["unit"], line["baseline"], line["ratio"], line["target"])


if __name__ == "__main__":
    show(list(itertools.chain(rows(quick="--quick" in sys.argv))))
