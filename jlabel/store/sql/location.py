"""Where a store lies: a folder on a local disk, or a PostgreSQL URL."""

import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import psutil
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from jlabel.errors import InputError, MissingExtra, NetworkFileSystemError, StoreError
from jlabel.model.local_path import expand_user

FILE = "jlabel.db"
"""The SQLite database's name within a workspace's folder."""

_NETWORK = {
    "9p", "afp", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs",
    "nfs", "nfs3", "nfs4", "orangefs", "panfs", "pvfs2", "smb", "smb2", "smb3", "smbfs", "sshfs", "webdav", "wekafs",
}  # fmt: skip
_NETWORK_FUSE = {
    "afp", "beegfs", "blobfuse", "blobfuse2", "ceph", "ceph-fuse", "davfs", "davfs2", "gcsfuse", "glusterfs", "goofys",
    "juicefs", "mount-s3", "mountpoint-s3", "nfs", "rclone", "s3fs", "seaweedfs", "smbnetfs", "sshfs", "vmhgfs-fuse",
}  # fmt: skip


class Partition(Protocol):
    """What is read of ``psutil.disk_partitions``."""

    @property
    def mountpoint(self) -> str:
        """Where the file system is mounted."""

    @property
    def fstype(self) -> str:
        """Its kind, for example ``ext4`` or ``fuse.sshfs``."""

    @property
    def opts(self) -> str:
        """Mount options, comma separated; on Windows also ``remote`` or ``fixed``."""


def is_url(location: str | Path) -> bool:
    """Whether ``location`` is a database URL, not a folder."""
    return isinstance(location, str) and "://" in location


def postgres_url(location: str) -> URL:
    """Return the URL with the driver that jlabel uses.

    Raises:
        InputError: not a URL, or not one of PostgreSQL.
        MissingExtra: psycopg is not installed.
    """
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        scheme = location.split("://", 1)[0]
        raise InputError(
            f"The {scheme}:// URL cannot be read. Write it as postgresql://user:password@host:5432/database."
        ) from None
    if url.drivername.split("+")[0] not in {"postgresql", "postgres"}:
        raise InputError(
            f"A store lives in a folder or in PostgreSQL, not at {url.drivername}://. "
            "Pass a path, or postgresql://user:password@host/database."
        )
    if find_spec("psycopg") is None:
        raise MissingExtra("PostgreSQL needs the package psycopg. Install it with: pip install 'jlabel[postgres]'")
    return url.set(drivername="postgresql+psycopg")


def local_folder(location: str | Path, partitions: Iterable[Partition] | None = None) -> Path:
    """Return the folder, created if need be, in which a SQLite database may live, or may be read.

    Args:
        location: the folder; ``~`` is the home folder.
        partitions: the mounted file systems; asked of the system when ``None``.

    Raises:
        StoreError: the folder cannot be created, or is a file.
        NetworkFileSystemError: it lies on a network file system.
    """
    folder = expand_user(location).absolute()
    if is_read_only(folder):  # nobody locks what nobody writes, on whatever disk
        return folder
    refuse_network(folder, partitions)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise StoreError(f"{folder} is a file. A workspace needs a folder: choose another path.") from None
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be created: {error.strerror or error}. Choose one that you may write to."
        ) from error
    return folder


def is_read_only(folder: Path) -> bool:
    """Whether a workspace's folder has a database and nothing can be written to it."""
    file = folder / FILE
    effective = os.access in os.supports_effective_ids
    writable = all(os.access(each, os.W_OK, effective_ids=effective) for each in (file, folder))
    return not writable and os.path.isfile(file)  # noqa: PTH113 -- Path.is_file raises where nothing may be seen


def refuse_network(folder: Path, partitions: Iterable[Partition] | None = None) -> None:
    """Raise if ``folder`` lies on a file system shared over a network, where SQLite's locks do not hold.

    Raises:
        NetworkFileSystemError: it does; the message names PostgreSQL.
    """
    kind = _file_system(folder, psutil.disk_partitions(all=True) if partitions is None else partitions)
    if kind is not None:
        raise NetworkFileSystemError(
            f"{folder} lies on a network file system ({kind}), where SQLite can lose labels. Choose a folder on "
            "a local disk, or use PostgreSQL: jlabel.Workspace('postgresql://user@host/database')."
        )


def _file_system(folder: Path, partitions: Iterable[Partition]) -> str | None:
    """Return the network file system's kind, or ``None`` on a local disk."""
    path = os.path.realpath(folder)
    if path.startswith("\\\\"):
        return "a Windows share"
    best: Partition | None = None
    for partition in partitions:
        inside = path == partition.mountpoint or path.startswith(partition.mountpoint.rstrip("/\\") + os.sep)
        # A later mount over the same point hides the earlier one, hence >=.
        if inside and (best is None or len(partition.mountpoint) >= len(best.mountpoint)):
            best = partition
    if best is None:
        return None
    kind = best.fstype.lower()
    if kind == "9p" and best.mountpoint == "/":
        return None  # the root of a sandboxed container (gVisor): local, whatever its name
    if kind in _NETWORK or "remote" in best.opts.split(","):
        return best.fstype or "a network drive"
    if kind.startswith("fuse.") and kind.removeprefix("fuse.") in _NETWORK_FUSE:
        return best.fstype
    return None
