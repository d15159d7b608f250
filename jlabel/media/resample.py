"""Resizing, cropping and table look-up of pixels, by Pillow: nothing of numpy's resizes as well or as fast.

Eight bits are resized in eight bits, deeper values in float32. Pixels that a decoder already has as a Pillow image
(``PillowPixels``) are used as they are: copying them to an array and back would cost a tenth of a thumbnail.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jlabel.media.raster import Pixels, Raster, Rectangle, Size, fit
from jlabel.media.window import Window

REDUCING_GAP = 2.0
"""Draft and box reduction stop at twice the wanted size, and Lanczos does the rest, as in Pillow's own ``thumbnail``.

Measured from 1600 x 1200 to 200 x 150 against Lanczos over all pixels: a mean difference of 0.9 of 255 grey levels on a
photograph and 2.7 on noise as fine as the thumbnail's pixels; 3.0 would give 0.2 and 0.5, and take 1.4 times as long.
"""
_BAND = 1 << 22
"""Pixels of a deep picture that are reduced at once."""
_SUPPORT = 3
"""Lanczos reads three pixels of the coarser grid to each side."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class PillowPixels:
    """The pixels of a Pillow image of mode L or RGB, copied to an array on demand."""

    image: Image.Image

    @property
    def shape(self) -> tuple[int, ...]:
        """(height, width) or (height, width, 3)."""
        size = self.image.height, self.image.width
        return size if self.image.mode == "L" else (*size, 3)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Always uint8."""
        return np.dtype(np.uint8)

    @property
    def nbytes(self) -> int:
        """Pillow uses one byte for a grey pixel and four for one of RGB."""
        return self.image.width * self.image.height * (1 if self.image.mode == "L" else 4)

    def __array__(self, dtype: object = None, *, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self.image)


def as_image(pixels: Pixels) -> Image.Image:
    """Return 8-bit pixels as a Pillow image, without a copy where they are one."""
    return pixels.image if isinstance(pixels, PillowPixels) else Image.fromarray(np.asarray(pixels))


def resize(raster: Raster, size: Size, box: Box | None = None, *, squares: bool = False) -> Raster:
    """Return a part of the raster's pixels, resized.

    Args:
        raster: of any depth; the result has float32 values if it is not of eight bits.
        size: width and height of the result, pixels.
        box: x0, y0, x1, y1 within the raster's own pixels; all of them unless given.
        squares: enlarge each pixel to a square of one value; else Lanczos.
    """
    box = box or (0.0, 0.0, float(raster.size[0]), float(raster.size[1]))
    x0, y0, x1, y1 = box
    if raster.data.dtype == np.uint8:
        return replace(raster, data=PillowPixels(_resized(as_image(raster.data), size, box, squares=squares)))
    margins = [math.ceil(_SUPPORT * max(1.0, a / b)) + 1 for a, b in ((x1 - x0, size[0]), (y1 - y0, size[1]))]
    left, top = max(0, int(x0) - margins[0]), max(0, int(y0) - margins[1])
    part = raster.pixels[top : math.ceil(y1) + margins[1], left : math.ceil(x1) + margins[0]]
    assert raster.window is not None
    inside = (x0 - left, y0 - top, x1 - left, y1 - top)
    channels = [part] if part.ndim == 2 else [part[..., n] for n in range(part.shape[2])]  # noqa: PLR2004 -- grey
    done = [_resized_deep(one, raster.window, size, inside, squares=squares) for one in channels]
    return replace(raster, data=done[0] if part.ndim == 2 else np.stack(done, axis=2))  # noqa: PLR2004


def enlarged(pixels: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """Return (h, w, 3) pixels at another width and height, bilinear."""
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))


def within(pixels: NDArray[Any], window: Window) -> NDArray[np.float32]:
    """Return deep values as float32, those beyond the window's ends at its ends; NaN, of which nothing is known, black.

    So that a hot pixel or a border of nodata does not spread over its neighbours in a resized picture. What the window
    leaves out is never shown.
    """
    exact = pixels.dtype.itemsize <= 2 or pixels.dtype == np.float32  # noqa: PLR2004 -- bytes
    values = pixels.astype(np.float32 if exact else np.float64)
    np.fmax(values, values.dtype.type(window.low), out=values)  # the low one where the other is NaN
    np.fmin(values, values.dtype.type(window.high), out=values)
    return values.astype(np.float32, copy=False)


def _resized_deep(part: NDArray[Any], window: Window, size: Size, box: Box, *, squares: bool) -> NDArray[np.float32]:
    """Resize one channel; a large one is first reduced in bands, so that no float copy of all of it is needed."""
    factor = 1 if squares else max(1, int(min((box[2] - box[0]) / size[0], (box[3] - box[1]) / size[1]) / REDUCING_GAP))
    rows = max(1, _BAND // max(1, part.shape[1]) // factor) * factor
    bands = [part[top : top + rows] for top in range(0, part.shape[0], rows)]
    reduced_bands = [np.asarray(Image.fromarray(within(band, window)).reduce(factor)) for band in bands]
    image = Image.fromarray(reduced_bands[0] if len(bands) == 1 else np.concatenate(reduced_bands))
    x0, y0, x1, y1 = (value / factor for value in box)
    fitted = (x0, y0, min(x1, float(image.width)), min(y1, float(image.height)))
    return np.asarray(_resized(image, size, fitted, squares=squares))


def reduced(whole: Raster, *, size: Size | None = None, region: Rectangle | None = None) -> Raster:
    """Return the ``region`` of a whole picture, fitted inside ``size``: the arguments of ``Decoder.decode``."""
    if region is not None:
        x0, y0, x1, y1 = region
        whole = replace(whole, data=whole.pixels[y0:y1, x0:x1])
    target = whole.size if size is None else fit(whole.size, size)
    return whole if target == whole.size else resize(whole, target)


def lookup(raster: Raster, table: list[int]) -> Raster:
    """Return an 8-bit raster with each of its levels replaced by what the table has at its position, 0 to 255."""
    image = as_image(raster.data)
    return replace(raster, data=PillowPixels(image.point(table * len(image.getbands()))))


def _resized(image: Image.Image, size: Size, box: Box, *, squares: bool) -> Image.Image:
    if squares:
        return image.resize(size, Image.Resampling.NEAREST, box=box)
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=REDUCING_GAP)
