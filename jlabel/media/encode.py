"""Pixels to an image file."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

QUALITY = 92
"""JPEG quality: textures keep their grain."""


def write_jpeg(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write a JPEG file.

    Args:
        path: the file; one that is there is replaced.
        pixels: grey, shape (height, width), or RGB, shape (height, width, 3); 0 to 255.

    Raises:
        OSError: the file cannot be written.
    """
    Image.fromarray(pixels).save(path, "JPEG", quality=QUALITY)
