"""Which location learns which box."""

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor
from torchvision.ops import box_iou

from jlabel.assist.detection.assignment import assign, losses
from jlabel.assist.detection.detections import detections
from jlabel.assist.detection.head import Head, to_boxes
from jlabel.assist.detection.pyramid import Level

pytestmark = pytest.mark.model
LEVELS = [Level(stride=s, height=64 // s, width=96 // s, channels=8) for s in (8, 16, 32)]


def places() -> tuple[Tensor, Tensor]:
    centres, strides = [], []
    for level in LEVELS:
        for row in range(level.height):
            for column in range(level.width):
                centres.append([(column + 0.5) * level.stride, (row + 0.5) * level.stride])
                strides.append(float(level.stride))
    return torch.tensor(centres), torch.tensor(strides)


def learned(boxes: list[list[float]], *, at: "torch.Tensor | None" = None) -> list[int]:
    """How many locations learn each box, where each location predicts 16 pixels around it."""
    centres, strides = places()
    predicted = to_boxes(centres, torch.full((len(centres), 4), 8.0)) if at is None else at
    scores = torch.full((len(centres), 2), 0.1)
    found = assign(scores, predicted, torch.tensor(boxes), torch.zeros(len(boxes), dtype=torch.long), centres, strides)
    assert ((found.quality > 0) == (found.box >= 0)).all()
    return [int((found.box == n).sum()) for n in range(len(boxes))]


def test_every_box_is_learned_also_a_tiny_one_between_all_centres() -> None:
    counts = learned([[8.0, 8, 40, 40], [60.0, 20, 62, 22], [0.0, 0, 96, 64]])
    assert all(1 <= count <= 9 for count in counts)


def test_a_location_learns_the_box_that_it_covers_best() -> None:
    centres, strides = places()
    predicted = to_boxes(centres, torch.full((len(centres), 4), 8.0))
    boxes = torch.tensor([[12.0, 12, 28, 28], [10.0, 10, 40, 40]])
    found = assign(
        torch.full((len(centres), 1), 0.1), predicted, boxes, torch.zeros(2, dtype=torch.long), centres, strides
    )
    at = int(((centres - torch.tensor([20.0, 20.0])).abs().sum(dim=1) + strides / 100).argmin())
    assert int(found.box[at]) == 0
    assert float(found.quality[at]) == pytest.approx(float(box_iou(boxes[:1], predicted[at : at + 1])), abs=1e-4)


def test_no_box_is_background_everywhere_and_a_thousand_are_no_trouble() -> None:
    centres, strides = places()
    predicted = to_boxes(centres, torch.full((len(centres), 4), 8.0))
    scores = torch.full((len(centres), 2), 0.1)
    nothing = assign(scores, predicted, torch.zeros(0, 4), torch.zeros(0, dtype=torch.long), centres, strides)
    assert (nothing.box == -1).all()
    assert (nothing.quality == 0).all()
    corner = torch.rand(1000, 2) * 60
    many = torch.cat([corner, corner + 2 + torch.rand(1000, 2) * 10], dim=1)
    crowded = assign(scores, predicted, many, torch.zeros(1000, dtype=torch.long), centres, strides)
    assert (crowded.box >= 0).any()


def test_the_loss_is_least_where_scores_and_boxes_are_right() -> None:
    centres, strides = places()
    boxes, classes = torch.tensor([[12.0, 12, 28, 28]]), torch.tensor([1])
    good = to_boxes(
        centres, torch.stack([centres[:, 0] - 12, centres[:, 1] - 12, 28 - centres[:, 0], 28 - centres[:, 1]], 1)
    )
    found = assign(torch.full((len(centres), 2), 0.1), good, boxes, classes, centres, strides)
    mine = found.box >= 0

    def loss(right: float, wrong: float, predicted: Tensor) -> float:
        logits = torch.full((1, len(centres), 2), -8.0)
        logits[0, mine, 1], logits[0, mine, 0] = right, wrong
        return float(losses(logits, predicted[None], [found], [boxes], [classes], torch.ones(2)))

    best = loss(6.0, -8.0, good)
    assert best < loss(-8.0, -8.0, good), "the object is missed"
    assert best < loss(-8.0, 6.0, good), "the class is wrong"
    assert best < loss(6.0, -8.0, good + 6.0), "the box is misplaced"


def test_the_head_has_a_box_for_every_location_and_begins_with_background() -> None:
    head = Head(LEVELS, classes=3)
    logits, distances = head([torch.randn(2, 8, level.height, level.width) for level in LEVELS])
    assert logits.shape == (2, 126, 3)
    assert distances.shape == (2, 126, 4)
    assert (distances > 0).all()
    assert logits.sigmoid().mean() < 0.05
    assert torch.isfinite(distances).all()


def test_boxes_of_one_object_are_one() -> None:
    boxes = torch.tensor([[0.0, 0, 10, 10], [1.0, 0, 11, 10], [50.0, 50, 60, 60]])
    scores = torch.tensor([[0.9, 0.1], [0.2, 0.8], [0.3, 0.01]])
    one = detections(scores, boxes, overlap=0.5, by_class=False)
    assert one.boxes.tolist() == [[0, 0, 10, 10], [50, 50, 60, 60]]
    assert one.classes.tolist() == [0, 0]
    both = detections(scores, boxes, overlap=0.5, by_class=True)
    assert len(both) == 3
    assert len(both.above(0.5)) == 2
