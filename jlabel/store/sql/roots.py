"""The roots of sources as they are stored: relative to the workspace where they are beside it, so that both can move.

A root inside the folder that holds the workspace's folder is stored as a path from the workspace's folder and begins
with a dot (``../photos``). No absolute path and no URL begins with one.
"""

import os
from pathlib import Path

from jlabel.model.source import is_url


def anchor(folder: Path) -> Path:
    """Return the folder from which the stored roots of a workspace are read: a link that is one is followed."""
    return folder.resolve() if folder.is_symlink() else folder


def stored_root(root: str, base: Path | None) -> str:
    """Return a root as it is stored.

    Args:
        root: an absolute folder, or a URL.
        base: ``anchor`` of the workspace's folder; ``None`` where the database is not in one.
    """
    if base is None or not root or is_url(root):
        return root
    folder = Path(os.path.normpath(root))
    if not folder.is_absolute() or base.parent == Path(base.anchor) or not folder.is_relative_to(base.parent):
        return root  # a workspace directly below the top of a disk has everything beside it
    below = Path(os.path.relpath(folder, base)).as_posix()
    return below if below.startswith(".") else f"./{below}"


def opened_root(stored: str, base: Path | None) -> str:
    """Return the absolute folder, or the URL, that a stored root means."""
    if base is None or not stored.startswith("."):
        return stored
    return os.path.normpath(base / stored)
