"""Views of an image in the network's frame: the plain one, and random ones that a training learns from.

A view maps image pixels to frame pixels: ``x' = x * scale_x + left``, and after it, where it flips, ``width - x'``.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torchvision.transforms.v2 import functional as transforms

from jlabel.assist.detection.frame import Frame

ZOOM = (0.7, 1.4)
"""How much larger or smaller than the plain view a random one is; a study found flips alone to cost 0.045 mAP50."""
_GAIN = 0.15
_VISIBLE = 0.35
"""A box of which less is left in a view is no object of it."""
_MIN_SIDE = 2.0

Pixels = NDArray[np.uint8]
Boxes = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class View:
    """Where an image lies in the frame.

    Attributes:
        width: of the picture in the frame, pixels.
        height: of the same.
        left: frame pixels from the frame's left edge to the picture's.
        top: the same, from above.
        flip: mirrored left to right.
        gains: of red, green and blue.
    """

    width: int
    height: int
    left: int
    top: int
    flip: bool = False
    gains: tuple[float, float, float] = (1.0, 1.0, 1.0)


def plain_view(size: tuple[int, int], frame: Frame, *, zoom: float = 1.0) -> View:
    """Return the view that shows all of an image of ``size`` (width, height) in the middle of the frame."""
    scale = min(frame.width / size[0], frame.height / size[1]) * zoom
    width, height = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    return View(width=width, height=height, left=(frame.width - width) // 2, top=(frame.height - height) // 2)


def random_view(size: tuple[int, int], frame: Frame, rng: np.random.Generator) -> View:
    """Return a view zoomed, placed, flipped and coloured at random."""
    whole = plain_view(size, frame, zoom=float(np.exp(rng.uniform(*np.log(ZOOM)))))
    gains = rng.uniform(1 - _GAIN, 1 + _GAIN) * rng.uniform(1 - _GAIN / 2, 1 + _GAIN / 2, 3)
    return View(
        width=whole.width,
        height=whole.height,
        left=_placed(frame.width - whole.width, rng),
        top=_placed(frame.height - whole.height, rng),
        flip=bool(rng.integers(2)),
        gains=(float(gains[0]), float(gains[1]), float(gains[2])),
    )


def render(pixels: Pixels, view: View, frame: Frame, blank: tuple[float, float, float]) -> Pixels:
    """Return a picture as a view shows it, (height, width, 3).

    Args:
        pixels: (h, w, 3) RGB; of any resolution.
        view: of the image.
        frame: of the network.
        blank: the ground beside the picture, RGB.
    """
    out = np.empty((frame.height, frame.width, 3), dtype=np.uint8)
    out[:] = np.rint(blank)
    picture = torch.from_numpy(np.array(pixels)).permute(2, 0, 1)
    resized = transforms.resize(picture, [view.height, view.width], antialias=True).permute(1, 2, 0).numpy()
    left, top = max(view.left, 0), max(view.top, 0)
    right, bottom = min(view.left + view.width, frame.width), min(view.top + view.height, frame.height)
    if right > left and bottom > top:
        part = resized[top - view.top : bottom - view.top, left - view.left : right - view.left]
        if view.gains != (1.0, 1.0, 1.0):
            part = np.clip(np.rint(part * np.array(view.gains, np.float32)), 0, 255).astype(np.uint8)
        out[top:bottom, left:right] = part
    return np.ascontiguousarray(out[:, ::-1]) if view.flip else out


def to_frame(boxes: Boxes, view: View, size: tuple[int, int], frame: Frame) -> Boxes:
    """Return (n, 4) boxes x0, y0, x1, y1 of an image of ``size`` in the frame, not clipped."""
    out = boxes * _scales(view, size) + np.array([view.left, view.top] * 2, np.float32)
    if view.flip:
        out[:, [0, 2]] = frame.width - out[:, [2, 0]]
    return np.asarray(out, np.float32)


def to_image(boxes: Boxes, view: View, size: tuple[int, int], frame: Frame) -> Boxes:
    """Return (n, 4) boxes of the frame in image pixels, not clipped: the inverse of ``to_frame``."""
    out = np.array(boxes, np.float32)
    if view.flip:
        out[:, [0, 2]] = frame.width - out[:, [2, 0]]
    return np.asarray((out - np.array([view.left, view.top] * 2, np.float32)) / _scales(view, size), np.float32)


def visible(boxes: Boxes, frame: Frame) -> tuple[Boxes, NDArray[np.bool_]]:
    """Return boxes clipped to the frame, and (n,) which of them are objects of the view."""
    edges = np.array([frame.width, frame.height] * 2, np.float32)
    clipped = np.clip(boxes, 0, edges)
    inside, whole = _area(clipped), _area(boxes)
    sides = np.minimum(clipped[:, 2] - clipped[:, 0], clipped[:, 3] - clipped[:, 1])
    return clipped, (inside >= _VISIBLE * whole) & (sides >= _MIN_SIDE)


def _scales(view: View, size: tuple[int, int]) -> Boxes:
    return np.array([view.width / size[0], view.height / size[1]] * 2, np.float32)


def _area(boxes: Boxes) -> NDArray[np.float32]:
    return np.asarray(np.maximum(boxes[:, 2] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 1], 0))


def _placed(room: int, rng: np.random.Generator) -> int:
    """Return where a picture lies that has so much room; a negative room is what sticks out."""
    return int(rng.integers(min(room, 0), max(room, 0) + 1))
