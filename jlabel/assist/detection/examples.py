"""Examples out of labeled images: their views' features, computed once and learned from many times."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.fit import Example
from jlabel.assist.detection.frame import Frame
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.views import View, plain_view, random_view, render, to_frame, visible
from jlabel.model.shapes.polygon import Polygon


@dataclass(frozen=True, eq=False)
class LabeledImage:
    """An image with its boxes.

    Attributes:
        size: width and height, pixels.
        boxes: (k, 4) x0, y0, x1, y1, pixels of the image.
        classes: (k,) numbers of their classes, from 0.
        pixels: returns (h, w, 3) RGB, of any resolution.
        polygons: of the boxes, in their order, valid; empty where only boxes are known.
    """

    size: tuple[int, int]
    boxes: NDArray[np.float32]
    classes: NDArray[np.int64]
    pixels: Callable[[], NDArray[np.uint8]]
    polygons: tuple[Polygon, ...] = ()


def build_examples(
    images: Sequence[LabeledImage],
    pyramid: Pyramid,
    *,
    seconds: float,
    seed: int = 0,
    cancel: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
) -> list[Example]:
    """Return examples: the plain view of every image, its mirror image, and random views until the time is over.

    Args:
        images: labeled.
        pyramid: computes the features.
        seconds: budget; the plain views are made whatever they take.
        seed: of the random views.
        cancel: asked before every view; true ends the work with what there is.
        clock: seconds, of which the budget is one.
    """
    rng = np.random.default_rng(seed)
    begun = clock()
    found: list[Example] = []
    for number, view in _views(images, pyramid.frame, rng):
        if cancel() or (len(found) >= len(images) and clock() - begun >= seconds):
            break
        found.append(build_example(images[number], view, pyramid, number=number))
    return found


def build_example(image: LabeledImage, view: View, pyramid: Pyramid, *, number: int = -1) -> Example:
    """Return what there is to learn from one view of an image, which may have a number."""
    frame = pyramid.frame
    boxes, kept = visible(to_frame(image.boxes, view, image.size, frame), frame)
    pixels = render(image.pixels(), view, frame, pyramid.blank)
    return Example(pyramid.features(pixels[None])[0], boxes[kept], image.classes[kept], number, view)


def _views(images: Sequence[LabeledImage], frame: Frame, rng: np.random.Generator) -> Iterator[tuple[int, View]]:
    """Yield images, by number, and views, without end."""
    if not images:
        return
    plain = [plain_view(image.size, frame) for image in images]
    yield from enumerate(plain)
    yield from ((number, replace(view, flip=True)) for number, view in enumerate(plain))
    while True:
        for number in rng.permutation(len(images)).tolist():
            yield number, random_view(images[number].size, frame, rng)
