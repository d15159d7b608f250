"""The screen on which images are labeled."""

from jlabel.widgets.grid.grid import Grid

__all__ = ["Grid"]
