"""Polygons of a detector's boxes: masks where they are better than ellipses, else ellipses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.feature_store import FeatureStore
from jlabel.assist.detection.labeled import PIXELS
from jlabel.assist.detection.mask_predictor import MaskPredictor
from jlabel.assist.detection.polygons import ellipse
from jlabel.errors import GeometryError, ImageError
from jlabel.media.picture import load
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.shapes.shape import Shape

_WITHIN = 0.85
"""Share of a box that lies in a surer one from which it is a part of the same object."""


@dataclass(frozen=True, kw_only=True)
class PolygonOutlines:
    """Turns the boxes of an item into polygons; an ``Outlines``.

    Attributes:
        features: of the items.
        files: URI by item.
        predictor: of masks; ``None`` while they are not better than ellipses.
        look: called before each image; raises where the work is to end.
    """

    features: FeatureStore
    files: Mapping[int, str]
    predictor: MaskPredictor | None
    look: Callable[[], None]

    def __call__(self, item: int, found: Detections, shown: bool) -> list[Shape | None]:  # noqa: FBT001 -- as ``Outlines``
        """Return a polygon for each box; ``None`` for one that lies within a surer one, or has no area.

        Masks take longer than boxes: what nobody is shown gets ellipses.
        """
        self.look()
        parts = within(found.boxes)
        polygons = self._masks(item, found, ~parts) if shown and self.predictor is not None else None
        if polygons is None:
            polygons = [None if part else _ellipse(box) for part, box in zip(parts, found.boxes.tolist(), strict=True)]
        return list(polygons)

    def _masks(self, item: int, found: Detections, wanted: NDArray[np.bool_]) -> list[Polygon | None] | None:
        assert self.predictor is not None
        features, size = self.features.read(item)
        try:
            pixels = load(self.files[item], size=(PIXELS, PIXELS)).pixels
            made = self.predictor.polygons(features, pixels, size, found.boxes[wanted])
        except (ImageError, GeometryError, KeyError):  # the file went; a box is a line
            return None
        each = iter(made)
        return [next(each) if mark else None for mark in wanted]


def within(boxes: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return (k,) which boxes lie for the most part in one before them; (k, 4) boxes come the surest first."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    areas = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)
    inside = shared >= _WITHIN * np.maximum(areas, 1e-9)[:, None]
    parts = np.zeros(len(boxes), bool)
    for n in range(len(boxes)):  # a part of what is a part itself is judged by what is left
        parts[n] = bool((inside[n, :n] & ~parts[:n]).any())
    return parts


def _ellipse(box: tuple[float, ...]) -> Polygon | None:
    try:
        return ellipse(box)
    except GeometryError:
        return None
