"""The screen of a labeler: a session's pages, what assist publishes meanwhile, and the state of both."""

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import traitlets
from IPython.display import display
from ipywidgets import widget_serialization

from jlabel.assist.status import Status
from jlabel.assist.status_watch import watch_status
from jlabel.errors import NotFound, ProjectPaused
from jlabel.model.page import Task
from jlabel.session.session import Session
from jlabel.widgets.frame.active_view import ActiveView
from jlabel.widgets.frame.body import Body, Host
from jlabel.widgets.frame.bundle import module
from jlabel.widgets.frame.describe import describe_assist, describe_classes, describe_end, describe_setup
from jlabel.widgets.frame.saved import saved_output, saved_text
from jlabel.widgets.frame.screen import Screen
from jlabel.widgets.frame.session_handlers import SessionHandlers
from jlabel.widgets.frame.state import BLANK, NewSuggestions, ScreenState
from jlabel.widgets.protocol import Message, sender, sequence
from jlabel.widgets.stage.batch import manager_id

RETIRED = module(Path(__file__).with_name("retired.js"))
"""The bundle of a labeler that moved to another cell."""
_QUIET = {"alive", "leave", "level", "painted", "present", "select", "shapes", "view"}
"""Messages that answer to nothing on screen: the message line stays."""


