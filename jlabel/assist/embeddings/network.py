"""A torch network as a backbone: pixels in, embeddings out, at the pace that this machine is best at."""

import logging
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from jlabel.assist.compute.batch_size import halved, remembered
from jlabel.assist.embeddings.efficientnet_lite import EfficientNetLite
from jlabel.assist.extra import need
from jlabel.errors import AssistError

logger = logging.getLogger(__name__)


def build(architecture: str) -> torch.nn.Module:
    """Return an untrained network without its last layer: ``lite0`` to ``lite4`` or ``torchvision:…``."""
    if architecture.startswith("lite"):
        return EfficientNetLite(int(architecture[-1]))
    module: torch.nn.Module = need("torchvision").models.get_model(architecture.partition(":")[2], weights=None)
    module.set_submodule(last_linear(module), torch.nn.Identity())
    return module


def last_linear(module: torch.nn.Module) -> str:
    """Return the name of the last linear layer, which tells ImageNet's classes apart; what enters it is embedded."""
    names: list[str] = [key for key, part in module.named_modules() if isinstance(part, torch.nn.Linear)]
    return names[-1]


class Network:
    """A ``Backbone`` over a torch module.

    Args:
        module: ``(n, 3, size, size)`` normalised pixels to ``(n, dim)``.
        name: for people.
        architecture: ``lite0`` to ``lite4`` or ``torchvision:…``, to rebuild it from a checkpoint.
        size: side of the input.
        dim: numbers in an embedding.
        mean: of each channel, on the scale 0 to 255.
        std: of each channel.
        device: to compute on.
        fingerprint: ``hash`` of the port.
    """

    def __init__(
        self,
        module: torch.nn.Module,
        *,
        name: str,
        architecture: str,
        size: int,
        dim: int,
        mean: tuple[float, float, float],
        std: tuple[float, float, float],
        device: str,
        fingerprint: str,
    ) -> None:
        self.name, self.architecture, self.hash = name, architecture, fingerprint
        self.size, self.dim, self.device = size, dim, device
        self.mean, self.std = mean, std
        self.notes: list[str] = []
        self.state: dict[str, Any] = {key: value.clone() for key, value in module.state_dict().items()}
        module.eval()
        fuse = getattr(module, "fuse", None)
        if callable(fuse):
            fuse()
        self.module = module.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._shift = torch.tensor(mean, device=device).view(1, 3, 1, 1)
        self._scale = (1 / torch.tensor(std, device=device)).view(1, 3, 1, 1)
        self._batch: int | None = None

    @property
    def batch(self) -> int:
        """Pictures in a batch: measured once per machine, kept, halved when memory runs out."""
        if self._batch is None:
            key = f"{self.architecture} {self.size} {self.device} {torch.get_num_threads()} {torch.__version__}"
            if self.device.startswith("cuda"):
                key += f" {torch.cuda.get_device_name()}"
            self._batch = remembered(key, self._try, large=self.device != "cpu")
        return self._batch

    @batch.setter
    def batch(self, value: int) -> None:
        self._batch = value

    def rebuilt(self) -> torch.nn.Module:
        """Return a fresh copy of the network that can be trained: nothing folded, no shared weights."""
        module = build(self.architecture)
        module.load_state_dict(self.state)
        return module

    def blank(self) -> NDArray[np.uint8]:
        """Return the background of an image that does not fill the square: the mean color, zero to the network."""
        ground = np.empty((self.size, self.size, 3), dtype=np.uint8)
        ground[:] = np.rint(self.mean).astype(np.uint8)
        return ground

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed (n, size, size, 3) pixels as (n, dim), in batches.

        Raises:
            AssistError: not even one picture fits into memory.
        """
        out = np.empty((len(pixels), self.dim), dtype=np.float32)
        start = 0
        while start < len(pixels):
            part = pixels[start : start + self.batch]
            try:
                out[start : start + len(part)] = self._forward(part)
            except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
                if isinstance(error, RuntimeError) and "memory" not in str(error).lower():
                    raise AssistError(f"The network {self.name} failed: {error}") from error
                self.batch = halved(min(self.batch, len(part)), self.name, self.device)
                note = f"Memory ran out on {self.device}: the batch was halved to {self.batch}."
                self.notes.append(note)
                logger.warning(note)
                if self.device.startswith("cuda"):
                    torch.cuda.empty_cache()
                continue
            start += len(part)
        return out

    def _forward(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        with torch.inference_mode():
            raw = torch.from_numpy(np.ascontiguousarray(pixels)).to(self.device, non_blocking=True)
            # (n, h, w, 3) seen as (n, 3, h, w) already is channels_last: nothing is moved.
            x = (raw.permute(0, 3, 1, 2).float() - self._shift) * self._scale
            if self.device.startswith("cuda"):
                with torch.autocast("cuda", dtype=torch.float16):
                    y = self.module(x)
            else:
                y = self.module(x)
            return np.asarray(y.float().cpu().numpy(), dtype=np.float32)

    def _try(self, count: int) -> None:
        self._forward(np.repeat(self.blank()[None], count, axis=0))
