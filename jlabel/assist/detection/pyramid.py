"""Multi-scale features of a frozen backbone: computed once a view, kept in half precision, trained on many times."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from jlabel.assist.detection.frame import Frame
from jlabel.assist.embeddings.efficientnet_lite import MEAN, STD, EfficientNetLite

STRIDES = (8, 16, 32)


@dataclass(frozen=True, kw_only=True)
class Level:
    """One map of features.

    Attributes:
        stride: image pixels of the frame from one location to the next.
        height: locations.
        width: locations.
        channels: numbers at a location.
    """

    stride: int
    height: int
    width: int
    channels: int

    @property
    def numbers(self) -> int:
        """Numbers in the map."""
        return self.channels * self.height * self.width


class Pyramid:
    """The features of a frame at strides 8, 16 and 32.

    Args:
        network: whose batch norms are folded; not trained.
        frame: of the project.
        device: to compute on.
    """

    def __init__(self, network: EfficientNetLite, frame: Frame, *, device: str = "cpu") -> None:
        self.frame, self.device = frame, device
        self.network = network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.levels = tuple(
            Level(stride=s, height=frame.height // s, width=frame.width // s, channels=network.channels(s))
            for s in STRIDES
        )
        self.dim = sum(level.numbers for level in self.levels)
        self.blank = (MEAN,) * 3

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float16]:
        """Return (n, dim) features of (n, height, width, 3) pixels, one by one, which is fastest."""
        out = np.empty((len(pixels), self.dim), np.float16)
        for n, one in enumerate(pixels):
            with torch.inference_mode():
                raw = torch.from_numpy(np.ascontiguousarray(one))[None].to(self.device)
                x = (raw.permute(0, 3, 1, 2).float() - MEAN) / STD
                maps = self.network.maps(x, STRIDES)
                out[n] = torch.cat([each.half().flatten() for each in maps]).cpu().numpy()
        return out

    def maps(self, features: NDArray[np.float16]) -> list[Tensor]:
        """Return (n, dim) features as maps, ``(n, channels, height, width)`` float32 by level."""
        flat = torch.from_numpy(np.ascontiguousarray(features)).to(self.device).float()
        parts = torch.split(flat, [level.numbers for level in self.levels], dim=1)
        return [
            part.view(len(features), level.channels, level.height, level.width)
            for part, level in zip(parts, self.levels, strict=True)
        ]

    def locations(self) -> tuple[Tensor, Tensor]:
        """Return (m, 2) centres x, y of all locations in frame pixels, and their (m,) strides."""
        centres, strides = [], []
        for level in self.levels:
            y, x = torch.meshgrid(torch.arange(level.height), torch.arange(level.width), indexing="ij")
            centres.append((torch.stack([x, y], dim=-1).reshape(-1, 2).float() + 0.5) * level.stride)
            strides.append(torch.full((level.height * level.width,), float(level.stride)))
        return torch.cat(centres).to(self.device), torch.cat(strides).to(self.device)
