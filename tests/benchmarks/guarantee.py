"""Accuracy of the model, and the promise held beside what became of it in whole simulated projects.

A project is labeled from the first image to the last by one simulated labeler (``served``), under conditions that
people work in. It is broken where more than was promised of all that was released to be shown is wrong, by the truth.
"""

from collections.abc import Callable

import numpy as np

from jlabel.assist.classification.train import train
from tests.benchmarks.clothes import TOPS, TROUSERS, Clothes
from tests.benchmarks.rows import Row, row
from tests.benchmarks.served import OUT, Labeling

TARGET = 0.95
COUNTS = (100, 200, 400)
Condition = Callable[[Clothes, int], Labeling]


def accuracy(data: Clothes, seeds: range) -> list[Row]:
    """Accuracy on all images that were not labeled, by the number of random labels."""
    found = []
    for count in COUNTS:
        right = []
        for seed in seeds:
            order = np.random.default_rng(seed).permutation(len(data.classes))
            known, rest = order[:count], order[count:]
            head = train(data.features[known], data.targets[known], class_ids=data.ids, seed=seed).head
            best = np.array(head.class_ids)[head.predict(data.features[rest]).argmax(axis=1)]
            right.append((best == data.classes[rest]).mean())
        goal = {100: ">= 0.72", 400: ">= 0.83"}.get(count, "")
        found.append(row(f"accuracy at {count} labels, {len(seeds)} seeds", float(np.mean(right)), "", target=goal))
    return found


def promise(data: Clothes, seeds: range) -> list[Row]:
    """Projects and publications below the target, by condition."""
    found = []
    for name, condition in CONDITIONS.items():
        runs = [condition(data, seed).finish() for seed in seeds]
        published = [one for run in runs for one in run.published]
        below = [wrong > (1 - TARGET) * whole for wrong, whole in published]
        found += [
            _few(f"{name}: share of {len(runs)} projects below", [run.broken for run in runs]),
            _few(f"{name}: share of {len(published)} publications below", below),
            row(f"{name}: share pre-labeled", float(np.mean([run.prelabeled for run in runs])), ""),
            row(f"{name}: keys by hand / assist", float(np.mean([len(run.truth) / run.keys for run in runs])), "x"),
        ]
    return found


def _few(metric: str, broken: list[bool]) -> Row:
    return row(metric, float(np.mean(broken)) if broken else 0.0, "", target="<= 0.05")


def _easy(data: Clothes) -> Clothes:
    """Two classes that are told apart easily, 960 images."""
    return data.grouped(TOPS, TROUSERS)


def _random(data: Clothes, seed: int) -> Labeling:
    return Labeling(data=data, seed=seed, truth=data.classes + 1)


def _one_class_after_the_other(data: Clothes, seed: int) -> Labeling:
    return Labeling(data=data, seed=seed, truth=data.classes + 1, only=frozenset({1, 2}))


def _out_of_scope(data: Clothes, seed: int) -> Labeling:
    truth = data.classes + 1
    truth[np.random.default_rng(1000 + seed).random(len(truth)) < 0.1] = OUT
    return Labeling(data=data, seed=seed, truth=truth)


def _slips(share: float) -> Condition:
    return lambda data, seed: Labeling(data=data, seed=seed, truth=data.classes + 1, slips=share)


def _imbalanced(data: Clothes, seed: int) -> Labeling:
    pair = _easy(data)
    many, few = np.flatnonzero(pair.classes == 0), np.flatnonzero(pair.classes == 1)
    some = np.random.default_rng(2000 + seed).permutation(few)[: max(2, len(many) // 19)]
    kept = np.sort(np.concatenate([many, some]))
    part = Clothes(vectors=pair.vectors[kept], features=pair.features[kept], classes=pair.classes[kept])
    return Labeling(data=part, seed=seed, truth=part.classes + 1)


def _late(data: Clothes, seed: int) -> Labeling:
    return Labeling(data=data, seed=seed, truth=data.classes + 1, late=int(data.classes.max()) + 1)


CONDITIONS: dict[str, Condition] = {
    "random order": _random,
    "two easy classes": lambda data, seed: _random(_easy(data), seed),
    "two of ten classes, the rest skipped": _one_class_after_the_other,
    "10 % out of scope, skipped": _out_of_scope,
    "1 % slips": _slips(0.01),
    "5 % slips": _slips(0.05),
    "two easy classes, 1 % slips": lambda data, seed: _slips(0.01)(_easy(data), seed),
    "two easy classes, 10 % out of scope": lambda data, seed: _out_of_scope(_easy(data), seed),
    "two easy classes, 95 to 5": _imbalanced,
    "a class added midway": _late,
}
