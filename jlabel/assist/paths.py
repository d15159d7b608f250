"""Where a project's assist keeps its files: embeddings, a fine-tuned network, a log. All of it can be made again."""

import hashlib
from pathlib import Path

import platformdirs

from jlabel.errors import StoreFull
from jlabel.store import Store

LOG = "worker.log"
WORDS = "stderr.txt"


def project_folder(store: Store, project_id: int) -> Path:
    """Return the folder: below a workspace's own, or in this user's cache where the workspace is a server."""
    if store.folder is not None:
        return store.folder / "files" / str(project_id) / "assist"
    name = hashlib.sha256(repr(store).encode()).hexdigest()[:16]
    return Path(platformdirs.user_cache_dir("jlabel")) / "assist" / name / str(project_id)


def made_folder(store: Store, project_id: int) -> Path:
    """Return the folder, created if need be.

    Raises:
        StoreFull: it cannot be created.
    """
    folder = project_folder(store, project_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFull(f"The folder {str(folder)!r} cannot be made: {error.strerror}. Make room and go on.") from error
    return folder


def tail(path: Path, size: int = 2000) -> str:
    """Return the end of a text file, without a cut line; ``""`` where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            start = max(0, file.tell() - size)
            file.seek(start)
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return text.partition("\n")[2].strip() if start else text.strip()
