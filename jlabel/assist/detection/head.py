"""The detector's head: one small anchor-free network over all levels of the features.

After FCOS (Tian et al., "FCOS: Fully convolutional one-stage object detection", ICCV 2019), without a centre-ness
branch: the class score is trained to be the quality of the box (Li et al., "Generalized focal loss", NeurIPS 2020).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from jlabel.assist.detection.pyramid import Level

WIDTH = 64
_GROUPS = 8
_PRIOR = -4.0
"""Bias of the class scores: at the start nearly every location is background."""
_LONGEST = 6.0
"""The largest logarithm of a distance in strides, so that exp stays finite."""


class _Tower(nn.Sequential):
    """A depthwise and a pointwise convolution."""

    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(WIDTH, WIDTH, 5, padding=2, groups=WIDTH, bias=False),
            nn.Conv2d(WIDTH, WIDTH, 1, bias=False),
            nn.GroupNorm(_GROUPS, WIDTH),
            nn.ReLU(inplace=True),
        )


class Head(nn.Module):
    """Maps of features to class scores and boxes at every location.

    Args:
        levels: of the features, finest first.
        classes: number of classes.
    """

    def __init__(self, levels: Sequence[Level], classes: int) -> None:
        super().__init__()
        self.strides = [level.stride for level in levels]
        self.lateral = nn.ModuleList(
            nn.Sequential(nn.Conv2d(level.channels, WIDTH, 1, bias=False), nn.GroupNorm(_GROUPS, WIDTH))
            for level in levels
        )
        self.classify, self.locate = _Tower(), _Tower()
        self.scores = nn.Conv2d(WIDTH, classes, 1)
        self.distances = nn.Conv2d(WIDTH, 4, 1)
        self.scale = nn.Parameter(torch.ones(len(levels)))
        nn.init.normal_(self.scores.weight, std=0.01)
        nn.init.constant_(self.scores.bias, _PRIOR)  # type: ignore[arg-type]
        nn.init.normal_(self.distances.weight, std=0.01)
        nn.init.constant_(self.distances.bias, 0.5)  # type: ignore[arg-type]

    def forward(self, maps: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Return scores before the sigmoid, (n, m, classes), and distances from each location, (n, m, 4).

        Distances are to the left, upper, right and lower edge, in pixels of the frame; m counts the locations of all
        levels, finest first.
        """
        merged: list[Tensor] = []
        above: Tensor | None = None
        for lateral, each in zip(reversed(self.lateral), reversed(maps), strict=True):
            x = lateral(each)
            if above is not None:
                x = x + nn.functional.interpolate(above, size=x.shape[-2:], mode="nearest")
            above = torch.relu(x)
            merged.append(above)
        scores, distances = [], []
        for number, x in enumerate(reversed(merged)):
            scores.append(self.scores(self.classify(x)).flatten(2).transpose(1, 2))
            reach = (self.distances(self.locate(x)) * self.scale[number]).clamp(max=_LONGEST)
            distances.append(reach.exp().flatten(2).transpose(1, 2) * self.strides[number])
        return torch.cat(scores, dim=1), torch.cat(distances, dim=1)


def to_boxes(centres: Tensor, distances: Tensor) -> Tensor:
    """Return boxes x0, y0, x1, y1, (…, m, 4), of distances from (m, 2) centres."""
    return torch.cat([centres - distances[..., :2], centres + distances[..., 2:]], dim=-1)
