"""The screen on which images are labeled in grids."""

from pathlib import Path

from jlabel.media.loader import Loader
from jlabel.session.session import Session
from jlabel.widgets.frame.bundle import module, style
from jlabel.widgets.frame.labeling_screen import LabelingScreen
from jlabel.widgets.grid.body import GridBody


class Grid(LabelingScreen):
    """Labels images in grids of 1 to 25, in the output of a cell; ``Project.label()`` returns one.

    Args:
        session: the labeler at work.
        loader: decodes pictures off the kernel's main thread.
        height: of the screen in CSS pixels; by default it fits the window.
    """

    body: GridBody
    _esm = module(Path(__file__).with_name("grid.js"))
    _css = style("../grid/grid.css")

    def __init__(self, session: Session, loader: Loader, *, height: float | None = None) -> None:
        super().__init__(session, lambda host: GridBody(session, loader, host), height=height)
