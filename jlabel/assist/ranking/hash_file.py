"""The perceptual hashes of a project's images, kept beside its embeddings; each image is decoded once."""

import hashlib
import io
import logging
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.ranking.perceptual_hash import BITS, LOADED, PictureHash, hash_pixels
from jlabel.atomic_write import atomic_write
from jlabel.errors import ImageError
from jlabel.media.picture import load
from jlabel.model.item_table import ItemTable
from jlabel.progress_bar import with_bar

FILE = "hashes.npz"
THREADS = 4
_AHEAD = 32
_DIGEST = 16
_Hash = tuple[NDArray[np.uint8], NDArray[np.uint8]]

logger = logging.getLogger(__name__)


def hashed(items: ItemTable, folder: Path) -> tuple[NDArray[np.int64], PictureHash]:
    """Return the hashes of all images that can be read, with the (n,) ids of their items.

    Those that are new or changed are read now, with a bar if that takes long; what was read is kept, also when it is
    interrupted.

    Args:
        items: of the project.
        folder: of the project's assist.
    """
    path = folder / FILE
    known = _read(path)
    stamps = [_digest(stamp) for stamp in items.stamps]
    missing = [n for n, item in enumerate(items.items) if known.get(item, (b"",))[0] != stamps[n]]
    try:
        for n, found in with_bar(_computed(items, missing), "Reading images", total=len(missing)):
            if found is not None:
                known[items.items[n]] = stamps[n], *found
    finally:
        if missing:
            _write(path, known)
    there = [item for n, item in enumerate(items.items) if known.get(item, (b"",))[0] == stamps[n]]
    bits = np.array([known[item][1] for item in there], dtype=np.uint8).reshape(len(there), BITS)
    color = np.array([known[item][2] for item in there], dtype=np.uint8).reshape(len(there), 3)
    return np.array(there, dtype=np.int64), PictureHash(bits=bits, color=color)


def _computed(items: ItemTable, wanted: list[int]) -> Iterator[tuple[int, _Hash | None]]:
    """Yield positions with their hashes, or ``None`` for images that cannot be read."""
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="jlabel-hash")
    queue: deque[tuple[int, Future[_Hash | None]]] = deque()
    try:
        for n in wanted:
            queue.append((n, pool.submit(_hash, items.uri(n))))
            if len(queue) > _AHEAD:
                first, future = queue.popleft()
                yield first, future.result()
        for n, future in queue:
            yield n, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _hash(uri: str) -> _Hash | None:
    try:
        return hash_pixels(load(uri, size=(LOADED, LOADED)).pixels)
    except ImageError as error:
        logger.info("Left out of the search for duplicates: %s", error)
        return None


def _read(path: Path) -> dict[int, tuple[bytes, NDArray[np.uint8], NDArray[np.uint8]]]:
    try:
        with np.load(path) as data:
            bits = np.unpackbits(data["bits"], axis=1)
            rows = zip(data["items"].tolist(), data["stamps"], bits, data["color"], strict=True)
            return {item: (stamp.tobytes(), bits[:-1], color) for item, stamp, bits, color in rows}
    except (OSError, ValueError, KeyError):  # there is none, or it is damaged: computed again
        return {}


def _write(path: Path, known: dict[int, tuple[bytes, NDArray[np.uint8], NDArray[np.uint8]]]) -> None:
    data = io.BytesIO()
    rows = list(known.values())
    np.savez(
        data,
        items=np.array(list(known), dtype=np.int64),
        stamps=np.frombuffer(b"".join(stamp for stamp, _, _ in rows), np.uint8).reshape(len(rows), _DIGEST),
        bits=np.packbits(np.array([bits for _, bits, _ in rows], dtype=np.uint8).reshape(len(rows), BITS), axis=1),
        color=np.array([color for _, _, color in rows], dtype=np.uint8).reshape(len(rows), 3),
    )
    try:
        atomic_write(path, data.getvalue())
    except OSError as error:  # a full disk: they are computed again next time
        logger.warning("The hashes of images could not be kept in %s: %s", path, error)


def _digest(stamp: str) -> bytes:
    return hashlib.blake2b(stamp.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
