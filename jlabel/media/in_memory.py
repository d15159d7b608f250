"""Pictures that are in memory already, as Pillow images or numpy arrays, shown as files of them would be."""

import numpy as np

from jlabel.errors import ImageError, InputError
from jlabel.media.decoders.raster import flatten, from_image
from jlabel.media.display import display
from jlabel.media.picture import Picture
from jlabel.media.raster import Raster, Size
from jlabel.media.resample import PillowPixels, as_image, reduced

_CHANNELS = {3, 4}
_GREY, _COLOR = 2, 3


def picture_of(image: object, *, size: Size | None = None) -> Picture:
    """Return a picture that is in memory as it is displayed, reduced to fit ``size`` if one is given.

    Args:
        image: a Pillow image, or an array (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA. Eight bits are taken as
            they are; deeper values are shown over their own range, as those of a file are.
        size: width and height in pixels to fit inside; the picture is never enlarged.

    Raises:
        InputError: it is neither, or has another shape or other values.
        ImageError: a Pillow image whose file cannot be decoded.
    """
    raster = _from_image(image, size)
    shown = display(raster if raster is not None else reduced(_from_array(image), size=size))
    pixels = shown.pixels
    if pixels.ndim == _GREY:
        pixels = np.repeat(pixels[..., np.newaxis], 3, axis=2)
    return Picture(pixels=pixels, width=shown.width, height=shown.height)


def is_in_memory(image: object) -> bool:
    """Whether it is one picture in memory: a Pillow image or an array of up to three axes."""
    return hasattr(image, "getexif") or (isinstance(image, np.ndarray) and image.ndim <= _COLOR)


def _from_image(image: object, size: Size | None) -> Raster | None:
    try:
        return from_image(image, size)
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # of a file that is decoded only now
        raise ImageError(f"The image cannot be decoded: {error}. Copy its file again from where it came.") from error


def _from_array(image: object) -> Raster:
    if not isinstance(image, np.ndarray):
        raise InputError(
            f"An image is a path, a URL, a Pillow image or a numpy array, not {type(image).__name__}. Convert it."
        )
    pixels = image[..., 0] if image.ndim == _COLOR and image.shape[2] == 1 else image
    good = pixels.ndim == _GREY or (pixels.ndim == _COLOR and pixels.shape[2] in _CHANNELS)
    if not good or not pixels.size or pixels.dtype.kind not in "uif":
        raise InputError(
            f"An array of pixels is (h, w), (h, w, 3) or (h, w, 4) numbers, not {image.shape} of {image.dtype}. "
            "Move its channels last."
        )
    height, width = pixels.shape[:2]
    if pixels.dtype != np.uint8:
        return Raster(data=pixels if pixels.ndim == _GREY else pixels[..., :3], width=width, height=height)
    ready = as_image(np.ascontiguousarray(pixels))
    return Raster(data=PillowPixels(flatten(ready)), width=width, height=height)
