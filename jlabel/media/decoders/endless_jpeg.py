"""JPEGs whose end marker is missing, as some cameras and cut transfers leave them: whole, or broken off earlier?"""

from collections.abc import Callable

import numpy as np

from jlabel.media.raster import Raster

NOTE = "Its end marker is missing, so that its last bytes may be too; the picture is whole."
_END = b"\xff\xd9"
_PROBE = bytes(range(1, 255)) * 16
"""What no entropy-coded data have: taken for pictures if any are missing, passed over if none are."""


def completed(data: bytes, decode: Callable[[bytes], Raster]) -> Raster | None:
    """Decode a JPEG that ends before its end marker.

    libjpeg fills what is missing with grey without a word. So the data are decoded twice, once with other bytes before
    the marker: where that changes a pixel, pixels are missing.

    Args:
        data: the file's bytes.
        decode: decodes such bytes; raises ``OSError`` where they are broken otherwise.

    Returns:
        The picture; ``None`` where pixels of it are missing.
    """
    whole = data.removesuffix(b"\xff")
    try:
        found, probed = decode(whole + _END), decode(whole + _PROBE + _END)
    except OSError:
        return None
    return found if np.array_equal(found.pixels, probed.pixels) else None
