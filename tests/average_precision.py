"""Average precision of detections, by pycocotools."""

import contextlib
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from jlabel.assist.detection.detections import Detections

Truth = Sequence[tuple[np.ndarray, np.ndarray]]


def evaluated(found: Sequence[Detections], truth: Truth, classes: int) -> Any:
    """COCO's evaluation of boxes, by image; true boxes (k, 4) with their classes (k,)."""
    annotations = [
        {"id": 0, "image_id": n, "category_id": int(kind), "iscrowd": 0, **_box(box)}
        for n, (boxes, kinds) in enumerate(truth)
        for box, kind in zip(boxes, kinds, strict=True)
    ]
    for number, one in enumerate(annotations, 1):  # 0 would be no match
        one["id"] = number
    results = [
        {"image_id": n, "category_id": int(kind), "score": float(score), **_box(box)}
        for n, one in enumerate(found)
        for box, score, kind in zip(one.boxes, one.scores, one.classes, strict=True)
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        reference = COCO()
        reference.dataset = {
            "images": [{"id": n} for n in range(len(truth))],
            "annotations": annotations,
            "categories": [{"id": n, "name": str(n)} for n in range(classes)],
        }
        reference.createIndex()
        judged = COCOeval(reference, reference.loadRes(results), "bbox")
        judged.evaluate()
        judged.accumulate()
    return judged


def average_precisions(found: Sequence[Detections], truth: Truth, classes: int) -> list[float]:
    """AP at IoU 0.5 of each class; 0 where nothing was found at all, NaN where there is no true box."""
    if not any(map(len, found)):
        return [0.0] * classes
    precision = evaluated(found, truth, classes).eval["precision"][0, :, :, 0, 2]
    return [float("nan") if (column < 0).any() else float(column.mean()) for column in precision.T]


def _box(box: np.ndarray) -> dict[str, Any]:
    x0, y0, x1, y1 = map(float, box)
    return {"bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0)}
