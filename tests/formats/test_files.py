import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jlabel.errors import ExportError
from jlabel.formats.files import write, write_files
from jlabel.formats.format import Content


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("content", ["grün", "grün".encode(), ["gr", "ün".encode()]])
def test_writes_text_bytes_and_chunks(tmp_path: Path, content: Content) -> None:
    path = write(tmp_path / "new" / "deep" / "a.txt", content)
    assert path.read_bytes() == "grün".encode()
    assert everything(tmp_path) == ["new", "new/deep", "new/deep/a.txt"]


def test_replaces_an_older_file_with_ordinary_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    plain = path.stat().st_mode
    write(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode == plain


def test_a_failing_source_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def chunks() -> Iterator[str]:
        yield "half"
        raise RuntimeError("the source broke")

    for target in (path, tmp_path / "made" / "b.txt"):
        with pytest.raises(RuntimeError, match="the source broke"):
            write(target, chunks())
    assert everything(tmp_path) == ["a.txt"]
    assert path.read_text() == "old"


def test_what_stands_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(ExportError, match="is a folder"):
        write(tmp_path, "x")
    with pytest.raises(ExportError, match="a file stands where a folder should be"):
        write(tmp_path / "a" / "b.txt", "x")
    with pytest.raises(ExportError, match="cannot be written"):
        write(tmp_path / ("long" * 100), "x")
    assert everything(tmp_path) == ["a"]


def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(ExportError, match="may not be written there"):
            write(tmp_path / "a.txt", "x")
    finally:
        tmp_path.chmod(0o700)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_older_file_and_nothing_else(small_disk: Path) -> None:
    path = small_disk / "a.json"
    path.write_text("old")
    with pytest.raises(ExportError, match=r"no room for the export '.*a\.json'"):
        write(path, (b"x" * 65536 for _ in range(100)))
    with pytest.raises(ExportError, match="no room"):
        write(small_disk / "new" / "b.json", b"x" * (2 << 20))
    assert everything(small_disk) == ["a.json"]
    assert path.read_text() == "old"
    assert write(path, b"x" * 1000).stat().st_size == 1000


def test_a_file_size_limit_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    # Needs no root: the limit is the process's own, and the operating system refuses the write for real.
    (tmp_path / "a.json").write_text("old")
    code = (
        "import resource, sys; from jlabel.formats.files import write; from jlabel.errors import ExportError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n    write(sys.argv[1], b'x' * 1_000_000)\n"
        "except ExportError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.json")], capture_output=True, text=True, check=True
    )
    assert "no room" in done.stdout
    assert everything(tmp_path) == ["a.json"]
    assert (tmp_path / "a.json").read_text() == "old"


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    files: list[tuple[str, Content]] = [("a.txt", "one"), ("deep/er/b.txt", [b"tw", "o"])]
    write_files(tmp_path / "new" / "out", files, folder=True)
    assert everything(tmp_path / "new") == ["out", "out/a.txt", "out/deep", "out/deep/er", "out/deep/er/b.txt"]
    with pytest.raises(ExportError, match="not an empty folder"):
        write_files(tmp_path / "new" / "out", files, folder=True)
    (tmp_path / "empty").mkdir()
    write_files(tmp_path / "empty", files[:1], folder=True)
    assert everything(tmp_path / "empty") == ["a.txt"]

    def broken() -> Iterator[tuple[str, str]]:
        yield "a.txt", "one"
        raise RuntimeError("the source broke")

    before = everything(tmp_path)
    with pytest.raises(RuntimeError, match="the source broke"):
        write_files(tmp_path / "other" / "out", broken(), folder=True)
    for name in ("../outside.txt", "/outside.txt", ""):
        with pytest.raises(ExportError, match="would lie outside"):
            write_files(tmp_path / "other" / "out", [(name, "x")], folder=True)
    assert everything(tmp_path) == before
