"""The view transform, held to the same vectors as the browser's."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.errors import InputError, MessageError
from jlabel.session import viewport
from jlabel.session.viewport import Viewport

VECTORS = json.loads((Path(__file__).parents[1] / "js/vectors/viewport.json").read_text())
STEPS: dict[str, Callable[..., Viewport]] = {
    "fit": lambda view, rotation: viewport.fit(
        view.width, view.height, view.stage_width, view.stage_height, rotation
    ),
    "zoom": viewport.zoom,
    "actual": viewport.actual,
    "pan": viewport.pan,
    "rotate": viewport.rotate,
    "resize": viewport.resize,
    "clamp": viewport.clamp,
}  # fmt: skip
sides = st.floats(1, 20_000)
views = st.builds(viewport.fit, sides, sides, st.floats(50, 3000), st.floats(50, 3000), st.integers(0, 3))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vectors(vector: dict[str, Any]) -> None:
    view = Viewport(**vector["view"])
    for name, *arguments in vector["steps"]:
        view = STEPS[name](view, *arguments)
    for key, value in vector["result"].items():
        assert getattr(view, key) == pytest.approx(value, abs=1e-9), key
    for image, stage in vector["points"]:
        assert view.to_stage(*image) == pytest.approx(stage, abs=1e-6)
        assert view.to_image(*stage) == pytest.approx(image, abs=1e-6)


@given(views, st.lists(st.tuples(st.floats(0.01, 100), st.floats(0, 3000), st.floats(0, 3000)), max_size=5))
def test_zoom_stays_in_bounds_and_picture_on_stage(view: Viewport, wheel: list[tuple[float, float, float]]) -> None:
    for factor, x, y in wheel:
        view = viewport.zoom(view, factor, x, y)
        assert min(viewport.MIN_SCALE, viewport.fit_scale(view)) <= view.scale * (1 + 1e-12)
        assert view.scale <= viewport.MAX_SCALE
        width, height = view.rotated
        assert view.x < view.stage_width
        assert view.y < view.stage_height
        assert view.x + width * view.scale > 0
        assert view.y + height * view.scale > 0


@given(views, st.floats(0.2, 5), st.floats(0, 1), st.floats(0, 1))
def test_zoom_keeps_the_pixel_under_the_pointer(view: Viewport, factor: float, u: float, v: float) -> None:
    width, height = view.rotated
    x, y = view.x + u * width * view.scale, view.y + v * height * view.scale
    zoomed = viewport.zoom(view, factor, x, y)
    if view.scale >= viewport.MIN_SCALE and viewport.clamp(zoomed) == zoomed and _free(zoomed):
        assert zoomed.to_image(x, y) == pytest.approx(view.to_image(x, y), abs=1e-6 * max(width, height))


def _free(view: Viewport) -> bool:
    """Not pushed back by the clamp: no edge of the picture stands exactly at its limit."""
    return viewport.clamp(viewport.pan(view, 0.5, 0.5)).x == view.x + 0.5 == viewport.pan(view, 0.5, -0.5).x and (
        viewport.pan(view, 0, 0.5).y == view.y + 0.5 and viewport.pan(view, 0, -0.5).y == view.y - 0.5
    )


@given(views, st.floats(0, 20_000), st.floats(0, 20_000))
def test_stage_and_image_are_inverse(view: Viewport, x: float, y: float) -> None:
    assert view.to_image(*view.to_stage(x, y)) == pytest.approx((x, y), abs=1e-5)


@given(views)
def test_four_quarters_are_none(view: Viewport) -> None:
    turned = view
    for _ in range(4):
        turned = viewport.rotate(turned)
    assert turned.rotation == view.rotation
    assert (turned.x, turned.y) == pytest.approx((view.x, view.y), abs=1e-6)


def test_round_trip() -> None:
    view = viewport.zoom(viewport.fit(640, 480, 800, 600, 3), 3, 100, 200)
    assert viewport.from_dict(json.loads(json.dumps(viewport.to_dict(view)))) == view


GOOD = viewport.to_dict(viewport.fit(640, 480, 800, 600))


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "view",
        {},
        {**GOOD, "scale": "1"},
        {**GOOD, "scale": 0},
        {**GOOD, "scale": math.nan},
        {**GOOD, "x": math.inf},
        {**GOOD, "rotation": 4},
        {**GOOD, "rotation": 0.5},
        {**GOOD, "width": True},
        {**GOOD, "width": -3},
        {**GOOD, "stage_width": 10**400},
        {**GOOD, "x": 10**400},
    ],
    ids=repr,
)
def test_hostile_views_are_refused(data: object) -> None:
    with pytest.raises(MessageError, match="view"):
        viewport.from_dict(data)


def test_absurd_scale_is_brought_to_the_limits() -> None:
    assert viewport.from_dict({**GOOD, "scale": 5000}).scale == viewport.MAX_SCALE


def test_a_view_needs_a_size() -> None:
    with pytest.raises(InputError, match="width"):
        viewport.fit(0, 10, 100, 100)
