"""The key B: from the press to the outline on screen, on large photographs too, and what loading the model costs.

A model of squares is trained first, for a few seconds.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from jlabel import Project
from jlabel.assist.outlining.outliner import Outliner
from jlabel.model.page import Task
from tests.assist.outlined import outlined, trained
from tests.benchmarks.browser import jupyterlab
from tests.benchmarks.measure import measure
from tests.benchmarks.rows import Row, row
from tests.browser.stage import READY, Stage, code_for

SIZE = (4000, 3000)
_PROBE = "document.querySelector('.jl-object .jl-count')?.textContent"  # the size of the shape, which is not the box's
_MARGIN = 3


def rows(*, quick: bool = False) -> list[Row]:
    """On screen, on large files, and while the model is loaded."""
    times = 10 if quick else 40
    with tempfile.TemporaryDirectory() as folder:
        project = trained(Path(folder))
        return [*_loading(project), *_large(project, Path(folder), times), *_on_screen(project, times)]


def _loading(project: Project) -> list[Row]:
    """How long until the first outline may be had, and how long this process was kept from its own work meanwhile."""
    outliner = Outliner(project.store, project.id)
    begun = last = time.perf_counter()
    outliner.refresh()
    longest = 0.0
    while not outliner.loaded:
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    took = time.perf_counter() - begun
    outliner.close()
    return [
        row("outline: the model is loaded after", took, "s"),
        row("outline: the kernel waits meanwhile, at most", longest * 1000, "ms", target="< 50"),
    ]


def _large(project: Project, folder: Path, times: int) -> list[Row]:
    """Milliseconds for the first box on an image, which is decoded for it, and for the next one."""
    outliner, found = Outliner(project.store, project.id), []
    outliner.refresh()
    pixels = np.random.default_rng(0).normal(128, 8, (SIZE[1] // 4, SIZE[0] // 4, 3)).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(pixels).resize(SIZE)
    for ending in ("jpg", "png"):
        path = folder / f"large.{ending}"
        picture.save(path)
        first: list[float] = []
        following: list[float] = []
        for number in range(min(times, 10)):
            task = Task(item=10_000 + number, name=path.name, uri=str(path), stamp=str(number))
            for taken in (first, following):
                begun = time.perf_counter()
                outliner.outline(task, (1000.0, 1000.0, 1600.0, 1500.0))
                taken.append((time.perf_counter() - begun) * 1000)
        name = f"outline: a box on 12 megapixels, {ending}"
        found.append(row(f"{name}, the first of the image, p50", float(np.median(first[1:])), "ms"))
        found.append(row(f"{name}, the next ones, p50", float(np.median(following[1:])), "ms", target="< 200"))
    outliner.close()
    return found


def _on_screen(project: Project, times: int) -> list[Row]:
    """Milliseconds from the key to the second frame after the outline, in JupyterLab on this machine."""
    with jupyterlab() as lab:
        notebook = lab.open(code_for(project), wait=".jl-assist-line")  # which takes room from the stage
        notebook.page.locator(READY).wait_for()
        notebook.page.locator(".jl-stage:not([data-refitting])").wait_for()
        stage = Stage(notebook, project)
        while not outlined(stage.name).annotations:
            stage.press("n", "Enter")
            stage.turned()
        stage.until("w._outliner.loaded", bool)
        shape = outlined(stage.name).annotations[0].shape
        assert shape is not None
        x0, y0, x1, y1 = shape.bounds()
        box = max(0.0, x0 - _MARGIN), max(0.0, y0 - _MARGIN), x1 + _MARGIN, y1 + _MARGIN
        stage.press("1", "r")

        def draw(_: int) -> None:
            stage.press("d")
            stage.wait(lambda shapes: not shapes)
            stage.drag(*box)
            stage.wait(lambda shapes: len(shapes) == 1)

        timing = measure(stage.page, _PROBE, lambda _: stage.press("b"), times=times, prepare=draw)
    name = "outline: B to the outline on screen"
    return [row(f"{name}, p50", timing.p50, "ms"), row(f"{name}, p95", timing.p95, "ms", target="< 200")]
