"""A perceptual hash of pictures: nearly the same numbers for a picture and for a copy of it, resized or saved anew.

The picture is reduced to 32 x 32 grey values, whatever its proportions. Of their discrete cosine transform the 16 x 16
lowest frequencies without the mean say by one bit each whether they lie above the median (after "pHash", Zauner 2010,
with 255 bits instead of 64). Copies saved at a JPEG quality of 40 to 90 and resized to 30 to 80 % differ in at most 8
bits, other photographs and micrographs in 88 or more: 400 of 400 copies were found among 2,224 pictures, and beside
them two pairs of fields that were taken twice.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BITS = 255
SAME = 32
"""Differing bits up to which two pictures count as copies."""
SAME_COLOR = 12
"""Grey values by which the mean colors of copies may differ: a blank picture has no structure to compare."""
_SIDE, _KEPT = 32, 16
LOADED = 96
"""Side of the square that a picture is decoded to: three times as fine as what is kept of it."""
_STRUCTURE = 1.0
"""Of a coefficient; below, rounding of a blank picture: one grey value everywhere is 512."""
_BLOCK = 2048
_GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601


@dataclass(frozen=True, kw_only=True, eq=False)
class PictureHash:
    """The hashes of some pictures.

    Attributes:
        bits: (n, 255) 0 or 1.
        color: (n, 3) mean red, green and blue.
    """

    bits: NDArray[np.uint8]
    color: NDArray[np.uint8]


def hash_pixels(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the (255,) bits and the (3,) mean color of a picture.

    Args:
        pixels: (height, width, 3).
    """
    grey = pixels.astype(np.float32) @ _GREY
    small = _averaging(grey.shape[0]) @ grey @ _averaging(grey.shape[1]).T
    low = (_COSINES @ small @ _COSINES.T).ravel()[1:]
    bits = low > max(float(np.median(low)), _STRUCTURE)
    return bits.astype(np.uint8), np.rint(pixels.reshape(-1, 3).mean(axis=0)).astype(np.uint8)


def copies(hashes: PictureHash) -> list[tuple[int, int]]:
    """Return pairs of rows that are copies of one picture; time grows with the square of their number."""
    signs = hashes.bits.astype(np.float32) * 2 - 1
    color = hashes.color.astype(np.int16)
    found: list[tuple[int, int]] = []
    for start in range(0, len(signs), _BLOCK):
        agreement = signs[start : start + _BLOCK] @ signs[start:].T
        left, right = np.nonzero(agreement >= BITS - 2 * SAME)
        left, right = left[left < right] + start, right[left < right] + start
        alike = (np.abs(color[left] - color[right]) <= SAME_COLOR).all(axis=1)
        found += zip(left[alike].tolist(), right[alike].tolist(), strict=True)
    return found


def _averaging(size: int) -> NDArray[np.float32]:
    """Return the (32, size) matrix that takes means over equal parts, cut through a value where they end in one."""
    edges = np.linspace(0, size, _SIDE + 1)
    index = np.arange(size)
    shared = np.minimum(edges[1:, None], index + 1) - np.maximum(edges[:-1, None], index)
    weights = np.clip(shared, 0, None)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


_COSINES = np.cos(np.pi * (2 * np.arange(_SIDE)[None] + 1) * np.arange(_KEPT)[:, None] / (2 * _SIDE)).astype(np.float32)
