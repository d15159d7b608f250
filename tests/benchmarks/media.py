"""How fast grid thumbnails are made, against Pillow doing no more than it must."""

import io
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from jlabel.media.cache import DiskCache
from jlabel.media.loader import Loader
from tests.fixtures.realdata import FOLDER
from tests.media.pictures import photo

SIZE = 400


def rows(quick: bool) -> list[dict[str, Any]]:
    """Thumbnails a second of 400 x 400 at most: loader without cache, and from its disk cache."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        uris = _pictures(folder, 24 if quick else 150)
        repeats = 2 if quick else 5
        bare, cold, warm = [], [], []
        _bare(uris)  # what the operating system reads once is in memory for all three
        for repeat in range(repeats):  # in turn, so that a busy moment of the machine hits all three alike
            bare.append(_rate(lambda: _bare(uris), len(uris)))
            cache = DiskCache(folder / f"cache{repeat}")
            cold.append(_rate(partial(_loaded, uris, cache), len(uris)))
            warm.append(_rate(partial(_loaded, uris, cache), len(uris)))
    base = sorted(bare)[repeats // 2]
    return [
        _row("thumbnails made", sorted(cold)[repeats // 2], base, "a thread of bare Pillow >= 1.0x"),
        _row("thumbnails from the disk cache", sorted(warm)[repeats // 2], base, "a thread of bare Pillow >= 10x"),
    ]


def _row(metric: str, value: float, base: float, target: str) -> dict[str, Any]:
    return {
        "metric": metric,
        "value": round(value, 1),
        "unit": "1/s",
        "baseline": round(base, 1),
        "ratio": round(value / base, 2),
        "target": target,
    }


def _pictures(folder: Path, count: int) -> list[str]:
    real = sorted((FOLDER / "everyday" / "images").glob("*.jpg"))[:count]
    if real:
        return [str(path) for path in real]
    for number in range(count):
        photo(640, 480, seed=number).save(folder / f"{number}.jpg", quality=90)
    return [str(folder / f"{number}.jpg") for number in range(count)]


def _rate(work: Callable[[], None], count: int) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def _bare(uris: list[str]) -> None:
    """Decode, resize and encode as the loader does, on one thread, without orientation, checks or cache."""
    for uri in uris:
        with Image.open(uri) as image:
            image.thumbnail((SIZE, SIZE), Image.Resampling.LANCZOS, reducing_gap=2.0)
            image.convert("RGB").save(io.BytesIO(), "JPEG", quality=88, subsampling=0)


def _loaded(uris: list[str], cache: DiskCache) -> None:
    with Loader(cache=cache) as loader:
        for future in [loader.get(uri, "1", SIZE, SIZE) for uri in uris]:
            future.result()
