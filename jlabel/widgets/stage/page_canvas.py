"""One canvas that holds one page, on screen or waiting behind it."""

import base64
from collections import deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from ipycanvas import MultiCanvas
from ipywidgets import Image

from jlabel.media.thumbnail import Thumbnail
from jlabel.session.viewport import Viewport
from jlabel.widgets.stage.batch import batch
from jlabel.widgets.stage.grid import Cell, fit

PICTURES, MARKS = 0, 1
BAND = 4.0
GENERATIONS = 4
"""Paintings whose pictures are kept alive: one that is closed while its drawing waits in the browser would end all
drawing there for good."""


class PageCanvas:
    """A MultiCanvas with a layer of pictures and a layer of marks.

    ``frame`` counts the times that the pictures were drawn. It also travels to the browser inside the drawing, as the
    context's ``lineDashOffset`` that nothing else uses: ipycanvas gives no sign that a drawing has arrived, and a page
    may only be flipped to a canvas that is painted.
    """

    def __init__(self) -> None:
        self.canvas = MultiCanvas(2, width=10, height=10)
        self.frame = 0
        self.shows: Hashable = None
        self.ratio = 1.0
        self._images: deque[tuple[int, list[Image]]] = deque()
        """The pictures of the newest paintings, each with its frame; oldest first."""

    @property
    def pictures(self) -> Sequence[Image]:
        """The pictures of the newest painting, in the order in which they were drawn."""
        return self._images[-1][1] if self._images else ()

    def resize(self, width: float, height: float, ratio: float) -> None:
        """Set the size in CSS pixels and the device pixels per CSS pixel; what was drawn is gone."""
        self.canvas.width, self.canvas.height = round(width * ratio), round(height * ratio)
        self.canvas.layout.width, self.canvas.layout.height = f"{width:g}px", f"{height:g}px"
        self.ratio, self.shows = ratio, None

    def paint(
        self, shows: Hashable, placed: Sequence[tuple[Thumbnail, tuple[float, float, float, float]]], levels: str
    ) -> None:
        """Draw pictures, each into its x, y, width, height in CSS pixels, under a CSS filter."""
        layer, ratio = self.canvas[PICTURES], self.ratio
        with self._painting(shows, levels):
            for thumbnail, (x, y, width, height) in placed:
                layer.image_smoothing_enabled = width * ratio <= 2 * thumbnail.width
                layer.draw_image(self._image(thumbnail), x * ratio, y * ratio, width * ratio, height * ratio)

    def paint_under(self, shows: Hashable, picture: Thumbnail, view: Viewport, levels: str) -> None:
        """Draw one picture, or the part of it that ``picture.box`` names, where a view puts it."""
        layer, ratio = self.canvas[PICTURES], self.ratio
        (x, y), right, down = view.to_stage(0, 0), view.to_stage(1, 0), view.to_stage(0, 1)
        x0, y0, x1, y1 = picture.box
        with self._painting(shows, levels):
            layer.image_smoothing_enabled = (x1 - x0) * view.scale * ratio <= 2 * picture.width
            matrix = (right[0] - x, right[1] - y, down[0] - x, down[1] - y, x, y)
            layer.set_transform(*(value * ratio for value in matrix))
            layer.draw_image(self._image(picture), x0, y0, x1 - x0, y1 - y0)
            layer.reset_transform()

    @contextmanager
    def _painting(self, shows: Hashable, levels: str) -> Iterator[None]:
        self._images.append((self.frame + 1, []))
        layer = self.canvas[PICTURES]
        with batch():
            layer.clear()
            layer.filter = levels
            yield
            self.frame += 1
            layer.line_dash_offset = float(self.frame)
        self.shows = shows
        self._forget(len(self._images) - GENERATIONS)

    def mark(self, cells: Sequence[Cell], colors: Sequence[Sequence[str]]) -> None:
        """Draw, under each cell's picture, a band of the colours of the classes that are saved for it."""
        layer, ratio = self.canvas[MARKS], self.ratio
        with batch():
            layer.clear()
            for cell, bands in zip(cells, colors, strict=False):
                for number, color in enumerate(bands):
                    layer.fill_style = color
                    wide = cell.width / len(bands)
                    x, y = cell.x + number * wide, cell.y + cell.height - BAND
                    layer.fill_rect(x * ratio, y * ratio, wide * ratio, BAND * ratio)

    def release(self, frame: int) -> None:
        """Close the pictures of all paintings up to ``frame``, which the browser has drawn: it needs them no more.

        A notebook that is saved with the state of its widgets would hold them otherwise.
        """
        self._forget(sum(number <= frame for number, _ in self._images))

    def close(self) -> None:
        """Close the canvas and the pictures on it."""
        self._forget(len(self._images))
        self.canvas.close()

    def _forget(self, count: int) -> None:
        for _ in range(count):
            for image in self._images.popleft()[1]:
                image.close()

    def _image(self, thumbnail: Thumbnail) -> Image:
        # As a data URL: from raw bytes ipycanvas makes a blob URL at each drawing and never gives it back.
        data = f"data:image/{thumbnail.format};base64,".encode() + base64.b64encode(thumbnail.data)
        image = Image(value=data, format="url")
        self._images[-1][1].append(image)
        return image


def fit_into_cells(
    thumbnails: Mapping[int, Thumbnail], items: Sequence[int], cells: Sequence[Cell]
) -> list[tuple[Thumbnail, tuple[float, float, float, float]]]:
    """Return each item's thumbnail with the rectangle of its picture in its cell: x, y, width, height in CSS pixels."""
    return [
        (thumbnails[item], fit((thumbnails[item].full_width, thumbnails[item].full_height), cell.picture))
        for item, cell in zip(items, cells, strict=False)
    ]
