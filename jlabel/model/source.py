"""Where images come from, and one file as it was listed."""

import re
from dataclasses import dataclass

_PROTOCOL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:://|::)")
"""Two letters at least, so that the drive of ``C:/photos`` is no protocol."""


def is_url(text: str) -> bool:
    """Whether ``text`` starts with a protocol, as in ``s3://bucket/a.jpg``, and so is opened through fsspec."""
    return _PROTOCOL.match(text) is not None


@dataclass(frozen=True, kw_only=True)
class Source:
    """One folder, pattern or list of files that was named when the project was created.

    Attributes:
        root: absolute folder, or fsspec URL, below which all files lie; a slash at its end is allowed.
        pattern: glob below ``root`` (``**`` crosses folders); ``""`` for an explicit list of files.
        paths: the files of an explicit list, below ``root`` with ``/``; empty where there is a pattern. Not part of
            what is stored: once a project exists its items are the list.
    """

    root: str
    pattern: str = ""
    paths: tuple[str, ...] = ()

    def uri(self, path: str) -> str:
        """Return the absolute path, or the fsspec URL, under which the file ``path`` below ``root`` is opened.

        The one function that joins the two. In a chained URL (``zip://folder::s3://bucket/a.zip``) and before the
        query of a web address the path goes where the folder ends.

        Args:
            path: below the root, with ``/``, as listed.
        """
        folder, rest = _split(self.root)
        slash = "" if not folder or folder.endswith("/") else "/"
        return f"{folder}{slash}{path}{rest}"


def _split(root: str) -> tuple[str, str]:
    """Return the part of a root that names the folder, and what follows a file's path below it."""
    if not is_url(root):
        return root, ""
    start = root.find("://")
    end = root.find("::", start) if start >= 0 else -1
    folder, rest = (root[:end], root[end:]) if end >= 0 else (root, "")
    if folder.startswith(("http://", "https://")):
        folder, mark, query = folder.partition("?")
        rest = mark + query + rest
    return folder, rest


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
