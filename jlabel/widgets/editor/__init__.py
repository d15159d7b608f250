"""The screen on which boxes and polygons are drawn."""

from jlabel.widgets.editor.editor import Editor

__all__ = ["Editor"]
