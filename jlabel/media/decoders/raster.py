"""Decoding a picture the one way in which all of jlabel sees it.

- EXIF orientation is applied, exactly once; sizes and coordinates are those of the picture as it is shown.
- A file is judged by its content: a PNG or WebP named ``.jpg`` is shown, a web page named ``.jpg`` is refused.
- Several frames or pages: the first one.
- Transparency lies over white.
- More than eight bits of grey (16-bit, 32-bit, float): the picture's own minimum becomes black and its maximum white,
  because scientific cameras fill 10 or 12 of the 16 bits; a flat picture is mid-grey.
- CMYK becomes RGB by Pillow's plain rule; colour profiles are not applied.

Nothing global in Pillow is touched (``LOAD_TRUNCATED_IMAGES``, ``MAX_IMAGE_PIXELS``), and every function may be called
from several threads.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile, TiffImagePlugin

from jlabel.errors import ImageError
from jlabel.media.opening import open_file

MAX_PIXELS = 400_000_000
"""Pictures with more pixels are refused from their header; 400 megapixels are 1.6 GB as Pillow holds RGB. Pillow's own
limit for WebP, which its decoder checks by itself, is 179 megapixels."""

_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF 2.32, tag 0x0112, to what sets the picture upright."""
_SIDEWAYS = {5, 6, 7, 8}
_REDUCING_GAP = 2.0
"""Draft and box reduction stop at twice the wanted size, and Lanczos does the rest, as in Pillow's own ``thumbnail``.

Measured from 1600 x 1200 to 200 x 150 against Lanczos over all pixels: a mean difference of 0.9 of 255 grey levels on a
photograph and 2.7 on noise as fine as the thumbnail's pixels; 3.0 would give 0.2 and 0.5, and take 1.4 times as long.
"""

Size = tuple[int, int]
Region = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A decoded picture.

    Attributes:
        pixels: uint8, (height, width, 3), RGB, as shown; possibly reduced.
        width: of the full picture as shown, pixels.
        height: of the full picture as shown, pixels.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Decoded:
    """A decoded picture as Pillow holds it, for use inside media only.

    Attributes:
        image: mode L or RGB, as shown; possibly reduced.
        width: of the full picture as shown, pixels.
        height: of the full picture as shown, pixels.
        lossless: whether the file kept every pixel (anything but JPEG).
    """

    image: Image.Image
    width: int
    height: int
    lossless: bool


def load(uri: str, *, size: Size | None = None) -> Picture:
    """Decode a picture, reduced to fit ``size`` if one is given.

    Args:
        uri: an absolute path, or an fsspec URL.
        size: width and height in pixels to fit inside; the picture is never enlarged.

    Raises:
        ImageError: the file cannot be read or decoded whole, is no picture, or has more than ``MAX_PIXELS``.
    """
    decoded = decode(uri, size=size)
    pixels = np.asarray(decoded.image.convert("RGB"))
    return Picture(pixels=pixels, width=decoded.width, height=decoded.height)


def size_of(uri: str) -> Size:
    """Return width and height in pixels as shown, from the file's header alone.

    Raises:
        ImageError: the file cannot be read, is no picture, or has more than ``MAX_PIXELS``.
    """
    with _translated(uri), open_file(uri) as file:
        image = _header(uri, file)
        return _shown(image.size, _orientation(image), image)


def look(uri: str) -> tuple[Size, bool]:
    """Return a picture's size as ``size_of`` does, and whether its file kept every pixel, from the header alone."""
    with _translated(uri), open_file(uri) as file:
        image = _header(uri, file)
        return _shown(image.size, _orientation(image), image), _is_lossless(image)


