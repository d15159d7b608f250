"""A round's training of a detector: the head, and twins that have not seen what they predict for validation."""

import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.calibration import Calibration, Held, calibrate, hold, most_saving
from jlabel.assist.detection.detector import Detector
from jlabel.assist.detection.fit import fit
from jlabel.assist.detection.head import Head
from jlabel.assist.detection.labeled import LabeledItem
from jlabel.assist.detection.model import ShapeModel
from jlabel.assist.detection.view_cache import ViewCache

FOLDS = 2
"""A twin of each half: with so little time, two that are well trained tell more than five that are not."""
SECONDS = 45.0
"""Of a training: short enough that proposals come within a minute and a half, long enough for a head of its own."""
FEATURES = 0.25
"""Share of the time that goes into views."""
TWINS = (0.6, 0.4)
"""Share that goes into the twins together, when they begin and when they go on."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The time for a training.

    Attributes:
        seconds: in all.
        clock: seconds, of which it is one.
        cancel: true ends the work.
    """

    seconds: float = SECONDS
    clock: Callable[[], float] = time.monotonic
    cancel: Callable[[], bool] = lambda: False


def fold_of(item: int) -> int:
    """Return the fold of an item: the same in every training, so that a twin never sees what it predicts."""
    return zlib.crc32(str(item).encode()) % FOLDS


def train(
    items: Sequence[LabeledItem],
    views: ViewCache,
    class_ids: tuple[int, ...],
    *,
    start: ShapeModel | None = None,
    budget: Budget | None = None,
    seed: int = 0,
    least_iou: float = 0.5,
) -> ShapeModel | None:
    """Train on labeled items; ``None`` when it was cancelled.

    Args:
        items: labeled.
        views: of their images, computed so far; more are added.
        class_ids: of the classes, in the order of their numbers.
        start: the last model, of the same classes.
        budget: of time.
        seed: of new weights and of the order of examples.
        least_iou: IoU from which a box is right.
    """
    budget = budget or Budget()
    clock, cancel = budget.clock, budget.cancel
    begun = clock()
    views.update(items, seconds=FEATURES * budget.seconds, cancel=cancel, clock=clock)
    if cancel():
        return None
    left = budget.seconds - (clock() - begun)

    def trained(of: Sequence[int], first: Head | None, seconds: float, number: int) -> Head | None:
        examples = views.examples(of)
        fitted = fit(examples, views.pyramid, len(class_ids), seconds=seconds, seed=seed + number, start=first,
                     cancel=cancel, clock=clock)  # fmt: skip
        return None if fitted is None else fitted.head

    every = [one.item for one in items]
    old = start.twins if start is not None and len(start.twins) == FOLDS else (None,) * FOLDS
    twins: list[Head] = []
    for fold in range(FOLDS):
        others = [item for item in every if fold_of(item) != fold]
        seconds = max(0.0, TWINS[old[fold] is not None] * left / FOLDS)
        twin = trained(others or every, old[fold], seconds, fold + 1)
        if twin is None:
            return None
        twins.append(twin)
    spent = clock() - begun
    head = trained(every, start.head if start is not None else None, max(0.0, budget.seconds - spent), 0)
    if head is None:
        return None
    held = held_out(items, views, twins, class_ids, least_iou=least_iou)
    calibration = calibrate(held)
    confidence, right = pooled(held, calibration)
    return ShapeModel(
        head=head,
        twins=tuple(twins),
        class_ids=class_ids,
        labels=len(items),
        held=held,
        calibration=calibration,
        threshold=most_saving(confidence, right),
    )


def held_out(
    items: Sequence[LabeledItem],
    views: ViewCache,
    twins: Sequence[Head],
    class_ids: tuple[int, ...],
    *,
    least_iou: float,
) -> tuple[Held, ...]:
    """Return what the twins predict for the items that they were not trained on."""
    detectors = [Detector(pyramid=views.pyramid, head=twin, class_ids=class_ids) for twin in twins]
    found = []
    for one in items:
        plain = views.plain(one.item)
        if plain is None:
            continue
        predicted = detectors[fold_of(one.item)].detect(plain.features, one.image.size)
        found.append(hold(one.item, predicted, one.image.boxes, one.image.classes, least=least_iou))
    return tuple(found)


def pooled(held: Sequence[Held], calibration: Calibration) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the confidences of all held-out boxes, and whether each is right."""
    if not held:
        return np.zeros(0), np.zeros(0, bool)
    scores = np.concatenate([one.found.scores for one in held])
    return calibration(scores), np.concatenate([one.matched.right for one in held])
