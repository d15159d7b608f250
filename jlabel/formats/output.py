"""What an export writes to the disk: whole or not at all, with a sentence for what stands in the way."""

import errno
from collections.abc import Iterable
from pathlib import Path

from jlabel.atomic_write import replacing
from jlabel.errors import ExportError

Content = str | bytes | Iterable[str | bytes]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


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
    target = Path(path).expanduser().resolve()
    try:
        if target.is_dir():
            raise ExportError(f"The export {str(target)!r} is a folder. Name a file in it, or another one.")
        with replacing(target) as file:
            for chunk in (content,) if isinstance(content, (str, bytes)) else content:
                file.write(chunk.encode() if isinstance(chunk, str) else chunk)
    except OSError as error:
        raise ExportError(_sentence(target, error)) from error
    return target


def _sentence(target: Path, error: OSError) -> str:
    name = str(target)
    if error.errno in _FULL:
        return f"There is no room for the export {name!r}. Free some space, or export to another disk."
    if error.errno in _REFUSED:
        return f"The export {name!r} may not be written there. Choose another folder, or change its permissions."
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return f"The export {name!r} cannot be written: a file stands where a folder should be. Choose another path."
    return f"The export {name!r} cannot be written: {error.strerror or error}. Choose another path."
