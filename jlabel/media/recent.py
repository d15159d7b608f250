"""The pictures that were decoded last, so that panning and zooming do not decode again."""

import math
import threading
from collections import OrderedDict

from jlabel.media.decoders import raster as images

KEPT_BYTES = 512 << 20
"""Memory for decoded pictures; the last one is kept even if it is larger."""
LARGE = 64_000_000
"""Pixels from which a JPEG is decoded no finer than it is shown: in full, 300 megapixels take 1.2 GB and seconds."""
MOST_REDUCED = 8
"""A JPEG's decoder skips the fine coefficients down to an eighth (ITU T.81: blocks of 8 x 8)."""

Key = tuple[str, str]


class Recent:
    """Decoded pictures by URI and stamp, each with how often it was halved; the least recently used go first.

    Args:
        limit: bytes of pixels to keep, at four bytes a pixel as Pillow holds them.
    """

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._decoding = threading.Lock()
        self._kept: OrderedDict[Key, tuple[int, images.Decoded]] = OrderedDict()

    def get(self, uri: str, stamp: str, scale: float) -> images.Decoded:
        """Return a picture decoded at least as fine as ``scale``, the pixels on screen for each of the picture's.

        Pictures are decoded one at a time: several parts of a large one asked for at once share its memory.

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
        """Bytes of pixels held."""
        with self._lock:
            return sum(_bytes(decoded) for _, decoded in self._kept.values())

    def _find(self, key: Key, scale: float) -> images.Decoded | None:
        with self._lock:
            reduced, decoded = self._kept.get(key, (0, None))
            if decoded is None or reduced * scale > 1:
                return None
            self._kept.move_to_end(key)
            return decoded

    def _decode(self, uri: str, stamp: str, scale: float) -> images.Decoded:
        reduced = _reduction(uri, scale)
        with self._lock:  # a coarser one makes room before the finer one is there
            self._kept.pop((uri, stamp), None)
        decoded = images.decode(uri, reduced=reduced)
        with self._lock:
            self._kept[uri, stamp] = reduced, decoded
            while len(self._kept) > 1 and sum(_bytes(kept) for _, kept in self._kept.values()) > self._limit:
                self._kept.popitem(last=False)
        return decoded


def _reduction(uri: str, scale: float) -> int:
    """Return 1, 2, 4 or 8: how many times smaller a picture may be decoded to be shown at ``scale``."""
    if scale > 1 / 2:
        return 1
    (width, height), lossless = images.look(uri)
    if lossless or width * height <= LARGE:
        return 1
    return min(MOST_REDUCED, 1 << math.floor(math.log2(1 / scale)))


def _bytes(decoded: images.Decoded) -> int:
    return 4 * decoded.image.width * decoded.image.height


recent = Recent()
"""The process's own."""
