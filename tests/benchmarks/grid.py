"""Selection and hover in the labeler's grid, from the pointer to the paint, beside a static page's rubber band."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.benchmarks import floor
from tests.benchmarks.browser import jupyterlab
from tests.benchmarks.labeler import make_project, open_labeler
from tests.benchmarks.latency import ROUND_TRIPS
from tests.benchmarks.measure import measure
from tests.benchmarks.rows import Row, row

SELECTED = "[...document.querySelectorAll('.jl-cell')].findIndex(cell => cell.ariaSelected === 'true')"
HOVERED = "[...document.querySelectorAll('.jl-cell')].findIndex(cell => cell.matches(':hover'))"


def rows(*, quick: bool = False) -> list[Row]:
    """Both gestures at three distances."""
    times = 15 if quick else 60
    found = []
    with tempfile.TemporaryDirectory() as folder, jupyterlab() as lab:
        project = make_project(Path(folder), 40)
        for trip in ROUND_TRIPS:
            base = floor.rubber_band(lab.browser, 0, times)
            notebook = open_labeler(lab, project, trip)
            page = notebook.page
            places = _centres(page)
            hover = measure(page, HOVERED, lambda n: page.mouse.move(*places[n % 9]), event="pointermove", times=times)
            page.mouse.move(0, 0)
            click = measure(page, SELECTED, lambda n: page.mouse.click(*places[n % 9]), event="click", times=times)
            notebook.close()
            for name, timing in (("hover", hover), ("selection", click)):
                metric = f"grid {name}, +{trip} ms"
                found.append(row(f"{metric}, p50", timing.p50, "ms", baseline=base.p50))
                found.append(row(f"{metric}, p95", timing.p95, "ms", baseline=base.p95, target="<= 1.2x"))
    return found


def _centres(page: Page) -> list[tuple[float, float]]:
    """The middle of each cell, in CSS pixels of the page."""
    boxes = [cell.bounding_box() for cell in page.locator(".jl-cell").all()]
    return [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]
