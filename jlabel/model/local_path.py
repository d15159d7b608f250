"""What a person typed as a path: a name that exists, a place below a home folder, or a URL."""

from pathlib import Path

from jlabel.model.source import is_url


def expand_user(text: str | Path, base: Path | None = None) -> Path:
    """Return a path in which ``~`` is the home folder, and ``~ada`` that of ada.

    A name that begins with ``~`` and exists is taken as it is, and so is one of nobody's home.

    Args:
        text: as typed.
        base: the folder from which relative paths start; the current folder unless given.
    """
    path = Path(text)
    first = path.parts[0] if path.parts else ""
    if not first.startswith("~") or (first != "~" and Path(base or Path.cwd(), first).exists()):
        return path
    try:
        return path.expanduser()
    except RuntimeError:  # nobody has this name
        return path


def is_remote(text: str, base: Path | None = None) -> bool:
    """Whether ``text`` is a URL and not the name of a local folder or file that holds ``::``.

    Args:
        text: as typed; a pattern's first folder is looked for.
        base: the folder from which relative paths start; the current folder unless given.
    """
    if not is_url(text):
        return False
    name = text if "://" in text else text.split("/", maxsplit=1)[0]
    try:
        return not Path(base or Path.cwd(), name).exists()
    except (OSError, ValueError):  # a name that no file can have
        return True
