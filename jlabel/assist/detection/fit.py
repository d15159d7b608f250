"""The training of a detector's head on cached features, within a budget of time."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from jlabel.assist.detection.assignment import assign, losses
from jlabel.assist.detection.descent import Descent, begin, descend
from jlabel.assist.detection.head import Head, to_boxes
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.views import View

RATE = 8e-3
BATCH = 8
_AVERAGED = 0.99
_HEAVIEST = 4.0


@dataclass(frozen=True, eq=False)
class Example:
    """A view of a labeled image, ready to be learned from.

    Attributes:
        features: (dim,) of ``Pyramid``.
        boxes: (k, 4) x0, y0, x1, y1, pixels of the frame.
        classes: (k,) numbers of their classes, from 0.
        image: number of its image; -1 where that is not known.
        view: of the image; ``None`` where that is not known.
    """

    features: NDArray[np.float16]
    boxes: NDArray[np.float32]
    classes: NDArray[np.int64]
    image: int = -1
    view: View | None = None


def class_weights(examples: Sequence[Example], classes: int) -> NDArray[np.float32]:
    """Return (classes,) weights that let rare classes count: sqrt of how much rarer than the commonest, 4 at most."""
    counts = np.bincount(np.concatenate([one.classes for one in examples]), minlength=classes).astype(float)
    most = max(1.0, counts.max(initial=1.0))
    return np.asarray(np.minimum(_HEAVIEST, np.sqrt(most / np.maximum(counts, 1.0))), np.float32)


def fit(
    examples: Sequence[Example],
    pyramid: Pyramid,
    classes: int,
    *,
    seconds: float,
    seed: int = 0,
    start: Head | None = None,
    most_steps: int = 10_000,
    cancel: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
) -> Descent[Head] | None:
    """Train a head; ``None`` when it was cancelled.

    Args:
        examples: views of labeled images.
        pyramid: that computed their features.
        classes: number of classes.
        seconds: budget.
        seed: of the order of the examples and of new weights.
        start: a head whose weights it begins with.
        most_steps: after which it ends at the latest.
        cancel: asked before every step.
        clock: seconds, of which the budget is one.
    """
    rng = np.random.default_rng(seed)
    head = begin(start, lambda: Head(pyramid.levels, classes), seed, pyramid.device)
    weights = torch.from_numpy(class_weights(examples, classes)).to(pyramid.device)
    places = pyramid.locations()
    return descend(
        head,
        examples,
        lambda some: _step(head, pyramid, some, places, weights),
        rng=rng,
        batch=BATCH,
        rate=RATE,
        averaged=_AVERAGED,
        seconds=seconds,
        most_steps=most_steps,
        cancel=cancel,
        clock=clock,
    )


def _step(
    head: Head,
    pyramid: Pyramid,
    some: Sequence[Example],
    places: tuple[torch.Tensor, torch.Tensor],
    weights: torch.Tensor,
) -> torch.Tensor:
    logits, distances = head(pyramid.maps(np.stack([one.features for one in some])))
    predicted = to_boxes(places[0], distances)
    boxes = [torch.from_numpy(one.boxes).to(pyramid.device) for one in some]
    classes = [torch.from_numpy(one.classes).to(pyramid.device) for one in some]
    p, frozen = logits.detach().sigmoid(), predicted.detach()
    assigned = [assign(p[n], frozen[n], boxes[n], classes[n], *places) for n in range(len(some))]
    return losses(logits, predicted, assigned, boxes, classes, weights)
