"""Files written whole or not at all."""

import contextlib
import errno
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from jlabel.errors import ExportError

Content = str | bytes | Iterable[str | bytes]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def write(path: str | Path, content: Content) -> Path:
    """Write a file so that no reader ever sees a part of it, and an older one stays if anything fails.

    The bytes go to a hidden file in the same folder, to the disk, and then take the place of ``path``. Missing folders
    are made, and removed again on failure.

    Args:
        path: where; a link is followed.
        content: text (as UTF-8), bytes, or chunks of either.

    Returns:
        The absolute path written.

    Raises:
        ExportError: the disk is full, the folder may not be written, a folder or a file stands in the way. What an
            iterable of chunks raises comes through. Nothing is left behind.
    """
    target = Path(path).expanduser().resolve()
    made: list[Path] = []
    part = target.parent / f".jlabel-{secrets.token_hex(8)}.part"
    try:
        _check(target)
        _make_folders(target.parent, made)
        with part.open("xb") as file:
            for chunk in (content,) if isinstance(content, (str, bytes)) else content:
                file.write(chunk.encode() if isinstance(chunk, str) else chunk)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _sync(target.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            part.unlink()
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError):
            raise ExportError(_sentence(target, error)) from error
        raise
    return target


def _check(target: Path) -> None:
    if target.is_dir():
        raise ExportError(f"The export {str(target)!r} is a folder. Name a file in it, or another one.")


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        made.append(one)


def _sync(folder: Path) -> None:
    """Have the new name itself on the disk, where folders can be synced."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sentence(target: Path, error: OSError) -> str:
    name = str(target)
    if error.errno in _FULL:
        return f"There is no room for the export {name!r}. Free some space, or export to another disk."
    if error.errno in _REFUSED:
        return f"The export {name!r} may not be written there. Choose another folder, or change its permissions."
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return f"The export {name!r} cannot be written: a file stands where a folder should be. Choose another path."
    return f"The export {name!r} cannot be written: {error.strerror or error}. Choose another path."
