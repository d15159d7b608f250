"""The training of a detector's head on cached features, within a budget of time."""

import math
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from jlabel.assist.detection.assignment import assign, losses
from jlabel.assist.detection.head import Head, to_boxes
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.views import View

RATE = 8e-3
_DECAY = 0.02
BATCH = 8
_WARM_UP = 20
_CLIP = 10.0
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


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A trained head.

    Attributes:
        head: with averaged weights, in evaluation mode.
        steps: it was trained for.
        loss: mean of the last tenth of them.
    """

    head: Head
    steps: int
    loss: float


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
) -> Fitted | None:
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
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = deepcopy(start) if start is not None else Head(pyramid.levels, classes)
    head = head.to(pyramid.device).train()
    average = deepcopy(head).eval()
    weights = torch.from_numpy(class_weights(examples, classes)).to(pyramid.device)
    optimizer = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=_DECAY)
    centres, strides = pyramid.locations()
    order: list[int] = []
    begun, steps, recent = clock(), 0, [0.0]
    while steps < most_steps:
        if cancel():
            return None
        spent = max((clock() - begun) / max(seconds, 1e-9), steps / most_steps)
        if spent >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (steps + 1) / _WARM_UP) * 0.5 * (1 + math.cos(math.pi * spent))
        if len(order) < BATCH:
            order += rng.permutation(len(examples)).tolist()
        some, order = [examples[n] for n in order[:BATCH]], order[BATCH:]
        loss = _step(head, pyramid, some, (centres, strides), weights)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(head.parameters(), _CLIP)
        optimizer.step()
        steps += 1
        recent = [*recent[-_tenth(steps) :], float(loss.detach())]
        _average(average, head, min(_AVERAGED, (1 + steps) / (10 + steps)))
    return Fitted(head=average, steps=steps, loss=float(np.mean(recent)))


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


@torch.no_grad()
def _average(average: Head, head: Head, keep: float) -> None:
    for mine, new in zip(average.parameters(), head.parameters(), strict=True):
        mine.lerp_(new, 1 - keep)


def _tenth(steps: int) -> int:
    return max(1, steps // 10)
