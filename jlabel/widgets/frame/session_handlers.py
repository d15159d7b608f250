"""The handlers of the messages about a session: cells, undo and redo, and the way through the pages."""

from collections.abc import Callable, Mapping

from jlabel.errors import MessageError
from jlabel.session.session import Session
from jlabel.widgets.frame.message_line import MessageLine
from jlabel.widgets.frame.screen import Handler
from jlabel.widgets.protocol import EDITS, Message


class SessionHandlers:
    """Applies messages to a session.

    Args:
        session: the labeler at work.
        line: shows that there is no earlier page to go back to.
        open_page: opens the next page where none is open.
    """

    def __init__(self, session: Session, line: MessageLine, open_page: Callable[[], None]) -> None:
        self._session = session
        self._line = line
        self._open_page = open_page

    def table(self) -> Mapping[str, Handler]:
        """Return the handlers by the names of the messages."""
        session, pages = self._session, self._session.parts.pages
        return {
            "cell": self._on_cell,
            "alive": self._on_alive,
            "auto_submit": lambda message: session.set_auto_submit(on=message.value.value),
            "grid": lambda message: pages.regrid(message.value.value),
            "large": lambda message: pages.regrid(large=message.value.value),
            "next": lambda _: session.next(),
            "previous": self._on_previous,
            "redo": lambda message: session.redo(page=message.page),
            "resume": lambda _: session.resume(),
            "submit": lambda message: session.submit(
                page=message.page, seconds=message.seconds, seen_version=message.seen_version
            ),
            "undo": lambda message: session.undo(page=message.page, seen_version=message.seen_version),
        }

    def shape_table(self) -> Mapping[str, Handler]:
        """Return the handlers of the edits of shapes, and of how many proposed ones are shown."""
        session = self._session
        return {
            **dict.fromkeys(EDITS, lambda message: session.edit(message.value, page=message.page)),
            "proposals": lambda message: session.show_proposals(message.value.least, unproven=message.value.unproven),
        }

    def _on_cell(self, message: Message) -> None:
        session, value, page = self._session, message.value, message.page
        if page is None or not value.items:
            raise MessageError("The browser changed a cell without naming its page and items. Reload the page.")
        if message.seen_version is not None:
            session.parts.suggestions.discard_unseen(message.seen_version, value.items, page=page)
        match value.action:
            case "accept":
                session.accept(value.items, page=page)
            case "alternative":
                session.take_alternative(value.items, page=page)
            case "apply":
                if value.class_id is None:
                    raise MessageError("The browser applied a class without naming it. Reload the page.")
                session.apply(value.class_id, value.items, page=page)
            case "clear":
                session.clear(value.items, label=value.class_id, page=page)
            case "skip":
                session.skip(value.reason, value.items, page=page)
            case "empty":
                session.no_objects(value.items, page=page)

    def _on_previous(self, _message: Message) -> None:
        session = self._session
        if session.previous() is None:
            some = session.amending or session.parts.navigator.has_previous
            self._line.show("info", "This is your first page." if some else "You have not submitted a page yet.")

    def _on_alive(self, _message: Message) -> None:
        self._session.renew()
        if self._session.page is None:
            self._open_page()
