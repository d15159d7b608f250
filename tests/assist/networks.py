"""A small real network for tests: quick on a processor."""

import numpy as np
import torch

from jlabel.assist.embeddings.backbone import fingerprint
from jlabel.assist.embeddings.network import Network


class Colours(torch.nn.Module):
    """Mean and spread of each channel in each quarter of the picture, 24 numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = torch.nn.Parameter(torch.ones(24))
        self.largest = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(n, 3, h, w)`` to ``(n, 24)``."""
        self.largest = max(self.largest, len(x))
        mean = torch.nn.functional.adaptive_avg_pool2d(x, 2).flatten(1)
        square = torch.nn.functional.adaptive_avg_pool2d(x**2, 2).flatten(1)
        return torch.cat([mean, square], dim=1) * self.gain


def network(module: torch.nn.Module | None = None, *, size: int = 32, batch: int = 4) -> Network:
    """A backbone that needs no weights and has its batch given."""
    module = module or Colours()
    made = Network(
        module,
        name="colours",
        architecture="test",
        size=size,
        dim=24,
        mean=(127.0, 127.0, 127.0),
        std=(128.0, 128.0, 128.0),
        device="cpu",
        fingerprint=fingerprint(module.state_dict(), size),
    )
    made.batch = batch
    return made


def noise(count: int, size: int = 32, seed: int = 0) -> np.ndarray:
    """Random pixels."""
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), dtype=np.uint8)
