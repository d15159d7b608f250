"""The page turn of the labeler in JupyterLab, from Enter to the next page painted, beside that of a static page.

Both are measured in one browser by one script; the page behind is painted before Enter is pressed, as it is when a person has
looked at nine images. Then how long it takes from Enter until the labels are durable, seen from another process.
"""

import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from jlabel import Project
from tests.benchmarks import floor
from tests.benchmarks.browser import jupyterlab
from tests.benchmarks.labeler import FRONT, look, make_project, open_labeler, wait_next
from tests.benchmarks.latency import ROUND_TRIPS
from tests.benchmarks.measure import WARM_UP, Timing, measure
from tests.benchmarks.rows import Row, row
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook

GRID = 9


def rows(*, quick: bool = False) -> list[Row]:
    """Page turns at three distances, and the durable commit on localhost."""
    times = 10 if quick else 40
    found = []
    # Pages for every sample at every distance and for the commits, and the two that are always held.
    count = GRID * (len(ROUND_TRIPS) + 1) * (times + WARM_UP + 4)
    with tempfile.TemporaryDirectory() as folder, jupyterlab() as lab:
        project = make_project(Path(folder), count)
        for trip in ROUND_TRIPS:
            base = floor.page_turn(lab.browser, 0, times)
            timing = _turns(lab, project, trip, times)
            beside = {"p50": base.p50, "p95": base.p95}
            metric = f"page turn, +{trip} ms"
            found.append(row(f"{metric}, p50", timing.p50, "ms", baseline=beside["p50"]))
            found.append(row(f"{metric}, p95", timing.p95, "ms", baseline=beside["p95"], target="<= 1.2x"))
        commits = _commits(lab, project, times)
        found.append(row("submit to durable commit, +0 ms, p50", commits.p50, "ms"))
        found.append(row("submit to durable commit, +0 ms, p95", commits.p95, "ms", target="< 100"))
    return found


def _turns(lab: Lab, project: Project, trip: float, times: int) -> Timing:
    notebook = open_labeler(lab, project, trip)
    page, old = notebook.page, [""]

    def prepare(_: int) -> None:
        _label_page(notebook, old[0])
        old[0] = look(page, "visible")

    timing = measure(page, FRONT, lambda _: page.keyboard.press("Enter"), times=times, prepare=prepare)
    notebook.close()
    return timing


def _label_page(notebook: Notebook, old: str) -> None:
    """Gives the page in front a class and waits until the one behind is painted."""
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.press("1")
    notebook.page.locator(".jl-submit:enabled").wait_for()
    wait_next(notebook.page, old)


def _commits(lab: Lab, project: Project, times: int) -> Timing:
    """From just before the key until another connection reads the labels."""
    notebook = open_labeler(lab, project, 0)
    samples, old = [], ""
    pause = threading.Event()  # never set: a pause between two looks
    for _ in range(times):
        _label_page(notebook, old)
        old = look(notebook.page, "visible")
        before = project.counts().labeled
        start = time.perf_counter()
        notebook.page.keyboard.press("Enter")
        while project.counts().labeled < before + GRID:
            pause.wait(0.001)
        samples.append(1000 * (time.perf_counter() - start))
    notebook.close()
    return Timing(samples=tuple(np.asarray(samples).tolist()))
