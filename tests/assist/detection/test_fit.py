"""A detector that learns from a handful of images: real features, real training, squares on noise."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.detector import Detector
from jlabel.assist.detection.examples import LabeledImage, build_examples
from jlabel.assist.detection.fit import class_weights, fit
from jlabel.assist.detection.frame import Frame
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.views import plain_view, render
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.efficientnet_lite import pooled
from jlabel.assist.embeddings.network import Network
from tests.average_precision import average_precisions

pytestmark = pytest.mark.model
SIZE = (160, 120)
FRAME = Frame(width=160, height=128)


@pytest.fixture(scope="module")
def pyramid() -> Pyramid:
    network = open_backbone("lite0", device="cpu")
    assert isinstance(network, Network)
    return Pyramid(network.module, FRAME)


def picture(seed: int, *, most: int = 4) -> LabeledImage:
    """Up to four squares, red ones and blue ones, on grey noise."""
    rng = np.random.default_rng(seed)
    pixels = rng.normal(120, 20, (SIZE[1], SIZE[0], 3)).clip(0, 255).astype(np.uint8)
    boxes: list[tuple[int, int, int, int]] = []
    kinds: list[int] = []
    for _ in range(int(rng.integers(1, most + 1))):
        side = int(rng.integers(16, 40))
        x, y = int(rng.integers(0, SIZE[0] - side)), int(rng.integers(0, SIZE[1] - side))
        if any(x < b[2] + 4 and b[0] < x + side + 4 and y < b[3] + 4 and b[1] < y + side + 4 for b in boxes):
            continue
        kind = int(rng.integers(2))
        pixels[y : y + side, x : x + side] = [(210, 50, 50), (50, 60, 210)][kind]
        boxes.append((x, y, x + side, y + side))
        kinds.append(kind)
    return LabeledImage(SIZE, np.array(boxes, np.float32), np.array(kinds, np.int64), lambda: pixels)


def detect(detector: Detector, images: Sequence[LabeledImage]) -> list[Detections]:
    return [detector.detect(detector.features(one.pixels(), one.size), one.size) for one in images]


def test_it_finds_what_it_has_learned_from_a_dozen_images(pyramid: Pyramid) -> None:
    train, test = [picture(n) for n in range(12)], [picture(n) for n in range(100, 112)]
    ticks = itertools.count()
    examples = build_examples(train, pyramid, seconds=24, clock=lambda: float(next(ticks)))
    assert len(examples) >= 24
    found = fit(examples, pyramid, 2, seconds=600, most_steps=150)
    assert found is not None
    assert found.steps == 150
    detector = Detector(pyramid=pyramid, head=found.head, class_ids=(1, 2))
    some = detect(detector, test)
    truth = [(one.boxes, one.classes) for one in test]
    assert min(average_precisions(some, truth, 2)) > 0.85
    for one in some:
        assert (one.boxes[:, :2] >= 0).all()
        assert (one.boxes[:, 2:] <= SIZE).all()
        assert (np.diff(one.scores) <= 0).all()
    more = fit(examples, pyramid, 2, seconds=60, most_steps=10, start=found.head)
    assert more is not None
    assert more.loss < 2 * found.loss, "it goes on from where it was"


def test_the_same_seed_trains_the_same_head(pyramid: Pyramid) -> None:
    examples = build_examples([picture(n) for n in range(3)], pyramid, seconds=0)
    heads = [fit(examples, pyramid, 2, seconds=60, seed=4, most_steps=3) for _ in range(2)]
    assert heads[0] is not None
    assert heads[1] is not None
    for one, other in zip(heads[0].head.parameters(), heads[1].head.parameters(), strict=True):
        assert torch.equal(one, other)


def blank(boxes: list[list[float]], kinds: list[int]) -> LabeledImage:
    return LabeledImage(
        SIZE, np.array(boxes, np.float32).reshape(-1, 4), np.array(kinds, np.int64),
        lambda: np.zeros((SIZE[1], SIZE[0], 3), np.uint8),
    )  # fmt: skip


MANY = np.random.default_rng(0).uniform(0, 100, (1000, 2))
ODD: dict[str, list[LabeledImage]] = {
    "no objects": [blank([], []), blank([], [])],
    "one box in all": [blank([[10, 10, 40, 40]], [0]), blank([], [])],
    "boxes of two pixels": [blank([[10, 10, 12, 12], [50, 50, 52, 52]], [0, 1])],
    "a thousand boxes": [blank(np.concatenate([MANY, MANY + 12], axis=1).tolist(), [0] * 1000)],
    "one example of a class": [blank([[10, 10, 40, 40]], [0])] * 3 + [blank([[10, 10, 40, 40]], [1])],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_labels_are_no_trouble(pyramid: Pyramid, name: str) -> None:
    examples = build_examples(ODD[name], pyramid, seconds=0)
    found = fit(examples, pyramid, 2, seconds=60, most_steps=3)
    assert found is not None
    assert np.isfinite(found.loss)
    detector = Detector(pyramid=pyramid, head=found.head, class_ids=(1, 2))
    assert len(detect(detector, ODD[name])) == len(ODD[name])


def test_it_ends_when_it_is_cancelled(pyramid: Pyramid) -> None:
    examples = build_examples([picture(1)], pyramid, seconds=0)
    asked = iter([False, False, True])
    assert fit(examples, pyramid, 2, seconds=60, cancel=lambda: next(asked)) is None
    assert len(build_examples([picture(n) for n in range(3)], pyramid, seconds=60, cancel=lambda: True)) == 0


def test_rare_classes_weigh_more_but_not_without_end(pyramid: Pyramid) -> None:
    examples = build_examples(
        [blank([[10.0, 10, 40, 40]] * 100 + [[60.0, 60, 90, 90]] * 4, [0] * 100 + [1] * 4)], pyramid, seconds=0
    )
    assert class_weights(examples, 3).tolist() == [1, 4, 4]


def test_maps_are_the_networks_own(pyramid: Pyramid) -> None:
    """What is kept flat in half precision comes back as maps of the strides that are promised."""
    pixels = picture(3).pixels()
    detector = Detector(pyramid=pyramid, head=torch.nn.Identity(), class_ids=())  # type: ignore[arg-type]
    features = detector.features(pixels, SIZE)
    maps = pyramid.maps(features[None])
    assert [tuple(one.shape) for one in maps] == [(1, 40, 16, 20), (1, 112, 8, 10), (1, 320, 4, 5)]
    assert features.dtype == np.float16
    assert features.shape == (pyramid.dim,)
    network = pyramid.network
    shown = render(pixels, plain_view(SIZE, FRAME), FRAME, pyramid.blank)
    x = (torch.from_numpy(shown)[None].permute(0, 3, 1, 2).float() - 127) / 128
    with torch.inference_mode():
        last = pooled(network.act(network._bn1(network._conv_head(maps[-1]))))
        assert torch.allclose(last, network(x), atol=0.02)
