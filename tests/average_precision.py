"""Average precision of boxes and of masks, by pycocotools."""

import contextlib
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from pycocotools import mask as run_lengths
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from jlabel.assist.detection.detections import Detections
from jlabel.model.shapes.polygon import Polygon

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


def mask_average_precisions(
    found: Sequence[Sequence[Polygon]], scores: Sequence[np.ndarray], truth: Sequence[Sequence[Polygon]],
    sizes: Sequence[tuple[int, int]], *, ious: Sequence[float], most: int = 300,
) -> list[float]:  # fmt: skip
    """AP of the polygons of one class at each IoU of their pixels, of ``most`` objects an image; sizes are (w, h)."""
    if not any(map(len, found)):
        return [0.0] * len(ious)
    annotations = [_mask(one, sizes[n], n) for n, some in enumerate(truth) for one in some]
    results = [
        {**_mask(one, sizes[n], n), "score": float(score)}
        for n, some in enumerate(found)
        for one, score in zip(some, scores[n], strict=True)
    ]
    sides = []
    with contextlib.redirect_stdout(io.StringIO()):
        for each in (annotations, results):
            side = COCO()
            side.dataset = {
                "images": [{"id": n, "width": w, "height": h} for n, (w, h) in enumerate(sizes)],
                "annotations": [{**one, "id": number} for number, one in enumerate(each, 1)],
                "categories": [{"id": 0, "name": "0"}],
            }
            side.createIndex()
            sides.append(side)
        judged = COCOeval(*sides, "segm")
        judged.params.iouThrs = np.array(ious)
        judged.params.maxDets = [most]
        judged.evaluate()
        judged.accumulate()
    return [float(column.mean()) for column in judged.eval["precision"][:, :, 0, 0, 0]]


def _mask(polygon: Polygon, size: tuple[int, int], image: int) -> dict[str, Any]:
    """A polygon without its holes as COCO's result or annotation."""
    rings = [np.array(ring).ravel().tolist() for ring in polygon.rings]
    drawn = run_lengths.merge(run_lengths.frPyObjects(rings, size[1], size[0]))
    about = {"image_id": image, "category_id": 0, "iscrowd": 0, "segmentation": drawn}
    return {**about, "area": float(run_lengths.area(drawn)), "bbox": run_lengths.toBbox(drawn).tolist()}
