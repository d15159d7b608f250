"""Files written whole or not at all: the one way in which jlabel replaces a file."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def _instead_of(path: Path) -> Iterator[Path]:
    """Name a hidden neighbour of ``path``; missing folders are made, and on failure all of it is removed again."""
    made: list[Path] = []
    part = path.parent / f".jlabel-{secrets.token_hex(8)}.part"
    try:
        _make_folders(path.parent, made)
        yield part
    except BaseException:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        with contextlib.suppress(OSError):
            part.unlink()
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


@contextlib.contextmanager
def replacing(path: Path, *, sync: bool = True) -> Iterator[BinaryIO]:
    """Open a new binary file that replaces ``path`` when the block ends without an exception.

    No reader ever sees a part of it, and an older file stays if anything fails. The bytes go to a hidden file in the
    same folder, which is then renamed. Missing folders are made, and removed again on failure. A symbolic link at
    ``path`` is replaced, not followed.

    Args:
        path: the file to write.
        sync: flush the bytes and the new name to the disk, so that the file survives a power cut; off for a cache,
            which may be computed again.

    Raises:
        OSError: the file cannot be written. Nothing is left behind, and what the block raises comes through.
    """
    with _instead_of(path) as part:
        with part.open("xb") as file:
            yield file
            file.flush()
            if sync:
                os.fsync(file.fileno())
        part.replace(path)
        if sync:
            sync_folder(path.parent)


@contextlib.contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Make a new folder that becomes ``path`` when the block ends without an exception.

    The block fills it; nobody sees it before it is whole. Its files are not synced here: write them with ``replacing``.

    Args:
        path: the folder to make; there is none, or an empty one.

    Raises:
        OSError: it cannot be made, or ``path`` is a file or a folder that is not empty. Nothing is left behind.
    """
    with _instead_of(path) as part:
        part.mkdir()
        yield part
        part.replace(path)
        sync_folder(path.parent)


def atomic_write(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Write ``data`` as ``replacing`` does.

    Raises:
        OSError: the file cannot be written. Nothing is left behind.
    """
    with replacing(path, sync=sync) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the operating system can sync folders."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        made.append(one)
