"""The page turn of the labeler in JupyterLab, from Enter to the next page painted, beside that of a static page.

Both are measured in one browser by one script at the same distance. The page behind is painted before Enter is pressed,
as it is when a person has looked at nine photographs. Then, on localhost, how long it takes from Enter until the labels
are durable, and what the kernel spends on a message.
"""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from jlabel import Project
from tests.benchmarks import floor
from tests.benchmarks.browser import jupyterlab
from tests.benchmarks.labeler import AHEAD, close, joined, make_project, open_labeler, painted
from tests.benchmarks.latency import ROUND_TRIPS
from tests.benchmarks.measure import Timing, measure
from tests.benchmarks.rows import Row, row
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook

_SHOWN = """{
    front: [...document.querySelectorAll('.jl-canvas-host')].findIndex(side => side.style.visibility === 'visible'),
    names: [...document.querySelectorAll('.jl-cell .jl-name')].map(name => name.textContent),
}"""
# The other canvas lies in front and every cell has the name of another picture.
_TURNED = f"""((old, now) =>
    old.front !== now.front && now.names.length && now.names.every(name => !old.names.includes(name)))
(window.jlabelShown, {_SHOWN})"""

# In the kernel: when each submission was durable, that is when the store's transaction had ended.
_WATCH = """
import json, time
committed, _submit = [], w.session.parts.store.submit
def _watched(*args, **more):
    done = _submit(*args, **more)
    committed.append(time.time() * 1000)
    return done
w.session.parts.store.submit = _watched
"""
# In the page: when each Enter came, on the clock that the kernel reads too.
_KEYS = """() => {
    window.jlabelKeys = [];
    addEventListener('keydown', event => {
        if (event.key === 'Enter') window.jlabelKeys.push(performance.timeOrigin + event.timeStamp);
    }, {capture: true});
}"""
# In the kernel, with the browser connected: messages as the browser sends them, and what goes back.
_COST = """
import json, time
def _spent(message):
    wall, cpu = time.perf_counter(), time.thread_time()
    w._receive(None, message, None)
    return 1000 * (time.perf_counter() - wall), 1000 * (time.thread_time() - cpu)
_token, _items = w.session.page.token, list(w.session.parts.pages.current.items)
_envelope = {"seq": 0, "view": w.view, "page": _token}
_cell = _envelope | {"kind": "cell", "action": "apply"}
_ids = [label.id for label in w.session.classes]
_spents = [_spent(_cell | {"items": [_items[n % 9]], "class_id": _ids[n // 9 % 8]}) for n in range(TIMES)]
_all = _spent(_cell | {"items": _items, "class_id": _ids[0]})
_turn = _spent(_envelope | {"kind": "command", "name": "submit", "seconds": 1})
print(json.dumps([_spents[1:], _turn, len(json.dumps(w.state))]))
"""


def rows(*, quick: bool = False) -> list[Row]:
    """Page turns at three distances; the durable commit and the kernel's work on localhost."""
    times = 12 if quick else 60
    found = []
    with tempfile.TemporaryDirectory() as folder, jupyterlab() as lab:
        for trip in ROUND_TRIPS:
            project = make_project(Path(folder), f"turn {trip}")
            # Half of the floor before, half after: a machine that grows busy meanwhile is busy for both.
            before = floor.page_turn(lab.browser, trip, times // 2)
            timing = _turns(lab, project, trip, times)
            base = joined(before, floor.page_turn(lab.browser, trip, times // 2))
            metric = f"page turn, +{trip} ms"
            found.append(row(f"{metric}, p50", timing.p50, "ms", baseline=base.p50))
            found.append(row(f"{metric}, p95", timing.p95, "ms", baseline=base.p95, target="<= 1.2x"))
        project = make_project(Path(folder), "commit")
        notebook = open_labeler(lab, project, 0)
        commits = _commits(notebook, times)
        found.append(row("submit to durable commit, p50", commits.p50, "ms"))
        found.append(row("submit to durable commit, p95", commits.p95, "ms", target="< 100"))
        found += _costs(notebook, times)
        close(lab, notebook)
    return found


def _turns(lab: Lab, project: Project, trip: float, times: int) -> Timing:
    notebook = open_labeler(lab, project, trip)
    page = notebook.page

    def prepare(_: int) -> None:
        _label_page(page)
        page.evaluate(f"() => {{ window.jlabelShown = {_SHOWN}; }}")

    timing = measure(page, _TURNED, lambda _: page.keyboard.press("Enter"), times=times, prepare=prepare)
    close(lab, notebook)
    return timing


def _label_page(page: Page) -> None:
    """Gives the page in front a class and waits until the one behind is painted."""
    page.locator(AHEAD).wait_for()
    if not painted(page):
        raise RuntimeError("the labeler says that the page ahead is painted, and the canvas is empty")
    page.keyboard.press("Control+a")
    page.keyboard.press("1")
    page.locator(".jl-submit:enabled").wait_for()


def _commits(notebook: Notebook, times: int) -> Timing:
    notebook.eval(_WATCH)
    page = notebook.page
    page.evaluate(_KEYS)
    for _ in range(times):
        _label_page(page)
        page.keyboard.press("Enter")
    page.locator(AHEAD).wait_for()  # comes after the answer to the last submission
    keys: list[float] = page.evaluate("() => window.jlabelKeys")
    ends: list[float] = json.loads(notebook.eval("print(json.dumps(committed))"))
    return Timing(samples=tuple(end - key for key, end in zip(keys, ends, strict=True)))


def _costs(notebook: Notebook, times: int) -> list[Row]:
    """Milliseconds, by the wall's clock and of the CPU, that the kernel spends on a message; the size of its answer."""
    cells, turns, size = [], [], 0
    for _ in range(max(5, times // 6)):
        spent, turn, size = json.loads(notebook.eval(_COST.replace("TIMES", "19")))
        cells += spent
        turns.append(turn)
        notebook.page.locator(AHEAD).wait_for()
    found = []
    for name, samples in (("a cell message", cells), ("a submit", turns)):
        for what, part in zip(("time", "CPU time"), zip(*samples, strict=True), strict=True):
            timing = Timing(samples=part)
            found.append(row(f"kernel's {what} for {name}, p50", timing.p50, "ms"))
            found.append(row(f"kernel's {what} for {name}, p95", timing.p95, "ms"))
    found.append(row("state sent after a message", size / 1024, "KiB"))
    return found
