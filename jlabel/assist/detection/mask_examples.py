"""What a mask head learns from: of each view the features, and of its objects the boxes, pixels and masks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.coverage import coverage
from jlabel.assist.detection.examples import LabeledImage
from jlabel.assist.detection.fit import Example
from jlabel.assist.detection.frame import Frame
from jlabel.assist.detection.regions import WINDOW, WINDOW_SIDE, about, windows
from jlabel.assist.detection.views import View, to_frame, visible

MOST_OBJECTS = 100
"""Of an image, spread evenly over its list: a hundred windows take 1.2 MB."""
_CUT_OFF = 0.5
"""Pixels of the frame by which an object may stick out of it and still be whole."""


@dataclass(frozen=True, eq=False)
class ImageMasks:
    """The windows of an image's objects, computed once; every view of it shows them.

    Attributes:
        size: width and height of the image, pixels.
        boxes: (k, 4) bounds of the polygons, pixels of the image.
        windows: (k, WINDOW_SIDE, WINDOW_SIDE, 4) red, green and blue, and how much of a cell the object covers, 255
            for all of it.
    """

    size: tuple[int, int]
    boxes: NDArray[np.float32]
    windows: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class MaskExample:
    """The objects of one view that lie in the frame as a whole.

    Attributes:
        features: (dim,) of the view, shared with the detector's example.
        boxes: (k, 4) x0, y0, x1, y1, pixels of the frame.
        rows: (k,) which of the image's objects they are.
        view: of the image.
        image: the windows of its objects.
    """

    features: NDArray[np.float16]
    boxes: NDArray[np.float32]
    rows: NDArray[np.intp]
    view: View
    image: ImageMasks

    def windows(self, at: NDArray[np.intp]) -> NDArray[np.uint8]:
        """Return what the windows of some of its objects show in this view, as ``ImageMasks.windows``."""
        seen = self.image.windows[self.rows[at]]
        if self.view.gains != (1.0, 1.0, 1.0):
            seen = np.clip(np.rint(seen * np.array([*self.view.gains, 1.0], np.float32)), 0, 255).astype(np.uint8)
        return np.ascontiguousarray(seen[:, :, ::-1]) if self.view.flip else seen


def image_masks(image: LabeledImage) -> ImageMasks:
    """Return the windows of an image's polygons; of ``MOST_OBJECTS`` where it has more."""
    count = len(image.polygons)
    kept = np.unique(np.linspace(0, count - 1, min(count, MOST_OBJECTS)).round().astype(int)).tolist()
    polygons = [image.polygons[n] for n in kept]
    boxes = np.array([polygon.bounds() for polygon in polygons], np.float32).reshape(-1, 4)
    seen = np.zeros((len(boxes), WINDOW_SIDE, WINDOW_SIDE, 4), np.uint8)
    if polygons:
        seen[..., :3] = windows(image.pixels(), image.size, boxes)
    for n, (polygon, window) in enumerate(zip(polygons, about(boxes, WINDOW).tolist(), strict=True)):
        seen[n, ..., 3] = coverage(polygon, window, WINDOW_SIDE)
    return ImageMasks(image.size, boxes, seen)


def mask_example(features: NDArray[np.float16], image: ImageMasks, view: View, frame: Frame) -> MaskExample:
    """Return what there is to learn from one view of an image.

    Args:
        features: (dim,) of the view.
        image: the windows of its objects.
        view: of the image.
        frame: of the network.
    """
    boxes = to_frame(image.boxes, view, image.size, frame)
    clipped, kept = visible(boxes, frame)
    whole = np.abs(clipped - boxes).max(axis=1, initial=0) <= _CUT_OFF
    rows = np.flatnonzero(kept & whole)
    return MaskExample(features, boxes[rows], rows, view, image)


def build_mask_examples(
    examples: Sequence[Example],
    images: Sequence[LabeledImage],
    frame: Frame,
    *,
    cancel: Callable[[], bool] = lambda: False,
) -> list[MaskExample]:
    """Return an example for each of the detector's examples that has a whole object with a polygon.

    Args:
        examples: of ``build_examples``, over these images.
        images: labeled.
        frame: of the network.
        cancel: asked before every image; true ends the work with what there is.
    """
    done: dict[int, ImageMasks] = {}
    found: list[MaskExample] = []
    for one in examples:
        if one.view is None or not images[one.image].polygons:
            continue
        if one.image not in done:
            if cancel():
                break
            done[one.image] = image_masks(images[one.image])
        example = mask_example(one.features, done[one.image], one.view, frame)
        if len(example.boxes):
            found.append(example)
    return found
