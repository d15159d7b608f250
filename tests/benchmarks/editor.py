"""The shape editor in JupyterLab with a thousand polygons of twenty points on the picture, beside the floor's band.

From a move of the pointer until the rubber band, the moved shape or the dragged vertex is painted, at three distances;
and on localhost from the end of a gesture until the draft is durable, and how much a gesture sends either way, beside
the same on an empty picture. What is in the hand is drawn by the browser, so distance ought not to tell.
"""

import json
import math
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Page

from jlabel import Project, Workspace
from tests.benchmarks import floor
from tests.benchmarks.browser import jupyterlab
from tests.benchmarks.labeler import close, joined
from tests.benchmarks.latency import ROUND_TRIPS
from tests.benchmarks.measure import Timing, measure
from tests.benchmarks.rows import Row, row
from tests.browser.lab import Lab
from tests.browser.stage import READY, Stage, code_for
from tests.pictures import make_pictures

WIDTH, HEIGHT = 1280, 840
COLUMNS, ROWS, POINTS = 40, 25, 20
_FRAMES = "document.querySelector('.jl-gesture-canvas').frames"
_FILL = """
from jlabel.widgets.protocol import parse
shapes = {shapes}
w.session.edit(parse({{"kind": "command", "seq": 1, "view": w.view, "name": "paste", "shapes": shapes}}).value)
w.refresh()
"""
# In the kernel: when each draft was durable. In the page: when each button was let go.
_WATCH = """
import json, time
saved, _save = [], w.session.parts.store.save_drafts
def _watched(*args, **more):
    done = _save(*args, **more)
    saved.append(time.time() * 1000)
    return done
w.session.parts.store.save_drafts = _watched
"""
_UPS = """() => {
    window.jlabelUps = [];
    const note = ({timeStamp}) => window.jlabelUps.push(performance.timeOrigin + timeStamp);
    addEventListener('pointerup', note, {capture: true});
}"""


