"""The training loop of the heads: AdamW within a budget of time, on a cosine, with averaged weights."""

import math
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

_WARM_UP = 20
_CLIP = 10.0
_DECAY = 0.02

HeadT = TypeVar("HeadT", bound=nn.Module)
ExampleT = TypeVar("ExampleT")


@dataclass(frozen=True, kw_only=True)
class Descent(Generic[HeadT]):
    """What a training came to.

    Attributes:
        head: with averaged weights, in evaluation mode.
        steps: it was trained for.
        loss: mean of the last tenth of them.
    """

    head: HeadT
    steps: int
    loss: float


def begin(start: HeadT | None, make: Callable[[], HeadT], seed: int, device: str) -> HeadT:
    """Return the head to train: a copy of ``start``, or a new one whose weights a seed draws."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = deepcopy(start) if start is not None else make()
    return head.to(device).train()


def descend(
    head: HeadT,
    examples: Sequence[ExampleT],
    step: Callable[[Sequence[ExampleT]], Tensor],
    *,
    rng: np.random.Generator,
    batch: int,
    rate: float,
    averaged: float,
    seconds: float,
    most_steps: int,
    cancel: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
) -> Descent[HeadT] | None:
    """Train a head; ``None`` when it was cancelled.

    Args:
        head: in training mode; its weights are changed.
        examples: that batches are drawn from, all of them once before any again.
        step: returns the loss of a batch.
        rng: draws the order of the examples.
        batch: examples of a step.
        rate: the highest learning rate.
        averaged: how much of the averaged weights a step keeps, in the long run.
        seconds: budget.
        most_steps: after which it ends at the latest.
        cancel: asked before every step.
        clock: seconds, of which the budget is one.
    """
    average = deepcopy(head).eval()
    optimizer = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=_DECAY)
    order: list[int] = []
    begun, steps, recent = clock(), 0, [0.0]
    while steps < most_steps:
        if cancel():
            return None
        spent = max((clock() - begun) / max(seconds, 1e-9), steps / most_steps)
        if spent >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1.0, (steps + 1) / _WARM_UP) * 0.5 * (1 + math.cos(math.pi * spent))
        if len(order) < batch:
            order += rng.permutation(len(examples)).tolist()
        some, order = [examples[n] for n in order[:batch]], order[batch:]
        loss = step(some)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(head.parameters(), _CLIP)
        optimizer.step()
        steps += 1
        recent = [*recent[-max(1, steps // 10) :], float(loss.detach())]
        _average(average, head, min(averaged, (1 + steps) / (10 + steps)))
    return Descent(head=average, steps=steps, loss=float(np.mean(recent)))


@torch.no_grad()
def _average(average: nn.Module, head: nn.Module, keep: float) -> None:
    for mine, new in zip(average.parameters(), head.parameters(), strict=True):
        mine.lerp_(new, 1 - keep)
