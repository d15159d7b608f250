"""The compression of a TIFF's strips and tiles taken off by the libtiff in Pillow, whatever their bytes mean.

Pillow refuses or cuts to eight bits what has no mode of its own (colour of 16 bits, floats of 64). So the compressed
bytes are given to it as those of a picture of eight bits, each of whose pixels is one byte.
"""

import io
import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

_ENTRY = struct.Struct("<HHII")
_SHORT, _LONG = 3, 4


def decompress(
    packed: Sequence[bytes], *, compression: int, row: int, rows: int, height: int, reversed_bits: bool = False
) -> NDArray[np.uint8]:
    """Return the bytes of strips or tiles that follow each other.

    Args:
        packed: the compressed bytes of each.
        compression: TIFF's number of the method.
        row: bytes of one row.
        rows: of each strip or tile; the last may have fewer.
        height: rows of all together.
        reversed_bits: whether each byte has its lowest bit first.

    Returns:
        uint8, (height, row).

    Raises:
        OSError: they are damaged or not complete.
    """
    order = 2 if reversed_bits else 1
    data = _wrapped(packed, compression=compression, row=row, rows=rows, height=height, order=order)
    image = TiffImageFile(io.BytesIO(data), "")
    # Its memory is given to it, because Pillow itself warns at 89 and stops at 179 megapixels.
    image.im = Image.core.new(image.mode, image.size)  # type: ignore[attr-defined]
    image.load()
    return np.asarray(image)


def _wrapped(packed: Sequence[bytes], *, compression: int, row: int, rows: int, height: int, order: int) -> bytes:
    count = len(packed)
    tags = 11
    start = 8 + 2 + tags * _ENTRY.size + 4
    inline = count == 1
    first = start + (0 if inline else 8 * count)
    sizes = [len(each) for each in packed]
    offsets = [first + sum_before for sum_before in np.cumsum([0, *sizes[:-1]]).tolist()]
    entries = [
        (256, _LONG, 1, row),
        (257, _LONG, 1, height),
        (258, _SHORT, 1, 8),
        (259, _SHORT, 1, compression),
        (262, _SHORT, 1, 1),
        (266, _SHORT, 1, order),
        (273, _LONG, count, offsets[0] if inline else start),
        (277, _SHORT, 1, 1),
        (278, _LONG, 1, rows),
        (279, _LONG, count, sizes[0] if inline else start + 4 * count),
        (284, _SHORT, 1, 1),
    ]
    out = [b"II*\0", struct.pack("<IH", 8, tags), *(_ENTRY.pack(*entry) for entry in entries), struct.pack("<I", 0)]
    if not inline:
        out += [struct.pack(f"<{count}I", *offsets), struct.pack(f"<{count}I", *sizes)]
    return b"".join([*out, *packed])
