"""Shapes at rest on a canvas: all are drawn under a new view, and after a gesture those where it changed something."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from ipycanvas import Canvas
from numpy.typing import NDArray

from jlabel.model.answer import Annotation, Answer
from jlabel.model.answer_diff import Difference, find_difference
from jlabel.model.shapes.outline import Bounds, Ring
from jlabel.model.shapes.shape import Shape
from jlabel.session.page_state import Change
from jlabel.session.viewport import Viewport
from jlabel.widgets.stage.batch import batch
from jlabel.widgets.stage.page_canvas import MARKS, PageCanvas

CASING = "rgba(0, 0, 0, 0.55)"
"""Under every line, so that it shows on any picture."""
LINE = 2.0
FILL = 0.16
PROPOSED_FILL = 0.08
"""Of a proposal that nobody has touched."""
DASH = (6.0, 4.0)
"""Of its outline: line and gap, CSS pixels."""
LABELED = 60
"""Proposals; where there are more, none shows its confidence here."""
_LABEL = 15.0
"""Height of a confidence, CSS pixels."""
_LABELED_HEIGHT = 26.0
"""Least height of a shape with a confidence in it, CSS pixels: of a lower one too little would be seen."""
_LABEL_WIDTH = {3: 26.0, 4: 33.0}
"""By the number of its characters."""
_LABEL_GROUND = "rgba(0, 0, 0, 0.72)"
MITER = 2.0
"""Right angles stay sharp; sharper ones are cut off: no line reaches farther than ``_REACH`` from its points."""
_REACH = (LINE + 2) / 2 * MITER + 1
"""CSS pixels."""
_FEW = 32
"""Places; where a gesture changed more, all is drawn."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What lies over a picture at rest.

    Attributes:
        annotations: with shapes in image pixels, the undermost first; hidden ones are left out.
        colors: by class id.
        filled: whether the insides are tinted.
        proposals: confidence of those that are proposals which nobody has touched, 0 to 1, by name.
        change: the last change of the image's answer, where nothing is hidden; its difference is not computed again.
    """

    annotations: tuple[Annotation, ...]
    colors: Mapping[int, str]
    filled: bool = True
    proposals: Mapping[str, float] = field(default_factory=dict)
    change: Change | None = None

    @property
    def labeled(self) -> bool:
        """Whether the proposals show their confidence."""
        return len(self.proposals) <= LABELED

    def difference_since(self, before: "Drawing") -> Difference:
        """Return what changed of the annotations since an earlier drawing."""
        change = self.change
        known = change and change.after.annotations is self.annotations
        if change and known and change.difference and change.before.annotations is before.annotations:
            return change.difference
        return find_difference(Answer(annotations=before.annotations), Answer(annotations=self.annotations))


class ShapeLayer:
    """The shapes on one side's layer of marks.

    What a gesture changed is cleared and drawn again together with the shapes that reach into that place, clipped to
    it, which leaves the same pixels as drawing everything would, but for the smoothing of slanted lines that cross the
    clip's edge. To that end shapes are drawn in the order of their classes' ids, and of one class in the order given.
    """

    def __init__(self, side: PageCanvas) -> None:
        self._side = side
        self._drawn: Drawing | None = None
        self._view: Viewport | None = None
        self._bounds: list[Bounds] = []

    def forget(self) -> None:
        """Take the canvas for blank: it was resized, or the page reloaded."""
        self._drawn = None

    def draw(self, drawing: Drawing, view: Viewport) -> None:
        """Bring the canvas to ``drawing``; it may hold another one, under any view."""
        before, self._drawn = self._drawn, drawing
        same = before is not None and (before.colors, before.filled, before.labeled, self._view) == (
            drawing.colors,
            drawing.filled,
            drawing.labeled,
            view,
        )
        self._view = view
        places = self._follow(before, drawing) if before is not None and same else None
        if places is None:
            self._bounds = [_shape(annotation).bounds() for annotation in drawing.annotations]
            self._draw_all(drawing, view)
        elif places:
            self._draw_at(places, drawing, view)

    def _follow(self, before: Drawing, drawing: Drawing) -> list[Bounds] | None:
        """Bring the bounds up to date; return where something changed, ``None`` where that is nearly everywhere."""
        found = drawing.difference_since(before)
        touched = sum(splice.gone + len(splice.put) for splice in found.splices)
        if touched > _FEW:
            return None
        places: list[Bounds] = []
        for splice in reversed(found.splices):
            run = slice(splice.at, splice.at + splice.gone)
            new = [_shape(annotation).bounds() for annotation in splice.put]
            places += self._bounds[run] + new
            self._bounds[run] = new
        return places

    def _draw_all(self, drawing: Drawing, view: Viewport) -> None:
        layer = self._side.canvas[MARKS]
        window = (0.0, 0.0, float(layer.width), float(layer.height))
        with batch():
            layer.clear()
            self._draw(self._within(window, drawing, view), drawing, view)

    def _draw_at(self, places: Iterable[Bounds], drawing: Drawing, view: Viewport) -> None:
        layer, reach = self._side.canvas[MARKS], _REACH * self._side.ratio
        boxes = self._to_canvas(np.array(list(places)), view)
        windows = [
            (math.floor(x0 - reach), math.floor(y0 - reach), math.ceil(x1 + reach), math.ceil(y1 + reach))
            for x0, y0, x1, y1 in boxes.tolist()
        ]
        with batch():
            for x0, y0, x1, y1 in _merged(windows):  # one by one: a clip of several rectangles blurs lines differently
                layer.save()
                layer.begin_path()
                layer.rect(x0, y0, x1 - x0, y1 - y0)
                layer.clip()
                layer.clear_rect(x0, y0, x1 - x0, y1 - y0)
                self._draw(self._within((x0, y0, x1, y1), drawing, view), drawing, view)
                layer.restore()

    def _within(self, window: Bounds, drawing: Drawing, view: Viewport) -> list[Annotation]:
        """Return the annotations that reach into a rectangle of the canvas, in its pixels."""
        if not self._bounds:
            return []
        reach, (left, top, right, bottom) = _REACH * self._side.ratio, window
        x0, y0, x1, y1 = self._to_canvas(np.array(self._bounds), view).T
        inside = (x0 < right + reach) & (x1 > left - reach) & (y0 < bottom + reach) & (y1 > top - reach)
        return list(itertools.compress(drawing.annotations, inside))

    def _draw(self, annotations: Sequence[Annotation], drawing: Drawing, view: Viewport) -> None:
        layer = self._side.canvas[MARKS]
        layer.miter_limit = MITER
        groups = {(one.class_id, one.uid in drawing.proposals) for one in annotations}
        for class_id, proposed in sorted(groups):
            shapes = [
                _rings(one)
                for one in annotations
                if (one.class_id, one.uid in drawing.proposals) == (class_id, proposed)
            ]
            color = drawing.colors.get(class_id, "#66ccee")
            if not proposed:
                self._draw_class(layer, shapes, color, view, FILL if drawing.filled else 0.0)
                continue
            layer.set_line_dash([length * self._side.ratio for length in DASH])
            self._draw_class(layer, shapes, color, view, PROPOSED_FILL if drawing.filled else 0.0)
            layer.set_line_dash([])
        if drawing.labeled and drawing.proposals:
            self._draw_labels(layer, annotations, drawing, view)

    def _draw_labels(self, layer: Canvas, annotations: Sequence[Annotation], drawing: Drawing, view: Viewport) -> None:
        """Write the confidence of each proposal into its top left corner, where it fits into the shape's bounds."""
        ratio = self._side.ratio
        layer.font = f"600 {11 * ratio:g}px sans-serif"
        layer.text_align, layer.text_baseline = "center", "middle"
        for one in annotations:
            if one.uid not in drawing.proposals:
                continue
            text = percent(drawing.proposals[one.uid])
            width, height = _LABEL_WIDTH[len(text)] * ratio, _LABEL * ratio
            x0, y0, x1, y1 = self._to_canvas(np.array([_shape(one).bounds()]), view)[0].tolist()
            if x1 - x0 < width or y1 - y0 < _LABELED_HEIGHT * ratio:
                continue
            layer.fill_style = _LABEL_GROUND
            layer.fill_rect(x0, y0, width, height)
            layer.fill_style = "#ffffff"
            layer.fill_text(text, x0 + width / 2, y0 + height / 2 + 0.5 * ratio)

    def _draw_class(
        self, layer: Canvas, shapes: Sequence[tuple[Ring, ...]], color: str, view: Viewport, fill: float
    ) -> None:
        if fill:
            layer.global_alpha = fill
            layer.fill_style = color
            simple = [rings[0] for rings in shapes if len(rings) == 1]
            if simple:
                layer.fill_polygons(*self._points(simple, view))
            for rings in shapes:
                if len(rings) > 1:  # holes and parts: what lies inside an even number of rings stays clear
                    self._fill_even_odd(layer, rings, view)
            layer.global_alpha = 1.0
        points, counts = self._points([ring for rings in shapes for ring in rings], view)
        for style, width in ((CASING, LINE + 2), (color, LINE)):
            layer.stroke_style = style
            layer.line_width = width * self._side.ratio
            layer.stroke_polygons(points, counts)

    def _fill_even_odd(self, layer: Canvas, rings: tuple[Ring, ...], view: Viewport) -> None:
        layer.begin_path()
        for ring in rings:
            first, *rest = self._affine(np.array(ring), view).tolist()
            layer.move_to(*first)
            for point in rest:
                layer.line_to(*point)
            layer.close_path()
        layer.fill("evenodd")

    def _points(self, rings: Sequence[Ring], view: Viewport) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Return all rings' points on the canvas, flat, and how many each ring has; single precision is 0.001 pixel."""
        flat = np.fromiter(
            itertools.chain.from_iterable(itertools.chain.from_iterable(rings)), np.float64, 2 * sum(map(len, rings))
        )
        points = self._affine(flat.reshape(-1, 2), view).astype(np.float32).ravel()
        return points, np.array([len(ring) for ring in rings], dtype=np.int32)

    def _affine(self, points: Floats, view: Viewport) -> Floats:
        """Return image points of shape (n, 2) in pixels of the canvas."""
        (x, y), right, down = view.to_stage(0, 0), view.to_stage(1, 0), view.to_stage(0, 1)
        matrix = np.array([[right[0] - x, right[1] - y], [down[0] - x, down[1] - y]])
        return np.asarray((points @ matrix + np.array([x, y])) * self._side.ratio)

    def _to_canvas(self, boxes: Floats, view: Viewport) -> Floats:
        """Return boxes of shape (n, 4) in image pixels as boxes in pixels of the canvas; a view may be turned."""
        first, last = self._affine(boxes[:, :2], view), self._affine(boxes[:, 2:], view)
        return np.hstack([np.minimum(first, last), np.maximum(first, last)])


def percent(share: float) -> str:
    """Return a share from 0 to 1 as people read it; never 100 %, which nobody can promise."""
    return f"{min(99, math.floor(share * 100 + 0.5))} %"


def _rings(annotation: Annotation) -> tuple[Ring, ...]:
    """Return all lines of a shape; inside is what an odd number of them encloses."""
    rings, holes = _shape(annotation).outline()
    return (*rings, *holes)


def _shape(annotation: Annotation) -> Shape:
    assert annotation.shape is not None
    return annotation.shape


def _merged(windows: Iterable[Bounds]) -> list[Bounds]:
    """Return rectangles that cover the same, those made one that together take no more room than apart."""
    merged: list[Bounds] = []
    for window in windows:
        whole = window
        for other in tuple(merged):
            (a, b, c, d), (e, f, g, h) = whole, other
            around = min(a, e), min(b, f), max(c, g), max(d, h)
            if _area(around) <= _area(whole) + _area(other):
                merged.remove(other)
                whole = around
        merged.append(whole)
    return merged


def _area(window: Sequence[float]) -> float:
    return (window[2] - window[0]) * (window[3] - window[1])
