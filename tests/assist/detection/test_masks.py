"""A mask head that learns rings and bars from a handful of images: real features, real training."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from jlabel.assist.detection.coverage import coverage
from jlabel.assist.detection.examples import LabeledImage, build_examples
from jlabel.assist.detection.frame import Frame
from jlabel.assist.detection.mask_examples import MaskExample, build_mask_examples
from jlabel.assist.detection.mask_fit import fit_masks, mask_loss
from jlabel.assist.detection.mask_predictor import MaskPredictor
from jlabel.assist.detection.mask_validation import LEAST_IMAGES, lower_bound, validate_masks
from jlabel.assist.detection.masks import MaskHead
from jlabel.assist.detection.polygons import ellipse
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.regions import SIDE
from jlabel.assist.detection.views import plain_view, render
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.network import Network
from jlabel.errors import GeometryError
from tests.assist.detection.shapes import SIZE, dots, labeled, rings

pytestmark = pytest.mark.model
FRAME = Frame(width=160, height=128)


@pytest.fixture(scope="module")
def pyramid() -> Pyramid:
    network = open_backbone("lite0", device="cpu")
    assert isinstance(network, Network)
    return Pyramid(network.module, FRAME)


@pytest.fixture(scope="module")
def examples(pyramid: Pyramid) -> list[MaskExample]:
    images = [rings(seed) for seed in range(8)]
    ticks = iter(range(1000))  # of a clock: as many views on any machine
    views = build_examples(images, pyramid, seconds=32, clock=lambda: float(next(ticks)))
    return build_mask_examples(views, images, FRAME)


@pytest.fixture(scope="module")
def trained(pyramid: Pyramid, examples: list[MaskExample]) -> MaskPredictor:
    found = fit_masks(examples, pyramid, seconds=600, most_steps=80)
    assert found is not None
    assert found.steps == 80
    return MaskPredictor(pyramid=pyramid, head=found.head)


def features(pyramid: Pyramid, image: LabeledImage) -> np.ndarray:
    shown = render(image.pixels(), plain_view(image.size, FRAME), FRAME, pyramid.blank)
    return pyramid.features(shown[None])[0]


def test_it_learns_outlines_and_keeps_holes(trained: MaskPredictor, pyramid: Pyramid) -> None:
    for seed in (100, 101, 102):
        image = rings(seed)
        found = trained.polygons(features(pyramid, image), image.pixels(), image.size, image.boxes)
        for n, (polygon, true) in enumerate(zip(found, image.polygons, strict=True)):
            assert polygon.find_fault() is None
            assert polygon.iou(true) > ellipse(image.boxes[n].tolist()).iou(true) + 0.1
            assert polygon.iou(true) > 0.6
            assert len(polygon.holes) == len(true.holes)


def test_a_box_that_is_a_little_off_has_the_same_object(trained: MaskPredictor, pyramid: Pyramid) -> None:
    image = rings(103)
    off = image.boxes + np.array([2, -1, 2, 1], np.float32)
    found = trained.polygons(features(pyramid, image), image.pixels(), image.size, off)
    for polygon, true in zip(found, image.polygons, strict=True):
        assert polygon.iou(true) > 0.5


def test_one_box_has_the_polygon_that_it_has_among_many(trained: MaskPredictor, pyramid: Pyramid) -> None:
    """Of a thousand boxes, in several batches."""
    image, rng = rings(104), np.random.default_rng(0)
    corner = rng.uniform(0, 100, (996, 2))
    boxes = np.concatenate([image.boxes, np.concatenate([corner, corner + rng.uniform(3, 28, (996, 2))], axis=1)])
    boxes = boxes.astype(np.float32)
    known = features(pyramid, image)
    every = trained.polygons(known, image.pixels(), image.size, boxes)
    assert len(every) == 1000
    for n in (0, 1, 2, 3, 500, 999):
        (alone,) = trained.polygons(known, image.pixels(), image.size, boxes[n : n + 1])
        assert alone.iou(every[n]) > 0.97
    assert trained.polygons(known, image.pixels(), image.size, np.zeros((0, 4), np.float32)) == []


@pytest.mark.parametrize(
    "box",
    [
        (-30, -30, 20, 20),
        (150, 120, 200, 180),
        (50, 50, 52, 52),
        (70.2, 60.1, 70.9, 60.3),
        (0, 0, 160, 128),
        (-1e6, -1e6, 1e6, 1e6),
    ],
)
def test_odd_boxes_have_a_polygon_inside_the_image(
    trained: MaskPredictor, pyramid: Pyramid, box: tuple[float, ...]
) -> None:
    image = rings(105)
    (found,) = trained.polygons(features(pyramid, image), image.pixels(), image.size, np.array([box], np.float32))
    left, top, right, bottom = found.bounds()
    assert left >= 0
    assert top >= 0
    assert right <= SIZE[0]
    assert bottom <= SIZE[1]
    assert found.find_fault() is None


def test_a_box_outside_the_image_is_an_error(trained: MaskPredictor, pyramid: Pyramid) -> None:
    image = rings(105)
    with pytest.raises(GeometryError):
        trained.polygons(features(pyramid, image), image.pixels(), SIZE, np.array([[300, 10, 320, 30]], np.float32))


def test_an_empty_mask_is_an_ellipse_and_a_new_head_begins_with_one(pyramid: Pyramid) -> None:
    image = rings(106)
    new = MaskPredictor(pyramid=pyramid, head=MaskHead(pyramid.levels).eval())
    first = new.probabilities(features(pyramid, image), image.pixels(), SIZE, image.boxes)
    assert (first[:, 14, 14] > 0.9).all()
    assert (first[:, 0, 0] < 0.1).all()
    for polygon, box in zip(
        new.polygons(features(pyramid, image), image.pixels(), SIZE, image.boxes), image.boxes.tolist(), strict=True
    ):
        assert polygon.iou(ellipse(box)) > 0.93
    with torch.no_grad():
        new.head.guess.fill_(-50.0)
        new.head.cells[3].fill_(1.0)
    found = new.polygons(features(pyramid, image), image.pixels(), SIZE, image.boxes)
    assert [one.bounds() for one in found] == [pytest.approx(box, abs=1e-3) for box in image.boxes.tolist()]


def test_the_same_seed_trains_the_same_head_and_another_another(pyramid: Pyramid, examples: list[MaskExample]) -> None:
    heads = [fit_masks(examples, pyramid, seconds=600, seed=seed, most_steps=3) for seed in (4, 4, 5)]
    states = [torch.cat([p.flatten() for p in one.head.parameters()]) for one in heads if one is not None]
    assert torch.equal(states[0], states[1])
    assert not torch.equal(states[0], states[2])


def test_it_goes_on_from_a_head_whose_state_was_kept(
    trained: MaskPredictor, pyramid: Pyramid, examples: list[MaskExample]
) -> None:
    kept = {key: value.clone() for key, value in trained.head.state_dict().items()}
    again = MaskHead(pyramid.levels)
    again.load_state_dict(kept)
    warm = fit_masks(examples, pyramid, seconds=600, most_steps=10, start=again)
    cold = fit_masks(examples, pyramid, seconds=600, most_steps=10)
    assert warm is not None
    assert cold is not None
    assert warm.loss < 0.7 * cold.loss
    for key, value in trained.head.state_dict().items():
        assert torch.equal(value, kept[key]), "the head that it began with is as it was"


def test_it_ends_when_it_is_cancelled_or_its_time_is_over(pyramid: Pyramid, examples: list[MaskExample]) -> None:
    asked = iter([False, False, True])
    assert fit_masks(examples, pyramid, seconds=600, cancel=lambda: next(asked)) is None

    def ticks() -> Iterator[float]:
        now = 0.0
        while True:
            yield now
            now += 1.0

    time = ticks()
    timed = fit_masks(examples, pyramid, seconds=5, clock=lambda: next(time))
    assert timed is not None
    assert timed.steps == 4, "the clock is asked once at the start and once a step"


def test_nothing_to_learn_from_is_no_head(pyramid: Pyramid) -> None:
    bare = labeled((), np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    examples = build_examples([bare], pyramid, seconds=0)
    assert build_mask_examples(examples, [bare], FRAME) == []
    assert fit_masks([], pyramid, seconds=1) is None


def test_polygons_of_two_pixels_and_a_thousand_are_no_trouble(pyramid: Pyramid) -> None:
    image = labeled(dots(1000), rings(0).pixels())
    examples = build_mask_examples(build_examples([image], pyramid, seconds=0), [image], FRAME)
    found = fit_masks(examples, pyramid, seconds=600, most_steps=2)
    assert found is not None
    assert math.isfinite(found.loss)


def test_the_loss_is_least_for_the_right_mask() -> None:
    covered = torch.from_numpy(coverage(rings(0).polygons[0], rings(0).polygons[0].bounds(), SIDE) / 255)[None].float()
    right = (covered * 2 - 1) * 6
    assert mask_loss(right, covered) < mask_loss(torch.roll(right, 3, dims=2), covered)
    assert mask_loss(right, covered) < mask_loss(torch.full_like(right, -6), covered)
    assert mask_loss(right, covered) < mask_loss(torch.full_like(right, 6), covered)


def test_masks_are_better_than_ellipses_where_they_are_and_not_where_they_are_the_same(
    trained: MaskPredictor, pyramid: Pyramid
) -> None:
    images = [rings(seed) for seed in range(110, 116)]
    known = [features(pyramid, image) for image in images]
    validation = validate_masks(trained, images, known)
    assert validation.images == 6
    assert validation.mask_iou > validation.ellipse_iou + 0.1
    assert 0.05 < validation.gain_at_least < validation.mask_iou - validation.ellipse_iou
    assert validation.better
    new = MaskPredictor(pyramid=pyramid, head=MaskHead(pyramid.levels).eval())
    discs = [
        labeled(tuple(ellipse(box, points=60) for box in image.boxes.tolist()), image.pixels()) for image in images
    ]
    assert not validate_masks(new, discs, known).better, "it begins with ellipses, less what simplification takes"
    few = validate_masks(trained, images[: LEAST_IMAGES - 1], known[: LEAST_IMAGES - 1])
    assert not few.better
    assert few.mask_iou > few.ellipse_iou
    assert validate_masks(trained, [labeled((), images[0].pixels())], known[:1]).images == 0


def test_the_lower_bound_holds_as_often_as_it_promises() -> None:
    rng = np.random.default_rng(0)
    held = [lower_bound(rng.normal(0.02, 0.1, 12)) <= 0.02 for _ in range(2000)]
    assert 0.93 < np.mean(held) < 0.97
    assert lower_bound(np.full(4, 1.0)) == -math.inf
    assert lower_bound(np.full(5, 0.5)) == pytest.approx(0.5)
