"""TIFF: what Pillow decodes right is Pillow's; all else is put together here from its strips and tiles.

- Grey and RGB of 1 to 64 bits, signed, unsigned and floating point; in one plane or several; in strips or tiles; with
  both predictors; either byte order; BigTIFF.
- "Min is white" of any depth is inverted.
- Alpha is shown on white. Of further bands nothing is shown; grey with further bands is the first of them, and a note
  says so.
- What cannot be decoded is refused with what the file is; it is not called damaged.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from jlabel.media.decoders.deep import over_white, upright
from jlabel.media.decoders.libtiff import decompress
from jlabel.media.decoders.port import Unsupported, check_bytes, check_size
from jlabel.media.decoders.raster import RasterDecoder
from jlabel.media.decoders.tiff_layout import FLOAT, INT, Layout, Piece, batches, pieces, read_layout
from jlabel.media.raster import Header, Raster, Rectangle, Size
from jlabel.media.resample import reduced

_SIDEWAYS = {5, 6, 7, 8}
_DIFFERENCE, _FLOAT_DIFFERENCE = 2, 3


class TiffDecoder:
    """Implements ``Decoder``."""

    def __init__(self) -> None:
        self._pillow = RasterDecoder(("TIFF",))

    def recognizes(self, start: bytes, uri: str) -> bool:
        """Whether the file begins as a TIFF does."""
        return self._pillow.recognizes(start, uri)

    def header(self, file: BinaryIO) -> Header:
        """Read the tags; frames are not counted, because that may read the whole file."""
        layout = _checked(file)
        if layout.is_pillows:
            with _named(layout):
                return self._pillow.header(file)
        width, height = _shown(layout)
        depth = max(8, layout.bits)
        return Header(width=width, height=height, depth=depth, channels=layout.colors, frames=None)

    def decode(
        self, file: BinaryIO, *, size: Size | None = None, region: Rectangle | None = None, reduction: int = 1
    ) -> Raster:
        """Decode the first picture whole, and reduce it."""
        layout = _checked(file)
        if layout.is_pillows:
            with _named(layout):
                return self._pillow.decode(file, size=size, region=region, reduction=reduction)
        samples = _samples(file, layout)
        width, height = _shown(layout)
        alpha = layout.alpha
        values = samples[..., 0] if layout.colors == 1 else samples[..., :3]
        if layout.white_is_lowest:
            values = _inverted(values, layout)
        values, window = upright(values, layout.orientation), None
        if alpha is not None:
            opaque = 1.0 if layout.kind == FLOAT else float(2 ** (layout.bits - (layout.kind == INT)) - 1)
            shown = upright(samples[..., -1], layout.orientation)
            values, window = over_white(values, shown, opaque, multiplied=layout.multiplied)
        if layout.bits < 8:  # noqa: PLR2004 -- shown as they are, once their highest value is 255
            values = (values.astype(np.uint16) * 255 // (2**layout.bits - 1)).astype(np.uint8)
        del samples
        whole = Raster(data=values, width=width, height=height, window=window, note=layout.note)
        return reduced(whole, size=size, region=region)


def _checked(file: BinaryIO) -> Layout:
    layout = read_layout(file)
    check_size(layout.size)
    layout.check()
    if not layout.is_pillows:
        shown = layout.colors + (layout.alpha is not None)
        check_bytes(layout.size, layout.size[0] * layout.size[1] * shown * _stored(layout).itemsize)
    return layout


@contextmanager
def _named(layout: Layout) -> Iterator[None]:
    """Say what the file is where Pillow has no mode for it."""
    try:
        yield
    except SyntaxError as error:
        raise Unsupported(layout.describe(), "Save a copy with 8 or 16 bits, grey or RGB") from error


def _shown(layout: Layout) -> Size:
    return layout.size[::-1] if layout.orientation in _SIDEWAYS else layout.size


def _stored(layout: Layout) -> np.dtype[Any]:
    """Return the type in memory: the smallest that holds the samples, in the machine's byte order."""
    size = next(size for size in (1, 2, 4, 8) if 8 * size >= layout.bits)
    return np.dtype(f"{'f' if layout.kind == FLOAT else 'i' if layout.kind == INT else 'u'}{size}")