def rows(*, quick: bool = False) -> list[Row]:
    """The hand at three distances; durable drafts on localhost."""
    times = 15 if quick else 60
    found = []
    with tempfile.TemporaryDirectory() as folder, jupyterlab() as lab:
        for trip in ROUND_TRIPS:
            stage = _open(lab, Path(folder) / str(trip), trip)
            before = floor.rubber_band(lab.browser, trip, times // 2)
            stage.page.bring_to_front()
            timings = {name: _moves(stage, begin, times) for name, begin in _HANDS.items()}
            base = joined(before, floor.rubber_band(lab.browser, trip, times // 2))
            for name, timing in timings.items():
                found.append(row(f"editor: {name}, +{trip} ms, p50", timing.p50, "ms", baseline=base.p50))
                found.append(
                    row(f"editor: {name}, +{trip} ms, p95", timing.p95, "ms", baseline=base.p95, target="<= 1.1x")
                )
            if trip == 0:
                stage.page.bring_to_front()
                many = _drafts(stage, times)
            close(lab, stage.notebook)
        stage = _open(lab, Path(folder) / "empty", 0, shapes=0)
        few = _drafts(stage, times)
        close(lab, stage.notebook)
    return [*found, *_durable("1,000 shapes", many[0]), *_durable("an empty picture", few[0]), *_sizes(many[1], few[1])]


def _durable(where: str, timing: Timing) -> list[Row]:
    name = f"editor: gesture to durable draft, {where}"
    return [row(f"{name}, p50", timing.p50, "ms"), row(f"{name}, p95", timing.p95, "ms", target="< 30")]


def _sizes(many: "Traffic", few: "Traffic") -> list[Row]:
    name = "editor: a gesture among 1,000 shapes"
    return [
        row(f"{name}, sent by the browser", many.sent, "kB", baseline=few.sent),
        row(f"{name}, sent by the kernel", many.received, "kB", baseline=few.received),
    ]


class Traffic:
    """What goes over the page's websockets to the kernels, in kB for each gesture, Jupyter's envelopes included."""

    def __init__(self, page: Page) -> None:
        self.sent = self.received = 0.0
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("Network.enable")
        self._cdp.on("Network.webSocketFrameSent", lambda event: self._count("sent", event))
        self._cdp.on("Network.webSocketFrameReceived", lambda event: self._count("received", event))

    def _count(self, way: str, event: dict[str, Any]) -> None:
        frame = event["response"]
        size = len(frame["payloadData"]) * (3 / 4 if frame["opcode"] == 2 else 1)  # a binary frame comes as base64
        setattr(self, way, getattr(self, way) + size / 1000)

    def stop(self, gestures: int) -> Self:
        """Ends the count and shares it out."""
        self._cdp.detach()
        self.sent, self.received = self.sent / gestures, self.received / gestures
        return self


def _polygons() -> list[dict[str, object]]:
    def ring(x: float, y: float) -> list[list[float]]:
        turns = [2 * math.pi * k / POINTS for k in range(POINTS)]
        return [[x + 12 * math.cos(turn), y + 12 * math.sin(turn)] for turn in turns]

    step = (WIDTH / COLUMNS, HEIGHT / ROWS)
    places = [((i + 0.5) * step[0], (j + 0.5) * step[1]) for j in range(ROWS) for i in range(COLUMNS)]
    return [{"uid": f"n{n}", "class_id": 1, "shape": {"rings": [ring(*at)]}} for n, at in enumerate(places)]


def _open(lab: Lab, folder: Path, trip: float, shapes: int = COLUMNS * ROWS) -> Stage:
    images = make_pictures(folder / "pictures", 2, width=WIDTH, height=HEIGHT)
    project: Project = Workspace(folder / "labels").create_project("p", task="polygons", images=images, labels=["cell"])
    notebook = lab.open(code_for(project), wait=READY, round_trip=trip)
    if shapes:
        notebook.eval(_FILL.format(shapes=json.dumps(_polygons()[:shapes])))
    notebook.page.wait_for_function(f"document.querySelectorAll('.jl-object').length === {shapes}")
    stage = Stage(notebook, project)
    stage.press("1")
    return stage


def _band(stage: Stage) -> tuple[float, float]:
    stage.press("r")
    return WIDTH / 2 + 16, HEIGHT / 2 + 16  # between four shapes


def _shape(stage: Stage) -> tuple[float, float]:
    stage.press("m")
    return WIDTH / 2 + 16, HEIGHT / 2


def _vertex(stage: Stage) -> tuple[float, float]:
    stage.press("u")
    return WIDTH / 2 + 16 + 12, HEIGHT / 2


_HANDS: dict[str, Callable[[Stage], tuple[float, float]]] = {
    "rubber band": _band,
    "moved shape": _shape,
    "dragged vertex": _vertex,
}


def _moves(stage: Stage, begin: Callable[[Stage], tuple[float, float]], times: int) -> Timing:
    """Milliseconds from a move of the pointer to the hand's layer painted; nothing is kept of it."""
    x, y = stage.at(*begin(stage))
    mouse = stage.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 10, y + 10)

    def act(number: int) -> None:
        mouse.move(x + 12 + number % 40, y + 12 + number % 30)

    timing = measure(stage.page, _FRAMES, act, event="pointermove", times=times)
    stage.press("Escape")
    mouse.up()
    stage.press("Escape")
    return timing


def _drafts(stage: Stage, times: int) -> tuple[Timing, Traffic]:
    """Milliseconds from the button let go to the end of the store's transaction; and what was sent meanwhile."""
    stage.notebook.eval(_WATCH)
    stage.page.evaluate(_UPS)
    stage.press("r")
    traffic = Traffic(stage.page)
    for number in range(times):
        x, y = 16 + 20 * (number % 30), 16
        stage.press("Escape")
        stage.drag(x, y, x + 15, y + 15, steps=2)
        stage.until(f"len(saved) == {number + 1}", bool)
    traffic.stop(times)
    ups: list[float] = stage.page.evaluate("() => window.jlabelUps")
    ends: list[float] = json.loads(stage.notebook.eval("print(json.dumps(saved))"))
    return Timing(samples=tuple(end - up for up, end in zip(ups, ends, strict=True))), traffic
