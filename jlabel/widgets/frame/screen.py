"""A screen in the output of a cell: messages of the browser in, state out, errors in its message line."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import anywidget
import traitlets

from jlabel.errors import ImageError, JlabelError, MessageError
from jlabel.store import Subscription
from jlabel.widgets.frame.bundle import style
from jlabel.widgets.frame.message_line import MessageLine
from jlabel.widgets.protocol import Message, parse, sender, sequence

Handler = Callable[[Message], object]
_log = logging.getLogger(__name__)


class Screen(anywidget.AnyWidget):
    """Gives each message of the browser to its handler, and shows the state that results. It knows no session.

    A kind of screen names its bundle in ``_esm`` (``frame/bundle.py``), describes its state in ``describe`` and hands
    over its handlers, by the names of the messages (``widgets/protocol``). ``follow`` binds it to changes of a project.
    An error of jlabel's is shown on the screen; the kernel goes on and no work is lost.

    Args:
        setup: what stays the same while the screen is open.
        handlers: by name of the message; each is called under the screen's lock.
        lock: taken around all work of the screen; a new one by default.
        traits: further synchronised traits of the kind.

    Attributes:
        message: the message line.
        lock: as given.
        ended: whether messages are ignored: the screen was closed, or replaced by another one.
        view: id of the view whose messages the state's ``ack`` counts; a screen may be shown in several. In the state
            of a screen that has ended it is empty.
    """

    blank: ClassVar[Mapping[str, Any]] = {}
    """The state where it could not be described yet."""
    unanswered: ClassVar[frozenset[str]] = frozenset()
    """Names of messages that change nothing on screen: no state is sent after them."""
    _css = style()
    setup = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        *,
        setup: Mapping[str, Any],
        handlers: Mapping[str, Handler],
        lock: "threading.RLock | None" = None,
        **traits: Any,  # noqa: ANN401
    ) -> None:
        self.message = MessageLine()
        # With JupyterLab's "Kernel Comms over subshells" messages arrive on another thread than the cell's.
        self.lock = lock or threading.RLock()
        self.ended = False
        self._handlers = dict(handlers)
        self.view: str | None = None
        self._ack = 0
        self._stale = self._refreshing = False
        self._subscriptions: list[Subscription] = []
        super().__init__(setup=dict(setup), **traits)
        self.on_msg(self._receive)

    def describe(self) -> Mapping[str, Any]:
        """Return the state for the browser, without ``ack``, ``view`` and ``message``, which all have."""
        raise NotImplementedError

    def prepare(self, message: Message) -> None:
        """Do what precedes the handler of any message."""

    def admits(self, content: object) -> bool:
        """Return whether a message is taken. This screen takes those of all its views."""
        self.answer(sender(content) or self.view)
        return True

    def answer(self, view: str | None) -> None:
        """Count the messages of another view from now on."""
        if view != self.view:
            self.view, self._ack = view, self._ack if view is None else 0

    def handle(self, handlers: Mapping[str, Handler]) -> None:
        """Add handlers to the table."""
        self._handlers |= handlers

    def follow(self, subscription: Subscription) -> None:
        """Close a subscription to a project (``store.watch_project``) with the screen."""
        self._subscriptions.append(subscription)

    def refresh(self) -> None:
        """Send the browser the present state."""
        with self.lock:
            self._stale = True
            if self._refreshing:  # describing it changed it: a picture was there, or broken, before it was waited for
                return
            self._refreshing = True
            try:
                while self._stale:
                    self._stale = False
                    if not self.attempt(self._show):
                        self.state = {**self.blank, **self.state, **self._common()}
            finally:
                self._refreshing = False

    def attempt(self, work: Callable[[], object]) -> bool:
        """Run ``work`` and return whether it succeeded; what it raises is shown, and the kernel goes on."""
        try:
            work()
        except (JlabelError, ImageError) as error:
            self.message.show("error", str(error))
        except Exception as error:  # noqa: BLE001 -- nothing may reach the kernel
            _log.exception("the screen met an unexpected error")
            name = type(error).__name__
            self.message.show("error", f"jlabel met an error of its own ({name}: {error}). Your work is saved.")
        else:
            return True
        return False

    def unfollow(self) -> None:
        """Close the subscriptions; not under the lock, which a subscriber may wait for."""
        for subscription in self._subscriptions:
            subscription.close()

    def close(self) -> None:
        """Close the widget and its subscriptions."""
        self.ended = True
        self.unfollow()
        super().close()

    def take(self, content: object) -> None:
        """Give one message to its handler.

        Raises:
            MessageError: it is malformed, or this screen has no handler for it.
        """
        if self.view in (None, sender(content)):
            self._ack = max(self._ack, sequence(content))
        message = parse(content)
        handler = self._handlers.get(message.name)
        if handler is None:
            raise MessageError(f"This screen takes no message {message.name!r}. Reload the page.")
        self.prepare(message)
        handler(message)

    def _show(self) -> None:
        described = self.describe()
        self.state = {**self._common(), **described}

    def _common(self) -> dict[str, Any]:
        return {"ack": self._ack, "view": "" if self.ended else self.view, "message": self.message.state}

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        with self.lock:
            if self.ended:
                return
            if not self.admits(content):
                self.refresh()
                return
            done = self.attempt(lambda: self.take(content))
            if not (done and isinstance(content, Mapping) and content.get("kind") in self.unanswered):
                self.refresh()
