"""The active view of a labeler: the one for whose stage the pages are painted, and whose gestures are taken."""

from jlabel.errors import JlabelError
from jlabel.widgets.protocol import parse, sender


class ActiveView:
    """Which view of a labeler is the active one.

    A widget may be shown in several views at once: in two outputs, two windows, on a dashboard. They share one painting
    on ipycanvas's canvases, which fits one stage, so one view at a time is active; the others show a sentence and a
    button. Where no view is active the first one that sends the size of its stage becomes it. Another one becomes it

    - by a ``view`` message with ``take``: somebody pressed the button, or
    - by sending the size of its stage twice while the active view is silent: a window that crashed, or was closed
      without a word, does not answer. ``asking`` makes those that live send ``present``.

    Attributes:
        id: of the active view; ``None`` where none is.
        asking: of the view that asks whether the active one is still there.
    """

    def __init__(self) -> None:
        self.id: str | None = None
        self.asking: str | None = None

    def admit(self, content: object) -> bool:
        """Return whether a message is taken, after it has changed which view is active.

        Messages that name no view are taken too: the gate refuses them, and says so.
        """
        view = sender(content)
        if view is None:
            return True
        if view == self.id:
            self.asking = None
        elif not self._becomes(view, content):
            return self.id is None
        return True

    def leave(self, view: str) -> None:
        """Have no active view any more, if it was this one."""
        if view == self.id:
            self.id = self.asking = None

    def _becomes(self, view: str, content: object) -> bool:
        try:
            message = parse(content)
        except JlabelError:
            return False
        if message.name == "leave" and view == self.asking:
            self.asking = None
        if message.name != "view" or not message.value.of_stage:
            return False
        if self.id is None or message.value.take or view == self.asking:
            self.id, self.asking = view, None
            return True
        self.asking = view
        return False
