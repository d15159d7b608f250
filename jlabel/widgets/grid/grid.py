"""The labeler: what the browser says is done by the session and the stage, and the result shown."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from jlabel.errors import MessageError, NotFound
from jlabel.media.loader import Loader
from jlabel.session.session import Session
from jlabel.widgets.frame.bundle import module, style
from jlabel.widgets.frame.labeling_screen import Screen
from jlabel.widgets.protocol import Message, parse, sequence
from jlabel.widgets.stage.stage import Size


class Grid(Screen):
    """Labels images in grids of 1, 4, 6 or 9, in the output of a cell.

    What the browser shows is always ``session``'s state: the widget passes each gesture on and describes the result.
    An error of jlabel's is shown on the page; the kernel goes on and no work is lost.

    Args:
        session: the labeler at work.
        loader: decodes pictures off the kernel's main thread.
    """

    _esm = module(Path(__file__).with_name("grid.js"))
    _css = style("../grid/grid.css")

    def __init__(self, session: Session, loader: Loader) -> None:
        super().__init__(session, loader)
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        with self._lock:
            if self._moved:
                return
            self._try(lambda: self._take(content))
            self.refresh()

    def _take(self, content: object) -> None:
        self._ack = max(self._ack, sequence(content))
        self._handle(parse(content))

    def _handle(self, message: Message) -> None:
        if message.kind == "command" and message.fields["name"] != "alive":
            self._message = self._arrived = None
        handler = {"cell": self._on_cell, "command": self._on_command, "view": self._on_view, "level": self._on_level}
        if message.kind not in handler:
            raise MessageError(f"A {self.session.project.task} project takes no {message.kind!r}: it has no shapes.")
        handler[message.kind](message)

    def _on_cell(self, message: Message) -> None:
        session, items, token = self.session, message.fields["items"], message.page
        if token is None or not items:
            raise MessageError("The browser changed a cell without naming its page and items. Reload the page.")
        self._message = self._arrived = None
        if "seen" in message.fields:
            session.parts.suggestions.discard_unseen(message.fields["seen"], items, page=token)
        match message.fields["action"]:
            case "accept":
                session.accept(items, page=token)
            case "apply":
                session.apply(self._class_of(message), items, page=token)
            case "clear":
                session.clear(items, label=message.fields.get("class_id"), page=token)
            case "skip":
                session.skip(message.fields.get("reason", ""), items, page=token)
            case "empty":
                session.no_objects(items, page=token)

    def _on_command(self, message: Message) -> None:
        act = self._commands(message).get(message.fields["name"])
        if act is None:
            raise MessageError(
                f"A {self.session.project.task} project has no {message.fields['name']!r}: it has no shapes."
            )
        if message.page is not None and "seconds" in message.fields:
            with contextlib.suppress(NotFound):  # of a page that was submitted already
                self.session.parts.pages.state(message.page).spend(message.fields["seconds"])
        act()

    def _commands(self, message: Message) -> dict[str, Callable[[], object]]:
        session, page, fields = self.session, message.page, message.fields
        return {
            "alive": self._on_alive,
            "grid": lambda: session.parts.pages.regrid(fields.get("value", 0)),
            "next": session.next,
            "previous": self._on_previous,
            "redo": lambda: session.redo(page=page),
            "resume": session.resume,
            "submit": lambda: session.submit(page=page, seconds=fields.get("seconds"), seen_version=fields.get("seen")),
            "turn": lambda: session.set_auto_submit(on=fields.get("value") is True),
            "undo": lambda: session.undo(page=page, seen_version=fields.get("seen")),
            "unzoom": self._on_unzoom,
            "zoom": lambda: self._enlarge(fields.get("value", 0)),
        }

    def _on_previous(self) -> None:
        if self.session.previous() is None:
            some = self.session.mending or self.session.parts.navigator.has_previous
            self._say("info", "This is your first page." if some else "You have not submitted a page yet.")

    def _on_unzoom(self) -> None:
        self._zoom = None

    def _on_alive(self) -> None:
        self.session.renew()
        if self.session.parts.pages.current is None:
            self._open()

    def _on_view(self, message: Message) -> None:
        fields = message.fields
        if "zoom" in fields:
            if self._zoom:
                self._enlarge(self._zoom[0], fields["zoom"])
            return
        self._stage.resize(Size(width=fields["width"], height=fields["height"], ratio=fields["ratio"]))
        self._marked.clear()
        if self._zoom:
            self._enlarge(self._zoom[0])

    def _on_level(self, message: Message) -> None:
        self._stage.levels = (message.fields["brightness"], message.fields["contrast"])
        if self._zoom:
            self._enlarge(*self._zoom)

    def _enlarge(self, item: int, view: tuple[float, float, float] | None = None) -> None:
        page = self.session.page
        task = next((task for task in page.tasks if task.item == item), None) if page else None
        if task is None or item not in self._stage.full:
            raise NotFound("The image to enlarge is not on this page.")
        self._zoom = (item, view or self._stage.fitted(item))
        self._stage.enlarge(task, self._zoom[1])

    def _class_of(self, message: Message) -> int:
        if "class_id" not in message.fields:
            raise MessageError("The browser applied a class without naming it. Reload the page.")
        return int(message.fields["class_id"])
