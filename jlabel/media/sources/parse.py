"""The ``images=`` argument, parsed into sources."""

import difflib
import itertools
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from jlabel.errors import SourceError
from jlabel.media.decoders.table import extensions
from jlabel.media.sources.left_out import LeftOut
from jlabel.media.sources.local import MAX_ITEMS, list_all, list_files
from jlabel.model.local_path import expand_user, is_remote
from jlabel.model.source import ListedFile, Source, is_url
from jlabel.progress_bar import with_bar

__all__ = ["LISTING", "MAX_ITEMS", "list_all", "list_each", "list_files", "overlap", "parse"]

Images = str | Path | Sequence[str | Path]

LISTING = "Listing images"
"""What stands before the bar of a long listing."""
_WILD = re.compile(r"[*?\[]")


def parse(images: Images, base: Path | None = None) -> list[Source]:
    """Parse the ``images=`` argument into sources; nothing is listed yet.

    - a folder: every image in it and in all folders below (the same as ``folder/**``);
    - a glob: ``photos/*`` is the folder alone, ``photos/**`` all below, ``photos/**/*.jpg`` some of that;
    - one file, or a list of any of these: single files are gathered in one source below their common folder;
    - an fsspec URL of any of these forms, as in ``s3://bucket/photos/**``; ``file://`` is a local path.

    A name that exists is taken literally, also if it holds ``*``, ``?``, ``[`` or ``::`` or begins with ``~``. ``~`` by
    itself, as in ``~/photos``, is the home folder.

    Args:
        images: a folder, glob, file or URL, or a list of them.
        base: the folder from which relative paths start; the current folder unless given.

    Returns:
        At least one source, without doubles, in the order given.

    Raises:
        SourceError: nothing given, a local folder or file that does not exist, or a file that is no image.
    """
    given: list[object] = [images] if isinstance(images, (str, Path)) else list(images)
    if not given:
        raise SourceError("No images were given. Pass a folder, for example images='photos/**'.")
    sources: list[Source] = []
    files: dict[str, list[str]] = {}  # single files by the server on which they are
    for one in given:
        if not isinstance(one, (str, Path)) or not str(one).strip():
            raise SourceError(f"images must be a folder, a pattern or a list of paths, not {one!r}.")
        text, here = str(one).removeprefix("file://"), base or Path.cwd()
        found = _remote(text) if is_remote(text, here) else _local(here / expand_user(text, here))
        if isinstance(found, str):
            server = _server(found) if is_url(found) else ""
            files.setdefault(server, []).append(found.removeprefix(server).lstrip("/") if server else found)
        elif found not in sources:
            sources.append(found)
    return sources + [_gathered(server, paths) for server, paths in files.items()]


def list_each(found: Sequence[Source], left_out: LeftOut | None = None) -> list[tuple[Source, Iterable[ListedFile]]]:
    """Return each source with its files; one source is streamed, several are compared so that no file comes twice.

    Args:
        found: the sources.
        left_out: counts what is left out, once all files were listed.

    Raises:
        SourceError: one of several cannot be listed; a single one raises as it is read.
    """
    if len(found) == 1:
        return [(found[0], with_bar(list_files(found[0], left_out=left_out), LISTING))]
    files: list[list[ListedFile]] = [[] for _ in found]
    for position, file in with_bar(list_all(found, left_out=left_out), LISTING):
        files[position].append(file)
    return list(zip(found, files, strict=True))


def overlap(found: Sequence[Source]) -> bool:
    """Whether a file may belong to two of the sources."""
    roots = [source.uri("") for source in found]
    return any(a.startswith(b) for n, a in enumerate(roots) for m, b in enumerate(roots) if n != m)


def _local(path: Path) -> Source | str:
    """Return a source, or a single file's absolute path."""
    text = os.path.abspath(path)  # noqa: PTH100 -- Path.resolve would follow links, and the user named the link
    if os.path.isdir(text):  # noqa: PTH112
        return Source(root=text, pattern="**")
    if os.path.exists(text):  # noqa: PTH110
        return _image_file(text)
    parts = Path(text).parts
    wild = next((n for n, part in enumerate(parts) if _WILD.search(part)), None)
    root = Path(text) if wild is None else Path(*parts[:wild])
    if wild is None or not root.is_dir():
        raise SourceError(_missing(root))
    return Source(root=str(root), pattern="/".join(parts[wild:]))


def _remote(url: str) -> Source | str:
    protocol, _, rest = url.partition("://")
    parts = rest.rstrip("/").split("/")
    wild = next((n for n, part in enumerate(parts) if _WILD.search(part)), None)
    if wild is not None:
        return Source(root=f"{protocol}://{'/'.join(parts[:wild])}", pattern="/".join(parts[wild:]))
    if parts[-1].lower().endswith(extensions()):
        return url
    return Source(root=f"{protocol}://{'/'.join(parts)}", pattern="**")


def _image_file(path: str) -> str:
    if not path.lower().endswith(extensions()):
        raise SourceError(f"The file {path!r} is no image that jlabel knows. It reads {', '.join(extensions())}.")
    return path


def _server(url: str) -> str:
    """Return what all URLs of one bucket begin with: ``s3://bucket``, or ``memory://`` for a file at the top."""
    protocol, _, rest = url.partition("://")
    host, slash, _ = rest.partition("/")
    return f"{protocol}://{host if slash else ''}"


def _gathered(server: str, paths: list[str]) -> Source:
    """Return one source for single files, below the deepest folder that contains all of them."""
    unique = list(dict.fromkeys(path.replace(os.sep, "/") for path in paths))
    folders = [path.split("/")[:-1] for path in unique]
    shared = [
        names[0] for names in itertools.takewhile(lambda names: len(set(names)) == 1, zip(*folders, strict=False))
    ]
    root = Source(root=server).uri("/".join(shared)) if shared else server
    below = tuple("/".join(path.split("/")[len(shared) :]) for path in unique)
    return Source(root=root or "/", paths=below)


def _missing(path: Path) -> str:
    parent = next((folder for folder in path.parents if folder.is_dir()), Path(path.anchor))
    sentence = f"The folder or file {str(path)!r} does not exist; the nearest folder that does is {str(parent)!r}."
    wanted = path.relative_to(parent).parts[0]
    try:
        close = difflib.get_close_matches(wanted, [entry.name for entry in os.scandir(parent)], n=1)
    except OSError:
        close = []
    if close:
        sentence += f" Did you mean {str(parent / close[0])!r}?"
    return f"{sentence} The current folder is {str(Path.cwd())!r}."
