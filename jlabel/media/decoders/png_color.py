"""Colour of 16 bits in PNG, whose lower eight bits Pillow drops: read with the rest by two passes over the file.

Pillow undoes the filters of whole pixels and then takes one of the two bytes of each sample; its "raw mode" says which.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFile

from jlabel.media.decoders.deep import over_white
from jlabel.media.window import Window

_OPAQUE = 65535.0
_PASSES = {"RGB;16B": ("RGB;16B", "RGB;16L"), "RGBA;16B": ("RGBA;16B", "RGBA;16L"), "LA;16B": ("RGBA",)}
"""Raw modes for the upper and the lower bytes. Grey and alpha have four bytes, which are read as those of one pixel."""
_CHANNELS = {"RGB;16B": 3, "RGBA;16B": 3, "LA;16B": 1}


def is_deep_color(image: ImageFile.ImageFile) -> int:
    """Return how many channels are shown of a PNG of 16 bits with colour or alpha; 0 of any other picture."""
    return _CHANNELS.get(_raw_mode(image), 0)


def deep_color(opened: Callable[[], ImageFile.ImageFile]) -> tuple[NDArray[Any], Window | None]:
    """Return a picture and its window, which is to be found where it is ``None``: nothing is transparent.

    Args:
        opened: opens the file again.

    Returns:
        uint16, (height, width) or (height, width, 3), as stored.
    """
    raw = _raw_mode(opened())
    halves = [_pass(opened(), mode) for mode in _PASSES[raw]]
    if len(halves) == 1:
        samples = np.ascontiguousarray(halves[0]).view(">u2").astype(np.uint16)
        return over_white(samples[..., 0], samples[..., 1], _OPAQUE)
    samples = halves[0].astype(np.uint16)
    samples <<= 8
    samples |= halves[1]
    if samples.shape[2] == 3:  # noqa: PLR2004 -- no alpha
        return samples, None
    return over_white(np.ascontiguousarray(samples[..., :3]), samples[..., 3], _OPAQUE)


def _raw_mode(image: ImageFile.ImageFile) -> str:
    args = image.tile[0].args if image.format == "PNG" and image.tile else ""
    return str(args[0] if isinstance(args, tuple) else args)


def _pass(image: ImageFile.ImageFile, mode: str) -> NDArray[np.uint8]:
    image.tile = [image.tile[0]._replace(args=mode)]
    image.load()
    return np.asarray(image)
