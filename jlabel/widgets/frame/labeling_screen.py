"""The screen of a labeler: what of the session and the stage the browser is told, and when."""

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any

import anywidget
import traitlets
from ipywidgets import widget_serialization

from jlabel.assist.status import Status
from jlabel.assist.status_watch import watch_status
from jlabel.errors import ImageError, JlabelError, ProjectPaused
from jlabel.media.loader import Loader
from jlabel.model.answer import UNANSWERED
from jlabel.session.page_state import PageState
from jlabel.session.session import Session
from jlabel.widgets.frame.bundle import style
from jlabel.widgets.frame.state import describe_assist, describe_end, describe_page, describe_setup
from jlabel.widgets.stage.batch import manager_id
from jlabel.widgets.stage.grid import SHAPES
from jlabel.widgets.stage.stage import Stage

_NOTHING: dict[str, Any] = {
    "current": None,
    "ahead": None,
    "pages": {},
    "columns": 1,
    "counts": {"remaining": 0, "total": 0},
    "can_undo": False,
    "can_redo": False,
    "arrivals": 0,
    "arrived": None,
    "has_previous": False,
    "turn": False,
    "end": "",
    "levels": [1.0, 1.0],
    "zoom": None,
}
"""What is shown where the store cannot be read."""

_log = logging.getLogger(__name__)


