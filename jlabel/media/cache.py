"""A bounded cache of thumbnails on disk, shared by all kernels of one user."""

import contextlib
import hashlib
import logging
import os
import struct
import threading
import time
import zlib
from pathlib import Path

import platformdirs

from jlabel.atomic_write import atomic_write

VERSION = 3
"""Part of every key; raise it when thumbnails are made differently."""

LIMIT = 1 << 30
_ROOM_AFTER = 0.8
_FRESH_SECONDS = 3600.0
"""A use within the hour is not written down again: order of use matters by days, and writing costs."""
_HEADER = struct.Struct("<4sBIIIIII")
_MAGIC = b"jlt1"

logger = logging.getLogger(__name__)

Numbers = tuple[bool, int, int, int, int]


def key_of(uri: str, stamp: str, width: int, height: int) -> str:
    """Return the cache key of a thumbnail: 64 hex digits."""
    text = "\0".join((str(VERSION), uri, stamp, str(width), str(height)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def pack(numbers: Numbers, data: bytes) -> bytes:
    """Return a thumbnail's numbers and bytes as one, with a checksum against half-written files."""
    return _HEADER.pack(_MAGIC, *numbers, len(data), zlib.crc32(data)) + data


def unpack(packed: bytes) -> tuple[Numbers, bytes] | None:
    """Read what ``pack`` wrote; ``None`` if it is incomplete or damaged."""
    if len(packed) < _HEADER.size:
        return None
    magic, first, *rest, length, check = _HEADER.unpack_from(packed)
    data = packed[_HEADER.size :]
    if magic != _MAGIC or len(data) != length or zlib.crc32(data) != check:
        return None
    width, height, full_width, full_height = rest
    return (bool(first), width, height, full_width, full_height), data


class DiskCache:
    """Bytes by key, in files; the least recently used ones go when there are too many.

    Any number of processes and threads may use one folder at once: files appear whole and are only ever replaced or
    removed. Losing an entry costs a decode, so that nothing here raises: a folder that cannot be written, or a full
    disk, is logged once and the cache stays empty.

    Args:
        folder: where; the user's cache folder for jlabel unless given.
        limit: bytes; 1 GB unless given. Several processes may together pass it by a twentieth each.
    """

    def __init__(self, folder: Path | None = None, *, limit: int = LIMIT) -> None:
        self.folder = folder or Path(platformdirs.user_cache_dir("jlabel")) / "thumbnails"
        self.limit = limit
        self._lock = threading.Lock()
        self._until_scan = 0
        self._complained = False

    def get(self, key: str) -> bytes | None:
        """Return the bytes stored under ``key``, if any."""
        path = self._path(key)
        try:
            data = path.read_bytes()
            if time.time() - path.stat().st_mtime > _FRESH_SECONDS:
                os.utime(path)
        except OSError:
            return None
        return data

    def put(self, key: str, data: bytes) -> None:
        """Store ``data`` under ``key``, if it can be stored."""
        path = self._path(key)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic_write(path, data, sync=False)
        except OSError as error:
            if not self._complained:
                self._complained = True
                logger.info("Thumbnails are not cached in %s: %s", self.folder, error)
            return
        self._make_room(len(data))

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def _make_room(self, added: int) -> None:
        with self._lock:
            self._until_scan -= added
            if self._until_scan > 0:
                return
            total = self._evict()
            self._until_scan = max(self.limit // 20, self.limit - total)

    def _evict(self) -> int:
        """Remove the least recently used files if there are too many; return the bytes left."""
        entries = []
        for folder in _entries(self.folder):
            for entry in _entries(folder.path):
                with contextlib.suppress(OSError):
                    stat = entry.stat()
                    entries.append((stat.st_mtime_ns, stat.st_size, entry.path))
        total = sum(size for _, size, _ in entries)
        if total <= self.limit:
            return total
        for _, size, path in sorted(entries):
            if total <= self.limit * _ROOM_AFTER:
                break
            with contextlib.suppress(OSError):
                Path(path).unlink()
            total -= size
        return total


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []
