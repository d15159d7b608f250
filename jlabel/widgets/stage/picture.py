"""The stage of an editor: one picture under a view, with its shapes, on the canvas of its page."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from jlabel.media.display import PLAIN, Level
from jlabel.media.loader import Loader
from jlabel.media.thumbnail import Thumbnail
from jlabel.model.page import Page, Task
from jlabel.session.viewport import Viewport, fit, resize
from jlabel.widgets.stage.batch import batch
from jlabel.widgets.stage.shape_layer import Drawing, ShapeLayer
from jlabel.widgets.stage.stage import Size, Stage

if TYPE_CHECKING:
    import threading
    from concurrent.futures import Future

    from jlabel.widgets.stage.page_canvas import PageCanvas


class PictureStage(Stage):
    """Paints each page's one picture under its view; a new view is painted sharp at the screen's resolution.

    Args:
        loader: decodes on other threads.
        painted: called on any thread after something was painted.
        failed: called on any thread with an item and the reason when its picture cannot be decoded.
        lock: of the screen, taken by its callers.
        drawing: returns what is drawn over the picture of the page with this token.
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
        self._stamps: dict[str, str] = {}
        """By the page's token, the stamp of the picture that its view is of."""
        self._drawing = drawing
        self._under: dict[PageCanvas, Viewport] = {}
        self._shape_layers = {canvas: ShapeLayer(canvas) for canvas in self.canvases}
        self._level = PLAIN
        self.set_level(PLAIN)

    def set_level(self, level: Level) -> None:
        """Show pictures under another level from the next painting on; the loader applies it, in full depth."""
        self._level = level
        self.levels = (level.brightness, level.contrast, level.gamma, float(level.invert))

    def resize(self, size: Size) -> None:
        """Set the size that the browser measured; views keep their centre, those that fit fit again."""
        super().resize(size)
        self._under.clear()
        for layer in self._shape_layers.values():
            layer.forget()
        self.views = {token: _resized(view, size) for token, view in self.views.items()}

    def keep(self, tokens: Sequence[str]) -> None:
        """Forget the views of all other pages."""
        self.views = {token: view for token, view in self.views.items() if token in tokens}
        self._stamps = {token: stamp for token, stamp in self._stamps.items() if token in tokens}

    def set_view(self, token: str, view: Viewport) -> None:
        """Show a page under another view; one of a page or a picture that is no longer there is left."""
        known = self.views.get(token)
        if known is not None and (known.width, known.height) == (view.width, view.height):
            self.views[token] = view

    def show(self, number: int, page: Page, count: int, *, ahead: bool) -> None:
        """Paint a page's picture and shapes under its view as soon as the picture is there."""
        if self.size is None or not page.tasks:
            return
        canvas, size, task = self.canvases[number], self.size, page.tasks[0]
        if self._stamps.get(page.token) != task.stamp:  # overwritten since: it may have another size
            self._stamps[page.token] = task.stamp
            self.views.pop(page.token, None)
        key, view = self._key(page, count), self.views.get(page.token)
        if key in (canvas.shows, self._wanted.get(canvas)):
            return
        if self.is_broken(task):
            canvas.paint(key, (), self._filter())
            self._painted()
            return
        self._wanted[canvas] = key
        future = self._picture(task, size, view, ahead=ahead)

        def paint(found: Mapping[int, Thumbnail]) -> None:
            del self._wanted[canvas]
            picture = found[task.item]
            full = (picture.full_width, picture.full_height)
            if self.full.get(task.item) != full:
                self.full[task.item] = self.full_new[task.item] = full
            self.notes |= {task.item: picture.note} if picture.note else {}
            shown = view or fit(*full, size.width, size.height)
            self.views[page.token] = shown
            with batch():
                canvas.paint_under(self._key(page, count), picture, shown, self._filter())
                self._under[canvas] = shown
                self._shape_layers[canvas].draw(self._drawing(page.token), shown)
            self._painted()

        self._when({task.item: future}, canvas, key, paint, [task])

    def redraw(self, number: int, token: str) -> None:
        """Draw a page's shapes again, under the view that its picture is painted with."""
        canvas = self.canvases[number]
        if canvas in self._under and self._token(canvas) == token:
            self._shape_layers[canvas].draw(self._drawing(token), self._under[canvas])

    def _picture(self, task: Task, size: Size, view: Viewport | None, *, ahead: bool) -> "Future[Thumbnail]":
        """Ask for what a view shows of a picture, and no more; a whole one comes out of a smaller decode."""
        ask = partial(self._loader.get, task.uri, task.stamp, ahead=ahead, level=self._level)
        if view is None:
            return ask(max(1, math.ceil(size.width * size.ratio)), max(1, math.ceil(size.height * size.ratio)))
        box, shrink = visible(view), min(1.0, view.scale * size.ratio)
        out = max(1, round((box[2] - box[0]) * shrink)), max(1, round((box[3] - box[1]) * shrink))
        if box == (0.0, 0.0, view.width, view.height):
            return ask(*out)
        return self._loader.region(task.uri, task.stamp, box, *out, ahead=ahead, level=self._level)

    def _filter(self) -> str:
        return "none"  # the pictures come levelled

    def _key(self, page: Page, count: int) -> tuple[object, ...]:
        return (*super()._key(page, count), self.views.get(page.token))


def _resized(view: Viewport, size: Size) -> Viewport:
    fitted = fit(view.width, view.height, view.stage_width, view.stage_height, view.rotation)
    if math.isclose(view.scale, fitted.scale) and math.dist((view.x, view.y), (fitted.x, fitted.y)) < 1:
        return fit(view.width, view.height, size.width, size.height, view.rotation)
    return resize(view, size.width, size.height)


def visible(view: Viewport) -> tuple[float, float, float, float]:
    """Return the part of the image that a view shows: x0, y0, x1, y1 in whole image pixels."""
    corners = [view.to_image(x, y) for x in (0.0, view.stage_width) for y in (0.0, view.stage_height)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
    right, bottom = min(view.width, math.ceil(max(xs))), min(view.height, math.ceil(max(ys)))
    return float(left), float(top), float(max(right, left + 1)), float(max(bottom, top + 1))
