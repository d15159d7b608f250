"""Pictures in the network's input, and boxes out of it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.exported.facts import Input
from jlabel.errors import ImageError
from jlabel.media.in_memory import picture_of
from jlabel.media.picture import load
from jlabel.media.resample import enlarged


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a picture lies in the input.

    Attributes:
        size: width and height of the picture, pixels.
        inside: width and height that it has in the input, pixels.
        offset: of its upper left corner, x and y, pixels of the input.
    """

    size: tuple[int, int]
    inside: tuple[int, int]
    offset: tuple[int, int]

    def to_image(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (m, 4) boxes x0, y0, x1, y1 of the input in pixels of the picture, inside it."""
        scale = np.array([self.inside[0] / self.size[0], self.inside[1] / self.size[1]] * 2, np.float32)
        moved = (boxes - np.array(self.offset * 2, np.float32)) / scale
        return np.asarray(np.clip(moved, 0, np.array(self.size * 2, np.float32)), np.float32)


def placement(size: tuple[int, int], shape: Input) -> Placement:
    """Return where a picture of ``size`` (width, height) lies in an input: whole, in its middle."""
    scale = min(shape.width / size[0], shape.height / size[1])
    inside = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    return Placement(size=size, inside=inside, offset=((shape.width - inside[0]) // 2, (shape.height - inside[1]) // 2))


def letterbox(image: object, shape: Input, name: str) -> tuple[NDArray[np.uint8], Placement]:
    """Return a picture in the network's input, (height, width, 3), and where it lies there.

    Args:
        image: a path, a URL, a Pillow image or an array of pixels.
        shape: of the input.
        name: of the image, for messages.

    Raises:
        ImageError: its file cannot be decoded.
        InputError: it is no image.
    """
    bounds = (shape.width, shape.height)
    if isinstance(image, (str, Path)):
        picture = load(str(image), size=bounds)
    else:
        try:
            picture = picture_of(image, size=bounds)
        except ImageError as error:
            raise ImageError(f"{name}: {error}") from error
    placed = placement((picture.width, picture.height), shape)
    pixels, (width, height), (left, top) = picture.pixels, placed.inside, placed.offset
    if pixels.shape[:2] != (height, width):
        pixels = enlarged(np.ascontiguousarray(pixels), (width, height))
    out = np.empty((shape.height, shape.width, 3), np.uint8)
    out[:] = shape.ground
    out[top : top + height, left : left + width] = pixels
    return out, placed
