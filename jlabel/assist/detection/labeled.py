"""Labels as the images that a detector learns from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.examples import LabeledImage
from jlabel.errors import ImageError
from jlabel.media.picture import load, size_of
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.training_label import TrainingLabel

PIXELS = 720
"""The longest side, in pixels, at which a labeled image is decoded: a view is at most half larger than a frame."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LabeledItem:
    """An item with its label.

    Attributes:
        item: the item's id.
        label: as given.
        image: what a detector learns from.
    """

    item: int
    label: TrainingLabel
    image: LabeledImage


class LabeledItems:
    """Reads labels as images; what was read before is kept while label and file stay the same.

    Args:
        load_pixels: decodes a file, for tests.
    """

    def __init__(self, load_pixels: Callable[[str], NDArray[np.uint8]] | None = None) -> None:
        self._pixels = load_pixels or _decoded
        self._known: dict[int, tuple[str, LabeledItem]] = {}

    def read(
        self, labels: Iterable[TrainingLabel], files: Mapping[int, str], numbers: Mapping[int, int]
    ) -> list[LabeledItem]:
        """Return the labels whose file can be read, in the order given.

        Args:
            labels: with boxes or polygons, or without any object.
            files: URI by item; a label whose item is missing is left out.
            numbers: number of each class, from 0, by its id.
        """
        found = []
        for label in labels:
            uri = files.get(label.item)
            if uri is None:
                continue
            known_uri, item = self._known.get(label.item, ("", None))
            if item is None or item.label.answer != label.answer or known_uri != uri:
                try:
                    item = self._read(label, uri, numbers)
                except ImageError:  # its file went or was damaged after it was labeled
                    continue
                self._known[label.item] = uri, item
            found.append(item)
        return found

    def forget(self) -> None:
        """Read everything anew, for example after classes came."""
        self._known.clear()

    def _read(self, label: TrainingLabel, uri: str, numbers: Mapping[int, int]) -> LabeledItem:
        shapes = [(a.shape, numbers[a.class_id]) for a in label.answer.annotations if a.shape is not None]
        boxes = np.array([shape.bounds() for shape, _ in shapes], np.float32).reshape(-1, 4)
        classes = np.array([number for _, number in shapes], np.int64)
        polygons = tuple(shape for shape, _ in shapes if isinstance(shape, Polygon))
        image = LabeledImage(size_of(uri), boxes, classes, partial(self._pixels, uri), polygons)
        return LabeledItem(item=label.item, label=label, image=image)


def relative_sides(images: Iterable[LabeledImage]) -> dict[int, list[float]]:
    """Return by class the side of each box relative to that of its image: sqrt of area over area."""
    sides: dict[int, list[float]] = {}
    for image in images:
        areas = (image.boxes[:, 2:] - image.boxes[:, :2]).prod(axis=1) / (image.size[0] * image.size[1])
        for kind, area in zip(image.classes.tolist(), areas.tolist(), strict=True):
            sides.setdefault(kind, []).append(area**0.5)
    return sides


def _decoded(uri: str) -> NDArray[np.uint8]:
    return load(uri, size=(PIXELS, PIXELS)).pixels
