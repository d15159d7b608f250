"""Inference: the proposed shapes of each waiting image, as the store takes them."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.calibration import NEVER
from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.scores import ShapeScores
from jlabel.errors import GeometryError
from jlabel.model.answer import Annotation, Answer, Made
from jlabel.model.run import AnnotationScore, Prediction
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.shape import Shape

FLOOR = 0.1
"""Confidence below which a shape is not even offered to a labeler who asks for more."""
MOST = 200
"""Shapes of an image that are stored."""
_DIGITS = 4

Outlines = Callable[[int, Detections, bool], Sequence[Shape | None]]
"""From an item's id, its boxes, and whether any of them is shown, to a shape for each box; ``None`` for none."""


def predictions(
    scores: ShapeScores,
    proven: NDArray[np.bool_],
    suggested: NDArray[np.bool_],
    *,
    threshold: dict[int, float] | float,
    offered: frozenset[int],
    name: str,
    outlines: Outlines,
) -> Iterator[Prediction]:
    """Yield a prediction for each item; its shapes are sorted by confidence, the surest first.

    Args:
        scores: of n items.
        proven: (n,) whose shapes from ``scores.proving`` on are shown as proved.
        suggested: (n,) whose shapes from the threshold on are shown without a promise.
        threshold: of all classes, or by class id.
        offered: classes that may be proposed.
        name: of the model; the names of shapes begin with it, so that those of two runs are told apart.
        outlines: makes shapes of boxes.
    """
    allowed = np.array(sorted(offered), np.int64)
    for n, item in enumerate(scores.items.tolist()):
        every = scores.found[n]
        found = every.only((every.scores >= FLOOR) & np.isin(every.classes, allowed)).first(MOST)
        limits = np.full(len(found), scores.proving) if proven[n] else limits_of(found, threshold)
        if not (proven[n] or suggested[n]):
            limits[:] = NEVER
        shapes = outlines(item, found, bool((found.scores >= limits).any()))
        yield _prediction(item, found, shapes, limits, name=name, proven=bool(proven[n]))


def limits_of(found: Detections, threshold: dict[int, float] | float) -> NDArray[np.float64]:
    """Return (k,) the threshold of each box; ``NEVER`` for classes that have none."""
    if not isinstance(threshold, dict):
        return np.full(len(found), float(threshold))
    return np.array([threshold.get(class_id, NEVER) for class_id in found.classes.tolist()], np.float64)


def as_boxes(item: int, found: Detections, shown: bool) -> list[Shape | None]:  # noqa: ARG001, FBT001 -- as ``Outlines``
    """Return the boxes themselves, to a tenth of a pixel."""
    return [_box(bounds) for bounds in found.boxes.tolist()]


def _box(bounds: Sequence[float]) -> Box | None:
    try:
        return Box(*(round(value, 1) for value in bounds))
    except GeometryError:  # thinner than a tenth of a pixel
        return None


def _prediction(
    item: int,
    found: Detections,
    shapes: Sequence[Shape | None],
    limits: NDArray[np.float64],
    *,
    name: str,
    proven: bool,
) -> Prediction:
    annotations: list[Annotation] = []
    scores: list[AnnotationScore] = []
    for shape, score, class_id, limit in zip(
        shapes, found.scores.tolist(), found.classes.tolist(), limits.tolist(), strict=True
    ):
        if shape is None:
            continue
        uid = f"{name}-{len(annotations)}"
        annotations.append(Annotation(class_id=class_id, shape=shape, uid=uid, made=Made.PROPOSED))
        scores.append(AnnotationScore(confidence=min(1.0, round(score, _DIGITS)), above=score >= limit))
    sure = [one.confidence for one in scores if one.above]
    return Prediction(
        item=item,
        answer=Answer(annotations=tuple(annotations)),
        confidence=round(float(np.mean(sure)), _DIGITS) if sure else 0.0,
        scores=tuple(scores),
        above=bool(sure),
        proven=proven or not sure,
    )
