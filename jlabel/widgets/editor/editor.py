"""The screen on which shapes are drawn."""

from pathlib import Path

from jlabel.assist.outlining.outliner import Outliner
from jlabel.media.loader import Loader
from jlabel.session.session import Session
from jlabel.widgets.editor.body import EditorBody
from jlabel.widgets.frame.bundle import module, style
from jlabel.widgets.frame.labeling_screen import LabelingScreen


class Editor(LabelingScreen):
    """Draws and changes shapes on one image at a time; ``Project.label()`` returns one.

    Args:
        session: the labeler at work.
        loader: decodes pictures off the kernel's main thread.
        height: of the screen in CSS pixels; by default it fits the window.
        outliner: finds outlines for the key B, until the screen is closed; ``None`` where there is no such key.
    """

    body: EditorBody
    _esm = module(Path(__file__).with_name("screen.js"))
    _css = style("../editor/editor.css")

    def __init__(
        self, session: Session, loader: Loader, *, height: float | None = None, outliner: Outliner | None = None
    ) -> None:
        self._outliner = outliner
        super().__init__(session, lambda host: EditorBody(session, loader, host, outliner), height=height)

    def unfollow(self) -> None:
        """Close the subscriptions, and the process that finds outlines."""
        super().unfollow()
        if self._outliner is not None:
            self._outliner.close()
