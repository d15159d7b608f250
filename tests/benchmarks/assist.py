"""Assist on the clothing images: accuracy, the guarantee, keystrokes, and the pace of every step.

Seeds 0 to 9, or 0 to 2 when quick; what each figure means stands in ``guarantee``, ``keystrokes`` and ``neighbours``.
"""

import sys
import time

import numpy as np

from jlabel.assist.classification.train import train
from jlabel.assist.embeddings.normalize import NormalizedEmbeddings
from jlabel.assist.guarantee.ledger import Ledger
from tests.benchmarks.clothes import Clothes, embedded
from tests.benchmarks.guarantee import accuracy, promise
from tests.benchmarks.keystrokes import keystrokes
from tests.benchmarks.neighbours import among
from tests.benchmarks.rows import Row, row

RUNS = 100
"""For the guarantee, which is about one run in twenty: ten runs could not tell."""


def rows(*, quick: bool = False) -> list[Row]:
    """All figures of assist that need no person."""
    seeds = range(3 if quick else 10)
    data, found = embedded()
    found += accuracy(data, seeds)
    found += promise(data, range(3 if quick else RUNS))
    found += keystrokes(data, seeds)
    found += _pace(data)
    found += among(50_000 if quick else 500_000)
    return found


def _pace(data: Clothes) -> list[Row]:
    """Seconds from 400 labels to pre-labels for all, embeddings cached; the data set repeated to 20,000."""
    found = []
    rng = np.random.default_rng(0)
    for count, goal in ((len(data.classes), "< 2"), (20_000, "< 5")):
        at = np.resize(np.arange(len(data.classes)), count)
        vectors = data.vectors[at] + rng.normal(0, 0.01, (count, data.vectors.shape[1])).astype(np.float16)
        begun = time.perf_counter()
        table = NormalizedEmbeddings(vectors)
        prepared = time.perf_counter() - begun
        known = rng.permutation(count)[:400]
        spent = []
        for _ in range(3):
            begun = time.perf_counter()
            trained = train(table.rows(known), data.targets[at[known]], class_ids=data.ids)
            p = np.concatenate(list(trained.head.predict_all(table.chunks()))).max(axis=1)
            Ledger().propose(np.sort(p)[::-1], trained.held.scores, trained.held.right)
            spent.append(time.perf_counter() - begun)
        found += [
            row(f"400 labels to pre-labels for {count} items", float(np.median(spent)), "s", target=goal),
            row(f"preparing {count} embeddings, once", prepared, "s"),
        ]
    return found


def show(found: list[Row]) -> None:
    """Prints figures alone, for a run by hand: ``python -m tests.benchmarks.assist``."""
    for line in found:
        print(line["metric"], round(line["value"], 3), line["unit"], line["baseline"], line["ratio"], line["target"])


if __name__ == "__main__":
    show(rows(quick="--quick" in sys.argv))
