"""Arrays of a picture's own values: set upright, on white where they are transparent, within the memory allowed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jlabel.media.window import Window, robust_window

_ROWS = 1024
"""Rows that are blended at once."""


def upright(values: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return a picture of shape (height, width, …) set upright by its EXIF orientation (EXIF 2.32, tag 0x0112)."""
    if orientation in {5, 6, 7, 8}:
        values = values.swapaxes(0, 1)
    if orientation in {2, 3, 6, 7}:
        values = values[:, ::-1]
    if orientation in {3, 4, 7, 8}:
        values = values[::-1]
    return np.ascontiguousarray(values)


def over_white(
    values: NDArray[Any], alpha: NDArray[Any], opaque: float, *, multiplied: bool = False
) -> tuple[NDArray[Any], Window | None]:
    """Lay a picture over white, where white is the upper end of the window of what is not transparent.

    Args:
        values: (height, width) or (height, width, 3); changed in its place.
        alpha: (height, width).
        opaque: the alpha of what is not transparent at all.
        multiplied: whether the values are multiplied by alpha already.

    Returns:
        The picture, and its window: ``None`` for eight bits, which are shown as they are.
    """
    seen = values[alpha > 0]
    eight = values.dtype == np.uint8
    window = None if eight else robust_window(seen.reshape(len(seen), 1, -1) if len(seen) else values)
    white = 255.0 if window is None else window.high
    for top in range(0, len(values), _ROWS):
        band = slice(top, top + _ROWS)
        share = alpha[band].astype(np.float64) / opaque
        share = share if values.ndim == 2 else share[..., np.newaxis]  # noqa: PLR2004 -- grey
        mixed = values[band] * (1.0 if multiplied else share) + white * (1.0 - share)
        values[band] = mixed if values.dtype.kind == "f" else _fitted(mixed, values.dtype)
    return values, window


def _fitted(values: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    limits = np.iinfo(dtype)
    np.rint(values, out=values)
    return np.clip(values, limits.min, limits.max, out=values)
