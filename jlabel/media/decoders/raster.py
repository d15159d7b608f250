"""JPEG, PNG, BMP, WebP, GIF, AVIF and the usual TIFF, decoded by Pillow.

- EXIF orientation is applied, exactly once; sizes and coordinates are those of the picture as it is shown.
- A file is judged by its content: a PNG or WebP named ``.jpg`` is shown, a web page named ``.jpg`` is refused.
- Several frames or pages: the first one.
- Transparency is shown on white.
- More than eight bits, of grey and of colour, keep their values; shown is the range of the picture's own values
  (``window.robust_window``), because scientific cameras use 10 or 12 of the 16 bits.
- A JPEG that only its end marker is missing of is shown, with a note.
- CMYK becomes RGB by Pillow's plain rule; colour profiles are not applied.

Nothing global in Pillow is changed (``LOAD_TRUNCATED_IMAGES``, ``MAX_IMAGE_PIXELS``), and every function may be called
from several threads.
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile, TiffImagePlugin, features

from jlabel.media.decoders.deep import upright
from jlabel.media.decoders.endless_jpeg import NOTE, completed
from jlabel.media.decoders.png_color import deep_color, is_deep_color
from jlabel.media.decoders.port import check_bytes, check_size
from jlabel.media.raster import Header, Raster, Rectangle, Size, fit
from jlabel.media.resample import REDUCING_GAP, PillowPixels, reduced

_ROTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF 2.32, tag 0x0112, to the transpose that sets the picture upright."""
_SIDEWAYS = {5, 6, 7, 8}
_DEPTHS = {"I": 32, "F": 32}
"""Bits of a channel by Pillow's mode; ``I;16`` and its variants have 16, all others 8 once they are decoded."""


class RasterDecoder:
    """Formats that Pillow decodes; implements ``Decoder``.

    Args:
        formats: their names in Pillow.
    """

    def __init__(self, formats: Sequence[str]) -> None:
        self._formats = formats

    def recognizes(self, start: bytes, uri: str) -> bool:  # noqa: ARG002 -- the bytes are enough
        """Whether one of the formats accepts the first bytes."""
        return _format(start, self._formats) is not None

    def header(self, file: BinaryIO) -> Header:
        """Read the header; the frames of a GIF or TIFF are not counted, because that may read the whole file."""
        image = self._opened(file)
        deep_png = is_deep_color(image)  # before its EXIF is looked for, which may be behind its pixels
        width, height = _shown(image.size, _orientation(image), image)
        return Header(
            width=width,
            height=height,
            depth=16 if deep_png or image.mode.startswith("I;") else _DEPTHS.get(image.mode, 8),
            channels=deep_png or (1 if _is_deep(image) or image.mode == "1" or _is_plain(image, {"L"}) else 3),
            lossless=_is_lossless(image),
            frames=None if image.format in {"GIF", "TIFF"} else getattr(image, "n_frames", 1),
        )

    def decode(
        self, file: BinaryIO, *, size: Size | None = None, region: Rectangle | None = None, reduction: int = 1
    ) -> Raster:
        """Decode the first frame; a JPEG is reduced while it is decoded, all others are decoded whole."""
        if region is not None:
            return reduced(self._decoded(file, None, 1), size=size, region=region)
        return self._decoded(file, size, reduction)

    def _decoded(self, file: BinaryIO, size: Size | None, reduction: int) -> Raster:
        image = self._opened(file)
        if is_deep_color(image):
            return reduced(self._deep_color(file, image), size=size)
        try:
            return _decoded(image, size, reduction)
        except OSError:
            file.seek(0)
            found = completed(file.read(), lambda data: _decoded(self._opened(io.BytesIO(data)), size, reduction))
            if image.format not in {"JPEG", "MPO"} or found is None:
                raise
            return replace(found, note=NOTE)

    def _deep_color(self, file: BinaryIO, image: ImageFile.ImageFile) -> Raster:
        orientation = _orientation(image)
        width, height = _shown(image.size, orientation, image)
        check_bytes(image.size, image.width * image.height * 8)

        def again() -> ImageFile.ImageFile:
            file.seek(0)
            return self._opened(file)

        values, window = deep_color(again)
        return Raster(data=upright(values, orientation), width=width, height=height, window=window)

    def _opened(self, file: BinaryIO) -> ImageFile.ImageFile:
        """Read the header, and refuse a picture that is too large.

        Not ``Image.open``: its check of the size warns at 89 megapixels, and only globals could change that.
        """
        name = _format(file.read(16), self._formats)
        assert name is not None
        file.seek(0)
        image = Image.OPEN[name][0](file, "")
        check_size(image.size)
        return image


