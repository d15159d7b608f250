import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jlabel.media.cache import DiskCache, key_of

KEYS = [key_of(f"/photos/{n}.jpg", "1", 100, 100) for n in range(30)]


def test_keeps_bytes_by_key(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    assert cache.get(KEYS[0]) is None
    cache.put(KEYS[0], b"first")
    cache.put(KEYS[0], b"second")
    assert cache.get(KEYS[0]) == b"second"
    assert DiskCache(tmp_path).get(KEYS[0]) == b"second"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [KEYS[0]]


def test_keys_tell_apart_all_that_makes_a_thumbnail() -> None:
    keys = {key_of(*parts) for parts in [("a", "1", 9, 9), ("b", "1", 9, 9), ("a", "2", 9, 9), ("a", "1", 8, 9)]}
    assert len(keys) == 4
    assert key_of("a", "11", 1, 1) != key_of("a", "1", 11, 1)


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, limit=10_000)
    for n in range(10):
        cache.put(KEYS[n], bytes(1000))
        os.utime(tmp_path / KEYS[n][:2] / KEYS[n], (1000 + n, 1000 + n))
    assert cache.get(KEYS[0]) is not None  # used just now, so that it stays
    for n in range(10, 13):
        cache.put(KEYS[n], bytes(1000))
    kept = {n for n in range(13) if cache.get(KEYS[n]) is not None}
    assert len(kept) <= 10
    assert {0, 10, 11, 12} <= kept
    assert 1 not in kept


def test_never_far_above_its_limit(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, limit=10_000)
    for key in KEYS:
        cache.put(key, bytes(1000))
        assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 11_000


def test_an_unwritable_folder_keeps_nothing_and_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = DiskCache(tmp_path / "file" / "cache")
    with caplog.at_level(logging.INFO, "jlabel.media.cache"):
        cache.put(KEYS[0], b"first")
        cache.put(KEYS[1], b"second")
    assert cache.get(KEYS[0]) is None
    assert len(caplog.records) == 1


def test_several_processes_share_one_folder(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from jlabel.media.cache import DiskCache, key_of\n"
        "cache = DiskCache(Path(sys.argv[1]), limit=40_000)\n"
        "for n in range(300):\n"
        "    key = key_of(str(n % 60), '', 1, 1)\n"
        "    data = cache.get(key)\n"
        "    assert data in (None, bytes([n % 60]) * 1000), data\n"
        "    cache.put(key, bytes([n % 60]) * 1000)\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert not list(tmp_path.rglob(".new-*"))
