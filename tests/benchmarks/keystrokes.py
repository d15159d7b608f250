"""Keys to label everything, by a labeler who is simulated by the true labels.

The keystroke model. A key is a key pressed or a cell clicked. By hand, every image costs one key, its class, and pages
turn for nothing: the strictest baseline. With assist the labeler has "Submit automatically" switched on, and

- a manual page costs one key an image, as by hand, and is submitted with the last;
- a clustered page, which opens with all its images selected, one key (the class of most) and two for every image of
  another class (cell, class), these before; or, where that is dearer, one key to deselect and one an image;
- a page that is pre-labeled or suggested one key to submit, one for every wrong image whose second likeliest class is
  right (a click), two for every other wrong one (cell, class) and one for every blind image.

So that no wrong label is ever accepted: the labeler sees all. What is served when is the model of ``served``: the
worker's own rounds, thresholds and arrangements, and the store's queues.

The old service's protocol, with our model in its place: 300 random labels, then confidence at least 0.8 pre-labeled,
the rest manual, trained again after every 300 labels; no clusters, nothing blind; a key to submit each page, as there.
"""

from collections.abc import Callable
from itertools import product

import numpy as np

from jlabel.assist.classification.train import train
from jlabel.model.assist_settings import Goal
from tests.benchmarks.clothes import NO_SHOES, SHOES, TOPS, TROUSERS, Clothes
from tests.benchmarks.guarantee import TARGET
from tests.benchmarks.rows import Row, row
from tests.benchmarks.served import Labeling

PAGE = 9


SETS: dict[str, tuple[Callable[[Clothes], Clothes], float, float]] = {
    "clothing": (lambda data: data, 2.5, 3.6),
    "shoes or not": (lambda data: data.grouped(SHOES, NO_SHOES), 9, 15),
    "tops or trousers": (lambda data: data.grouped(TOPS, TROUSERS), 9, 12),
}
"""Sets of images, with the targets of both goals on pages of 25."""


def keystrokes(data: Clothes, seeds: range) -> list[Row]:
    """Rows for the sets, both goals and two sizes of page."""
    found = []
    for (name, (chosen, *goals)), goal, page in product(SETS.items(), Goal, (9, 25)):
        part = chosen(data)
        runs = [
            Labeling(data=part, seed=seed, truth=part.classes + 1, target=TARGET, goal=goal, page=page).finish()
            for seed in seeds
        ]
        keys = float(np.mean([run.keys for run in runs]))
        wanted = f">= {dict(zip(Goal, goals, strict=True))[goal]}x" if page == 25 else ""
        by_hand = f"{name}: keys by hand, beside {goal}, pages of {page}"
        found.append(row(by_hand, len(part.classes), "keys", baseline=keys, target=wanted))
        if name == "clothing":
            old = float(np.mean([old_service(part, seed) for seed in seeds]))
            found.append(row(f"keys of the old protocol, beside {goal}, pages of {page}", old, "keys", baseline=keys))
        if goal is Goal.PROMISE:
            proven = float(np.mean([run.prelabeled for run in runs]))
            found.append(row(f"{name}: share pre-labeled, pages of {page}", proven, ""))
    return found


def old_service(data: Clothes, seed: int) -> int:
    """Return the keys that the old service's protocol takes."""
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
