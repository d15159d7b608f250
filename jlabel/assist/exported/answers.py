"""From what a network returns for one image to an answer: a function for each task, in one table.

Numpy alone; the README has the same in a few lines for an environment without jlabel.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.exported.facts import NEVER, Facts, Threshold
from jlabel.assist.exported.letterbox import Placement
from jlabel.model.task import TaskType

_DIGITS = 4

Answer = list[dict[str, Any]]
Outputs = Mapping[str, NDArray[Any]]
"""What a network returned for one image, by name."""
Reader = Callable[[Facts, Outputs, Placement, "Limits"], Answer]


@dataclass(frozen=True)
class Limits:
    """The confidence from which answers count as ``above``.

    Attributes:
        threshold: of all classes, or by class id; ``None``: none.
    """

    threshold: Threshold

    def of(self, class_id: int) -> float:
        """Return that of a class; more than 1 where it has none."""
        if isinstance(self.threshold, Mapping):
            return self.threshold.get(class_id, NEVER)
        return NEVER if self.threshold is None else self.threshold


def _one_class(facts: Facts, outputs: Outputs, placed: Placement, limits: Limits) -> Answer:  # noqa: ARG001
    p = outputs["probabilities"]
    best = int(p.argmax())
    found, confidence = facts.classes[best], float(p[best])
    above = found.offered and confidence >= limits.of(found.id)
    return [{"label": found.path if found.offered else None, "confidence": _rounded(confidence), "above": above}]


def _classes(facts: Facts, outputs: Outputs, placed: Placement, limits: Limits) -> Answer:  # noqa: ARG001
    p = outputs["probabilities"].astype(np.float64)
    given = p >= facts.rules["assigned"]
    whole = float(np.where(given, p, 1 - p).prod())  # that the whole set is right: a threshold is put to it
    above = bool(given.any()) and whole >= limits.of(facts.classes[int(p.argmax())].id)
    return [
        {"label": facts.classes[n].path, "confidence": _rounded(float(p[n])), "above": above}
        for n in np.flatnonzero(given).tolist()
        if facts.classes[n].offered
    ]


def _boxes(facts: Facts, outputs: Outputs, placed: Placement, limits: Limits) -> Answer:
    rules = facts.rules
    likely = outputs["confidences"] > 0
    boxes, sure, kinds = (outputs[name][likely] for name in ("boxes", "confidences", "classes"))
    kept = distinct(boxes, overlap=rules["overlap"], most=int(rules["most"]))
    corners = placed.to_image(boxes[kept]).round(1)
    answer: Answer = []
    for box, confidence, kind in zip(corners.tolist(), sure[kept].tolist(), kinds[kept].tolist(), strict=True):
        found = facts.classes[kind]
        if confidence < rules["floor"] or not found.offered or box[0] >= box[2] or box[1] >= box[3]:
            continue
        answer.append(
            {
                "label": found.path,
                "confidence": _rounded(confidence),
                "above": confidence >= limits.of(found.id),
                "box": tuple(round(value, 1) for value in box),
            }
        )
    return answer[: int(rules["shown"])]


READERS: dict[str, Reader] = {
    TaskType.MULTI_CLASS: _one_class,
    TaskType.MULTI_LABEL: _classes,
    TaskType.BOXES: _boxes,
}
"""The reader of each task, by its key. A further task is a function and a line here, and one in ``builders``."""


def distinct(boxes: NDArray[np.float32], *, overlap: float, most: int) -> list[int]:
    """Return which of (m, 4) boxes, the likeliest first, are objects of their own: greedy non-maximum suppression.

    Args:
        boxes: x0, y0, x1, y1.
        overlap: IoU above which the less likely of two is left out.
        most: how many at most.
    """
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    kept: list[int] = []
    rest: NDArray[np.intp] = np.arange(len(boxes))
    while len(rest) and len(kept) < most:
        first, rest = int(rest[0]), rest[1:]
        kept.append(first)
        low, high = np.maximum(boxes[first, :2], boxes[rest, :2]), np.minimum(boxes[first, 2:], boxes[rest, 2:])
        shared = np.maximum(high - low, 0).prod(axis=1)
        rest = rest[shared <= overlap * (areas[first] + areas[rest] - shared)]
    return kept


def _rounded(confidence: float) -> float:
    return min(1.0, max(0.0, round(confidence, _DIGITS)))
