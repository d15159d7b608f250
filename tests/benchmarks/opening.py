"""Opening pictures of 24 megapixels: how soon they are sharp, and that the kernel's memory does not grow with them.

In the kernel's process, against Pillow doing no more than it must: the whole picture fitted to a stage, a part of it at
100 % that is decoded first, and one more part of it. In JupyterLab: from Enter to the next picture painted, prefetched;
and the first picture at 100 % after a zoom. Then the resident memory over 200 such pictures, each opened and looked at
closely.
"""

import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
from PIL import Image

from jlabel import Workspace
from jlabel.media.loader import Loader
from jlabel.media.thumbnail import Thumbnail
from tests.benchmarks.browser import jupyterlab
from tests.benchmarks.labeler import AHEAD, close
from tests.benchmarks.measure import Timing, measure
from tests.benchmarks.rows import Row, row
from tests.browser.stage import READY, Stage, code_for
from tests.media.pictures import photo

WIDTH, HEIGHT = 6000, 4000
STAGE = (1100, 600)
PART = (2500.0, 1700.0, 3600.0, 2300.0)
OTHER = (1000.0, 900.0, 2100.0, 1500.0)
FILES = 3  # as many different ones; the rest are links to them, each a picture of its own to jlabel
# Both keep their last value until what is on screen is painted sharp.
_PAINTED = """(() => {
    const front = [...document.querySelectorAll('.jl-canvas-host')].findIndex(e => e.style.visibility === 'visible');
    return document.querySelector('.jl-stage[data-loading]') ? window.jlabelFront : (window.jlabelFront = front);
})()"""
_SHARP = """(() => {
    const preview = [...document.querySelectorAll('.jl-canvas-host')].some(e => e.style.transform);
    return preview ? window.jlabelScale : (window.jlabelScale = document.querySelector('.jl-percent').textContent);
})()"""


def rows(*, quick: bool = False) -> list[Row]:
    """Decodes against Pillow's; the page turn; the memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        uris = _pictures(folder / "pictures", 40 if quick else 200)
        return [*_decodes(uris[: 6 if quick else 20]), *_turns(folder, 8 if quick else 30), *_memory(uris)]


def _pictures(folder: Path, count: int) -> list[str]:
    folder.mkdir()
    for number in range(count):
        path = folder / f"{number:04d}.jpg"
        if number < FILES:
            photo(WIDTH, HEIGHT, seed=number).save(path, quality=90)
        else:
            path.hardlink_to(folder / f"{number % FILES:04d}.jpg")
    return [str(path) for path in sorted(folder.iterdir())]


def _decodes(uris: list[str]) -> list[Row]:
    whole, fitted, first, second, bare_fitted, bare_first = [], [], [], [], [], []
    with Loader() as loader:
        for uri in uris:  # in turn, so that a busy moment of the machine hits all alike
            bare_fitted.append(_milliseconds(partial(_bare, uri, None)))
            fitted.append(_milliseconds(partial(_fitted, loader, uri)))
            bare_first.append(_milliseconds(partial(_bare, uri, PART)))
            first.append(_milliseconds(partial(_region, loader, uri, PART)))
            second.append(_milliseconds(partial(_region, loader, uri, OTHER)))
            whole.append(len(loader.region(uri, "1", PART, *STAGE).result().data) / 1024)
    return [
        _against("opening 24 MP: whole picture decoded, fitted to the stage", fitted, bare_fitted, "<= 1.2x"),
        _against("opening 24 MP: first part at 100 %, decoded", first, bare_first, "<= 1.2x"),
        _against("opening 24 MP: another part at 100 %", second, bare_first, "<= 0.2x"),
        row("opening 24 MP: sent for a part at 100 %", sum(whole) / len(whole), "KiB"),
    ]


def _against(metric: str, samples: list[float], bare: list[float], target: str) -> Row:
    value, base = Timing(samples=tuple(samples)).p50, Timing(samples=tuple(bare)).p50
    return row(f"{metric}, p50", value, "ms", baseline=base, target=target)


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def _fitted(loader: Loader, uri: str) -> Thumbnail:
    return loader.get(uri, "1", *STAGE).result()


def _region(loader: Loader, uri: str, part: tuple[float, float, float, float]) -> Thumbnail:
    return loader.region(uri, "1", part, *STAGE).result()


def _bare(uri: str, part: tuple[float, float, float, float] | None) -> None:
    """Decode, crop or fit, and encode, on one thread, without orientation, checks or cache."""
    with Image.open(uri) as image:
        if part is None:
            image.thumbnail(STAGE, Image.Resampling.LANCZOS, reducing_gap=2.0)
            made = image.convert("RGB")
        else:
            made = image.crop(tuple(map(int, part))).convert("RGB")  # type: ignore[arg-type]
        made.save(io.BytesIO(), "JPEG", quality=88, subsampling=0)


def _turns(folder: Path, times: int) -> list[Row]:
    """From Enter to the next picture in front, painted; each is answered and prefetched before."""
    project = Workspace(folder / "labels").create_project(
        "p", task="boxes", images=folder / "pictures", labels=["thing"]
    )
    with jupyterlab() as lab:
        notebook = lab.open(code_for(project), wait=READY)
        stage = Stage(notebook, project)

        def prepare(_: int) -> None:
            stage.page.locator(AHEAD).wait_for()
            stage.press("n")
            stage.page.locator(".jl-submit:enabled").wait_for()

        turns = measure(stage.page, _PAINTED, lambda _: stage.press("Enter"), times=times, prepare=prepare)
        zooms = measure(
            stage.page,
            _SHARP,
            lambda number: stage.press("Shift+0" if number % 2 == 0 else "0"),
            times=max(4, times // 3),
            prepare=lambda _: stage.settled(),
        )
        close(lab, notebook)
    return [
        row("opening 24 MP: Enter to the next picture, prefetched, p50", turns.p50, "ms"),
        row("opening 24 MP: Enter to the next picture, prefetched, p95", turns.p95, "ms", target="< 400"),
        row("opening 24 MP: 100 % or fit to a sharp picture, p95", zooms.p95, "ms"),
    ]


def _memory(uris: list[str]) -> list[Row]:
    """Resident memory of a process of its own: early, when its caches are full (64 MB of results), and at last."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.opening", *uris], capture_output=True, text=True, check=True
    )
    early, full, late = (size / 1e6 for size in json.loads(done.stdout))
    first, middle, last = _stops(len(uris))
    name = "opening 24 MP: resident memory after"
    return [
        row(f"{name} {first} pictures", early, "MB"),
        row(f"{name} {middle} pictures", full, "MB", baseline=early),
        row(f"{name} {last} pictures", late, "MB", baseline=full, target="<= 1.02x"),
    ]


def _stops(count: int) -> tuple[int, int, int]:
    return max(8, count // 10), 3 * count // 5, count


def main() -> None:
    """Opens the pictures named and looks at a part of each; prints the memory at each stop, bytes."""
    uris, sizes = sys.argv[1:], []
    with Loader() as loader:
        for number, uri in enumerate(uris):
            loader.get(uri, "1", *STAGE).result()
            loader.region(uri, "1", PART, *STAGE).result()
            if number + 1 in _stops(len(uris)):
                sizes.append(psutil.Process().memory_info().rss)
    print(json.dumps(sizes))


if __name__ == "__main__":
    main()
