"""Opening the bytes behind a local path or an fsspec URL."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from jlabel.errors import ImageError
from jlabel.model.source import is_url


@contextmanager
def open_file(uri: str) -> Iterator[BinaryIO]:
    """Open ``uri`` for reading; a remote file is read in blocks, when they are needed.

    Args:
        uri: an absolute path, or an fsspec URL.

    Raises:
        ImageError: the file is gone, a folder, a pipe or device, empty, not to be read by this user, or its protocol is
            unknown.
    """
    with _opened(uri) as file:
        yield file


def _opened(uri: str) -> BinaryIO:
    try:
        file = _open(uri)
        if file.read(1):
            file.seek(0)
            return file
    except FileNotFoundError as error:
        raise ImageError(f"The image {uri!r} is gone. Put it back, or refresh the project.") from error
    except IsADirectoryError as error:
        raise ImageError(f"The image {uri!r} is a folder, not a file. Rename the folder.") from error
    except PermissionError as error:
        raise ImageError(f"The image {uri!r} may not be read by this user. Change its permissions.") from error
    except (OSError, ImportError, ValueError) as error:
        raise ImageError(f"The image {uri!r} cannot be read: {error}.") from error
    file.close()
    raise ImageError(f"The image {uri!r} is empty (0 bytes). Copy it again from where it came.")


def _kind(mode: int) -> str:
    return "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"


def _open(uri: str) -> BinaryIO:
    if not is_url(uri):
        mode = os.stat(uri).st_mode  # noqa: PTH116 -- opening a pipe would wait for whoever writes to it
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ImageError(f"The image {uri!r} is {_kind(mode)}, not a file. Remove it from the folder.")
        return Path(uri).open("rb")
    import fsspec  # noqa: PLC0415 -- slow to import and not needed for local files

    return cast("BinaryIO", fsspec.open(uri, "rb").open())
