"""The screen on which images are labeled."""

from jlabel.widgets.grid.grid import Labeler

__all__ = ["Labeler"]
