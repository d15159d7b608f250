"""The message line of a screen: what went wrong, or what happened."""

from jlabel.widgets.frame.state import MessageState


class MessageLine:
    """The message that a screen shows at the moment, with a number by which the browser knows a new one."""

    def __init__(self) -> None:
        self._count = 0
        self._message: MessageState | None = None

    @property
    def state(self) -> MessageState | None:
        """The message for the browser."""
        return self._message

    def show(self, kind: str, text: str) -> None:
        """Show a text of the kind ``error`` or ``info``."""
        self._count += 1
        self._message = {"kind": kind, "text": text, "id": self._count}

    def clear(self) -> None:
        """Show no message."""
        self._message = None
