"""What an export writes to the disk, whole or not at all, and what is read from it."""

import errno
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from jlabel.atomic_write import replacing, replacing_folder
from jlabel.errors import ExportError, FormatError
from jlabel.formats.format import Content
from jlabel.model.local_path import expand_user

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def write_files(path: str | Path, files: Iterable[tuple[str, Content]], *, folder: bool) -> Path:
    """Write the files of a format; an older export stays if anything fails.

    Args:
        path: the file, or the folder.
        files: (path below the folder, content), or one pair with the path ``""``.
        folder: whether they are a folder's.

    Returns:
        The absolute path written.

    Raises:
        ExportError: the disk is full, the folder may not be written, something else is in the way. What ``files``
            raises comes through. Nothing is left behind.
    """
    if not folder:
        ((_, content),) = files
        return write(path, content)
    target = expand_user(path).resolve()
    try:
        if target.exists() and not (target.is_dir() and not any(target.iterdir())):
            raise ExportError(f"The export {str(target)!r} exists and is not an empty folder. Name a new folder.")
        with replacing_folder(target) as fresh:
            for name, content in files:
                below = (fresh / name).resolve()
                if not below.is_relative_to(fresh) or below == fresh:
                    raise ExportError(f"The file {name!r} would lie outside the export {str(target)!r}.")
                below.parent.mkdir(parents=True, exist_ok=True)
                with replacing(below) as file:
                    _pour(content, file)
    except OSError as error:
        raise ExportError(_sentence(target, error)) from error
    return target


def write(path: str | Path, content: Content) -> Path:
    """Write a file so that no reader ever sees a part of it, and an older one stays if anything fails.

    Missing folders are made, and removed again on failure.

    Args:
        path: where; a link is followed.
        content: text (as UTF-8), bytes, or chunks of either.

    Returns:
        The absolute path written.

    Raises:
        ExportError: the disk is full, the folder may not be written, a folder or a file stands in the way. What an
            iterable of chunks raises comes through. Nothing is left behind.
    """
    target = expand_user(path).resolve()
    try:
        if target.is_dir():
            raise ExportError(f"The export {str(target)!r} is a folder. Name a file in it, or another one.")
        with replacing(target) as file:
            _pour(content, file)
    except OSError as error:
        raise ExportError(_sentence(target, error)) from error
    return target


def read_files(path: str | Path, *, folder: bool) -> dict[str, bytes]:
    """Return the bytes of a file under ``""``, or of all files below a folder by their paths with ``/``.

    Raises:
        FormatError: it is not there, or may not be read.
    """
    source = expand_user(path)
    try:
        if not folder:
            return {"": source.read_bytes()}
        if not source.is_dir():
            raise FormatError(f"{str(source)!r} is no folder, and this format is one. Check the path.")
        found = sorted(each for each in source.rglob("*") if each.is_file())
        return {each.relative_to(source).as_posix(): each.read_bytes() for each in found}
    except OSError as error:
        raise FormatError(f"{str(source)!r} cannot be read: {error.strerror or error}. Check the path.") from error


def _pour(content: Content, file: BinaryIO) -> None:
    chunks = (content,) if isinstance(content, (str, bytes)) else content
    file.writelines(chunk.encode() if isinstance(chunk, str) else chunk for chunk in chunks)


def _sentence(target: Path, error: OSError) -> str:
    name = str(target)
    if error.errno in _FULL:
        return f"There is no room for the export {name!r}. Free some space, or export to another disk."
    if error.errno in _REFUSED:
        return f"The export {name!r} may not be written there. Choose another folder, or change its permissions."
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return f"The export {name!r} cannot be written: a file stands where a folder should be. Choose another path."
    return f"The export {name!r} cannot be written: {error.strerror or error}. Choose another path."
