"""What changes with a file's content, so that a picture that was overwritten is not shown as it was."""

import os

from jlabel.model.source import is_url


def stamp_of(stat: os.stat_result) -> str:
    """Return the stamp of a local file: its modification time in nanoseconds and its size."""
    return f"{stat.st_mtime_ns}-{stat.st_size}"


def current_stamp(uri: str, known: str) -> str:
    """Return the stamp of a file as it is now.

    Args:
        uri: an absolute path, or an fsspec URL.
        known: what is returned for a file behind a URL, which would cost a request, and for one that is gone.
    """
    if is_url(uri):
        return known
    try:
        return stamp_of(os.stat(uri))  # noqa: PTH116 -- for every picture on a page
    except OSError:
        return known
