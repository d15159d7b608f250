"""From a picture's own values to the eight bits on screen: one model for grid and editor.

A value's position in the picture's window, from 0 (black) to 1 (white), passes through the level and is rounded once.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jlabel.errors import InputError
from jlabel.media.raster import Raster
from jlabel.media.resample import lookup, within
from jlabel.media.window import Window

_LIMITS = {"brightness": (0.0, 4.0), "contrast": (0.0, 4.0), "gamma": (0.1, 10.0)}
_FLAT = 128
"""The level of 255 as which a picture of one value is shown: mid-grey."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """How the values of a picture are shown; the stored picture and its labels do not change.

    The steps follow each other in the order of inversion, gamma, brightness, contrast. Brightness and contrast are
    those of CSS (Filter Effects Level 1), so that a browser's own preview looks the same; ``widgets/editor/level.js``
    computes the same table for eight bits, and both are tested with one file of vectors.

    Attributes:
        invert: black becomes white.
        gamma: v ** (1 / gamma), 0.1 to 10; more than 1 lifts what is dark.
        brightness: factor on each value, 0 to 4.
        contrast: factor on the distance from mid-grey, 0 to 4.

    Raises:
        InputError: a factor outside its limits, or not a number.
    """

    brightness: float = 1.0
    contrast: float = 1.0
    gamma: float = 1.0
    invert: bool = False

    def __post_init__(self) -> None:
        for name, (low, high) in _LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:  # NaN is not either
                raise InputError(f"A picture's {name} is a number from {low:g} to {high:g}, not {value!r}.")

    @property
    def plain(self) -> bool:
        """Whether the picture is shown as it is."""
        return self == PLAIN

    def table(self) -> list[int]:
        """Return what each level from 0 to 255 is shown as, 0 to 255."""
        return [int(level) for level in np.floor(255 * self.apply(np.arange(256) / 255) + 0.5)]

    def apply(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return how values from 0 to 1 are shown, 0 to 1, in the same type of floating point."""
        values = (1.0 - values if self.invert else values) ** (1.0 / self.gamma)
        values = np.minimum(1.0, values * self.brightness)
        return np.clip((values - 0.5) * self.contrast + 0.5, 0.0, 1.0)


PLAIN = Level()
"""The picture as it is."""


def display(raster: Raster, level: Level = PLAIN) -> Raster:
    """Return a raster of eight bits: the values of the raster's window under a level.

    The level is applied to the values in their own depth, and the result is rounded once: what is dark in a 16-bit
    picture keeps its levels when gamma lifts it. Eight bits without a window pass through the level's table.
    """
    if raster.window is None:
        return raster if level.plain else lookup(raster, level.table())
    values = _windowed(raster.pixels, raster.window)
    if not level.plain:
        values = 255 * level.apply(values / 255)
    return replace(raster, data=np.rint(values).astype(np.uint8), window=None)


def _windowed(pixels: NDArray[Any], window: Window) -> NDArray[Any]:
    """Return where values are between the window's ends, 0 to 255, float32; NaN is black."""
    if window.high <= window.low:
        return np.full(pixels.shape, _FLAT, np.float32)
    values = within(pixels, window)
    values -= np.float32(window.low)
    values *= np.float32(255.0 / (window.high - window.low))
    return np.clip(values, 0.0, 255.0, out=values)
