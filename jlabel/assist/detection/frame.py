"""The input of the detector's network: one size for all images of a project, chosen by its smallest objects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

STRIDE = 32
"""Sides are multiples of the coarsest stride of the features."""
_SMALL_OBJECT = 24.0
"""Pixels that the small objects of the smallest class shall have in the frame."""
_SIDES = (288.0, 480.0)
_SMALL_QUANTILE = 0.25

Boxes = Sequence[tuple[float, float, float, float]]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The network's input.

    Attributes:
        width: pixels, a multiple of 32.
        height: pixels, a multiple of 32.
    """

    width: int
    height: int

    @property
    def name(self) -> str:
        """The size, as it enters the names of what depends on it."""
        return f"{self.width}x{self.height}"


def choose_frame(sizes: Iterable[tuple[int, int]], boxes: Mapping[int, Sequence[float]]) -> Frame:
    """Return the frame of a project.

    Its aspect is the median of the images. Its area lets the smaller objects (the 25th percentile) of the class with
    the smallest ones be 24 pixels wide, within 288 and 480 pixels a side; both found by a study on blood cells.

    Args:
        sizes: (width, height) of labeled images, pixels.
        boxes: by class, the side of each of its boxes relative to that of its image: sqrt of area over area.
    """
    aspects = [width / height for width, height in sizes]
    aspect = float(np.median(aspects)) if aspects else 1.0
    small = [float(np.quantile(sides, _SMALL_QUANTILE)) for sides in boxes.values() if len(sides)]
    side = float(np.clip(_SMALL_OBJECT / max(min(small), 1e-6), *_SIDES)) if small else _SIDES[0]
    # An image of extreme aspect would need a frame of one stride's height: it is fitted in as it is.
    aspect = float(np.clip(aspect, 1 / 3, 3))
    return Frame(width=_rounded(side * aspect**0.5), height=_rounded(side / aspect**0.5))


def _rounded(side: float) -> int:
    return max(STRIDE, round(side / STRIDE) * STRIDE)
