"""Fine-tuning: the backbone itself is trained, and adopted only if it then validates better."""

import copy
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from jlabel.assist.classification.folds import folds
from jlabel.assist.classification.outputs import EXCLUSIVE, Outputs
from jlabel.assist.embeddings.backbone import Backbone, open_backbone
from jlabel.assist.embeddings.checkpoint import save_network
from jlabel.assist.embeddings.featurize import framed
from jlabel.assist.embeddings.network import Network
from jlabel.errors import AssistError, ImageError, InputError

VALIDATION_FOLDS = 5
"""One fold of five validates."""
LEAST = 20
"""Labels below which there is nothing to validate a fine-tuning on."""
_GAIN = 0.005

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to fine-tune.

    Attributes:
        epochs: at most.
        patience: epochs without a better validation after which it stops.
        batch: pictures a step.
        rate: of learning, of the new head; the backbone's is a tenth of it.
        decay: of weights (AdamW).
        seed: of split, order and augmentation.
    """

    epochs: int = 30
    patience: int = 4
    batch: int = 16
    rate: float = 1e-3
    decay: float = 0.01
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class FinetuneResult:
    """What came of it.

    Attributes:
        backbone: the truncated, fine-tuned network, with which items are embedded again; ``None`` if not adopted.
        path: its checkpoint; ``None`` if not adopted.
        accuracy: of the fine-tuned network on the validation part; the share of complete sets in multi-label.
        baseline: of the light head on the old embeddings, on the same part.
        epochs: that were run.
        reason: why it was or was not adopted, a sentence.
    """

    backbone: Backbone | None
    path: Path | None
    accuracy: float
    baseline: float
    epochs: int
    reason: str


def finetune(
    uris: Sequence[str],
    targets: NDArray[np.floating],
    backbone: Network,
    *,
    path: Path,
    baseline: Callable[[NDArray[np.intp], NDArray[np.intp]], float],
    outputs: Outputs = EXCLUSIVE,
    recipe: Recipe | None = None,
    progress: Callable[[int, int, float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> FinetuneResult:
    """Fine-tune ``backbone`` on labeled pictures and write it to ``path`` if it validates better.

    Args:
        uris: URIs of the images.
        targets: (n, k) 0 or 1.
        backbone: to start from; it is not changed.
        path: of the checkpoint.
        baseline: from rows to train on and rows to validate on to the accuracy of the light head.
        outputs: of the classifier.
        recipe: how.
        progress: takes epoch, epochs and accuracy after every epoch.
        cancel: called before every step; true ends the training, and nothing is adopted.

    Raises:
        InputError: fewer than 20 labels, or sizes differ.
        AssistError: memory is short, or training diverged.
    """
    recipe = recipe or Recipe()
    if len(uris) < LEAST or len(uris) != len(targets):
        raise InputError(f"Fine-tuning needs at least {LEAST} labeled images, not {len(uris)}.")
    pixels, kept = _loaded(uris, backbone, cancel)
    if cancel is not None and cancel():
        return _refused(-1.0, 0.0, 0, "Fine-tuning was cancelled.")
    y = np.asarray(targets, dtype=np.float32)[kept]
    rng = np.random.default_rng(recipe.seed)
    fold = folds(y.argmax(axis=1), VALIDATION_FOLDS, rng)
    rest, out = np.flatnonzero(fold != 0), np.flatnonzero(fold == 0)
    before = baseline(kept[rest], kept[out])
    trainer = _Trainer(backbone, y.shape[1], recipe, outputs)
    best, state, epochs, since = -1.0, None, 0, 0
    for epoch in range(recipe.epochs):
        if not trainer.epoch(pixels, y, rest, rng, cancel):
            return _refused(best, before, epochs, "Fine-tuning was cancelled.")
        epochs = epoch + 1
        accuracy = trainer.accuracy(pixels[out], y[out])
        if progress is not None:
            progress(epochs, recipe.epochs, accuracy)
        if accuracy > best:
            best, state, since = accuracy, trainer.state(), 0
        else:
            since += 1
            if since >= recipe.patience:
                break
    if state is None or best < before + _GAIN:
        return _refused(
            best, before, epochs, f"Fine-tuned, {best:.1%} validate right; without, {before:.1%}. It was not adopted."
        )
    about = {"architecture": backbone.architecture, "size": backbone.size}
    save_network(state, about, path)
    return FinetuneResult(
        backbone=open_backbone(path, device=backbone.device),
        path=path,
        accuracy=best,
        baseline=before,
        epochs=epochs,
        reason=f"Fine-tuned, {best:.1%} validate right; without, {before:.1%}. It was adopted.",
    )


def _refused(best: float, before: float, epochs: int, reason: str) -> FinetuneResult:
    return FinetuneResult(
        backbone=None, path=None, accuracy=max(best, 0.0), baseline=before, epochs=epochs, reason=reason
    )


def _loaded(
    uris: Sequence[str], backbone: Network, cancel: Callable[[], bool] | None
) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Decode all pictures that can be; labels come in thousands at most, 300 kB each."""
    pixels: list[NDArray[np.uint8]] = []
    kept: list[int] = []
    for position, uri in enumerate(uris):
        if len(kept) >= LEAST and cancel is not None and cancel():
            break
        try:
            pixels.append(framed(uri, backbone))
        except ImageError as error:
            logger.warning("Left out of fine-tuning: %s", error)
            continue
        kept.append(position)
    if len(kept) < LEAST:
        raise InputError(f"Of {len(uris)} labeled images only {len(kept)} can be read; fine-tuning needs {LEAST}.")
    return np.stack(pixels), np.array(kept, dtype=np.intp)


