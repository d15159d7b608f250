"""The screen on which images are labeled."""

from jlabel.widgets.labeler.labeler import Labeler

__all__ = ["Labeler"]
