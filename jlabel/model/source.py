"""Where images come from and one file as it was listed."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Source:
    """One place that was pointed at when the project was created.

    Attributes:
        root: absolute folder, or fsspec URL, below which all files lie; no trailing slash.
        pattern: glob below ``root`` (``**`` crosses folders); ``""`` for an explicit list of files.
        paths: the files of an explicit list, below ``root`` with ``/``; empty where there is a pattern. Not part of
            what is stored: once a project exists its items are the list.
    """

    root: str
    pattern: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListedFile:
    """One file as it was listed; nothing of it was read.

    Attributes:
        path: below the source's root, with ``/``.
        size: bytes.
        stamp: changes when the content does: an etag, else modification time in nanoseconds and size.
    """

    path: str
    size: int
    stamp: str
