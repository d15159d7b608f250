"""The screen on which shapes are drawn."""

from pathlib import Path

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
    """

    body: EditorBody
    _esm = module(Path(__file__).with_name("screen.js"))
    _css = style("../editor/editor.css")

    def __init__(self, session: Session, loader: Loader, *, height: float | None = None) -> None:
        super().__init__(session, lambda host: EditorBody(session, loader, host), height=height)
