"""The mask head: from a box, the pixels around it and the features there to a mask.

After Mask R-CNN (He et al., "Mask R-CNN", ICCV 2017), on features that stay as they are. A nucleus covers two or three
locations of the finest features: its outline comes from the pixels, which go through a small U-Net (Ronneberger et al.,
"U-Net", MICCAI 2015), and what it is from the features, which join halfway. One mask for all classes.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torchvision.ops import roi_align

from jlabel.assist.detection.pyramid import Level
from jlabel.assist.detection.regions import REGION, SIDE
from jlabel.assist.embeddings.efficientnet_lite import MEAN, STD

WIDTH = 32
"""Channels of the merged features, and of the U-Net at half the resolution."""
_FINE, _COARSE = 16, 48
"""Channels of the U-Net at full resolution and at a quarter: more take longer than a millisecond a box."""
_GROUPS = 8
_SEEN = 10
"""Channels of a region: its pixels, the same with their contrast evened, and where a cell lies in the box."""
_FAINT = 0.05
"""Added to the contrast of a region, so that one of a single colour stays so; 1 is half of what there can be."""
_STEEP = 4.0
"""The first guess is the ellipse in the box: its logit is 4 at the centre and 0 at the edge."""


class _Block(nn.Sequential):
    """A convolution, its norm and its activation."""

    def __init__(self, inside: int, outside: int, *, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False),
            nn.GroupNorm(_GROUPS, outside),
            nn.ReLU(inplace=True),
        )


class MaskHead(nn.Module):
    """Features and pixels of regions to masks.

    Args:
        levels: of the features, finest first.
    """

    cells: Tensor

    def __init__(self, levels: Sequence[Level]) -> None:
        super().__init__()
        self.stride = levels[0].stride
        self.lateral = nn.ModuleList(
            nn.Sequential(nn.Conv2d(level.channels, WIDTH, 1, bias=False), nn.GroupNorm(_GROUPS, WIDTH))
            for level in levels
        )
        self.first = _Block(_SEEN, _FINE)
        self.to_half = _Block(_FINE, WIDTH, stride=2)
        self.join = _Block(2 * WIDTH, WIDTH, kernel=1)
        self.to_quarter = nn.Sequential(_Block(WIDTH, _COARSE, stride=2), _Block(_COARSE, _COARSE))
        self.from_quarter = _Block(_COARSE, WIDTH, kernel=1)
        self.at_half = _Block(WIDTH, WIDTH)
        self.from_half = _Block(WIDTH, _FINE, kernel=1)
        self.last = _Block(_FINE, _FINE)
        self.correction = nn.Conv2d(_FINE, 1, 1)
        self.guess = nn.Parameter(torch.tensor(_STEEP))
        nn.init.zeros_(self.correction.weight)
        nn.init.zeros_(self.correction.bias)  # type: ignore[arg-type]
        line = ((torch.arange(SIDE) + 0.5) / SIDE * 2 - 1) * REGION  # -1 and 1 are the edges of the box
        y, x = torch.meshgrid(line, line, indexing="ij")
        cells = torch.stack([x, y, torch.maximum(x.abs(), y.abs()) - 1, 1 - x**2 - y**2])
        self.register_buffer("cells", cells, persistent=False)

    def merge(self, maps: Sequence[Tensor]) -> Tensor:
        """Return the maps of all levels as one of the finest, (n, WIDTH, height, width)."""
        above: Tensor | None = None
        for lateral, each in zip(reversed(self.lateral), reversed(maps), strict=True):
            x = lateral(each)
            if above is not None:
                x = x + nn.functional.interpolate(above, size=x.shape[-2:], mode="nearest")
            above = torch.relu(x)
        assert above is not None
        return above

    def forward(self, merged: Tensor, regions: Tensor, pixels: Tensor) -> Tensor:
        """Return masks before the sigmoid, (k, SIDE, SIDE).

        Args:
            merged: (n, WIDTH, height, width) of ``merge``.
            regions: (k, 5) number of the view, and x0, y0, x1, y1 in pixels of the frame.
            pixels: (k, 3, SIDE, SIDE) of the regions, 0 to 255.
        """
        x = (pixels - MEAN) / STD
        contrast, middle = torch.std_mean(x, dim=(1, 2, 3), keepdim=True)
        even = (x - middle) / (contrast + _FAINT)
        fine = self.first(torch.cat([x, even, self.cells.expand(len(x), -1, -1, -1)], dim=1))
        there = roi_align(merged, regions, SIDE // 2, 1 / self.stride, aligned=True)
        half = self.join(torch.cat([self.to_half(fine), there], dim=1))
        half = self.at_half(half + _doubled(self.from_quarter(self.to_quarter(half))))
        fine = self.last(fine + _doubled(self.from_half(half)))
        logits: Tensor = self.correction(fine)[:, 0] + self.guess * self.cells[3]
        return logits


def _doubled(x: Tensor) -> Tensor:
    return nn.functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