def decode(uri: str, *, size: Size | None = None, reduced: int = 1) -> Decoded:
    """Decode as ``load`` does, into a Pillow image of mode L or RGB.

    Args:
        uri: an absolute path, or an fsspec URL.
        size: width and height in pixels to fit inside.
        reduced: without a ``size``, 1, 2, 4 or 8: how many times smaller a JPEG is decoded; others come whole.
    """
    with _translated(uri), open_file(uri) as file:
        image: Image.Image = _header(uri, file)
        orientation = _orientation(image)
        width, height = _shown(image.size, orientation, image)
        # Pillow turns a TIFF itself while it loads it, so that there is nothing left to be done for one.
        turn = None if image.format == "TIFF" else _TURNS.get(orientation)
        target = fit((width, height), size) if size else (width, height)
        raw = target[::-1] if turn is not None and orientation in _SIDEWAYS else target
        if reduced > 1:
            image.draft(image.mode, (image.width // reduced, image.height // reduced))
            raw = image.size
        elif raw != image.size:
            image.draft(image.mode, (int(raw[0] * _REDUCING_GAP), int(raw[1] * _REDUCING_GAP)))
        lossless = _is_lossless(image)
        _make_room(image)
        image.load()
        image = flatten(image)
        if raw != image.size:
            image = image.resize(raw, Image.Resampling.LANCZOS, reducing_gap=_REDUCING_GAP)
        if turn is not None:
            image = image.transpose(turn)
        return Decoded(image=image, width=width, height=height, lossless=lossless)


def fit(full: Size, size: Size) -> Size:
    """Return the largest size of ``full``'s proportions inside ``size``, not above ``full``, at least 1 x 1."""
    scale = min(1.0, size[0] / full[0], size[1] / full[1])
    return max(1, round(full[0] * scale)), max(1, round(full[1] * scale))


def flatten(image: Image.Image) -> Image.Image:
    """Return ``image`` in mode L or RGB: white behind transparency, deep grey spread over 0 to 255."""
    if image.mode in {"L", "RGB"} and "transparency" not in image.info:
        return image
    if image.mode in {"I", "F"} or image.mode.startswith("I;"):
        return Image.fromarray(_spread(np.asarray(image)))
    if image.mode == "1":
        return image.convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")


def _spread(grey: NDArray[np.generic]) -> NDArray[np.uint8]:
    values = np.nan_to_num(grey.astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return np.full(values.shape, 128, np.uint8)
    values -= low
    values *= 255.0 / (high - low)
    return np.rint(values).astype(np.uint8)


def _header(uri: str, file: BinaryIO) -> ImageFile.ImageFile:
    start = file.read(132)
    if not Image.OPEN.keys() >= set(_FORMATS):
        Image.init()
    for name in _FORMATS:
        factory, accept = Image.OPEN[name]
        # Not Image.open: its check of the size warns at 89 megapixels, and only globals could change that.
        if accept is None or accept(start[:16]) is True:
            file.seek(0)
            image = factory(file, "")
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise ImageError(
                    f"The image {uri!r} claims {width} x {height} pixels; at most {MAX_PIXELS // 10**6} megapixels are "
                    "decoded. Save a smaller copy."
                )
            return image
    if start[128:] == b"DICM" or uri.lower().endswith((".dcm", ".dicom")):
        raise ImageError(f"The image {uri!r} is a DICOM file, which this version of jlabel cannot show yet.")
    raise ImageError(
        f"The image {uri!r} is not a picture: it begins with {start[:12]!r}. Replace it by a JPEG, PNG, TIFF or BMP."
    )


def _is_lossless(image: Image.Image) -> bool:
    return image.format not in {"JPEG", "MPO"}


def _make_room(image: Image.Image) -> None:
    """Give a TIFF its pixels' memory, its size being checked: Pillow itself warns at 89 and stops at 179 megapixels."""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        image.im = Image.core.new(image.mode, getattr(image, "_tile_size", image.size))  # type: ignore[attr-defined]


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001 -- EXIF is hostile input; a picture with a broken one is shown as it lies
        return 1
    return value if value in _TURNS else 1


def _shown(size: Size, orientation: int, image: Image.Image) -> Size:
    sideways = orientation in _SIDEWAYS and image.format != "TIFF"  # Pillow gives a TIFF's size as shown
    return (size[1], size[0]) if sideways else size


@contextmanager
def _translated(uri: str) -> Iterator[None]:
    try:
        yield
    except ImageError:
        raise
    except MemoryError as error:
        raise ImageError(f"The image {uri!r} needs more memory than there is. Save a smaller copy.") from error
    except Exception as error:  # decoders raise whatever comes to hand on broken bytes
        detail = str(error).strip().rstrip(".") or type(error).__name__
        raise ImageError(f"The image {uri!r} is damaged: {detail}. Copy it again from where it came.") from error
