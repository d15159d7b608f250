"""Views of an image: where its boxes lie in the frame, and back."""

import numpy as np
import pytest

pytest.importorskip("torch")

from hypothesis import given
from hypothesis import strategies as st

from jlabel.assist.detection.frame import Frame, choose_frame
from jlabel.assist.detection.views import View, plain_view, random_view, render, to_frame, to_image, visible

pytestmark = pytest.mark.model
FRAME = Frame(width=64, height=32)
BLANK = (127.0, 127.0, 127.0)


def test_the_frame_has_the_images_aspect_and_shows_the_smallest_class_large_enough() -> None:
    sizes = [(640, 480)] * 5
    assert choose_frame(sizes, {1: [0.07] * 8, 2: [0.4] * 3}) == Frame(width=384, height=288)
    assert choose_frame(sizes, {1: [0.4]}) == Frame(width=320, height=256), "no smaller"
    assert choose_frame(sizes, {1: [0.001]}) == Frame(width=544, height=416), "no larger"
    assert choose_frame([(20_000, 100)], {}) == Frame(width=512, height=160), "of an extreme aspect"
    assert choose_frame([], {}) == Frame(width=288, height=288)


def test_the_plain_view_shows_all_of_the_image_in_the_middle() -> None:
    view = plain_view((100, 100), FRAME)
    assert (view.width, view.height, view.left, view.top) == (32, 32, 16, 0)
    boxes = np.array([[0, 0, 100, 100], [50, 0, 75, 25]], np.float32)
    assert to_frame(boxes, view, (100, 100), FRAME).tolist() == [[16, 0, 48, 32], [32, 0, 40, 8]]


@given(st.integers(0, 2**32 - 1), st.integers(3, 900), st.integers(3, 900))
def test_boxes_come_back_from_every_view(seed: int, width: int, height: int) -> None:
    rng = np.random.default_rng(seed)
    view = random_view((width, height), FRAME, rng)
    corners = np.sort(rng.uniform(0, 1, (5, 2, 2)), axis=1) * [width, height]
    boxes = corners.reshape(5, 4).astype(np.float32)
    there = to_frame(boxes, view, (width, height), FRAME)
    assert (there[:, 2:] >= there[:, :2]).all()
    assert np.allclose(to_image(there, view, (width, height), FRAME), boxes, atol=1e-2 * max(width, height) / 10)


@pytest.mark.parametrize("flip", [False, True])
def test_what_is_painted_lies_where_the_boxes_say(flip: bool) -> None:
    """A white square on black, wherever the view puts it."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        drawn = random_view((200, 100), FRAME, rng)
        view = View(width=drawn.width, height=drawn.height, left=drawn.left, top=drawn.top, flip=flip)
        pixels = np.zeros((100, 200, 3), np.uint8)
        pixels[40:60, 120:160] = 255
        shown = render(pixels, view, FRAME, BLANK)
        assert shown.shape == (32, 64, 3)
        box, kept = visible(to_frame(np.array([[120, 40, 160, 60]], np.float32), view, (200, 100), FRAME), FRAME)
        white = np.argwhere(shown[..., 0] > 200)
        if not kept[0] or not len(white):
            continue
        (top, left), (bottom, right) = white.min(axis=0), white.max(axis=0) + 1
        assert np.allclose(box[0], [left, top, right, bottom], atol=1.5)


def test_boxes_that_are_hardly_seen_are_no_objects_of_a_view() -> None:
    boxes = np.array([[-90, 0, 10, 10], [-9, 0, 11, 10], [10, 10, 11, 20], [60, 30, 70, 40]], np.float32)
    clipped, kept = visible(boxes, FRAME)
    assert kept.tolist() == [False, True, False, False], "a tenth; half; a sliver; an eighth"
    assert clipped[1].tolist() == [0, 0, 11, 10]
