"""The browser's part as one ES module: the files beside this one, joined in the order of their imports."""

import re
from functools import cache
from pathlib import Path

FILES = (
    "dom.js",
    "messages.js",
    "rules.js",
    "prediction.js",
    "cells.js",
    "palette.js",
    "dialogs.js",
    "toolbar.js",
    "zoom.js",
    "sides.js",
    "keys.js",
    "labeler.js",
)
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


@cache
def module() -> str:
    """Return the module's text.

    anywidget takes one module, and a widget's module cannot import its neighbours by a relative path. So each file is
    an ordinary module that node can test, and here they are laid end to end without their imports.
    """
    folder = Path(__file__).parent
    texts = ((folder / name).read_text(encoding="utf-8") for name in FILES)
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


@cache
def style() -> str:
    """Return the style sheet."""
    return (Path(__file__).parent / "labeler.css").read_text(encoding="utf-8")
