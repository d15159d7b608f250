"""Files that are replaced whole or not at all."""

import os
from pathlib import Path

import pytest

from jlabel.atomic_write import atomic_write, replacing


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("sync", [True, False])
def test_the_folders_and_the_file_appear(tmp_path: Path, *, sync: bool) -> None:
    atomic_write(tmp_path / "new" / "a", b"one", sync=sync)
    atomic_write(tmp_path / "new" / "a", b"two", sync=sync)
    assert (tmp_path / "new" / "a").read_bytes() == b"two"
    assert names(tmp_path) == ["new", "new/a"]


def test_the_older_file_stays_while_the_block_runs_and_when_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(target: Path) -> None:
        with replacing(target) as file:
            file.write(b"new")
            file.flush()
            assert path.read_bytes() == b"old"
            raise KeyboardInterrupt

    for target in (path, tmp_path / "made" / "b"):
        with pytest.raises(KeyboardInterrupt):
            fail(target)
    assert names(tmp_path) == ["a"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(("sync", "calls"), [(True, 2), (False, 0)])
def test_the_bytes_and_the_name_are_synced_where_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, sync: bool, calls: int
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    atomic_write(tmp_path / "a", b"one", sync=sync)
    assert len(synced) == calls
