"""Values of a picture between its decoder and the screen: ``Header`` and ``Raster``."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jlabel.media.window import Window, robust_window

Size = tuple[int, int]
"""Width and height, pixels."""
Rectangle = tuple[int, int, int, int]
"""x0, y0, x1, y1 in whole pixels of the picture as shown; x1 and y1 are not part of it."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the header of a file says about its picture.

    Attributes:
        width: as shown, pixels.
        height: as shown, pixels.
        depth: bits of one channel.
        channels: 1 for grey, 3 for RGB, as ``Raster.pixels`` has them.
        lossless: whether the file stores every pixel as it was.
        frames: frames or pages, of which the first is shown; ``None`` where the header does not say.
        spacing: height and width of a pixel in millimetres; ``None`` where it is not known.
        windows: the ranges of values that the file proposes to show, the first one by default.
    """

    width: int
    height: int
    depth: int = 8
    channels: int = 1
    lossless: bool = True
    frames: int | None = 1
    spacing: tuple[float, float] | None = None
    windows: tuple[Window, ...] = ()

    @property
    def size(self) -> Size:
        """Width and height as shown, pixels."""
        return self.width, self.height


class Pixels(Protocol):
    """A numpy array, or an object that is converted to one on demand: (height, width), (height, width, 3) for RGB."""

    @property
    def shape(self) -> tuple[int, ...]:
        """As of the array."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """As of the array."""
        ...

    @property
    def nbytes(self) -> int:
        """Memory that is used."""
        ...

    def __array__(self) -> NDArray[Any]: ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Raster:
    """A decoded picture, or a part of one, in its own depth.

    Attributes:
        data: the pixels as the decoder has them, upright.
        width: of the full picture as shown, pixels.
        height: of the full picture as shown, pixels.
        lossless: whether the file stores every pixel as it was.
        window: the values shown black and white; ``None`` for eight bits that are shown as they are. Where a deeper
            picture names none, what ``robust_window`` finds in it.
        note: what a person should know about the file, as a sentence; ``""`` for most.
    """

    data: Pixels
    width: int
    height: int
    lossless: bool = True
    window: Window | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.window is None and self.data.dtype != np.uint8:
            object.__setattr__(self, "window", robust_window(self.pixels))

    @property
    def pixels(self) -> NDArray[Any]:
        """The pixels, (height, width) for grey or (height, width, 3) for RGB; possibly reduced, or a part."""
        return np.asarray(self.data)

    @property
    def size(self) -> Size:
        """Width and height of ``pixels``."""
        return self.data.shape[1], self.data.shape[0]


def fit(full: Size, size: Size) -> Size:
    """Return the largest size of ``full``'s proportions inside ``size``, not above ``full``, at least 1 x 1."""
    scale = min(1.0, size[0] / full[0], size[1] / full[1])
    return max(1, round(full[0] * scale)), max(1, round(full[1] * scale))
