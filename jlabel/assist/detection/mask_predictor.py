"""Polygons for boxes: those that a detector found, or one that a person has drawn."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from jlabel.assist.detection.masks import MaskHead
from jlabel.assist.detection.polygons import ellipse, polygon_of_mask
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.regions import REGION, SIDE, about, cut, in_view, inside_window, windows
from jlabel.assist.detection.views import plain_view, to_frame
from jlabel.errors import GeometryError
from jlabel.model.shapes.polygon import Polygon

_AT_ONCE = 128
"""Boxes of a batch."""

Boxes = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class MaskPredictor:
    """Turns boxes into polygons.

    Attributes:
        pyramid: computes the features.
        head: trained on them, in evaluation mode.
    """

    pyramid: Pyramid
    head: MaskHead

    def polygons(
        self, features: NDArray[np.float16], pixels: NDArray[np.uint8], size: tuple[int, int], boxes: Boxes
    ) -> list[Polygon]:
        """Return a polygon for each box, valid and inside the image; an ellipse where the mask is empty.

        The polygon may reach beyond its box, by a quarter of its side at most on each.

        Args:
            features: (dim,) of the image, as ``Detector.features`` returns them.
            pixels: (h, w, 3) RGB, of any resolution.
            size: width and height of the image, pixels.
            boxes: (k, 4) x0, y0, x1, y1, pixels of the image; what sticks out of it is cut off.

        Raises:
            GeometryError: a box lies outside the image, or has no area.
        """
        boxes = np.clip(np.asarray(boxes, np.float32).reshape(-1, 4), 0, np.array(size * 2, np.float32))
        if not (boxes[:, 2:] > boxes[:, :2]).all():
            raise GeometryError("A box lies outside the image, or has no area. Draw it on the image.")
        masks = self.probabilities(features, pixels, size, boxes)
        return [
            polygon_of_mask(mask, region, size) or ellipse(box)
            for mask, region, box in zip(masks, about(boxes, REGION).tolist(), boxes.tolist(), strict=True)
        ]

    def probabilities(
        self, features: NDArray[np.float16], pixels: NDArray[np.uint8], size: tuple[int, int], boxes: Boxes
    ) -> NDArray[np.float32]:
        """Return how likely each cell of the boxes' regions belongs to the object, (k, SIDE, SIDE).

        Args:
            features: as for ``polygons``.
            pixels: as for ``polygons``.
            size: as for ``polygons``.
            boxes: as for ``polygons``, but inside the image.
        """
        device, frame = self.pyramid.device, self.pyramid.frame
        there = torch.from_numpy(to_frame(boxes, plain_view(size, frame), size, frame))
        regions = in_view(there, torch.zeros(len(boxes))).to(device)
        found = [np.zeros((0, SIDE, SIDE), np.float32)]
        with torch.inference_mode():
            merged = self.head.merge(self.pyramid.maps(features[None]))
            for begin in range(0, len(boxes), _AT_ONCE):
                mine = boxes[begin : begin + _AT_ONCE]
                seen = torch.from_numpy(windows(pixels, size, mine)).permute(0, 3, 1, 2).float().contiguous()
                at = torch.from_numpy(mine)
                crops = cut(seen, inside_window(at, at)).to(device)
                logits = self.head(merged, regions[begin : begin + _AT_ONCE], crops)
                found.append(logits.sigmoid().cpu().numpy())
        return np.concatenate(found)
