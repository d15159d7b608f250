"""A detector: features, a trained head, and boxes in the pixels of the image."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from jlabel.assist.detection.detections import Detections, detections
from jlabel.assist.detection.head import Head, to_boxes
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.views import plain_view, render, to_image

OVERLAP = 0.5
"""IoU from which two boxes of any class are one object to a labeler."""


@dataclass(frozen=True, kw_only=True)
class Detector:
    """Finds the objects of an image.

    Attributes:
        pyramid: computes the features.
        head: trained on them, in evaluation mode.
        class_ids: of its classes, in the order of their numbers.
    """

    pyramid: Pyramid
    head: Head
    class_ids: tuple[int, ...]

    def features(self, pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.float16]:
        """Return (dim,) features of an image, which may be kept.

        Args:
            pixels: (h, w, 3) RGB, of any resolution.
            size: width and height of the image, pixels.
        """
        frame = self.pyramid.frame
        shown = render(pixels, plain_view(size, frame), frame, self.pyramid.blank)
        return np.asarray(self.pyramid.features(shown[None])[0])

    def detect(
        self, features: NDArray[np.float16], size: tuple[int, int], *, overlap: float = OVERLAP, by_class: bool = False
    ) -> Detections:
        """Return the objects of an image in its pixels, inside it, the likeliest first.

        Args:
            features: of the image.
            size: width and height of the image, pixels.
            overlap: IoU from which two boxes are one object.
            by_class: boxes of two classes are two objects all the same.
        """
        pyramid = self.pyramid
        centres, _ = pyramid.locations()
        with torch.inference_mode():
            logits, distances = self.head(pyramid.maps(features[None]))
            boxes = to_boxes(centres, distances[0])
            found = detections(logits[0].sigmoid().cpu(), boxes.cpu(), overlap=overlap, by_class=by_class)
        inside = to_image(found.boxes, plain_view(size, pyramid.frame), size, pyramid.frame)
        inside = np.clip(inside, 0, np.array(size * 2, np.float32))
        real = (inside[:, 2:] - inside[:, :2]).min(axis=1, initial=np.inf) > 0
        return Detections(inside, found.scores, found.classes).only(real)