class Screen(anywidget.AnyWidget):
    """Shows a session's pages, and what assist sends meanwhile, in the output of a cell.

    Errors of jlabel's are shown on the page; the kernel goes on and no work is lost.

    Args:
        session: the labeler at work.
        loader: decodes pictures off the kernel's main thread.
    """

    _css = style()
    setup = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    assist = traitlets.Dict().tag(sync=True)
    manager = traitlets.Unicode().tag(sync=True)
    canvases = traitlets.List().tag(sync=True, **widget_serialization)

    def __init__(self, session: Session, loader: Loader) -> None:
        self.session = session
        self._loader = loader
        self._ack = 0
        self._message: dict[str, Any] | None = None
        self._messages = 0
        self._stale = self._refreshing = False
        self._moved = ""
        self._arrived: dict[str, int] | None = None
        self._zoom: tuple[int, tuple[float, float, float]] | None = None
        self._marked: dict[int, object] = {}
        # With JupyterLab's "Kernel Comms over subshells" messages arrive on another thread than the cell's.
        self._lock = threading.RLock()
        self._stage = self._make_stage()
        super().__init__(
            setup=describe_setup(session),
            manager=manager_id(),
            canvases=[side.canvas for side in (*self._stage.sides, self._stage.loupe)],
        )
        session.parts.pages.measures_time = False  # the browser knows when somebody looks
        self._try(self._open)
        self.refresh()
        self._subscription = watch_status(session.parts.store, session.project.id, self._on_status)

    def refresh(self) -> None:
        """Paint what is not painted yet and tell the browser the present state."""
        with self._lock:
            self._stale = True
            if self._refreshing:  # a picture was there, or broken, before it was waited for
                return
            self._refreshing = True
            try:
                while self._stale:
                    self._stale = False
                    if not self._try(self._refresh):
                        self.state = {**_NOTHING, **self.state, "ack": self._ack, "message": self._message}
            finally:
                self._refreshing = False

    def _refresh(self) -> None:
        session, stage = self.session, self._stage
        if stage.size is not None and not session.mending and session.parts.pages.current and not self._moved:
            self._try(session.parts.pages.prefetch)
        page_state, ahead = session.parts.pages.current, session.parts.pages.ahead
        pages: dict[str, Any] = {}
        tokens = [one.page.token for one in (page_state, ahead) if one]
        for one in (page_state, ahead):
            if one is not None and not self._moved:
                other = next((token for token in tokens if token != one.page.token), None)
                pages[one.page.token] = self._show(one, other, ahead=one is ahead)
        for token in set(self._marked_tokens()) - set(tokens):
            self._forget(token)
        self._publish(page_state, ahead, pages)

    def retire(self, sentence: str) -> None:
        """Show ``sentence`` instead of the page and end the session; its page goes to the labeler's next session."""
        self._subscription.close()
        with self._lock:
            self._moved = sentence
            self.assist = {}
            self.session.close()
            self.refresh()

    def close(self) -> None:
        """End the session and close the canvases."""
        self._subscription.close()
        with self._lock:
            self._moved = self._moved or "This labeler was closed."
            self.session.close()
            self._stage.close()
            super().close()

    def _make_stage(self) -> Stage:
        return Stage(self._loader, self._on_painted, self._on_failed, self._lock)

    def _show(self, page_state: PageState, other: str | None, *, ahead: bool) -> dict[str, Any]:
        page, count = page_state.page, self._count(page_state)
        number = self._stage.side_of(page.token, other)
        self._stage.show(number, page, count, ahead=ahead)
        colors: dict[int, str] = {}
        standing = page_state.prelabels
        saved = {item: answer for item, answer in page_state.answers.items() if item not in standing}
        if any(answer.class_ids for answer in saved.values()):  # the page ahead, as a rule, has none
            classes = self.session.parts.store.classes(self.session.project.id, retired=True)
            colors = {label.id: label.color for label in classes}
        bands = tuple(
            tuple(colors[i] for i in answer.class_ids) or (("#888888",) if answer.given else ())
            for answer in (saved.get(item, UNANSWERED) for item in page_state.items)
        )
        marks = (page.token, count, bands, self._stage.size)
        if self._marked.get(number) != marks:
            self._marked[number] = marks
            self._stage.mark(number, count, bands)
        cells = self._stage.cells(count)
        frame = self._stage.frame(number, page, count)
        broken = [task.item for task in page.tasks if self._stage.is_broken(task)]
        return describe_page(
            page_state, cells, side=number, frame=frame, own=self.session.parts.navigator.position, broken=broken
        )

    def _count(self, page_state: PageState) -> int:
        """Return the grid for a page: the labeler's choice, or for an own page the smallest that holds it."""
        if page_state.page.submission is None and len(page_state.items) <= self.session.size:
            return self.session.size
        return next(size for size in SHAPES if size >= len(page_state.items))

    def _marked_tokens(self) -> list[str]:
        return [str(marks[0]) for marks in self._marked.values() if isinstance(marks, tuple)]

    def _forget(self, token: str) -> None:
        self._marked = {
            n: marks for n, marks in self._marked.items() if not (isinstance(marks, tuple) and marks[0] == token)
        }

    def _publish(self, page_state: PageState | None, ahead: PageState | None, pages: dict[str, Any]) -> None:
        session = self.session
        counts = session.parts.store.counts(session.project.id)
        end: str | None = self._moved or None
        if page_state is None and not self._moved:
            end = describe_end(counts, paused=session.parts.store.project(session.project.name).paused)
        shown = None if self._moved or page_state is None else page_state.page.token
        if self._zoom and (page_state is None or self._zoom[0] not in page_state.items):
            self._zoom = None
        self.state = {
            "ack": self._ack,
            "current": shown,
            "ahead": ahead.page.token if ahead and not session.mending else None,
            "pages": pages,
            "size": session.size,
            "columns": SHAPES[self._count(page_state)][0] if page_state else 1,
            "counts": {"remaining": counts.remaining, "total": counts.total},
            "can_undo": session.can_undo and not self._moved,
            "can_redo": bool(page_state and page_state.history.can_redo),
            "has_previous": session.parts.navigator.has_previous and not self._moved,
            "turn": session.auto_submit,
            "message": self._message,
            "arrivals": session.parts.suggestions.version,
            "arrived": self._arrived if shown else None,
            "end": end,
            "levels": list(self._stage.levels),
            "zoom": self._describe_zoom(),
        }

    def _describe_zoom(self) -> dict[str, Any] | None:
        if self._zoom is None:
            return None
        item, view = self._zoom
        loupe = self._stage.loupe
        shows = isinstance(loupe.shows, tuple) and loupe.shows[:2] == (item, view)
        frame = loupe.frame if shows else loupe.frame + 1
        return {"item": item, "view": list(view), "full": list(self._stage.full[item]), "frame": frame}

    def _open(self) -> None:
        with contextlib.suppress(ProjectPaused):  # said in the page's place
            self.session.next_page()

    def _on_status(self, status: Status) -> None:
        """Take in what assist published; called on the thread that watches the project."""
        session = self.session
        found = session.parts.store.suggestions(session.parts.id)  # read before the lock: a gesture never waits for it
        with self._lock:
            if self._moved:
                return
            self.assist = describe_assist(status)
            before = session.parts.suggestions.version
            count = session.parts.suggestions.receive(found)
            if count:
                self._arrived = {"id": session.parts.suggestions.version, "count": count}
            if session.parts.suggestions.version != before:
                self.refresh()

    def _on_painted(self) -> None:
        with self._lock:
            sizes, self._stage.full_new = self._stage.full_new, {}
            if sizes:
                self._try(lambda: self.session.parts.store.set_sizes(sizes))
            self.refresh()

    def _on_failed(self, item: int, reason: str) -> None:
        with self._lock:
            if self._zoom and self._zoom[0] == item:
                self._zoom = None
            self._try(lambda: self.session.parts.pages.set_aside(item, reason))
            self.refresh()

    def _say(self, kind: str, text: str) -> None:
        self._messages += 1
        self._message = {"kind": kind, "text": text, "id": self._messages}

    def _try(self, work: Callable[[], object]) -> bool:
        """Run ``work`` and return whether it went well; what it raises is shown on the page, and the kernel goes on."""
        try:
            work()
        except (JlabelError, ImageError) as error:
            self._say("error", str(error))
            self.session.parts.pages.take_message()
        except Exception as error:  # noqa: BLE001 -- the last door before the kernel
            _log.exception("the labeler met an unexpected error")
            self._say("error", f"jlabel met an error of its own ({type(error).__name__}: {error}). Your work is saved.")
        else:
            if text := self.session.parts.pages.take_message():
                self._say("info", text)
            return True
        return False
