"""Embeddings on disk: a memory-mapped float16 file and a log of which row is whose.

A folder per backbone holds ``about.json``, ``vectors.f16`` (rows in the order of arrival) and ``index.log`` (one record
of 36 bytes a row, with its own checksum). Vectors reach the disk before the records that name them, so that whatever
moment a process dies at, every record that checks out names a whole row; a torn tail is cut off by the next writer.
500,000 embeddings of 1280 numbers are 1.3 GB on disk and no memory that the system may not take back.
"""

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jlabel.atomic_write import atomic_write
from jlabel.errors import CheckpointError, InputError, StoreFull

VERSION = 1
_RECORD: Final = np.dtype([("item", "<i8"), ("row", "<i8"), ("stamp", "V16"), ("check", "<u4")])
_CHECKED = 32


class EmbeddingStore:
    """The embeddings of one project under one backbone; one writer at a time, any number of readers.

    Args:
        folder: made when it is not there.
        backbone: hash of the network.
        dim: numbers in an embedding.

    Raises:
        CheckpointError: the folder holds embeddings of another backbone or version.
        StoreFull: the folder cannot be written.
    """

    def __init__(self, folder: Path, *, backbone: str, dim: int) -> None:
        self.folder, self.dim = folder, dim
        self._about(backbone)
        self._vectors, self._log = folder / "vectors.f16", folder / "index.log"
        self._items: NDArray[np.int64] | None = None
        self._rows: dict[int, tuple[int, bytes]] = {}
        self._count = 0
        self._map: NDArray[np.float16] = np.zeros((0, dim), np.float16)
        self.refresh()

    @classmethod
    def open(cls, folder: Path) -> "EmbeddingStore":
        """Open the embeddings in ``folder``, whatever their network.

        Raises:
            CheckpointError: there is none, or it is damaged.
        """
        try:
            about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
            return cls(folder, backbone=str(about["backbone"]), dim=int(about["dim"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CheckpointError(f"There are no embeddings in {str(folder)!r}. Start assist to make them.") from error

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def items(self) -> NDArray[np.int64]:
        """(n,) ids of the items that have an embedding."""
        if self._items is None:
            self._items = np.fromiter(self._rows, np.int64, len(self._rows))
        return self._items

    def refresh(self) -> None:
        """Read what a writer has added since."""
        records = self._records()
        self._rows = {
            int(item): (int(row), stamp.tobytes())
            for item, row, stamp in zip(records["item"], records["row"], records["stamp"], strict=True)
        }
        self._count = int(records["row"].max()) + 1 if len(records) else 0
        self._shown()

    def _shown(self) -> None:
        self._items = None
        self._map = (
            np.memmap(self._vectors, np.float16, mode="r", shape=(self._count, self.dim))
            if self._count
            else np.zeros((0, self.dim), np.float16)
        )

    def missing(self, items: Sequence[tuple[int, str]]) -> list[int]:
        """Return positions in ``items``, pairs of id and stamp, that have no embedding or an outdated one."""
        return [
            position
            for position, (item, stamp) in enumerate(items)
            if self._rows.get(item, (0, b""))[1] != _digest(stamp)
        ]

    def append(self, items: Sequence[int], stamps: Sequence[str], vectors: NDArray[np.floating]) -> None:
        """Add embeddings, durably; an item that was there gets a new row.

        Raises:
            InputError: lengths or dimensions differ, or a number is not finite.
            StoreFull: no room; what was there before is whole.
        """
        if vectors.shape != (len(items), self.dim) or len(stamps) != len(items):
            raise InputError(f"{len(items)} items need ({len(items)}, {self.dim}) numbers, not {vectors.shape}.")
        # A float16 ends at 65504; embeddings are far below, and a broken network must not damage the store.
        rows = vectors.astype(np.float16)
        if not np.isfinite(rows).all():
            raise InputError("An embedding holds a number that is not finite. The network's weights are damaged.")
        if not len(items):
            return
        records = np.zeros(len(items), _RECORD)
        records["item"] = items
        records["row"] = np.arange(self._count, self._count + len(items))
        records["stamp"] = np.array([_digest(stamp) for stamp in stamps], "V16")
        raw = records.tobytes()
        for k in range(len(items)):
            start = k * _RECORD.itemsize
            records["check"][k] = zlib.crc32(raw[start : start + _CHECKED])
        try:
            _write_at(self._vectors, self._count * self.dim * 2, rows.tobytes())
            _write_at(self._log, self._valid_bytes, records.tobytes())
        except OSError as error:
            raise StoreFull(
                f"The embeddings in {str(self.folder)!r} cannot be written: {error.strerror}. Make room and go on; "
                "nothing that was stored is lost."
            ) from error
        # Not read again as a whole: with half a million items that would come to hours over all appends.
        self._valid_bytes += records.nbytes
        self._rows |= {
            int(item): (int(row), stamp.tobytes())
            for item, row, stamp in zip(records["item"], records["row"], records["stamp"], strict=True)
        }
        self._count += len(items)
        self._shown()

    def rows(self, items: Sequence[int] | NDArray[np.integer]) -> NDArray[np.intp]:
        """Return the row of each item in ``matrix``; -1 where there is none."""
        return np.fromiter((self._rows.get(int(i), (-1, b""))[0] for i in items), np.intp, len(items))

    @property
    def matrix(self) -> NDArray[np.float16]:
        """(rows, dim) memory-mapped, read-only; rows of replaced embeddings stay in it."""
        return self._map

    def _about(self, backbone: str) -> None:
        path = self.folder / "about.json"
        mine = {"jlabel_shelf": VERSION, "backbone": backbone, "dim": self.dim}
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            try:
                atomic_write(path, json.dumps(mine).encode(), sync=False)
            except OSError as error:
                raise StoreFull(f"The folder {str(self.folder)!r} cannot be written: {error.strerror}.") from error
            return
        try:
            theirs = json.loads(text)
        except ValueError:
            theirs = None
        if theirs != mine:
            raise CheckpointError(
                f"The embeddings in {str(self.folder)!r} are of another backbone or version ({text[:80]}). Remove the "
                "folder; they are computed again."
            )

    def _records(self) -> NDArray[np.void]:
        """Return the records that are whole, and remember how far they reach."""
        raw = b""
        with contextlib.suppress(FileNotFoundError):
            raw = self._log.read_bytes()
        whole = len(raw) // _RECORD.itemsize
        records = np.frombuffer(raw[: whole * _RECORD.itemsize], _RECORD)
        size = self._vectors.stat().st_size if self._vectors.exists() else 0
        good = whole
        # Only the tail can be torn: earlier records were synced before later ones were begun.
        for k in range(whole):
            record = whole - 1 - k
            start = record * _RECORD.itemsize
            sound = zlib.crc32(raw[start : start + _CHECKED]) == int(records["check"][record])
            if sound and (int(records["row"][record]) + 1) * self.dim * 2 <= size:
                break
            good = record
        self._valid_bytes = good * _RECORD.itemsize
        return records[:good]


def _digest(stamp: str) -> bytes:
    return hashlib.blake2b(stamp.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _write_at(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(offset)
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
