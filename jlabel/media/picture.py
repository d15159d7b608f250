"""The front door of media for whoever needs a picture's pixels or its size."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.errors import ImageError
from jlabel.media.decoders.table import decode, extensions, read_header
from jlabel.media.display import display
from jlabel.media.raster import Size


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A decoded picture as it is displayed.

    Attributes:
        pixels: uint8, (height, width, 3), RGB, upright; possibly reduced.
        width: of the full picture as shown, pixels.
        height: of the full picture as shown, pixels.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int


def load(uri: str, *, size: Size | None = None) -> Picture:
    """Decode a picture, reduced to fit ``size`` if one is given; deep pictures are shown as the grid shows them.

    Args:
        uri: an absolute path, or an fsspec URL.
        size: width and height in pixels to fit inside; the picture is never enlarged.

    Raises:
        ImageError: the file cannot be read or decoded whole, is no picture, or has more than ``MAX_PIXELS``.
    """
    shown = display(decode(uri, size=size))
    pixels = shown.pixels
    if pixels.ndim == 2:  # noqa: PLR2004 -- grey
        pixels = np.repeat(pixels[..., np.newaxis], 3, axis=2)
    return Picture(pixels=pixels, width=shown.width, height=shown.height)


def size_of(uri: str) -> Size:
    """Return width and height in pixels as shown, from the file's header alone.

    Raises:
        ImageError: as ``load``.
    """
    return read_header(uri).size


def is_picture(uri: str) -> bool:
    """Whether a file is named as a picture, or has the header of one."""
    if uri.lower().endswith(extensions()):
        return True
    try:
        read_header(uri)
    except ImageError:
        return False
    return True
