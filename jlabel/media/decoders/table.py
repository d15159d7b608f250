"""The media that are known, and the one way in which a file is given to its decoder.

A further medium is a row of ``MEDIA``, its decoder's file, and its tests.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from jlabel.errors import ImageError
from jlabel.media.decoders.port import MAX_BYTES, MAX_PIXELS, Decoder, TooLarge, Unsupported
from jlabel.media.opening import open_file
from jlabel.media.raster import Header, Raster, Rectangle, Size

_START = 132
"""Bytes of a file that its medium is recognized by: DICOM's mark follows 128 bytes of anything (DICOM PS3.10, 7.1)."""


@dataclass(frozen=True, kw_only=True)
class Medium:
    """One row of the table.

    Attributes:
        extensions: the endings of the names of files that are listed, in lower case.
        decoder: returns the decoder, which is imported when the first file is read.
        here: whether what it needs is installed; without it its files are not listed.
    """

    extensions: tuple[str, ...]
    decoder: Callable[[], Decoder]
    here: Callable[[], bool] = lambda: True


@cache
def _raster() -> Decoder:
    from jlabel.media.decoders.raster import RasterDecoder  # noqa: PLC0415 -- Pillow is imported where files are read

    return RasterDecoder(("JPEG", "PNG", "BMP", "WEBP", "GIF"))


@cache
def _avif() -> Decoder:
    from jlabel.media.decoders.raster import RasterDecoder  # noqa: PLC0415

    return RasterDecoder(("AVIF",))


def _has_avif() -> bool:
    from jlabel.media.decoders.raster import has_avif  # noqa: PLC0415

    return has_avif()


@cache
def _tiff() -> Decoder:
    from jlabel.media.decoders.tiff import TiffDecoder  # noqa: PLC0415

    return TiffDecoder()


MEDIA = [
    Medium(extensions=(".jpg", ".jpeg", ".png", ".jpe", ".jfif", ".bmp", ".webp", ".gif"), decoder=_raster),
    Medium(extensions=(".tif", ".tiff"), decoder=_tiff),
    Medium(extensions=(".avif",), decoder=_avif, here=_has_avif),
]
"""The first decoder that recognizes a file reads it."""

_WITHOUT_DECODER = (".dcm", ".dicom")
"""Endings of files that are listed and recognized, and that this version cannot show."""


def extensions() -> tuple[str, ...]:
    """Return the endings of the names of files that are listed, in lower case."""
    return (*(ending for medium in MEDIA if medium.here() for ending in medium.extensions), *_WITHOUT_DECODER)


def read_header(uri: str) -> Header:
    """Return the header of a picture; no pixel is decoded.

    Args:
        uri: an absolute path, or an fsspec URL.

    Raises:
        ImageError: the file cannot be read, is no picture, or has more than ``MAX_PIXELS``.
    """
    with _translated(uri), open_file(uri) as file:
        return _decoder(uri, file).header(file)


def decode(uri: str, *, size: Size | None = None, region: Rectangle | None = None, reduction: int = 1) -> Raster:
    """Decode a picture in its own depth; the arguments are those of ``Decoder.decode``.

    Raises:
        ImageError: the file cannot be read or decoded whole, is no picture, or has more than ``MAX_PIXELS``.
    """
    with _translated(uri), open_file(uri) as file:
        return _decoder(uri, file).decode(file, size=size, region=region, reduction=reduction)


def _decoder(uri: str, file: BinaryIO) -> Decoder:
    start = file.read(_START)
    file.seek(0)
    for medium in MEDIA:
        decoder = medium.decoder()
        if decoder.recognizes(start, uri):
            return decoder
    if start[128:] == b"DICM" or uri.lower().endswith(_WITHOUT_DECODER):
        raise ImageError(f"The image {uri!r} is a DICOM file, which this version of jlabel cannot show yet.")
    raise ImageError(
        f"The image {uri!r} is not a picture: it begins with {start[:12]!r}. Replace it by a JPEG, PNG, TIFF or BMP."
    )


@contextmanager
def _translated(uri: str) -> Iterator[None]:
    try:
        yield
    except ImageError:
        raise
    except TooLarge as error:
        width, height = error.size
        much = f", which take {error.count // 10**6} MB" if error.count else ""
        most = f"{MAX_BYTES // 10**6} MB" if error.count else f"{MAX_PIXELS // 10**6} megapixels"
        raise ImageError(
            f"The image {uri!r} claims {width} x {height} pixels{much}; at most {most} are decoded. "
            "Save a smaller copy."
        ) from error
    except Unsupported as error:
        raise ImageError(f"The image {uri!r} is {error.kind}, which jlabel cannot show. {error.remedy}.") from error
    except MemoryError as error:
        raise ImageError(f"The image {uri!r} needs more memory than there is. Save a smaller copy.") from error
    except Exception as error:  # decoders raise anything on broken bytes
        detail = str(error).strip().rstrip(".") or type(error).__name__
        raise ImageError(f"The image {uri!r} is damaged: {detail}. Copy it again from where it came.") from error
