"""Accuracy, and the threshold's promise held beside what became of it.

A run labels so many images at random, trains, chooses the threshold, and looks at all others with the true labels. The
oracle is the lowest threshold that the true labels of the others allow for the same model.
"""

import numpy as np

from jlabel.assist.classification.train import train
from jlabel.assist.guarantee.threshold import choose
from tests.benchmarks.clothes import Clothes
from tests.benchmarks.rows import Row, row

TARGET = 0.95
COUNTS = (100, 200, 400)


def guarantee(data: Clothes, seeds: range, runs: range) -> list[Row]:
    """Rows for all counts: means of few seeds as the target asks, and the promise over many runs."""
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
        if len(runs) > few:
            found.append(
                row(
                    f"coverage at {count} labels, {len(runs)} runs, beside an oracle's",
                    float(np.mean(coverage)),
                    "",
                    baseline=float(np.mean(oracle)),
                    target=share,
                )
            )
        if not np.isnan(precision).all():
            found.append(row(f"precision of pre-labels at {count} labels", float(np.nanmean(precision)), ""))
    return found
