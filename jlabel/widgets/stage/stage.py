"""The stage: two canvases that show alternately the page on screen and the one after it, and a third for the zoom."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jlabel.errors import ImageError
from jlabel.media.loader import Loader
from jlabel.media.thumbnail import Thumbnail
from jlabel.model.page import Page, Task
from jlabel.widgets.stage.grid import Cell, cells
from jlabel.widgets.stage.page_canvas import PageCanvas, fit_into_cells
from jlabel.widgets.stage.when_done import in_kernel, when_done

if TYPE_CHECKING:
    import threading
    from concurrent.futures import Future

View = tuple[float, float, float]
"""CSS pixels an image pixel, and the image's x and y in the stage's middle."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """The stage in the browser: width and height in CSS pixels, and device pixels a CSS pixel."""

    width: float
    height: float
    ratio: float


class Stage:
    """Paints pages when their pictures are decoded, without ever waiting for one.

    Args:
        loader: decodes on other threads.
        painted: called on any thread after something was painted.
        failed: called on any thread with an item and the reason when its picture cannot be decoded.
        lock: of the screen, taken by its callers; messages and finished pictures come on different threads.
    """

    def __init__(
        self,
        loader: Loader,
        painted: Callable[[], None],
        failed: Callable[[int, str], None],
        lock: "threading.RLock",
    ) -> None:
        self.canvases = (PageCanvas(), PageCanvas())
        self.zoom_canvas = PageCanvas()
        self.size: Size | None = None
        self.levels: tuple[float, ...] = (1.0, 1.0)
        """Brightness and contrast, which the browser's canvas applies."""
        self.full: dict[int, tuple[int, int]] = {}
        self.full_new: dict[int, tuple[int, int]] = {}
        self.notes: dict[int, str] = {}
        """What a person should know about the files of items, as sentences."""
        self._loader = loader
        self._painted = painted
        self._failed = failed
        self._lock = lock
        self.broken: set[tuple[int, str]] = set()
        """Items, with their stamps, whose pictures could not be decoded: they are not asked for again."""
        self._wanted: dict[PageCanvas, object] = {}
        self._in_background = in_kernel()

    def resize(self, size: Size) -> None:
        """Set the size that the browser measured; what was painted is gone: a reloaded page's canvases are blank."""
        self.size = size
        for canvas in self.all_canvases:
            canvas.resize(size.width, size.height, size.ratio)
            self._wanted.pop(canvas, None)

    @property
    def all_canvases(self) -> tuple[PageCanvas, ...]:
        """The canvases of the two pages and of the zoom."""
        return (*self.canvases, self.zoom_canvas)

    def cells(self, page: Page, count: int) -> tuple[Cell, ...]:
        """Return the cells of a page in a grid of ``count``, in the shape of its pictures once they are decoded."""
        size = self.size or Size(width=900.0, height=600.0, ratio=1.0)
        pictures = [self.full[task.item] for task in page.tasks if task.item in self.full]
        return cells(count, size.width, size.height, pictures)

    def canvas_of(self, token: str, other: str | None) -> int:
        """Return the number of a page's canvas: the one that shows it, else the one that does not show ``other``."""
        taken = {self._token(canvas): number for number, canvas in enumerate(self.canvases)}
        if token in taken:
            return taken[token]
        return 1 - taken[other] if other in taken else 0

    def frame(self, number: int, page: Page, count: int) -> int:
        """Return the frame at which a canvas shows a page: the present one if it does, else the next."""
        canvas = self.canvases[number]
        return canvas.frame if canvas.shows == self._key(page, count) else canvas.frame + 1

    def show(self, number: int, page: Page, count: int, *, ahead: bool) -> None:
        """Paint a page on a canvas as soon as its pictures are there; nothing to do where it is painted."""
        if self.size is None:
            return
        canvas, key, size = self.canvases[number], self._key(page, count), self.size
        if key in (canvas.shows, self._wanted.get(canvas)):
            return
        self._wanted[canvas] = key
        laid_out = self.cells(page, count)
        whole = [(t, cell) for t, cell in zip(page.tasks, laid_out, strict=False) if not self.is_broken(t)]
        rooms = [cell for _, cell in whole]
        futures: dict[int, Future[Thumbnail]] = {}
        for task, cell in whole:
            wide, high = (max(1, math.ceil(v * size.ratio)) for v in cell.picture[2:])
            futures[task.item] = self._loader.get(task.uri, task.stamp, wide, high, ahead=ahead)
        items = tuple(futures)

        def paint(found: Mapping[int, Thumbnail]) -> None:
            del self._wanted[canvas]
            sizes = {item: (t.full_width, t.full_height) for item, t in found.items()}
            self.full_new |= {item: size for item, size in sizes.items() if self.full.get(item) != size}
            self.full |= sizes
            self.notes |= {item: t.note for item, t in found.items() if t.note}
            if self.cells(page, count) != laid_out:  # their shapes are known now: pictures as large as those cells
                self.show(number, page, count, ahead=ahead)
                return
            canvas.paint(key, fit_into_cells(found, items, rooms), self._filter())
            self._painted()

        self._when(futures, canvas, key, paint, page.tasks)

    def is_broken(self, task: Task) -> bool:
        """Whether a picture could not be decoded."""
        return (task.item, task.stamp) in self.broken

    def mark(self, number: int, cells: Sequence[Cell], colors: Sequence[Sequence[str]]) -> None:
        """Draw what is saved of a page's answers: a band of colours under each picture of its cells."""
        if self.size is not None:
            self.canvases[number].mark(cells, colors)

    def fitted(self, item: int) -> View:
        """Return the view that shows the whole of an item's picture."""
        size, (wide, high) = self.size or Size(width=900.0, height=600.0, ratio=1.0), self.full[item]
        return min(size.width / wide, size.height / high), wide / 2, high / 2

    def enlarge(self, task: Task, view: View) -> None:
        """Paint the part of one picture that a view shows, at the screen's resolution, on the zoom's canvas."""
        if self.size is None:
            return
        size, (wide, high), (scale, x, y) = self.size, self.full[task.item], view
        half_x, half_y = size.width / 2 / scale, size.height / 2 / scale
        left, top = max(0, math.floor(x - half_x)), max(0, math.floor(y - half_y))
        right, bottom = min(wide, math.ceil(x + half_x)), min(high, math.ceil(y + half_y))
        if right <= left or bottom <= top:
            return
        # Enlarged pixels are sent as they are; the browser's canvas makes them squares.
        shrink = min(1.0, scale * size.ratio)
        out = max(1, round((right - left) * shrink)), max(1, round((bottom - top) * shrink))
        key = (task.item, view, size, self.levels)
        self._wanted[self.zoom_canvas] = key
        box = (float(left), float(top), float(right), float(bottom))
        future = self._loader.region(task.uri, task.stamp, box, *out)

        def paint(found: Mapping[int, Thumbnail]) -> None:
            del self._wanted[self.zoom_canvas]
            where = (
                (left - x) * scale + size.width / 2,
                (top - y) * scale + size.height / 2,
                (right - left) * scale,
                (bottom - top) * scale,
            )
            self.zoom_canvas.paint(key, [(found[task.item], where)], self._filter())
            self._painted()

        self._when({task.item: future}, self.zoom_canvas, key, paint, [task])

    def close(self) -> None:
        """Close the canvases."""
        self._wanted.clear()
        for canvas in self.all_canvases:
            canvas.close()

    def _key(self, page: Page, count: int) -> tuple[object, ...]:
        return page.token, tuple((task.item, task.stamp) for task in page.tasks), count, self.size, self.levels

    def _token(self, canvas: PageCanvas) -> object:
        for key in (self._wanted.get(canvas), canvas.shows):
            if isinstance(key, tuple):
                return key[0]
        return None

    def _filter(self) -> str:
        brightness, contrast = self.levels[:2]
        return "none" if self.levels == (1.0, 1.0) else f"brightness({brightness:g}) contrast({contrast:g})"

    def _when(
        self,
        futures: Mapping[int, "Future[Thumbnail]"],
        canvas: PageCanvas,
        key: object,
        paint: Callable[[Mapping[int, Thumbnail]], None],
        tasks: Sequence[Task],
    ) -> None:
        """Call ``paint`` when all futures are done, or ``failed`` for each that broke."""
        stamps = {task.item: task.stamp for task in tasks}

        def finish() -> None:
            with self._lock:
                settle()

        def settle() -> None:
            if self._wanted.get(canvas) != key:
                return
            if any(future.cancelled() for future in futures.values()):
                del self._wanted[canvas]
                return
            broken = {item: error for item, future in futures.items() if (error := future.exception())}
            if broken:
                del self._wanted[canvas]
                self.broken |= {(item, stamps[item]) for item in broken}
                for item, error in broken.items():
                    if not isinstance(error, ImageError):
                        raise error
                    self._failed(item, str(error))
                return
            paint({item: future.result() for item, future in futures.items()})

        when_done(list(futures.values()), finish, in_background=self._in_background)
