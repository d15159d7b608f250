"""A classifier as one network, from pixels to calibrated probabilities.

What a project does with an embedding (``NormalizedEmbeddings``) is part of it: unit length, centring, and a step
towards the neighbours. For that the embeddings of the project's images travel with the model, one megabyte for two
hundred of 1280 numbers; the pictures do not. An image of the project is not its own neighbour, so that its prediction
is that of the project.
"""

import numpy as np
import torch
from torch import Tensor, nn

from jlabel.assist.classification.finetuned import NETWORK
from jlabel.assist.classification.model_file import SavedHead, read_classifier
from jlabel.assist.classification.scores import ASSIGNED
from jlabel.assist.classification.suggestion import WORTHWHILE
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.embeddings.embedding_table import FOLDER
from jlabel.assist.embeddings.network import Network
from jlabel.assist.embeddings.normalize import COARSE, EXACT, NEIGHBOURS, POWER, SHARE, directions, unit
from jlabel.assist.exported.built import Built, Source, other_network
from jlabel.assist.exported.facts import Input
from jlabel.errors import CheckpointError

_SAME = 0.9999
"""Cosine from which the most similar embedding of the project is that of the image itself."""


class ClassifierGraph(nn.Module):
    """Pixels to probabilities.

    Args:
        network: embeds.
        saved: the head, and how its embeddings were prepared.
        stored: (m, d) float16 embeddings that neighbours are sought among; none where nothing is smoothed.
        exclusive: one class an image: softmax; else a sigmoid each.
    """

    shift: Tensor
    scale: Tensor
    center: Tensor
    weight: Tensor
    bias: Tensor
    basis: Tensor
    near: Tensor
    neighbors: Tensor

    def __init__(self, network: Network, saved: SavedHead, stored: np.ndarray, *, exclusive: bool) -> None:
        super().__init__()
        self.network = network.module
        self.exclusive, self.temperature = exclusive, saved.temperature
        self.count = min(NEIGHBOURS, len(stored) - 1) if saved.smooth else 0
        self.register_buffer("shift", torch.tensor(network.mean).view(1, 3, 1, 1))
        self.register_buffer("scale", (1 / torch.tensor(network.std)).view(1, 3, 1, 1))
        for name in ("weight", "bias", "center"):
            self.register_buffer(name, torch.from_numpy(np.array(getattr(saved, name))))
        if self.count > 0:
            plain = unit(unit(stored) - saved.center)
            self.coarse = len(plain) > EXACT
            if self.coarse:  # as the project seeks them; only there so many embeddings are worth half precision
                basis = directions(plain, COARSE)
                self.register_buffer("basis", torch.from_numpy(basis))
                self.register_buffer("near", torch.from_numpy(unit(plain @ basis)))
                plain = plain.astype(np.float16)
            self.register_buffer("neighbors", torch.from_numpy(plain))

    def forward(self, image: Tensor) -> tuple[Tensor]:
        """Return (n, classes) probabilities of (n, height, width, 3) RGB pixels of eight bits."""
        x = (image.permute(0, 3, 1, 2).float() - self.shift) * self.scale
        stored = self.network(x).half().float()  # as embeddings are kept
        x = self._smoothed(_unit(_unit(stored) - self.center))
        logits = (x @ self.weight + self.bias) / self.temperature
        return (logits.softmax(dim=1) if self.exclusive else logits.sigmoid(),)

    def _smoothed(self, x: Tensor) -> Tensor:
        if self.count < 1:
            return x
        near = _unit(x @ self.basis) if self.coarse else x
        others = self.near if self.coarse else self.neighbors
        alike, at = (near @ others.t()).topk(self.count + 1, dim=1)
        found = _unit(self.neighbors[at].float())
        exact = (found @ x.unsqueeze(2)).squeeze(2)
        # One of them is left out: the image itself, else the least like it.
        best, itself = exact.max(dim=1, keepdim=True)
        left_out = torch.where(best >= _SAME, itself, torch.full_like(itself, self.count))
        kept = (torch.arange(self.count + 1).unsqueeze(0) != left_out).float()
        weight = alike.clamp(min=1e-6) ** POWER * kept
        weight = weight / weight.sum(dim=1, keepdim=True)
        mean = (weight.unsqueeze(1) @ found).squeeze(1)
        return _unit((1 - SHARE) * x + SHARE * mean)


def build_classifier(source: Source, *, exclusive: bool) -> Built | None:
    """Return the classifier of the last training; ``None`` where there is none.

    Raises:
        AssistError: it is of another network than the settings name.
        CheckpointError: a file is damaged, or the embeddings are not there any more.
        MissingExtra: torch, torchvision or the package of weights is not installed.
    """
    saved = read_classifier(source.folder)
    if saved is None:
        return None
    network = _network(source, saved.backbone)
    stored = np.zeros((0, network.dim), np.float16)
    if saved.smooth:
        stored = saved.neighbors(EmbeddingStore.open(source.folder / FOLDER / saved.backbone).matrix)
    ground = network.blank()[0, 0].tolist()
    return Built(
        module=ClassifierGraph(network, saved, stored, exclusive=exclusive).eval(),
        outputs=("probabilities",),
        class_ids=saved.class_ids,
        input=Input(width=network.size, height=network.size, ground=(ground[0], ground[1], ground[2])),
        network=network.name,
        hash=saved.hash,
        suggests=WORTHWHILE,
        rules={} if exclusive else {"assigned": ASSIGNED},
    )


def _network(source: Source, wanted: str) -> Network:
    """Return the network of a head: the fine-tuned one, or that of the settings."""
    tuned = source.folder / NETWORK
    if tuned.exists():
        try:
            found = open_backbone(tuned, device="cpu")
        except CheckpointError:  # it is thrown away when assist starts
            found = None
        if isinstance(found, Network) and found.hash == wanted:
            return found
    network = open_backbone(source.settings.backbone, device="cpu")
    if not isinstance(network, Network) or network.hash != wanted:
        raise other_network(source.settings.backbone)
    return network


def _unit(x: Tensor) -> Tensor:
    return x / x.square().sum(dim=-1, keepdim=True).sqrt().clamp(min=1e-12)
