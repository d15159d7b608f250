"""Which location learns which box: the task-aligned assignment of TOOD, and the losses that follow from it.

Feng et al., "TOOD: Task-aligned one-stage object detection", ICCV 2021; the losses are a varifocal one for classes
(Zhang et al., "VarifocalNet", CVPR 2021) and generalised IoU for boxes. The numbers are those of a study on cells.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.ops import box_iou, generalized_box_iou_loss

_SCORE_POWER, _IOU_POWER = 0.5, 6.0
_PER_BOX = 9
"""Locations that learn a box."""
_RADIUS = 2.5
"""Strides from the box's centre within which they lie."""
_LEAST_QUALITY = 0.3
"""What the best location of a box is to score at least: without it a rare class never begins to be found."""
_NEGATIVE = 0.75
_BOX_WEIGHT = 2.0


@dataclass(frozen=True)
class Assigned:
    """What the locations of one view are to learn.

    Attributes:
        box: (m,) number of the box; -1 for background.
        quality: (m,) the score that is aimed at; 0 for background.
    """

    box: Tensor
    quality: Tensor


@torch.no_grad()
def assign(  # noqa: PLR0917 -- tensors of one view
    scores: Tensor, predicted: Tensor, boxes: Tensor, classes: Tensor, centres: Tensor, strides: Tensor
) -> Assigned:
    """Assign the boxes of one view.

    Args:
        scores: (m, classes) probabilities.
        predicted: (m, 4) boxes.
        boxes: (k, 4) true boxes.
        classes: (k,) their classes.
        centres: (m, 2) of the locations.
        strides: (m,) of the same.
    """
    count = len(centres)
    nothing = Assigned(
        box=torch.full((count,), -1, device=scores.device), quality=torch.zeros(count, device=scores.device)
    )
    if not len(boxes):
        return nothing
    overlap = box_iou(boxes, predicted)
    aligned = scores[:, classes].T.clamp(min=1e-9) ** _SCORE_POWER * overlap**_IOU_POWER
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = ((centres[None] > boxes[:, None, :2]) & (centres[None] < boxes[:, None, 2:])).all(dim=-1)
    near = ((centres[None] - middle[:, None]).abs() < _RADIUS * strides[None, :, None]).all(dim=-1)
    allowed = inside & near
    wanted = overlap + 1e-6
    # A box that lies between all centres is learned where its own centre is nearest, in strides, whatever covers it.
    lost = (~allowed.any(dim=1)).nonzero(as_tuple=True)[0]
    if len(lost):
        nearest = ((centres[None] - middle[lost][:, None]).abs().amax(dim=-1) / strides[None]).argmin(dim=1)
        allowed[lost, nearest] = True
        wanted[lost, nearest] = 2.0
    value = torch.where(allowed, aligned + 1e-12, aligned.new_zeros(()))
    chosen = torch.zeros_like(allowed)
    top = value.topk(min(_PER_BOX, count), dim=1).indices
    chosen.scatter_(1, top, True)
    chosen &= allowed
    # A location that several boxes want learns the one that it covers best.
    best = torch.where(chosen, wanted, wanted.new_zeros(())).max(dim=0)
    box = torch.where(best.values > 0, best.indices, -1)
    mine = chosen & (box[None] == torch.arange(len(boxes), device=box.device)[:, None])
    strongest = torch.where(mine, aligned, aligned.new_zeros(())).amax(dim=1).clamp(min=1e-12)
    largest = torch.where(mine, overlap, overlap.new_zeros(())).amax(dim=1).clamp(min=_LEAST_QUALITY)
    at = box.clamp(min=0)
    of_box = aligned[at, torch.arange(count, device=box.device)] / strongest[at] * largest[at]
    return Assigned(box=box, quality=torch.where(box >= 0, of_box.clamp(0, 1), of_box.new_zeros(())))


def losses(  # noqa: PLR0917 -- tensors of one batch
    logits: Tensor, predicted: Tensor, assigned: list[Assigned], boxes: list[Tensor], classes: list[Tensor],
    weights: Tensor,
) -> Tensor:  # fmt: skip
    """Return the loss of a batch.

    Args:
        logits: (n, m, classes) before the sigmoid.
        predicted: (n, m, 4) boxes.
        assigned: of each view.
        boxes: (k, 4) true boxes of each view.
        classes: (k,) of each view.
        weights: (classes,) of each class.
    """
    target, weight = torch.zeros_like(logits), torch.ones_like(logits)
    box_loss, total = logits.new_zeros(()), logits.new_zeros(())
    for n, found in enumerate(assigned):
        at = (found.box >= 0).nonzero(as_tuple=True)[0]
        if not len(at):
            continue
        mine = found.box[at]
        quality, of_class = found.quality[at], classes[n][mine]
        target[n, at, of_class] = quality
        weight[n, at, of_class] = weights[of_class]
        strength = quality * weights[of_class]
        box_loss = box_loss + (generalized_box_iou_loss(predicted[n, at], boxes[n][mine]) * strength).sum()
        total = total + strength.sum()
    p = logits.detach().sigmoid()
    weight = torch.where(target > 0, weight, _NEGATIVE * p**2)
    class_loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, target, weight=weight, reduction="sum")
    return (class_loss + _BOX_WEIGHT * box_loss) / total.clamp(min=1.0)