class LabelingScreen(Screen):
    """Shows a session's pages, and what assist sends meanwhile, in the output of a cell.

    What the browser shows is always the state of ``session``: each gesture is passed on and the result described.

    Args:
        session: the labeler at work.
        make_body: returns what is shown on the stage.
        height: of the screen in CSS pixels; by default it fits the window.

    Attributes:
        session: as given.
        body: what is shown on the stage.
    """

    blank: ClassVar[Mapping[str, Any]] = BLANK
    unanswered: ClassVar[frozenset[str]] = frozenset({"painted"})
    assist = traitlets.Dict().tag(sync=True)
    manager = traitlets.Unicode().tag(sync=True)
    canvases = traitlets.List().tag(sync=True, **widget_serialization)

    def __init__(self, session: Session, make_body: Callable[[Host], Body], *, height: float | None = None) -> None:
        self.session = session
        self.lock = threading.RLock()
        self._active = ActiveView()
        self._ending = ""
        self._noted: set[int] = set()
        self._classes_of: str | None = None
        """Token of the page at whose opening the classes in ``setup`` were read."""
        self._new_suggestions: NewSuggestions | None = None
        self.body = body = make_body(self)
        super().__init__(
            setup=describe_setup(session, height),
            handlers={"painted": self._on_painted},
            lock=self.lock,
            manager=manager_id(),
            canvases=[canvas.canvas for canvas in body.stage.all_canvases],
        )
        handlers = SessionHandlers(session, self.message, self._open_page)
        self.handle(handlers.table())
        self.handle({"leave": self._on_leave, "present": lambda _: None})
        if session.project.task.has_shapes:
            self.handle(handlers.shape_table())
        self.handle(body.handlers)
        session.parts.pages.measures_time = False  # the browser knows when somebody looks
        self.attempt(self._open_page)
        self.refresh()
        self.follow(watch_status(session.parts.store, session.project.id, self._on_status))

    def describe(self) -> ScreenState:
        """Paint what is not painted yet, and return the present state."""
        session, body = self.session, self.body
        pages = session.parts.pages
        if body.stage.size is not None and not session.amending and pages.current and not self.ended:
            self.attempt(pages.prefetch)
        current, ahead = (None, None) if self.ended else (pages.current, pages.ahead)
        if current and current.page.token != self._classes_of:
            self._classes_of = current.page.token
            self.setup = {**self.setup, **describe_classes(session)}
        shown = [state for state in (current, ahead) if state is not None]
        tokens = [state.page.token for state in shown]
        described = {
            state.page.token: body.show(
                state, next((token for token in tokens if token != state.page.token), None), ahead=state is ahead
            )
            for state in shown
        }
        body.keep(tokens)
        self._show_notes(current.page.tasks if current else ())
        counts = session.parts.store.counts(session.project.id)
        ending: str | None = self._ending or None
        if current is None and not self.ended:
            ending = describe_end(counts, paused=session.parts.store.project(session.project.name).paused)
        return {
            "current": current.page.token if current else None,
            "ahead": ahead.page.token if ahead and not session.amending else None,
            "pages": described,
            "size": session.size,
            "large": session.large,
            "counts": {"remaining": counts.remaining, "total": counts.total},
            "can_undo": session.can_undo and not self.ended,
            "can_redo": bool(current and current.history.can_redo),
            "has_previous": session.parts.navigator.has_previous and not self.ended,
            "auto_submit": session.auto_submit,
            "suggestion_version": session.parts.suggestions.version,
            "new_suggestions": self._new_suggestions if current else None,
            "end": ending,
            "asking": self._active.asking,
            **body.describe(current),
        }

    def admits(self, content: object) -> bool:
        """Return whether a message is taken: those of the active view are.

        A view that is not active sends none, unless it does not know yet that another one has taken over. It is shown
        the state again.
        """
        admitted = self._active.admit(content)
        self.answer(self._active.id)
        if not admitted and sender(content) != self._active.asking:
            self.send_state("state")
        return admitted

    def prepare(self, message: Message) -> None:
        """Empty the message line, and take the time that the browser measured."""
        if message.name not in _QUIET:
            self.message.clear()
            self._new_suggestions = None
        if message.kind == "command" and message.page is not None and message.seconds is not None:
            with contextlib.suppress(NotFound):  # of a page that was submitted already
                self.session.parts.pages.state(message.page).spend(message.seconds)

    def take(self, content: object) -> None:
        """Give one message to its handler; the body knows the one that fails."""
        self.body.take(content.get("page") if isinstance(content, Mapping) else None, sequence(content))
        super().take(content)
        self.body.taken()

    def attempt(self, work: Callable[[], object]) -> bool:
        """Run ``work`` as a screen does; where it succeeds, show the message of the session."""
        done = super().attempt(work)
        text = self.session.parts.pages.take_message()
        if done and text:
            self.message.show("info", text)
        return done

    def retire(self, sentence: str) -> None:
        """Show ``sentence`` instead of the page and end the session; its page goes to the labeler's next session."""
        self.unfollow()
        with self.lock:
            self._ending, self.ended = sentence, True
            self.assist = {}
            self.session.close()
            self.refresh()
            # A notebook may hold many of them: only the sentence stays.
            self.set_trait("_esm", RETIRED)
            self.body.stage.close()

    def close(self) -> None:
        """End the session and close the canvases."""
        self.unfollow()
        with self.lock:
            self._ending = self._ending or "This labeler was closed."
            self.session.close()
            self.body.stage.close()
            super().close()

    def _show_notes(self, tasks: Sequence[Task]) -> None:
        """Say once, where nothing else is said, what is to be known of the files on the page."""
        for task in tasks:
            note = self.body.stage.notes.get(task.item, "")
            if note and self.message.state is None and task.item not in self._noted:
                self._noted.add(task.item)
                self.message.show("info", f"{task.name!r}: {note}")

    def painted(self) -> None:
        """Store the sizes of pictures that were decoded, and show that they are painted."""
        with self.lock:
            stage = self.body.stage
            sizes, stage.full_new = stage.full_new, {}
            page = self.session.page
            if page and self.session.amending and self.session.project.task.has_shapes:
                # on record is the size at which these shapes were drawn, until they are saved on the picture as it is
                sizes = {item: size for item, size in sizes.items() if item not in {task.item for task in page.tasks}}
            if sizes:
                self.attempt(lambda: self.session.parts.sizes.record(sizes))
            self.refresh()

    def failed(self, item: int, reason: str) -> None:
        """Take an item off its page because its picture cannot be decoded."""
        with self.lock:
            self.body.drop(item)
            self.attempt(lambda: self.session.parts.pages.set_aside(item, reason))
            self.refresh()

    def __repr__(self) -> str:
        """Return the sentence that a saved notebook shows."""
        return saved_text(self.session.project.name)

    def _ipython_display_(self) -> None:
        """Show the labeler, and beside it what a saved notebook shows in its stead."""
        bundle = self._repr_mimebundle_()
        saved = self._saved_output()
        if bundle is not None:
            display({**bundle[0], **saved}, metadata=bundle[1], raw=True)
        display(saved, raw=True)

    def _saved_output(self) -> dict[str, Any]:
        project = self.session.project
        return saved_output(project.name, self.session.parts.store.counts(project.id))

    def _on_painted(self, message: Message) -> None:
        for canvas, frame in zip(self.body.stage.all_canvases, message.value.frames, strict=False):
            canvas.release(frame)

    def _on_leave(self, message: Message) -> None:
        self._active.leave(message.view)
        self.answer(self._active.id)

    def _open_page(self) -> None:
        with contextlib.suppress(ProjectPaused):  # shown in place of the page
            self.session.next_page()

    def _on_status(self, status: Status) -> None:
        """Show what assist published; called on the thread that watches the project."""
        parts = self.session.parts
        found = parts.store.suggestions(parts.id)  # read before the lock: a gesture never waits for it
        changed = self.body.follow_assist()
        with self.lock:
            if self.ended:
                return
            self.assist = describe_assist(status)
            before = parts.suggestions.version
            count = parts.suggestions.receive(found)
            if count:
                self._new_suggestions = {"version": parts.suggestions.version, "count": count}
            if changed or parts.suggestions.version != before:
                self.refresh()
