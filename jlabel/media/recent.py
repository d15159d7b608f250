"""The pictures that were decoded last, so that panning and zooming do not decode again."""

import math
import threading
from collections import OrderedDict

from jlabel.media.decoders.table import decode, read_header
from jlabel.media.raster import Raster

LIMIT = 512 << 20
"""Memory for decoded pictures, bytes; the last one stays even if it is larger."""
LARGE = 64_000_000
"""Pixels from which a JPEG is decoded no finer than it is shown: in full, 300 megapixels take 1.2 GB and seconds."""
MOST_REDUCED = 8
"""A JPEG's decoder skips the fine coefficients down to an eighth (ITU T.81: blocks of 8 x 8)."""

Key = tuple[str, str]


class Recent:
    """Decoded pictures by URI and stamp, each with how much it was reduced; the least recently used are removed first.

    Args:
        limit: bytes of pixels, as the decoder stores them.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._decoding = threading.Lock()
        self._rasters: OrderedDict[Key, tuple[int, Raster]] = OrderedDict()

    def get(self, uri: str, stamp: str, scale: float) -> Raster:
        """Return a picture decoded at least as fine as ``scale``, the pixels on screen for each of the picture's.

        Pictures are decoded one at a time: requests for several parts of a large one at the same time share its memory.

        Raises:
            ImageError: it cannot be decoded.
        """
        found = self._find((uri, stamp), scale)
        if found is None:
            with self._decoding:
                found = self._find((uri, stamp), scale)
                if found is None:
                    found = self._decode(uri, stamp, scale)
        return found

    @property
    def size(self) -> int:
        """Bytes of the pixels in memory."""
        with self._lock:
            return self._size()

    def _size(self) -> int:
        return sum(raster.data.nbytes for _, raster in self._rasters.values())

    def _find(self, key: Key, scale: float) -> Raster | None:
        with self._lock:
            reduction, raster = self._rasters.get(key, (0, None))
            if raster is None or reduction * scale > 1:
                return None
            self._rasters.move_to_end(key)
            return raster

    def _decode(self, uri: str, stamp: str, scale: float) -> Raster:
        reduction = _reduction(uri, scale)
        with self._lock:  # a coarser one is removed before the finer one needs its memory
            self._rasters.pop((uri, stamp), None)
        raster = decode(uri, reduction=reduction)
        with self._lock:
            self._rasters[uri, stamp] = reduction, raster
            while len(self._rasters) > 1 and self._size() > self._limit:
                self._rasters.popitem(last=False)
        return raster


def _reduction(uri: str, scale: float) -> int:
    """Return 1, 2, 4 or 8: how many times smaller a picture may be decoded to be shown at ``scale``."""
    if scale > 1 / 2:
        return 1
    header = read_header(uri)
    if header.lossless or header.width * header.height <= LARGE:
        return 1
    return min(MOST_REDUCED, 1 << math.floor(math.log2(1 / scale)))


recent = Recent()
"""The one of this process."""
