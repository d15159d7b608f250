"""Hover, selection and labeling in the labeler's grid, from the input to the paint, beside a static page.

The static page answers the same event with one change of its canvas: both are asked for the browser's next frame.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.benchmarks import floor
from tests.benchmarks.browser import jupyterlab
from tests.benchmarks.labeler import close, joined, make_project, open_labeler
from tests.benchmarks.latency import ROUND_TRIPS
from tests.benchmarks.measure import Timing, measure
from tests.benchmarks.rows import Row, row
from tests.browser.notebook import Notebook

_CELLS = "[...document.querySelectorAll('.jl-cell')]"
HOVERED = f"{_CELLS}.findIndex(cell => cell.matches(':hover'))"
SELECTED = f"{_CELLS}.findIndex(cell => cell.ariaSelected === 'true')"
CHIPS = "[...document.querySelectorAll('.jl-cell .jl-chips')].map(chips => chips.textContent).join('|')"
PLACES = [(150 + 300 * (n % 3), 130 + 266 * (n // 3)) for n in range(9)]
"""The middles of the cells that the static page draws."""


def rows(*, quick: bool = False) -> list[Row]:
    """Three gestures at three distances."""
    times = 12 if quick else 60
    found = []
    with tempfile.TemporaryDirectory() as folder, jupyterlab() as lab:
        for trip in ROUND_TRIPS:
            # Half of the floor before, half after: a machine that grows busy meanwhile is busy for both.
            before = _floor(lab.browser, trip, times // 2)
            notebook = open_labeler(lab, make_project(Path(folder), f"grid {trip}"), trip)
            ours = _gestures(notebook, times)
            close(lab, notebook)
            after = _floor(lab.browser, trip, times // 2)
            for name, timing in ours.items():
                base = joined(before[name], after[name])
                metric = f"grid: {name}, +{trip} ms"
                found.append(row(f"{metric}, p50", timing.p50, "ms", baseline=base.p50))
                found.append(row(f"{metric}, p95", timing.p95, "ms", baseline=base.p95, target="<= 1.2x"))
    return found


def _floor(browser: Browser, trip: float, times: int) -> dict[str, Timing]:
    with floor.static_page(browser, trip) as page:
        page.evaluate("() => addEventListener('click', () => dispatchEvent(new KeyboardEvent('keydown', {key: 'a'})))")
        return {
            "hover": _hover(page, "window.drawn", PLACES, times),
            "selection": _click(page, "window.turned", PLACES, times),
            "label by key": measure(page, "window.turned", lambda _: page.keyboard.press("a"), times=times),
        }


def _gestures(notebook: Notebook, times: int) -> dict[str, Timing]:
    page = notebook.page
    boxes = [cell.bounding_box() for cell in page.locator(".jl-cell").all()]
    places = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]
    hover = _hover(page, HOVERED, places, times)
    click = _click(page, SELECTED, places, times)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    label = measure(page, CHIPS, lambda n: page.keyboard.press(str(1 + n % 9)), times=times)
    return {"hover": hover, "selection": click, "label by key": label}


def _hover(page: Page, probe: str, places: Sequence[tuple[float, float]], times: int) -> Timing:
    return measure(page, probe, lambda n: page.mouse.move(*places[n % 9]), event="pointermove", times=times)


def _click(page: Page, probe: str, places: Sequence[tuple[float, float]], times: int) -> Timing:
    # The pointer is there already: the figure is that of the click.
    return measure(
        page, probe, lambda n: page.mouse.click(*places[n % 9]), event="click", times=times,
        prepare=lambda n: page.mouse.move(*places[n % 9]),
    )  # fmt: skip
