"""Small encoded pictures for grid cells, and crops of a picture for a zoomed view."""

from dataclasses import dataclass
from functools import lru_cache

from jlabel.errors import InputError
from jlabel.media.cache import DiskCache, key_of, pack, unpack
from jlabel.media.decoders.table import decode
from jlabel.media.display import PLAIN, Level, display
from jlabel.media.encode import Format, encode, encode_squares
from jlabel.media.raster import Raster, Size
from jlabel.media.recent import recent
from jlabel.media.resample import resize

Region = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels of the picture as shown."""


@dataclass(frozen=True, kw_only=True)
class Thumbnail:
    """An encoded picture, ready for the browser.

    Attributes:
        data: the file's bytes.
        format: ``"jpeg"`` or ``"png"``.
        width: of ``data``, device pixels.
        height: of ``data``, device pixels.
        full_width: of the picture as shown, pixels.
        full_height: of the picture as shown, pixels.
        box: the part of the picture that it shows, x0, y0, x1, y1 in the picture's pixels; all of it for a thumbnail.
        note: what a person should know about the file (``Raster.note``), as a sentence; ``""`` for most.
    """

    data: bytes
    format: Format
    width: int
    height: int
    full_width: int
    full_height: int
    box: Region
    note: str = ""


def thumbnail(
    uri: str, stamp: str, width: int, height: int, cache: DiskCache | None = None, *, level: Level = PLAIN
) -> Thumbnail:
    """Return the whole picture fitted inside ``width`` x ``height``, never enlarged.

    Args:
        uri: an absolute path, or an fsspec URL.
        stamp: the file's ``ListedFile.stamp``, so that a changed file is decoded again.
        width: of the cell in device pixels (CSS pixels times the pixel ratio).
        height: of the cell in device pixels.
        cache: read first, and written to; a thumbnail under another level than ``PLAIN``, or with a note, is not cached
            on disk.
        level: brightness and the like, applied before encoding: what a JPEG drops in the dark cannot be lifted again.

    Raises:
        ImageError: the picture cannot be decoded.
        InputError: a width or height below 1.
    """
    _check(width, height)
    cache = cache if level.plain else None
    key = key_of(uri, stamp, width, height)
    if cache is not None and (packed := cache.get(key)) is not None and (found := _unpacked(packed)) is not None:
        return found
    decoded = decode(uri, size=(width, height)) if level.plain else _fitted(uri, stamp, (width, height))
    data, kind = encode(display(decoded, level))
    made = Thumbnail(
        data=data,
        format=kind,
        width=decoded.size[0],
        height=decoded.size[1],
        full_width=decoded.width,
        full_height=decoded.height,
        box=(0.0, 0.0, float(decoded.width), float(decoded.height)),
        note=decoded.note,
    )
    if cache is not None and not made.note:
        numbers = (kind == "png", made.width, made.height, made.full_width, made.full_height)
        cache.put(key, pack(numbers, data))
    return made


def region(uri: str, box: Region, width: int, height: int, *, stamp: str = "", level: Level = PLAIN) -> Thumbnail:
    """Return a part of the picture fitted inside ``width`` x ``height``: pixels stay square when enlarged.

    The last decoded pictures are cached (512 MB, at least one), so that panning does not decode again. A very large
    JPEG is decoded only as fine as it is shown.

    Args:
        uri: an absolute path, or an fsspec URL.
        box: x0, y0, x1, y1 in pixels of the picture as shown; clipped to it. The result's ``box`` is the part shown.
        width: of the view in device pixels.
        height: of the view in device pixels.
        stamp: the file's ``ListedFile.stamp``.
        level: brightness and the like.

    Raises:
        ImageError: the picture cannot be decoded.
        InputError: the box is outside the picture or has no area; a width or height below 1.
    """
    _check(width, height)
    wide, high = box[2] - box[0], box[3] - box[1]
    decoded = recent.get(uri, stamp, min(1.0, max(width / wide, height / high)) if min(wide, high) > 0 else 1.0)
    shown = (max(0.0, box[0]), max(0.0, box[1]), min(float(decoded.width), box[2]), min(float(decoded.height), box[3]))
    across, down = shown[2] - shown[0], shown[3] - shown[1]
    if not (across > 0 and down > 0):
        raise InputError(f"The region {box} shows nothing of a picture of {decoded.width} x {decoded.height} pixels.")
    scale = min(width / across, height / down)
    size = max(1, round(across * scale)), max(1, round(down * scale))
    fx, fy = decoded.size[0] / decoded.width, decoded.size[1] / decoded.height
    box_decoded = (shown[0] * fx, shown[1] * fy, shown[2] * fx, shown[3] * fy)
    part = display(resize(decoded, size, box_decoded, squares=scale > 1), level)
    data, kind = encode_squares(part) if scale >= 2 else encode(part)  # noqa: PLR2004 -- twice
    return Thumbnail(
        data=data,
        format=kind,
        width=size[0],
        height=size[1],
        full_width=decoded.width,
        full_height=decoded.height,
        box=shown,
        note=decoded.note,
    )


def _check(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise InputError(f"A picture of {width} x {height} pixels cannot be made. Ask for at least 1 x 1.")


@lru_cache(maxsize=4)
def _fitted(uri: str, _stamp: str, size: Size) -> Raster:
    """Cache pictures that a slider shows under many levels: the one on screen, the one ahead, and two more."""
    return decode(uri, size=size)


def _unpacked(packed: bytes) -> Thumbnail | None:
    parts = unpack(packed)
    if parts is None:
        return None
    (png, width, height, full_width, full_height), data = parts
    return Thumbnail(
        data=data,
        format="png" if png else "jpeg",
        width=width,
        height=height,
        full_width=full_width,
        full_height=full_height,
        box=(0.0, 0.0, float(full_width), float(full_height)),
    )