def from_image(image: object, size: Size | None = None) -> Raster | None:
    """Return a Pillow image as a file of it would be decoded, reduced to fit ``size``; ``None`` of anything else."""
    return _decoded(image.copy(), size, 1) if isinstance(image, Image.Image) else None


def has_avif() -> bool:
    """Whether Pillow was built with AVIF."""
    return bool(features.check("avif"))


def _decoded(opened: Image.Image, size: Size | None, reduction: int) -> Raster:
    image = opened
    lossless, orientation = _is_lossless(image), _orientation(image)
    width, height = _shown(image.size, orientation, image)
    # Pillow rotates a TIFF itself while it loads it, so that nothing is left to be done for one.
    rotation = None if image.format == "TIFF" else _ROTATIONS.get(orientation)
    target = fit((width, height), size) if size else (width, height)
    raw = target[::-1] if rotation is not None and orientation in _SIDEWAYS else target
    if size is None and reduction > 1:
        image.draft(image.mode, (image.width // reduction, image.height // reduction))
        raw = image.size
    elif raw != image.size:
        image.draft(image.mode, (int(raw[0] * REDUCING_GAP), int(raw[1] * REDUCING_GAP)))
    _allocate(image)
    image.load()
    if _is_deep(image):
        values = _values(image if rotation is None else image.transpose(rotation))
        del image  # its memory, before the values are resized
        return reduced(Raster(data=values, width=width, height=height, lossless=lossless), size=size)
    image = flatten(image)
    if raw != image.size:
        image = image.resize(raw, Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)
    if rotation is not None:
        image = image.transpose(rotation)
    return Raster(data=PillowPixels(image), width=width, height=height, lossless=lossless)


def flatten(image: Image.Image) -> Image.Image:
    """Return an image of eight bits or fewer in mode L or RGB, with white behind transparency."""
    if _is_plain(image, {"L", "RGB"}):
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")


def _is_plain(image: Image.Image, modes: set[str]) -> bool:
    return image.mode in modes and "transparency" not in image.info


def _is_deep(image: Image.Image) -> bool:
    return image.mode in {"I", "F"} or image.mode.startswith("I;")


def _values(image: Image.Image) -> NDArray[Any]:
    """Return deep grey values in the machine's byte order."""
    values = np.asarray(image)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _format(start: bytes, formats: Sequence[str]) -> str | None:
    if not Image.OPEN.keys() >= set(formats):
        Image.init()
    for name in formats:
        accept = Image.OPEN[name][1] if name in Image.OPEN else None
        if accept is not None and accept(start[:16]) is True:
            return name
    return None


def _is_lossless(image: Image.Image) -> bool:
    return image.format not in {"JPEG", "MPO"}


def _allocate(image: Image.Image) -> None:
    """Give a TIFF its pixels' memory, its size being checked: Pillow itself warns at 89 and stops at 179 megapixels."""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        image.im = Image.core.new(image.mode, getattr(image, "_tile_size", image.size))  # type: ignore[attr-defined]


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001 -- EXIF is hostile input; a picture with a broken one is shown as it is stored
        return 1
    return value if value in _ROTATIONS else 1


def _shown(size: Size, orientation: int, image: Image.Image) -> Size:
    sideways = orientation in _SIDEWAYS and image.format != "TIFF"  # Pillow gives a TIFF's size as shown
    return (size[1], size[0]) if sideways else size
