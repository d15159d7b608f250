"""Labels as a COCO document (cocodataset.org/#format-data) that pycocotools loads.

- Coordinates and areas are absolute pixels of the picture as shown; ``bbox`` is x, y, width, height.
- ``images[].id`` is the item's id and ``categories[].id`` the label class's, so both are stable; annotations are
  numbered from 1 by item and then in their order. There is no date, so that the same labels give the same document.
- Only labeled items are in it. One without annotations has the label "No objects".
- Classification: an annotation for each class, with no ``bbox`` and no ``segmentation``, and ``area`` 0; its width and
  height are those of the image, as always.
- A box has its four corners as ``segmentation``: pycocotools' ``annToMask`` fails on an empty one and its ``showAnns``
  on one that is missing; torchvision and supervision take either.
- A COCO polygon cannot have holes: one that has is written as a run-length mask, as pycocotools draws it, with the
  mask's pixels as ``area``, and its outline beside it under ``jlabel``, which other readers leave alone and
  ``coco_reader`` takes.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from jlabel.errors import FormatError
from jlabel.formats.names import file_names
from jlabel.formats.run_lengths import strip
from jlabel.model.answer import Annotation
from jlabel.model.item import ItemState
from jlabel.model.label_class import LabelClass
from jlabel.model.record import Record
from jlabel.model.shapes.outline import Outline, Ring
from jlabel.model.task import TaskType

Document = dict[str, Any]


def to_coco(
    records: Iterable[Record], classes: Sequence[LabelClass], *, task: TaskType, notes: list[str] | None = None
) -> Document:
    """Return the labeled items as a COCO document, plain JSON data.

    Args:
        records: all of one project's, so that names depend on all of its items and not on which are labeled by now;
            only labeled ones become images.
        classes: all of the project's, also retired ones.
        task: the project's.
        notes: takes a sentence for what was left out: labeled images whose width and height are not known.

    Raises:
        FormatError: no labeled image has a known width and height, or a class is not in ``classes``.
    """
    labeled: list[Record] = []
    names = file_names(_noting(records, labeled))
    labeled.sort(key=lambda record: record.item)
    labeled = _sized(labeled, notes)
    known = {label.id for label in classes}
    annotations: list[Document] = []
    for record in labeled:
        for annotation in record.answer.annotations:
            if annotation.class_id not in known:
                raise FormatError(
                    f"The label of {record.name!r} has the class {annotation.class_id}, which is not in the project."
                )
            number = len(annotations) + 1
            annotations.append(_annotation(annotation, number=number, record=record, task=task))
    return {
        "info": {"description": f"{task} labels, exported by jlabel", "version": "1", "jlabel": {"task": str(task)}},
        "images": [
            {"id": record.item, "file_name": names[record.item], "width": record.width, "height": record.height}
            for record in labeled
        ],
        "annotations": annotations,
        "categories": [
            {"id": label.id, "name": label.path, "supercategory": label.path.rpartition("/")[0]}
            for label in sorted(classes, key=lambda label: label.id)
        ],
    }


def _noting(records: Iterable[Record], labeled: list[Record]) -> Iterator[Record]:
    """Pass records on and keep only the labeled ones, so that a large project fits in memory."""
    for record in records:
        if record.state is ItemState.LABELED:
            labeled.append(record)
        yield record


def _sized(labeled: list[Record], notes: list[str] | None) -> list[Record]:
    """Return the records whose sizes are known, and note those that are not."""
    sized = [record for record in labeled if record.width > 0 and record.height > 0]
    unknown = [record for record in labeled if record.width < 1 or record.height < 1]
    if not unknown:
        return labeled
    sentence = (
        f"The size of {unknown[0].name!r} is not known ({len(unknown)} of {len(labeled)} labeled images), and COCO "
        "needs it. Put the files back and export again, or take these items out: "
        f"p.remove([{', '.join(str(record.item) for record in unknown[:5])}{', …' if len(unknown) > 5 else ''}])."  # noqa: PLR2004
    )
    if not sized:
        raise FormatError(sentence)
    if notes is not None:
        notes.append(f"Left out of the export: {sentence[0].lower()}{sentence[1:]}")
    return sized


def _annotation(annotation: Annotation, *, number: int, record: Record, task: TaskType) -> Document:
    shape = annotation.shape
    data: Document = {"id": number, "image_id": record.item, "category_id": annotation.class_id, "iscrowd": 0}
    if not task.has_shapes or shape is None:
        return data | {"area": 0}
    x0, y0, x1, y1 = shape.bounds()
    data |= {"area": shape.area(), "bbox": [x0, y0, x1 - x0, y1 - y0]}
    outline = shape.outline()
    if outline.holes:
        data["segmentation"], data["area"] = _mask(outline, record.width, record.height)
    else:
        data["segmentation"] = [_flat(ring) for ring in outline.rings]
    plain = shape.rectangular or (shape.freeform and not outline.holes)
    return data if plain else data | {"jlabel": shape.to_dict()}


def _flat(ring: Ring) -> list[float]:
    return [number for point in ring for number in point]


def _mask(outline: Outline, width: int, height: int) -> tuple[Document, int]:
    """Return the outline as a compressed run-length mask, and its pixels: each part less its own holes.

    An island in a hole is a part, so that it is not cut out with the hole.
    """
    from pycocotools import mask  # noqa: PLC0415 -- slow to import and rarely needed

    from jlabel.model.shapes import planar  # noqa: PLC0415 -- shapely loads when it is first needed

    def drawn(rings: Sequence[Ring], left: int, right: int) -> Any:  # noqa: ANN401 -- untyped
        # Where it lies in the picture: moved, an edge through the middle of a pixel could be rounded to its other side.
        merged = mask.merge(mask.frPyObjects([_flat(ring) for ring in rings], height, width))
        return strip(merged["counts"], height, left, right)

    pixels = np.zeros((height, width), bool)
    for part in planar.parts(outline):  # each in its own columns: a picture of 300 megapixels has many small parts
        (ring,) = part.rings
        xs = [x for x, _ in ring]
        left, right = max(0, math.floor(min(xs)) - 1), min(width, math.ceil(max(xs)) + 1)
        if right <= left:
            continue
        where = drawn(part.rings, left, right)
        if part.holes:
            where &= ~drawn(part.holes, left, right)
        pixels[:, left:right] |= where
    packed = mask.encode(np.asfortranarray(pixels.astype(np.uint8)))
    return {"size": [height, width], "counts": packed["counts"].decode("ascii")}, int(pixels.sum())
