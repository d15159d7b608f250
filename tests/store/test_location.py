from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from jlabel.errors import InputError, MissingExtra, NetworkFileSystemError, StoreError
from jlabel.store import open_store
from jlabel.store.sql import location as place
from jlabel.store.sql.location import local_folder, postgres_url


@dataclass
class Mount:
    mountpoint: str
    fstype: str
    opts: str = "rw"


@pytest.mark.parametrize(
    "kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "glusterfs", "ceph", "lustre", "afs", "fuse.sshfs", "fuse.rclone"]
)
def test_a_network_file_system_is_refused(tmp_path: Path, kind: str) -> None:
    mounts = [Mount("/", "ext4"), Mount(str(tmp_path), kind)]
    with pytest.raises(NetworkFileSystemError, match="PostgreSQL") as caught:
        local_folder(tmp_path / "a" / "b", mounts)
    assert kind in str(caught.value)
    assert str(tmp_path / "a" / "b") in str(caught.value)
    assert not (tmp_path / "a").exists()


def test_a_local_folder_is_accepted(tmp_path: Path) -> None:
    mounts = [
        Mount("/", "nfs"),
        Mount(str(tmp_path), "ext4"),
        Mount(f"{tmp_path}/other", "nfs"),
        Mount(f"{tmp_path}/fo", "nfs"),  # a prefix of the name, not of the path
    ]
    assert local_folder(tmp_path / "folder", mounts) == tmp_path / "folder"
    assert local_folder(tmp_path, [Mount("/", "9p")]) == tmp_path  # a sandbox's own root
    assert local_folder(tmp_path, [Mount("/", "overlay"), Mount("/", "fuse.bindfs")]) == tmp_path
    assert local_folder(tmp_path, []) == tmp_path


def test_a_later_mount_hides_an_earlier_one(tmp_path: Path) -> None:
    with pytest.raises(NetworkFileSystemError):
        local_folder(tmp_path, [Mount(str(tmp_path), "ext4"), Mount(str(tmp_path), "nfs")])


def test_a_link_does_not_hide_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    with pytest.raises(NetworkFileSystemError):
        local_folder(tmp_path / "link", [Mount("/", "ext4"), Mount(str(tmp_path / "share"), "nfs")])


def test_a_store_refuses_what_the_system_calls_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: [Mount("/", "nfs4")])
    with pytest.raises(NetworkFileSystemError):
        open_store(tmp_path)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match="file"):
            open_store(path)


def test_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("postgresql://u@h/d", "postgresql+psycopg://u@h/d", "postgres://u@h/d"):
        assert postgres_url(url).drivername == "postgresql+psycopg"
    with pytest.raises(InputError, match="mysql"):
        open_store("mysql://u@h/d")
    with pytest.raises(InputError, match="cannot be read"):
        open_store("postgresql://u@h:port/d")
    monkeypatch.setattr(place, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"jlabel\[postgres\]"):
        open_store("postgresql://u@h/d")