class _Trainer:
    """The network in training, its optimiser and augmentation."""

    def __init__(self, backbone: Network, classes: int, recipe: Recipe, outputs: Outputs) -> None:
        self.recipe, self.outputs, self.device = recipe, outputs, backbone.device
        self.generator = torch.Generator().manual_seed(recipe.seed)
        self.network = backbone.rebuilt().to(self.device)
        self.head = nn.Linear(backbone.dim, classes).to(self.device)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        self.mean = torch.tensor(backbone.mean, device=self.device).view(1, 3, 1, 1)
        self.std = torch.tensor(backbone.std, device=self.device).view(1, 3, 1, 1)
        self.optimizer = torch.optim.AdamW(
            [
                {"params": self.network.parameters(), "lr": recipe.rate / 10},
                {"params": self.head.parameters(), "lr": recipe.rate},
            ],
            weight_decay=recipe.decay,
        )
        self.scaler = torch.amp.GradScaler(enabled=self.device.startswith("cuda"))
        self.loss: nn.Module = outputs.torch_loss()

    def epoch(
        self,
        pixels: NDArray[np.uint8],
        y: NDArray[np.float32],
        rows: NDArray[np.intp],
        rng: np.random.Generator,
        cancel: Callable[[], bool] | None,
    ) -> bool:
        """Go once over ``rows``; false if cancelled."""
        self.network.train()
        # With a few pictures a batch, running statistics would be noise: those of the pretraining stay.
        for part in self.network.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.eval()
        order = rng.permutation(rows)
        for start in range(0, len(order), self.recipe.batch):
            if cancel is not None and cancel():
                return False
            some = order[start : start + self.recipe.batch]
            try:
                loss = self._step(self._augmented(pixels[some]), torch.from_numpy(y[some]).to(self.device))
            except torch.OutOfMemoryError as error:
                raise AssistError(
                    f"Fine-tuning ran out of memory on {self.device}. Use a smaller Recipe(batch=...), now "
                    f"{self.recipe.batch}, or device='cpu'."
                ) from error
            if not np.isfinite(loss):
                raise AssistError("Fine-tuning went astray: the loss is not a number. Use a smaller Recipe(rate=...).")
        return True

    def _step(self, x: torch.Tensor, target: torch.Tensor) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(self.device.partition(":")[0], dtype=torch.float16, enabled=self.scaler.is_enabled()):
            loss = self.loss(self.head(self.network(x)), target)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return float(loss.detach())

    def _normal(self, pixels: NDArray[np.uint8]) -> torch.Tensor:
        x = torch.from_numpy(pixels).to(self.device).permute(0, 3, 1, 2).float()
        return (x - self.mean) / self.std

    def _augmented(self, pixels: NDArray[np.uint8]) -> torch.Tensor:
        """Flip, scale by 0.8 to 1.25, shift by a tenth and change brightness and contrast by a fifth, at random."""
        x = self._normal(pixels)
        count = len(x)

        def draw(low: float, high: float) -> torch.Tensor:
            return (torch.rand(count, generator=self.generator) * (high - low) + low).to(self.device)

        flip = torch.where(draw(0, 1) < 0.5, -1.0, 1.0)  # noqa: PLR2004 -- every other one
        scale = torch.exp(draw(-0.22, 0.22))
        affine = torch.zeros(count, 2, 3, device=self.device)
        affine[:, 0, 0], affine[:, 1, 1] = scale * flip, scale
        affine[:, 0, 2], affine[:, 1, 2] = draw(-0.2, 0.2), draw(-0.2, 0.2)
        grid = nn.functional.affine_grid(affine, list(x.shape), align_corners=False)
        x = nn.functional.grid_sample(x, grid, align_corners=False)
        return x * draw(0.8, 1.2).view(-1, 1, 1, 1) + draw(-0.2, 0.2).view(-1, 1, 1, 1)

    def accuracy(self, pixels: NDArray[np.uint8], y: NDArray[np.float32]) -> float:
        """Return the share of pictures whose class, or whole set, is right."""
        self.network.eval()
        right = 0
        with torch.inference_mode():
            for start in range(0, len(pixels), self.recipe.batch):
                some = slice(start, start + self.recipe.batch)
                logits = self.head(self.network(self._normal(pixels[some]))).float().cpu().numpy()
                right += int(self.outputs.hits(self.outputs.probabilities(logits), y[some]).sum())
        return right / max(1, len(pixels))

    def state(self) -> dict[str, Any]:
        """Return a copy of the truncated network's tensors."""
        return copy.deepcopy({key: value.cpu() for key, value in self.network.state_dict().items()})
