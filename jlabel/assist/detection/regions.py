"""Regions: where the mask head looks for the mask of a box, and the pixels that it sees there.

A region is the box with a margin, so that a mask may reach beyond a box that is too tight. Around it lies the window,
out of which a training cuts the regions of boxes that are a little off. Both are multiples of the box about its centre.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.ops import roi_align

from jlabel.assist.embeddings.efficientnet_lite import MEAN

REGION = 1.5
"""Sides of a region in sides of its box."""
WINDOW = 2.0
"""Sides of a window in sides of its box."""
SIDE = 28
"""Cells of a region, across and down, as in Mask R-CNN (He et al., ICCV 2017)."""
WINDOW_SIDE = 56
"""Cells of a window, across and down: a region of its own box is seen through 42 of them."""
_PER_CELL = 2
"""Pixels of a window's cell, across or down, from which every second one is left out."""
_LEAST_SIDE = 1e-3
"""Pixels that a side of a box counts as at least, so that none is divided by zero."""

Boxes = NDArray[np.float32]
Pixels = NDArray[np.uint8]


def about(boxes: Boxes, factor: float) -> Boxes:
    """Return (k, 4) boxes x0, y0, x1, y1 with sides ``factor`` times as long, about their centres."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = np.maximum(boxes[:, 2:] - boxes[:, :2], _LEAST_SIDE) * (factor / 2)
    return np.concatenate([middle - half, middle + half], axis=1).astype(np.float32)


def windows(pixels: Pixels, size: tuple[int, int], boxes: Boxes) -> Pixels:
    """Return what the windows of boxes show, (k, WINDOW_SIDE, WINDOW_SIDE, 3), grey beside the image.

    Args:
        pixels: (h, w, 3) RGB, of any resolution.
        size: width and height of the image, pixels.
        boxes: (k, 4) x0, y0, x1, y1, pixels of the image.
    """
    height, width = pixels.shape[:2]
    there = about(boxes, WINDOW) * np.array([width / size[0], height / size[1]] * 2, np.float32)
    out = np.empty((len(boxes), WINDOW_SIDE, WINDOW_SIDE, 3), np.uint8)
    # The large ones look at every second, fourth ... pixel: all take about the same time.
    cells = (there[:, 2:] - there[:, :2]).min(axis=1, initial=np.inf) / WINDOW_SIDE
    steps = 2 ** np.log2(np.clip(cells / _PER_CELL, 1, min(height, width))).astype(int)
    for step in np.unique(steps).tolist():
        out[steps == step] = _seen(pixels, there[steps == step], step)
    return out


def _seen(pixels: Pixels, there: Boxes, step: int) -> Pixels:
    """Return windows in the pixels of a picture, of which every ``step``-th across and down is looked at."""
    # Only the part that is seen becomes floats: one box of a large image takes no longer than one of a small one.
    left, right = _span(there[:, 0].min(), there[:, 2].max(), pixels.shape[1], step)
    top, bottom = _span(there[:, 1].min(), there[:, 3].max(), pixels.shape[0], step)
    half = step // 2
    part = torch.from_numpy(np.array(pixels[top:bottom, left:right][half::step, half::step]))
    picture = part.permute(2, 0, 1)[None].float() - MEAN
    at = torch.from_numpy((there - np.array([left, top] * 2, np.float32) - half - 0.5) / step + 0.5)
    seen = roi_align(picture, [at.float()], WINDOW_SIDE, aligned=True) + MEAN
    return np.ascontiguousarray(seen.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).numpy())


def inside_window(boxes: Tensor, seen: Tensor) -> Tensor:
    """Return the regions of boxes in the cells of the windows of others.

    Args:
        boxes: (k, 4) whose regions are asked for.
        seen: (k, 4) whose windows they lie in; in the same pixels.

    Returns:
        (k, 4) x0, y0, x1, y1, from 0 to WINDOW_SIDE where the region lies in the window.
    """
    sides = (seen[:, 2:] - seen[:, :2]).clamp(min=_LEAST_SIDE)
    corner = (seen[:, :2] + seen[:, 2:] - sides * WINDOW) / 2
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = (boxes[:, 2:] - boxes[:, :2]).clamp(min=_LEAST_SIDE) * (REGION / 2)
    cells = WINDOW_SIDE / (sides * WINDOW)
    return torch.cat([(middle - half - corner) * cells, (middle + half - corner) * cells], dim=1)


def in_view(boxes: Tensor, of_view: Tensor) -> Tensor:
    """Return (k, 5) the number of the view and the region of boxes.

    Args:
        boxes: (k, 4) x0, y0, x1, y1, pixels of the frame.
        of_view: (k,) numbers of their views.
    """
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = (boxes[:, 2:] - boxes[:, :2]) * (REGION / 2)
    return torch.cat([of_view[:, None].float(), middle - half, middle + half], dim=1)


def cut(from_windows: Tensor, regions: Tensor) -> Tensor:
    """Return regions of windows, one of each, (k, c, SIDE, SIDE).

    Args:
        from_windows: (k, c, WINDOW_SIDE, WINDOW_SIDE).
        regions: (k, 4) x0, y0, x1, y1 in cells of the window.
    """
    numbered = torch.cat([torch.arange(len(regions), device=regions.device)[:, None].float(), regions], dim=1)
    cells: Tensor = roi_align(from_windows, numbered, SIDE, aligned=True)
    return cells


def _span(first: float, last: float, length: int, step: int) -> tuple[int, int]:
    """Return the pixels of a row between two positions, ``step`` at least, with as many more on either side."""
    begin = min(max(0, math.floor(first) - step), max(0, length - step))
    return begin, max(begin + step, min(length, math.ceil(last) + step))
