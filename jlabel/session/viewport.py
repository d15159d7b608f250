"""Where the picture lies on the stage: zoom, pan and rotation by quarters, as a value.

An image pixel (x, y) is first turned clockwise with the whole picture, then scaled, then shifted by the offset; the
result is in CSS pixels from the stage's top left corner. ``widgets/editor/viewport.js`` computes the same in the
browser; one file of test vectors holds both to it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jlabel.errors import InputError, MessageError
from jlabel.model.shapes.outline import Point

MIN_SCALE = 0.1
"""CSS pixels per image pixel; lower only where a picture fits the stage no other way."""
MAX_SCALE = 32.0
KEPT = 32.0
"""CSS pixels of the picture that stay on the stage however it is panned."""
MAX_SIDE = 1_000_000
"""Pixels; a larger image or stage is an absurd one."""


@dataclass(frozen=True, kw_only=True)
class Viewport:
    """One view of one picture.

    Attributes:
        width: of the image, pixels, before turning.
        height: of the image, pixels, before turning.
        stage_width: CSS pixels.
        stage_height: CSS pixels.
        scale: CSS pixels per image pixel.
        x: CSS pixels from the stage's left edge to the turned picture's.
        y: CSS pixels from the stage's top edge to the turned picture's.
        rotation: quarters clockwise, 0 to 3.

    Raises:
        InputError: a size or scale that is not a positive finite number, an offset that is not finite, a bad rotation.
    """

    width: float
    height: float
    stage_width: float
    stage_height: float
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    rotation: int = 0

    def __post_init__(self) -> None:
        for name in ("width", "height", "stage_width", "stage_height", "scale"):
            value = getattr(self, name)
            if not 0 < value <= MAX_SIDE:
                raise InputError(f"A view's {name} is a positive number of at most {MAX_SIDE}, not {value!r}.")
        if not (math.isfinite(self.x) and math.isfinite(self.y)) or self.rotation not in (0, 1, 2, 3):
            raise InputError(f"A view cannot lie at ({self.x!r}, {self.y!r}) rotated by {self.rotation!r} quarters.")

    @property
    def rotated(self) -> tuple[float, float]:
        """Width and height of the picture as rotated, image pixels."""
        return (self.height, self.width) if self.rotation % 2 else (self.width, self.height)

    def to_stage(self, x: float, y: float) -> Point:
        """Return where the image pixel (x, y) is on the stage, CSS pixels."""
        turned = ((x, y), (self.height - y, x), (self.width - x, self.height - y), (y, self.width - x))[self.rotation]
        return turned[0] * self.scale + self.x, turned[1] * self.scale + self.y

    def to_image(self, x: float, y: float) -> Point:
        """Return which image pixel lies under the stage's CSS pixel (x, y)."""
        u, v = (x - self.x) / self.scale, (y - self.y) / self.scale
        return ((u, v), (v, self.height - u), (self.width - u, self.height - v), (self.width - v, u))[self.rotation]


def fit(width: float, height: float, stage_width: float, stage_height: float, rotation: int = 0) -> Viewport:
    """Return the view that shows the whole picture, as large as the stage allows, in its middle."""
    view = Viewport(width=width, height=height, stage_width=stage_width, stage_height=stage_height, rotation=rotation)
    view = replace(view, scale=min(fit_scale(view), MAX_SCALE))
    return replace(
        view,
        x=(stage_width - view.rotated[0] * view.scale) / 2,
        y=(stage_height - view.rotated[1] * view.scale) / 2,
    )


def fit_scale(view: Viewport) -> float:
    """Return the scale at which the turned picture just fits the stage."""
    return min(view.stage_width / view.rotated[0], view.stage_height / view.rotated[1])


def zoom(view: Viewport, factor: float, x: float, y: float) -> Viewport:
    """Return the view ``factor`` times larger, the pixel under the stage's CSS pixel (x, y) staying there.

    The scale stays within 10 % and 3200 %; below 10 % only down to where the whole picture fits.
    """
    scale = min(max(view.scale * factor, min(MIN_SCALE, fit_scale(view))), MAX_SCALE)
    grown = scale / view.scale
    return clamp(replace(view, scale=scale, x=x - (x - view.x) * grown, y=y - (y - view.y) * grown))


def actual(view: Viewport) -> Viewport:
    """Return the view at 100 %, one image pixel to one CSS pixel, around the stage's middle."""
    return zoom(view, 1.0 / view.scale, view.stage_width / 2, view.stage_height / 2)


def pan(view: Viewport, dx: float, dy: float) -> Viewport:
    """Return the view moved by (dx, dy) CSS pixels, as far as the picture stays on the stage."""
    return clamp(replace(view, x=view.x + dx, y=view.y + dy))


def rotate(view: Viewport, quarters: int = 1) -> Viewport:
    """Return the view turned clockwise, the pixel in the stage's middle staying there."""
    return _centred(replace(view, rotation=(view.rotation + quarters) % 4), view)


def resize(view: Viewport, stage_width: float, stage_height: float) -> Viewport:
    """Return the view on a stage of another size, the pixel in its middle staying there."""
    return _centred(replace(view, stage_width=stage_width, stage_height=stage_height), view)


def clamp(view: Viewport) -> Viewport:
    """Return the view shifted so that at least ``KEPT`` CSS pixels of the picture are on the stage each way."""
    width, height = view.rotated[0] * view.scale, view.rotated[1] * view.scale
    across, down = min(KEPT, width, view.stage_width), min(KEPT, height, view.stage_height)
    return replace(
        view,
        x=min(max(view.x, across - width), view.stage_width - across),
        y=min(max(view.y, down - height), view.stage_height - down),
    )


def to_dict(view: Viewport) -> dict[str, Any]:
    """Return the view as JSON data, for the browser and for a draft."""
    return {
        "width": view.width,
        "height": view.height,
        "stage_width": view.stage_width,
        "stage_height": view.stage_height,
        "scale": view.scale,
        "x": view.x,
        "y": view.y,
        "rotation": view.rotation,
    }


def from_dict(data: object) -> Viewport:
    """Read what ``to_dict`` or the browser wrote, brought within the limits of scale and place.

    Raises:
        MessageError: a number missing, not a number or absurd.
    """
    if not isinstance(data, Mapping):
        raise MessageError(f"A view is a mapping of numbers, not {type(data).__name__}.")
    names = ("width", "height", "stage_width", "stage_height", "scale", "x", "y", "rotation")
    wrong = [n for n in names if isinstance(data.get(n), bool) or not isinstance(data.get(n), (int, float))]
    if wrong:
        raise MessageError(f"A view needs the number {wrong[0]!r}; it was {data.get(wrong[0])!r:.40}.")
    try:
        return zoom(Viewport(**{name: data[name] for name in names}), 1.0, 0.0, 0.0)
    except (InputError, OverflowError) as error:
        raise MessageError(f"The view from the browser cannot be shown. {error}") from error


def _centred(view: Viewport, before: Viewport) -> Viewport:
    x, y = before.to_image(before.stage_width / 2, before.stage_height / 2)
    there = view.to_stage(x, y)
    return clamp(replace(view, x=view.x + view.stage_width / 2 - there[0], y=view.y + view.stage_height / 2 - there[1]))
