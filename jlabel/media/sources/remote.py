"""Listing folders behind an fsspec URL."""

from collections.abc import Iterator, Mapping
from typing import Any

from jlabel.errors import SourceError
from jlabel.model.source import ListedFile, Source

_STAMPS = ("etag", "ETag", "md5", "content_md5", "LastModified", "last_modified", "mtime", "created")
"""The keys under which file systems report what changes with the content, best first."""


def walk(root: str) -> Iterator[ListedFile]:
    """List every file below ``root`` in the order of names; hidden names are left out.

    Raises:
        SourceError: the protocol is unknown, the folder is missing or its server refuses.
    """
    system, top = _system(root)
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            entries = system.ls(folder, detail=True)
        except Exception as error:  # each file system raises its own
            raise SourceError(f"The folder {root!r} cannot be listed: {error}. Check its name and access.") from error
        below = []
        for entry in sorted(entries, key=lambda entry: str(entry["name"])):
            path = str(entry["name"])
            if path.rstrip("/").rsplit("/", 1)[-1].startswith(".") or path.rstrip("/") == folder.rstrip("/"):
                continue
            if entry["type"] == "directory":
                below.append(path)
            else:
                yield _listed(path.removeprefix(top).removeprefix("/"), entry)
        pending.extend(reversed(below))


def explicit(source: Source) -> Iterator[ListedFile]:
    """List the files of an explicit list that exist.

    Raises:
        SourceError: the protocol is unknown, or the server refuses.
    """
    for path in source.paths:
        system, name = _system(source.uri(path))
        try:
            entry = system.info(name)
        except FileNotFoundError:
            continue
        except Exception as error:  # each file system raises its own
            raise SourceError(f"The file {path!r} in {source.root!r} cannot be found: {error}.") from error
        yield _listed(path, entry)


def _system(url: str) -> tuple[Any, str]:
    """Return the file system of a URL and the name within it."""
    import fsspec  # noqa: PLC0415 -- slow to import and not needed for local files

    try:
        system, name = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise SourceError(f"{url!r} cannot be opened: {error}.") from error
    return system, str(name)


def _listed(path: str, entry: Mapping[str, Any]) -> ListedFile:
    size = int(entry.get("size") or 0)
    mark = next((entry[name] for name in _STAMPS if entry.get(name)), "")
    return ListedFile(path=path, size=size, stamp=f"{mark}-{size}")
