"""Pixels to an image file, by Pillow."""

import io
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jlabel.media.raster import Raster
from jlabel.media.resample import as_image

Format = Literal["jpeg", "png"]

QUALITY = 92
"""JPEG quality of a file: textures keep their grain."""
_THUMBNAIL_QUALITY = 88
"""JPEG quality: a 4:4:4 thumbnail looks like the original at a cell's size."""
_FEW_COLORS = 256


def encode(raster: Raster) -> tuple[bytes, Format]:
    """Encode 8-bit pixels as JPEG; a drawing (few colours, of a lossless file) as PNG where that is smaller."""
    image = as_image(raster.data)
    photo = io.BytesIO()
    image.save(photo, "JPEG", quality=_THUMBNAIL_QUALITY, subsampling=0)
    if raster.lossless and image.getcolors(_FEW_COLORS) is not None:
        drawing = io.BytesIO()
        image.save(drawing, "PNG")
        if drawing.tell() <= photo.tell():
            return drawing.getvalue(), "png"
    return photo.getvalue(), "jpeg"


def encode_squares(raster: Raster) -> tuple[bytes, Format]:
    """Encode enlarged pixels: JPEG would blur their edges, and PNG packs what repeats even at its quickest level."""
    out = io.BytesIO()
    as_image(raster.data).save(out, "PNG", compress_level=1)
    return out.getvalue(), "png"


def write_jpeg(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write a JPEG file.

    Args:
        path: the file; an existing one is replaced.
        pixels: grey, shape (height, width), or RGB, shape (height, width, 3); 0 to 255.

    Raises:
        OSError: the file cannot be written.
    """
    Image.fromarray(pixels).save(path, "JPEG", quality=QUALITY)
