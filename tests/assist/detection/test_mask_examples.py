"""What a mask head learns from lies where the view shows it."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from jlabel.assist.detection.coverage import coverage
from jlabel.assist.detection.fit import Example
from jlabel.assist.detection.frame import Frame
from jlabel.assist.detection.mask_examples import MOST_OBJECTS, build_mask_examples, image_masks, mask_example
from jlabel.assist.detection.regions import REGION, SIDE, WINDOW, WINDOW_SIDE, about, cut, inside_window, windows
from jlabel.assist.detection.views import plain_view, random_view, to_frame
from jlabel.model.shapes.polygon import Polygon
from tests.assist.detection.shapes import SIZE, dots, labeled, rings

pytestmark = pytest.mark.model
FRAME = Frame(width=192, height=160)
NOTHING = np.zeros(4, np.float16)


def transformed(polygon: Polygon, view: object, frame: Frame) -> Polygon:
    """The polygon as the view shows it, point by point."""

    def move(ring: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        at = np.array([(x, y, x, y) for x, y in ring], np.float32)
        there = to_frame(at, view, SIZE, frame)  # type: ignore[arg-type]
        return tuple((float(a), float(b)) for a, b in there[:, :2])

    return Polygon(tuple(map(move, polygon.rings)), tuple(map(move, polygon.holes)))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_targets_of_a_view_are_those_of_the_transformed_polygons(seed: int) -> None:
    image, view = rings(seed % 7), random_view(SIZE, FRAME, np.random.default_rng(seed))
    example = mask_example(NOTHING, image_masks(image), view, FRAME)
    seen = example.windows(np.arange(len(example.boxes)))
    for n, row in enumerate(example.rows.tolist()):
        there = transformed(image.polygons[row], view, FRAME)
        assert example.boxes[n].tolist() == pytest.approx(there.bounds(), abs=0.01)
        wanted = coverage(there, about(example.boxes[n : n + 1], WINDOW)[0].tolist(), WINDOW_SIDE)
        assert np.abs(wanted.astype(int) - seen[n, ..., 3]).mean() < 4, "of 255"


def test_pixels_of_a_view_are_mirrored_and_brightened_as_it_is_and_masks_are_not_brightened() -> None:
    image = rings(0)
    whole = image_masks(image)
    plain = plain_view(SIZE, FRAME)
    every = np.arange(len(image.polygons))
    before = mask_example(NOTHING, whole, plain, FRAME).windows(every)
    after = mask_example(NOTHING, whole, replace(plain, flip=True, gains=(1.1, 1.0, 0.5)), FRAME).windows(every)
    assert (after[..., 3] == before[:, :, ::-1, 3]).all()
    assert (after[..., 1] == before[:, :, ::-1, 1]).all()
    assert after[..., 2].mean() == pytest.approx(before[..., 2].mean() / 2, abs=1)
    assert after[..., 0].mean() > before[..., 0].mean()
    bright, dark = before[..., 1][before[..., 3] == 255], before[..., 1][before[..., 3] == 0]
    assert bright.mean() > dark.mean() + 80, "the mask lies on what is drawn"


def test_an_object_that_the_frame_cuts_off_is_not_learned_from() -> None:
    image = rings(1)
    view = plain_view(SIZE, FRAME)
    all_of_it = mask_example(NOTHING, image_masks(image), view, FRAME)
    moved = mask_example(NOTHING, image_masks(image), replace(view, left=view.left - 24), FRAME)
    assert len(all_of_it.rows) == 4
    assert moved.rows.tolist() == [1, 2, 3]


def test_a_region_that_is_cut_out_of_a_window_is_that_of_the_image() -> None:
    """A jittered box's region, by way of the window, beside the polygon drawn into that region at once."""
    polygon = rings(2).polygons[0]
    true = np.array([polygon.bounds()], np.float32)
    off = true + np.array([[2.0, -1.5, 3.0, 1.0]], np.float32)
    window = coverage(polygon, about(true, WINDOW)[0].tolist(), WINDOW_SIDE)
    at = inside_window(torch.from_numpy(off), torch.from_numpy(true))
    got = cut(torch.from_numpy(window)[None, None].float(), at)[0, 0].numpy()
    wanted = coverage(polygon, about(off, REGION)[0].tolist(), SIDE)
    assert np.abs(got - wanted).mean() < 8, "of 255"


