"""A trained detector with its held-out twins, in memory and on disk."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from jlabel.assist.detection.alignment import Alignment
from jlabel.assist.detection.calibration import Calibration, Held
from jlabel.assist.detection.frame import Frame
from jlabel.assist.detection.head import Head
from jlabel.assist.detection.masks import MaskHead
from jlabel.assist.detection.model_file import FILE
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.embeddings.checkpoint import load_network, save_network
from jlabel.errors import CheckpointError


@dataclass(frozen=True, kw_only=True, eq=False)
class ShapeModel:
    """A trained detector.

    Attributes:
        head: trained on all labels.
        twins: heads trained on all labels but those of one fold each; they predict what they were not trained on.
        class_ids: of the heads' classes.
        labels: items that it was trained on.
        held: held-out predictions for them.
        calibration: of the head's scores.
        threshold: confidence from which showing boxes saves most edits.
        masks: that make polygons of boxes; ``None`` where there are none.
        masks_better: they were better than ellipses on images held out.
    """

    head: Head
    twins: tuple[Head, ...]
    class_ids: tuple[int, ...]
    labels: int
    held: tuple[Held, ...] = ()
    calibration: Calibration = field(default_factory=Calibration)
    threshold: float = 0.5
    masks: MaskHead | None = None
    masks_better: bool = False

    @property
    def hash(self) -> str:
        """16 hex digits that name the head."""
        digest = hashlib.sha256(repr(self.class_ids).encode())
        tensors = [*self.head.state_dict().values(), *(self.masks.state_dict().values() if self.masks else ())]
        for tensor in tensors:
            digest.update(tensor.detach().cpu().numpy().tobytes())
        return digest.hexdigest()[:16]


def save_model(
    model: ShapeModel, frame: Frame, backbone: str, folder: Path, *, alignment: Alignment | None = None
) -> None:
    """Write a model, whole or not at all; held-out predictions are left out.

    Args:
        model: what to write.
        frame: of its input.
        backbone: hash of its network.
        folder: of the project's assist.
        alignment: of its scores, once it is found.

    Raises:
        StoreFull: the disk is full or the folder cannot be written.
    """
    state = {
        f"{name}.{key}": tensor
        for name, head in zip(_names(len(model.twins)), (model.head, *model.twins), strict=True)
        for key, tensor in head.state_dict().items()
    }
    if model.masks is not None:
        state |= {f"masks.{key}": tensor for key, tensor in model.masks.state_dict().items()}
    about: dict[str, Any] = {
        "architecture": "detector",
        "backbone": backbone,
        "frame": [frame.width, frame.height],
        "class_ids": list(model.class_ids),
        "twins": len(model.twins),
        "labels": model.labels,
        "calibration": [model.calibration.slope, model.calibration.offset],
        "threshold": model.threshold,
        "masks": model.masks is not None,
        "masks_better": model.masks_better,
    }
    if alignment is not None:
        about["alignment"] = [alignment.own.tolist(), alignment.twins.tolist()]
    save_network(state, about, folder / FILE)


def read_frame(folder: Path, backbone: str) -> Frame | None:
    """Return the frame of the model in ``folder``; ``None`` where there is none of this backbone.

    Raises:
        CheckpointError: the file is damaged.
    """
    about = _read(folder, backbone)[1]
    return Frame(width=int(about["frame"][0]), height=int(about["frame"][1])) if about else None


def read_model(folder: Path, backbone: str, pyramid: Pyramid) -> ShapeModel | None:
    """Return the model in ``folder``; ``None`` where there is none of this backbone.

    Raises:
        CheckpointError: the file is damaged.
    """
    state, about = _read(folder, backbone)
    if not about:
        return None
    try:
        class_ids = tuple(int(one) for one in about["class_ids"])
        heads = [_head(state, name, pyramid, len(class_ids)) for name in _names(int(about["twins"]))]
        slope, offset = about["calibration"]
        return ShapeModel(
            head=heads[0],
            twins=tuple(heads[1:]),
            class_ids=class_ids,
            labels=int(about["labels"]),
            calibration=Calibration(slope=float(slope), offset=float(offset)),
            threshold=float(about["threshold"]),
            masks=_masks(state, pyramid) if about.get("masks") else None,
            masks_better=bool(about.get("masks_better", False)),
        )
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"The detector {str(folder / FILE)!r} is damaged ({error}). Train it again.") from error


def read_alignment(folder: Path, backbone: str) -> Alignment:
    """Return the alignment of the scores of the model in ``folder``; one that changes nothing where none was found.

    Raises:
        CheckpointError: the file is damaged.
    """
    about = _read(folder, backbone)[1]
    try:
        own, twins = (np.array(one, np.float64) for one in about.get("alignment", ((), ())))
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"The detector {str(folder / FILE)!r} is damaged ({error}). Train it again.") from error
    return Alignment(own, twins)


def with_classes(model: ShapeModel, class_ids: tuple[int, ...], pyramid: Pyramid) -> ShapeModel:
    """Return a model for other classes, to begin a training with: what it knew of those that stay, it still knows."""
    if class_ids == model.class_ids:
        return model
    heads = [_grown(head, model.class_ids, class_ids, pyramid) for head in (model.head, *model.twins)]
    return replace(model, head=heads[0], twins=tuple(heads[1:]), class_ids=class_ids, held=())


def _grown(head: Head, old: tuple[int, ...], new: tuple[int, ...], pyramid: Pyramid) -> Head:
    grown = Head(pyramid.levels, len(new))
    state = head.state_dict()
    fresh = grown.state_dict()
    for key in ("scores.weight", "scores.bias"):
        values = fresh[key].clone()
        for number, class_id in enumerate(new):
            if class_id in old:
                values[number] = state[key][old.index(class_id)]
        state[key] = values
    grown.load_state_dict(state)
    return grown.to(pyramid.device).eval()


def _head(state: Mapping[str, torch.Tensor], name: str, pyramid: Pyramid, classes: int) -> Head:
    head = Head(pyramid.levels, classes)
    prefix = f"{name}."
    head.load_state_dict({key.removeprefix(prefix): v for key, v in state.items() if key.startswith(prefix)})
    return head.to(pyramid.device).eval()


def _masks(state: Mapping[str, torch.Tensor], pyramid: Pyramid) -> MaskHead:
    masks = MaskHead(pyramid.levels)
    masks.load_state_dict({key.removeprefix("masks."): v for key, v in state.items() if key.startswith("masks.")})
    return masks.to(pyramid.device).eval()


def _names(twins: int) -> list[str]:
    return ["head", *(f"twin{number}" for number in range(twins))]


def _read(folder: Path, backbone: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if not (folder / FILE).exists():
        return {}, {}
    state, about = load_network(folder / FILE)
    return (state, about) if about.get("backbone") == backbone else ({}, {})