def _inverted(values: NDArray[Any], layout: Layout) -> NDArray[Any]:
    if layout.kind == FLOAT:
        return -values
    return ~values if layout.kind == INT else values.dtype.type(2**layout.bits - 1) - values


def _samples(file: BinaryIO, layout: Layout) -> NDArray[Any]:
    """Return the samples that are shown, alpha last: (height, width, samples)."""
    wanted = [*range(layout.colors), *([] if layout.alpha is None else [layout.alpha])]
    out = np.zeros((layout.size[1], layout.size[0], len(wanted)), _stored(layout))
    if layout.planar:
        for target, sample in enumerate(wanted):
            _fill(out[..., target : target + 1], file, layout, plane=sample, chosen=[0])
    else:
        _fill(out, file, layout, plane=0, chosen=wanted)
    return out


def _fill(out: NDArray[Any], file: BinaryIO, layout: Layout, *, plane: int, chosen: list[int]) -> None:
    """Decode the strips or tiles of one plane into their places."""
    for batch in batches(pieces(layout, plane), layout.row):
        packed = []
        for piece in batch:
            file.seek(piece.offset)
            packed.append(file.read(piece.count))
            if len(packed[-1]) < piece.count:
                raise OSError("image file is truncated")
        values = _values(_unpacked(packed, batch, layout), layout)
        if len(chosen) < values.shape[2]:
            values = values[..., chosen]
        at = 0
        for piece in batch:
            part = out[piece.top : piece.top + piece.rows, piece.left : piece.left + layout.segment[0]]
            part[...] = values[at : at + part.shape[0], : part.shape[1]]
            at += piece.rows


def _unpacked(packed: list[bytes], batch: list[Piece], layout: Layout) -> NDArray[np.uint8]:
    """Return the bytes of strips or tiles without their compression: (rows of all, bytes of a row)."""
    if layout.compression == 1 and not layout.reversed_bits:
        return np.frombuffer(b"".join(packed), np.uint8).reshape(-1, layout.row)
    return decompress(
        packed,
        compression=layout.compression,
        row=layout.row,
        rows=batch[0].rows,
        height=sum(piece.rows for piece in batch),
        reversed_bits=layout.reversed_bits,
    )


def _values(data: NDArray[np.uint8], layout: Layout) -> NDArray[Any]:
    """Return the samples that bytes are: (rows, width, samples)."""
    rows, width, samples = len(data), layout.segment[0], 1 if layout.planar else layout.samples
    stored = _stored(layout)
    if layout.bits not in {8, 16, 32, 64}:
        bits = np.unpackbits(data, axis=1)[:, : width * samples * layout.bits]
        weights = 1 << np.arange(layout.bits - 1, -1, -1, dtype=np.uint64)
        return (bits.reshape(rows, width, samples, layout.bits) @ weights).astype(stored)
    if layout.predictor == _FLOAT_DIFFERENCE:
        return _without_float_difference(data, stored, width, samples)
    order = stored.newbyteorder("<" if layout.little else ">")
    values = np.ascontiguousarray(data).view(order).reshape(rows, width, samples).astype(stored, copy=False)
    if layout.predictor == _DIFFERENCE:
        whole = np.dtype(f"u{stored.itemsize}")
        values = np.cumsum(values.view(whole), axis=1, dtype=whole).view(stored)
    return values


def _without_float_difference(data: NDArray[np.uint8], stored: np.dtype[Any], width: int, samples: int) -> NDArray[Any]:
    """Undo predictor 3 (TIFF Technical Note 3): byte planes from the highest down, each byte less the one before."""
    rows = len(data)
    summed = np.cumsum(data.reshape(rows, -1, samples), axis=1, dtype=np.uint8)
    planes = summed.reshape(rows, stored.itemsize, width * samples)
    together = np.ascontiguousarray(planes.transpose(0, 2, 1))
    return together.view(stored.newbyteorder(">")).reshape(rows, width, samples).astype(stored)
