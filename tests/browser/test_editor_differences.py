"""Boxes and polygons in JupyterLab: what travels after a gesture is a difference, and nothing shows it."""

import base64
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from jlabel import Workspace
from tests.browser.lab import Lab
from tests.browser.stage import READY, Stage, code_for
from tests.pictures import make_pictures

SIZE = (400, 300)
Open = Callable[..., Stage]
# What all canvases of the stage but the hand's show, and how often the kernel's drawings have arrived.
_PIXELS = """() => [...document.querySelectorAll('.jl-canvas-host canvas')].map(canvas => canvas.toDataURL())"""


@pytest.fixture
def open_editor(lab: Lab, tmp_path: Path) -> Open:
    def create(task: str, round_trip: float = 0) -> Stage:
        folder = make_pictures(tmp_path / "pictures", 6, width=SIZE[0], height=SIZE[1])
        workspace = Workspace(tmp_path / "labels")
        project = workspace.create_project("p", task=task, images=folder, labels=["cell", "dust"])
        return Stage(lab.open(code_for(project), wait=READY, round_trip=round_trip), project)

    return create


def _settle(stage: Stage, shapes: int) -> list[str]:
    """The pixels, once the canvas has not changed for several frames."""
    stage.page.wait_for_function(f"document.querySelectorAll('.jl-object').length === {shapes}")
    stage.notebook.eval("pass")  # the kernel is through with the messages before
    before: list[str] = []
    same = 0
    for _ in range(200):
        now: list[str] = stage.page.evaluate(_PIXELS)
        same = same + 1 if now == before else 0
        if same == 5:
            return now
        before = now
        stage.notebook.frame()
    raise AssertionError("the canvas never came to rest")


def _decode(url: str) -> NDArray[np.int16]:
    picture = Image.open(BytesIO(base64.b64decode(url.split(",")[1])))
    return np.asarray(picture.convert("RGBA"), dtype=np.int16)


def test_shapes_drawn_where_a_gesture_changed_something_look_like_all_drawn_anew(open_editor: Open) -> None:
    stage = open_editor("polygons")
    stage.press("1", "r")
    for number in range(12):
        x, y = 20 + 26 * number, 40 + 12 * (number % 3)
        stage.press("Escape", str(1 + number % 2))
        stage.drag(x, y, x + 60, y + 70, steps=2)
    stage.press("p")
    for point in ((60, 180), (340, 190), (70, 200), (330, 170)):  # a sharp one
        stage.click(*point)
    stage.press("Enter", "f", "Escape")
    stage.wait(lambda s: len(s) == 13)
    stage.press("m")
    stage.drag(110, 70, 150, 140)  # moved over others
    stage.click(210, 60)
    stage.press("Delete")
    stage.click(280, 80)
    stage.press("2", "Control+ArrowRight")
    stage.drag(120, 190, 150, 240)
    stage.press("Control+z", "Escape")
    stage.wait(lambda s: len(s) == 12)
    partly = _settle(stage, 12)
    stage.notebook.eval("[r.forget() for r in w.body.stage._shape_layers.values()]; w.body._drawn.clear(); w.refresh()")
    whole = _settle(stage, 12)
    stage.notebook.screenshot("editor-differences")
    pairs = [tuple(map(_decode, pair)) for pair in zip(partly, whole, strict=True)]
    assert any(old.max() > 0 for old, _ in pairs), "something is drawn"
    # the browser smooths a slanted line a little otherwise where it is clipped; a line too many or too few is darker
    assert max(np.abs(old - new).max() for old, new in pairs) < 64
    assert max(np.abs(old - new).mean() for old, new in pairs) < 0.05
    assert stage.notebook.console_errors == []


def test_a_difference_that_is_lost_is_asked_for(open_editor: Open) -> None:
    stage = open_editor("boxes")
    stage.press("1", "r")
    stage.drag(20, 20, 60, 60)
    stage.wait(lambda s: len(s) == 1)
    stage.notebook.eval("send = w.body.shape_sync._send\nw.body.shape_sync._send = lambda message: None")
    stage.drag(100, 20, 140, 60)
    stage.wait(lambda s: len(s) == 2)
    stage.notebook.eval("w.body.shape_sync._send = send")
    stage.press("Escape")
    stage.drag(200, 20, 240, 60)
    found = stage.wait(lambda s: len(s) == 3)
    stage.page.wait_for_function("document.querySelectorAll('.jl-object').length === 3")
    stage.press("m")
    stage.click(120, 40)  # the one that the browser was not told of is there to be taken
    stage.press("Delete")
    assert stage.wait(lambda s: len(s) == 2) == (found[0], found[2])


def test_a_reloaded_page_is_told_everything(open_editor: Open) -> None:
    stage = open_editor("boxes")
    stage.press("1", "r")
    stage.drag(20, 20, 60, 60)
    stage.drag(100, 20, 140, 60)
    stage.wait(lambda s: len(s) == 2)
    stage.notebook.reload(READY)
    again = Stage(stage.notebook, stage.project)
    again.page.wait_for_function("document.querySelectorAll('.jl-object').length === 2")
    again.press("m")
    again.click(40, 40)
    again.press("Delete")
    again.wait(lambda s: len(s) == 1)


def test_a_drawing_that_the_kernel_refuses_stays_in_the_hand(open_editor: Open) -> None:
    stage = open_editor("polygons")
    # The class goes between the page's last state and the drawing: the browser offers it, the kernel knows better.
    stage.notebook.eval(
        "ws.store.retire_class(w.session.project.id, 2)\nw.session.parts.pages.state(None)._class_ids = frozenset({1})"
    )
    stage.press("2", "r")
    stage.drag(50, 60, 150, 120)
    message = stage.page.locator(".jl-message[data-kind=error]")
    message.wait_for()
    assert "label class" in str(message.text_content())
    assert stage.page.locator(".jl-object").count() == 1
    assert stage.drafts() == ()
    stage.notebook.screenshot("editor-refused")
    stage.notebook.theme("dark")
    stage.page.locator("#jupyterlab-splash").wait_for(state="detached")
    stage.notebook.screenshot("editor-refused-dark")
    stage.press("Enter")
    stage.page.locator(".jl-message", has_text="Finish the shape").wait_for()
    stage.press("1")
    found = stage.wait(lambda s: len(s) == 1)
    assert found[0].class_id == 1
    before = stage.token
    stage.press("Enter")
    stage.turned(before)


def test_keys_faster_than_the_network_go_to_the_page_that_they_are_meant_for(open_editor: Open) -> None:
    stage = open_editor("boxes", round_trip=150)
    first = stage.item
    stage.press("n", "Enter")
    stage.turned()
    second = stage.item
    assert first != second
    stage.press("[", "n")  # "No objects" is taken back on the page before, which is still on its way
    stage.until("w.session.amending and [a.given for a in w.session.answers.values()]", lambda given: given == [False])
    stored = stage.project.store.drafts(stage.session, [first, second])
    assert list(stored) == [first]
    stage.press("]", "n", "Enter")
    stage.until("w.session.page.tasks[0].item", lambda item: item not in {first, second})
    assert {record.item for record in stage.project.records() if record.answer.given} == {first, second}
