"""The stage of a grid: pages of 1 to 25 pictures with what is saved of their answers, and one picture enlarged."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from jlabel.errors import NotFound
from jlabel.media.loader import Loader
from jlabel.model.answer import UNANSWERED
from jlabel.model.task import GRIDS
from jlabel.session.page_state import PageState
from jlabel.session.session import Session
from jlabel.widgets.frame.body import Host
from jlabel.widgets.frame.describe import describe_page
from jlabel.widgets.frame.state import PageData, StageState, ZoomData
from jlabel.widgets.protocol import Message
from jlabel.widgets.stage.grid import SHAPES, Cell
from jlabel.widgets.stage.stage import Size, Stage

if TYPE_CHECKING:
    from jlabel.widgets.frame.screen import Handler

_GIVEN = "#888888"
"""Colour of an answer without a class: a skip, or "No objects"."""


class GridBody:
    """Shows a session's pages as grids; see ``frame/body.py``.

    Args:
        session: the labeler at work.
        loader: decodes pictures off the kernel's main thread.
        host: the screen.
    """

    def __init__(self, session: Session, loader: Loader, host: Host) -> None:
        self._session = session
        self.stage = Stage(loader, host.painted, host.failed, host.lock)
        self._zoom: tuple[int, tuple[float, float, float]] | None = None
        """The enlarged item and its view."""
        self._marks: dict[int, tuple[str, object]] = {}
        """By canvas, the page's token and the marks drawn on it."""
        self.handlers: Mapping[str, Handler] = {
            "level": self._on_level,
            "unzoom": self._on_unzoom,
            "view": self._on_view,
            "zoom": lambda message: self._enlarge(message.value.value),
        }

    def show(self, state: PageState, other: str | None, *, ahead: bool) -> PageData:
        """See ``Body``."""
        stage, page, count = self.stage, state.page, self._count(state)
        number = stage.canvas_of(page.token, other)
        stage.show(number, page, count, ahead=ahead)
        cells = stage.cells(page, count)
        self._mark(state, number, cells)
        return describe_page(
            state,
            cells,
            canvas=number,
            frame=stage.frame(number, page, count),
            own=self._session.parts.navigator.position,
            broken=[task.item for task in page.tasks if stage.is_broken(task)],
        )

    def keep(self, tokens: Collection[str]) -> None:
        """See ``Body``."""
        self._marks = {number: marks for number, marks in self._marks.items() if marks[0] in tokens}

    def describe(self, current: PageState | None) -> StageState:
        """See ``Body``."""
        if self._zoom and (current is None or self._zoom[0] not in current.items):
            self._zoom = None
        return {
            "levels": list(self.stage.levels),
            "zoom": self._describe_zoom(),
            "last_class": None,
            "outline": None,
        }

    def follow_assist(self) -> bool:
        """See ``Body``."""
        return False

    def take(self, page: object, seq: int) -> None:
        """See ``Body``."""

    def taken(self) -> None:
        """See ``Body``."""

    def drop(self, item: int) -> None:
        """See ``Body``."""
        if self._zoom and self._zoom[0] == item:
            self._zoom = None

    def _count(self, state: PageState) -> int:
        """Return the grid for a page: the labeler's choice, or the smallest that holds it.

        An own page, and one with fewer pictures than a large page may have, are shown in the smallest; small pages keep
        their grid, so that pictures are where they were on the page before.
        """
        size = self._session.parts.pages.sizes.of(state.page.queue)
        if state.page.submission is None and len(state.items) <= size <= max(GRIDS):
            return size
        least = 1 if state.page.submission is not None else max(GRIDS)
        return next(size for size in SHAPES if size >= max(least, len(state.items)))

    def _mark(self, state: PageState, number: int, cells: tuple[Cell, ...]) -> None:
        """Draw the colours of what is saved, where they are other than those drawn."""
        standing = state.prelabels
        saved = {item: answer for item, answer in state.answers.items() if item not in standing}
        colors: dict[int, str] = {}
        if any(answer.class_ids for answer in saved.values()):  # the page ahead, as a rule, has none
            classes = self._session.parts.store.classes(self._session.project.id, retired=True)
            colors = {label.id: label.color for label in classes}
        bands = tuple(
            tuple(colors[i] for i in answer.class_ids) or ((_GIVEN,) if answer.given else ())
            for answer in (saved.get(item, UNANSWERED) for item in state.items)
        )
        marks = (state.page.token, (cells, bands, self.stage.size))
        if self._marks.get(number) != marks:
            self._marks[number] = marks
            self.stage.mark(number, cells, bands)

    def _describe_zoom(self) -> ZoomData | None:
        if self._zoom is None:
            return None
        item, view = self._zoom
        canvas = self.stage.zoom_canvas
        shown = isinstance(canvas.shows, tuple) and canvas.shows[:2] == (item, view)
        frame = canvas.frame if shown else canvas.frame + 1
        return {"item": item, "view": list(view), "full": list(self.stage.full[item]), "frame": frame}

    def _on_unzoom(self, _message: Message) -> None:
        self._zoom = None

    def _on_view(self, message: Message) -> None:
        view = message.value
        if view.zoom is not None:
            if self._zoom:
                self._enlarge(self._zoom[0], view.zoom)
            return
        self.stage.resize(Size(width=view.width, height=view.height, ratio=view.ratio))
        self._marks.clear()
        if self._zoom:
            self._enlarge(self._zoom[0])

    def _on_level(self, message: Message) -> None:
        self.stage.levels = (message.value.brightness, message.value.contrast)
        if self._zoom:
            self._enlarge(*self._zoom)

    def _enlarge(self, item: int, view: tuple[float, float, float] | None = None) -> None:
        page = self._session.page
        task = next((task for task in page.tasks if task.item == item), None) if page else None
        if task is None or item not in self.stage.full:
            raise NotFound("The image to enlarge is not on this page.")
        self._zoom = (item, view or self.stage.fitted(item))
        self.stage.enlarge(task, self._zoom[1])
