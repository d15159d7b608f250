"""The stage of an editor: one picture under a view, with its shapes, on the canvas of its page."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ipycanvas import Canvas

from jlabel.media.loader import Loader
from jlabel.media.thumbnail import Thumbnail
from jlabel.model.annotation import Annotation
from jlabel.model.geometry import Box, Point, Ring
from jlabel.model.queue import Page
from jlabel.session.viewport import Viewport, fit, resize
from jlabel.widgets.stage.batch import batch
from jlabel.widgets.stage.side import MARKS, Side
from jlabel.widgets.stage.stage import Size, Stage

if TYPE_CHECKING:
    import threading
    from concurrent.futures import Future

CASING = "rgba(0, 0, 0, 0.55)"
"""Under every line, so that it shows on any picture."""
LINE = 2.0
FILL = 0.16


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What lies over a picture at rest.

    Attributes:
        annotations: with shapes in image pixels, the undermost first; hidden ones are left out.
        colors: by class id.
        filled: whether the insides are tinted.
    """

    annotations: tuple[Annotation, ...]
    colors: Mapping[int, str]
    filled: bool = True


class PictureStage(Stage):
    """Paints each page's one picture under its view; a new view is painted sharp at the screen's resolution.

    Args:
        loader: decodes on other threads.
        painted: called in the kernel's loop after something was painted.
        failed: called in the kernel's loop with an item and the reason when its picture cannot be decoded.
        lock: held by whoever uses the stage.
        drawing: what lies over the picture of the page with this token.
    """

    def __init__(
        self,
        loader: Loader,
        painted: Callable[[], None],
        failed: Callable[[int, str], None],
        lock: "threading.RLock",
        drawing: Callable[[str], Drawing],
    ) -> None:
        super().__init__(loader, painted, failed, lock)
        self.views: dict[str, Viewport] = {}
        self._drawing = drawing
        self._under: dict[Side, Viewport] = {}

    def resize(self, size: Size) -> None:
        """Take the size that the browser measured; views keep what is in their middle."""
        super().resize(size)
        self._under.clear()
        self.views = {token: resize(view, size.width, size.height) for token, view in self.views.items()}

    def keep(self, tokens: Sequence[str]) -> None:
        """Forget the views of all other pages."""
        self.views = {token: view for token, view in self.views.items() if token in tokens}

    def show(self, number: int, page: Page, count: int, *, ahead: bool) -> None:
        """Paint a page's picture and shapes under its view as soon as the picture is there."""
        if self.size is None or not page.tasks:
            return
        side, size, task = self.sides[number], self.size, page.tasks[0]
        key, view = self._key(page, count), self.views.get(page.token)
        if key in (side.shows, self._wanted.get(side)):
            return
        if self.is_broken(task):
            side.paint(key, (), self._filter())
            self._painted()
            return
        self._wanted[side] = key
        future: Future[Thumbnail]
        if view is None:
            wide, high = (max(1, math.ceil(v * size.ratio)) for v in (size.width, size.height))
            future = self._loader.get(task.uri, task.stamp, wide, high, ahead=ahead)
        else:
            box = visible(view)
            shrink = min(1.0, view.scale * size.ratio)
            out = (max(1, round((box[2] - box[0]) * shrink)), max(1, round((box[3] - box[1]) * shrink)))
            future = self._loader.region(task.uri, task.stamp, box, *out)

        def paint(found: Mapping[int, Thumbnail]) -> None:
            del self._wanted[side]
            picture = found[task.item]
            full = (picture.full_width, picture.full_height)
            if task.item not in self.full:
                self.full[task.item] = self.full_new[task.item] = full
            shown = view or fit(*full, size.width, size.height)
            self.views[page.token] = shown
            with batch():
                side.paint_under(self._key(page, count), picture, shown, self._filter())
                self._under[side] = shown
                draw_shapes(side, self._drawing(page.token), shown)
            self._painted()

        self._when({task.item: future}, side, key, paint, [task])

    def redraw(self, number: int, token: str) -> None:
        """Draw a page's shapes again, under the view that its picture is painted with."""
        side = self.sides[number]
        if side in self._under and self._token(side) == token:
            draw_shapes(side, self._drawing(token), self._under[side])

    def _key(self, page: Page, count: int) -> tuple[object, ...]:
        return (*super()._key(page, count), self.views.get(page.token))


def visible(view: Viewport) -> tuple[float, float, float, float]:
    """Return the part of the image that a view shows: x0, y0, x1, y1 in whole image pixels."""
    corners = [view.to_image(x, y) for x in (0.0, view.stage_width) for y in (0.0, view.stage_height)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
    right, bottom = min(view.width, math.ceil(max(xs))), min(view.height, math.ceil(max(ys)))
    return float(left), float(top), float(max(right, left + 1)), float(max(bottom, top + 1))


def draw_shapes(side: Side, drawing: Drawing, view: Viewport) -> None:
    """Draw shapes on a side's layer of marks: tinted inside, outlined in the colour of their class."""
    layer, ratio = side.canvas[MARKS], side.ratio
    by_class: dict[int, list[list[list[Point]]]] = {}
    for annotation in drawing.annotations:
        rings = [[_scaled(view.to_stage(x, y), ratio) for x, y in ring] for ring in rings_of(annotation)]
        by_class.setdefault(annotation.class_id, []).append(rings)
    with batch():
        layer.clear()
        for class_id, shapes in by_class.items():
            _draw_class(layer, shapes, drawing.colors.get(class_id, "#66ccee"), ratio, filled=drawing.filled)


def rings_of(annotation: Annotation) -> tuple[Ring, ...]:
    """Return the outlines of an annotation's shape, holes included; a box has one."""
    shape = annotation.shape
    if shape is None:
        return ()
    if isinstance(shape, Box):
        return (((shape.x0, shape.y0), (shape.x1, shape.y0), (shape.x1, shape.y1), (shape.x0, shape.y1)),)
    return (*shape.rings, *shape.holes)


def _scaled(point: Point, ratio: float) -> Point:
    return point[0] * ratio, point[1] * ratio


def _draw_class(layer: Canvas, shapes: Sequence[list[list[Point]]], color: str, ratio: float, *, filled: bool) -> None:
    flat = [np.array(ring) for rings in shapes for ring in rings]
    if filled:
        layer.global_alpha = FILL
        layer.fill_style = color
        simple = [np.array(rings[0]) for rings in shapes if len(rings) == 1]
        if simple:
            layer.fill_polygons(simple)
        for rings in shapes:
            if len(rings) > 1:  # holes and parts: what lies inside an even number of rings stays clear
                _fill_even_odd(layer, rings)
        layer.global_alpha = 1.0
    for style, width in ((CASING, LINE + 2), (color, LINE)):
        layer.stroke_style = style
        layer.line_width = width * ratio
        layer.stroke_polygons(flat)


def _fill_even_odd(layer: Canvas, rings: Sequence[Sequence[Point]]) -> None:
    layer.begin_path()
    for ring in rings:
        layer.move_to(*ring[0])
        for point in ring[1:]:
            layer.line_to(*point)
        layer.close_path()
    layer.fill("evenodd")