def test_windows_of_a_smaller_picture_show_the_same_and_grey_beside_it() -> None:
    image = rings(3)
    small = image.pixels()[::2, ::2]
    boxes = np.concatenate([image.boxes, [[-300, -300, -280, -280], [0, 0, *SIZE]]]).astype(np.float32)
    full, half = windows(image.pixels(), SIZE, boxes), windows(small, SIZE, boxes)
    assert full.shape == half.shape == (6, WINDOW_SIDE, WINDOW_SIDE, 3)
    assert np.abs(full[:4].astype(int) - half[:4]).mean() < 25
    assert (full[4] == 127).all()
    assert (full[5, 0] == 127).all()
    assert windows(image.pixels(), SIZE, boxes[:0]).shape == (0, WINDOW_SIDE, WINDOW_SIDE, 3)
    one_by_one = [windows(image.pixels(), SIZE, boxes[n : n + 1])[0] for n in range(6)]
    assert np.abs(np.stack(one_by_one).astype(int) - full).max() <= 1


@pytest.mark.parametrize("factor", [1, 2, 3, 5, 12, 40])
def test_windows_of_a_larger_picture_show_the_same_where_it_is(factor: int) -> None:
    """Whatever step its pixels are looked at with: a bright corner of a box begins at the box's middle."""
    pixels = np.zeros((80 * factor, 90 * factor, 3), np.uint8)
    pixels[40 * factor :, 45 * factor :] = 240
    seen = windows(pixels, (90, 80), np.array([[25, 20, 65, 60]], np.float32))[0, ..., 0].astype(int)
    half = WINDOW_SIDE // 2
    assert np.abs(seen[half + 1 : -2, half + 1 : -2] - 240).max() <= 1
    assert seen[: half - 1, : half - 1].max() <= 1
    assert seen[half + 5, half - 1 : half + 1].sum() == pytest.approx(240, abs=32), "the edge lies in the middle"
    assert seen[half - 1 : half + 1, half + 5].sum() == pytest.approx(240, abs=32)


def test_no_polygons_a_thousand_and_ones_of_two_pixels() -> None:
    pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    none = image_masks(labeled((), pixels))
    assert none.windows.shape == (0, WINDOW_SIDE, WINDOW_SIDE, 4)
    many = image_masks(labeled(dots(1000), pixels))
    assert len(many.boxes) == MOST_OBJECTS
    assert (many.windows[..., 3].max(axis=(1, 2)) == 255).all()
    assert {box[1] for box in many.boxes.tolist()} >= {0.0, 96.0}, "from all over the list"


def test_examples_of_images_with_polygons_become_mask_examples() -> None:
    image, view = rings(4), plain_view(SIZE, FRAME)
    bare = replace(image, polygons=())
    features = [np.full(4, n, np.float16) for n in range(4)]
    kinds = np.zeros(0, np.int64)
    examples = [
        Example(features[0], image.boxes, kinds, 0, view),
        Example(features[1], image.boxes, kinds, 1, view),
        Example(features[2], image.boxes, kinds),
        Example(features[3], image.boxes, kinds, 0, replace(view, flip=True)),
    ]
    found = build_mask_examples(examples, [image, bare], FRAME)
    assert [float(one.features[0]) for one in found] == [0, 3], "one has no polygons, of another the view is not known"
    assert found[0].image is found[1].image, "windows are made once an image"
    assert build_mask_examples(examples, [image, bare], FRAME, cancel=lambda: True) == []
