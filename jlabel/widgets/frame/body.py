"""The port between a labeling screen and what it shows on its stage: a grid of pictures, or a picture with shapes."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from jlabel.session.page_state import PageState
from jlabel.widgets.frame.message_line import MessageLine
from jlabel.widgets.frame.screen import Handler
from jlabel.widgets.frame.state import PageData, StageState
from jlabel.widgets.stage.stage import Stage

if TYPE_CHECKING:
    import threading


class Host(Protocol):
    """What a body may ask of its screen.

    Attributes:
        lock: taken around all work of the screen.
        message: the message line; there once the screen is made.
        ended: whether the screen was closed, or replaced by another one.
    """

    lock: "threading.RLock"
    message: MessageLine
    ended: bool

    def attempt(self, work: Callable[[], object]) -> bool:
        """Run ``work`` and return whether it succeeded; what it raises is shown."""

    def refresh(self) -> None:
        """Send the browser the present state."""

    def painted(self) -> None:
        """Show that a picture was painted; called on any thread."""

    def failed(self, item: int, reason: str) -> None:
        """Take an item off its page because its picture cannot be decoded; called on any thread."""

    def send(self, content: Mapping[str, Any]) -> object:
        """Send the browser a message beside the state."""


class Body(Protocol):
    """What a labeling screen shows on its stage.

    Attributes:
        handlers: for the messages that concern this body alone.
    """

    handlers: Mapping[str, Handler]

    @property
    def stage(self) -> Stage:
        """What paints the pictures."""

    def show(self, state: PageState, other: str | None, *, ahead: bool) -> PageData:
        """Paint a page as far as it is not painted, and describe it.

        Args:
            state: the page.
            other: token of the other page that is shown or waits, whose canvas stays as it is.
            ahead: whether the page waits behind the one on screen.
        """

    def keep(self, tokens: Collection[str]) -> None:
        """Forget all other pages."""

    def describe(self, current: PageState | None) -> StageState:
        """Describe the stage beside its pages."""

    def follow_assist(self) -> bool:
        """Look what assist has made since; whether that is to be shown. Not called under the lock."""

    def take(self, page: object, seq: int) -> None:
        """Note the message that is being handled, before it is read."""

    def taken(self) -> None:
        """Note that the message was handled without an error."""

    def drop(self, item: int) -> None:
        """Show no more of an item whose picture cannot be decoded."""
