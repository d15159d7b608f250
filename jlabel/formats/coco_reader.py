"""Labels from a COCO document: jlabel's own, anyone's, or one that Azure Machine Learning exported."""

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from jlabel.errors import AnswerError, FormatError, GeometryError
from jlabel.formats.format import ImageLabels, ReadLabels, Sizes
from jlabel.model.answer import Annotation, Answer
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.shapes.shape import Shape
from jlabel.model.shapes.table import SHAPES, shape_from_dict
from jlabel.model.task import TaskType

_RELATIVE_UP_TO = 1.0001
"""Azure's older exports hold fractions of the image. Two things together are their mark: no coordinate passes 1, and no
annotation has the ``iscrowd`` that the standard asks for and Azure left out; jlabel's documents always have it."""

_SAME = 0.01
"""Pixels between a box's corner and an outline's: documents round to two digits."""


def from_coco(document: Mapping[str, Any], *, task: TaskType | None = None, sizes: Sizes | None = None) -> ReadLabels:
    """Read a COCO document.

    Args:
        document: parsed JSON.
        task: what to take of each annotation. Unless given, what a document of jlabel's names; of another, polygons if
            any annotation has a segmentation that is more than the corners of its box, else boxes if any has a box,
            else classes.
        sizes: widths and heights in pixels by file name, for documents that hold fractions or sizes of 0.

    Raises:
        FormatError: not of this form, an image or category that is not there, a shape without area, a mask with no
            outline, fractions of an image of unknown size, an answer that the task type does not allow.
    """
    try:
        return _read(document, task, sizes or {})
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        detail = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise FormatError(f"This is no COCO document: {detail}. See cocodataset.org for the form.") from error


def _read(document: Mapping[str, Any], task: TaskType | None, sizes: Sizes) -> ReadLabels:
    classes = {int(category["id"]): str(category["name"]) for category in document["categories"]}
    everything = list(document.get("annotations", ()))
    annotations = [annotation for annotation in everything if not annotation.get("iscrowd")]
    by_image = defaultdict(list)
    for annotation in annotations:
        by_image[annotation["image_id"]].append(annotation)
    images = list(document["images"])
    ids = {image["id"] for image in images}
    strange = next((key for key in by_image if key not in ids), None)
    if strange is not None:
        raise FormatError(f"An annotation belongs to the image {strange!r}, which the document does not hold.")
    task = task or _named(document) or _looks_like(annotations, by_image, len(images))
    relative = _is_relative(annotations)
    found = []
    for image in images:
        name = str(image["file_name"])
        width, height = round(float(image.get("width") or 0)), round(float(image.get("height") or 0))
        if not (width > 0 and height > 0):
            width, height = sizes.get(name, (0, 0))
        if relative and task.has_shapes and by_image[image["id"]] and not (width and height):
            raise FormatError(f"{name!r} is labeled in fractions, and its size is not in the document. Pass sizes=.")
        factors = (float(width), float(height)) if relative else (1.0, 1.0)
        answer = _answer(by_image[image["id"]], task, classes, factors, name)
        found.append(ImageLabels(name=name, width=width, height=height, answer=answer))
    return ReadLabels(
        task=task, images=tuple(found), classes=classes, left_out={"crowds": len(everything) - len(annotations)}
    )


def _named(document: Mapping[str, Any]) -> TaskType | None:
    """Return the task type that jlabel wrote into the document."""
    info = document.get("info")
    ours = info.get("jlabel") if isinstance(info, Mapping) else None
    name = ours.get("task") if isinstance(ours, Mapping) else None
    return TaskType(name) if name in list(TaskType) else None


def _looks_like(annotations: list[dict[str, Any]], by_image: Mapping[Any, list[Any]], images: int) -> TaskType:
    if any(annotation.get("segmentation") and not _is_its_box(annotation) for annotation in annotations):
        return TaskType.POLYGONS
    if any(annotation.get("bbox") for annotation in annotations):
        return TaskType.BOXES
    single = all(len(same) == 1 for same in by_image.values()) and len(by_image) == images
    return TaskType.MULTI_CLASS if single else TaskType.MULTI_LABEL


def _is_its_box(annotation: Mapping[str, Any]) -> bool:
    """Whether the outline is the rectangle of the box, as programs write it that draw boxes."""
    outline, box = annotation["segmentation"], annotation.get("bbox")
    if not isinstance(outline, list) or len(outline) != 1 or len(outline[0]) not in {8, 10} or not box:
        return False
    x, y, width, height = map(float, box)
    corners = {(x + right * width, y + down * height) for right in (0, 1) for down in (0, 1)}
    found = list(zip(map(float, outline[0][::2]), map(float, outline[0][1::2]), strict=True))
    near = [next((c for c in corners if math.dist(c, point) <= _SAME), None) for point in found]
    return None not in near and len(set(near)) == len(corners)


def _is_relative(annotations: list[dict[str, Any]]) -> bool:
    if any("iscrowd" in annotation for annotation in annotations):
        return False
    numbers: list[float] = []
    for annotation in annotations:
        numbers += annotation.get("bbox") or ()
        outline = annotation.get("segmentation")
        if isinstance(outline, list):
            numbers += [number for ring in outline for number in ring]
        elif outline:
            return False  # a mask has pixels
    return bool(numbers) and max(numbers) <= _RELATIVE_UP_TO


def _answer(
    annotations: list[dict[str, Any]],
    task: TaskType,
    classes: Mapping[int, str],
    factors: tuple[float, float],
    name: str,
) -> Answer:
    given: list[Annotation] = []
    for annotation in annotations:
        category = int(annotation["category_id"])
        if category not in classes:
            raise FormatError(
                f"An annotation of {name!r} has the category {category}, which the document does not hold."
            )
        try:
            shape = _shape(annotation, task, factors)
        except GeometryError as error:
            raise FormatError(f"Annotation {annotation.get('id')} of {name!r} cannot be used: {error}") from error
        if shape is not None or category not in {earlier.class_id for earlier in given}:
            given.append(Annotation(class_id=category, shape=shape))
    if not task.many_classes and len(given) != 1:
        raise FormatError(f"{name!r} has {len(given)} classes; in a {task} project it has one. Use multi-label.")
    try:
        return Answer(annotations=tuple(given), empty=not given)
    except AnswerError as error:
        raise FormatError(f"The labels of {name!r} cannot be used: {error}") from error


def _shape(annotation: Mapping[str, Any], task: TaskType, factors: tuple[float, float]) -> Shape | None:
    fx, fy = factors
    if task.shape is None:
        return None
    kind = SHAPES[task.shape]
    if kind.rectangular:
        x, y, width, height = (float(number) for number in annotation["bbox"])
        return Box(x * fx, y * fy, (x + width) * fx, (y + height) * fy)
    if "jlabel" in annotation:
        return shape_from_dict(annotation["jlabel"])
    outline = annotation["segmentation"]
    if not isinstance(outline, list):
        raise FormatError(f"Annotation {annotation.get('id')} is a mask; only outlines can be read. Convert it first.")
    rings = tuple(
        tuple((float(x) * fx, float(y) * fy) for x, y in zip(ring[::2], ring[1::2], strict=True)) for ring in outline
    )
    return Polygon(rings=rings)
