"""Boxes and polygons in JupyterLab: gestures in, stored shapes out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jlabel import Box, Polygon, Workspace
from jlabel.model.answer import Annotation
from tests.browser.lab import Lab
from tests.browser.stage import READY, Stage, code_for
from tests.pictures import make_pictures

SIZE = (400, 300)


@pytest.fixture
def open_editor(lab: Lab, tmp_path: Path) -> Callable[[str], Stage]:
    def create(task: str) -> Stage:
        folder = make_pictures(tmp_path / "pictures", 6, width=SIZE[0], height=SIZE[1])
        workspace = Workspace(tmp_path / "labels")
        project = workspace.create_project("p", task=task, images=folder, labels=["cell", "dust"])
        return Stage(lab.open(code_for(project), wait=READY), project)

    return create


def _box(annotation: Annotation) -> Box:
    assert isinstance(annotation.shape, Box)
    return annotation.shape


def _near(box: Box, x0: float, y0: float, x1: float, y1: float) -> bool:
    return all(abs(a - b) <= 1.5 for a, b in zip((box.x0, box.y0, box.x1, box.y1), (x0, y0, x1, y1), strict=True))


def test_a_box_is_drawn_moved_reclassed_and_submitted(open_editor: Callable[[str], Stage]) -> None:
    stage = open_editor("boxes")
    stage.press("1")
    stage.drag(50, 60, 150, 120)
    found = stage.wait(lambda shapes: len(shapes) == 1)
    assert _near(_box(found[0]), 50, 60, 150, 120)
    stage.notebook.screenshot("editor-box")
    stage.press("m")
    stage.drag(100, 90, 130, 110)
    assert _near(_box(stage.wait(lambda s: s != found)[0]), 80, 80, 180, 140)
    stage.press("2")
    assert stage.wait(lambda s: s[0].class_id == 2)
    stage.press("Control+z")
    stage.wait(lambda s: s[0].class_id == 1)
    before = stage.drafts()
    stage.press("Enter")
    stage.page.wait_for_function(
        "[...document.querySelectorAll('.jl-fact')].some(e => e.textContent.includes('5 / 6'))"
    )
    labeled = [record for record in stage.project.records() if record.answer.given]
    assert [record.answer.annotations for record in labeled] == [before]
    assert stage.notebook.console_errors == []


def test_two_clicks_extreme_clicks_and_a_template(open_editor: Callable[[str], Stage]) -> None:
    stage = open_editor("boxes")
    stage.press("1", "r")
    stage.click(20, 20)
    stage.click(60, 50)
    stage.wait(lambda s: len(s) == 1)
    stage.press("e")
    for point in ((200, 40), (220, 110), (150, 70), (260, 80)):
        stage.click(*point)
    found = stage.wait(lambda s: len(s) == 2)
    assert _near(_box(found[1]), 150, 40, 260, 110)
    stage.press("t")
    stage.click(300, 200)
    found = stage.wait(lambda s: len(s) == 3)
    third = _box(found[2])
    assert abs((third.x1 - third.x0) - 110) < 2
    stage.press("d")
    stage.wait(lambda s: not s)
    stage.press("Control+z")
    stage.wait(lambda s: len(s) == 3)


def test_esc_never_makes_a_shape(open_editor: Callable[[str], Stage]) -> None:
    stage = open_editor("boxes")
    stage.press("1")
    stage.page.mouse.move(*stage.at(50, 50))
    stage.page.mouse.down()
    stage.page.mouse.move(*stage.at(150, 150), steps=5)
    stage.press("Escape")
    stage.page.mouse.up()
    stage.click(10, 10)
    stage.press("Escape")
    stage.drag(100, 100, 140, 140)
    assert _near(_box(stage.wait(lambda s: len(s) == 1)[0]), 100, 100, 140, 140)


def test_a_box_may_leave_the_image_and_is_clipped(open_editor: Callable[[str], Stage]) -> None:
    stage = open_editor("boxes")
    stage.press("1")
    stage.page.mouse.move(*stage.at(350, 250))
    stage.page.mouse.down()
    stage.page.mouse.move(1279, 899, steps=10)
    stage.page.mouse.up()
    assert _near(_box(stage.wait(lambda s: len(s) == 1)[0]), 350, 250, 400, 300)


def test_a_box_by_keyboard_alone(open_editor: Callable[[str], Stage]) -> None:
    stage = open_editor("boxes")
    stage.press("1", "r", "k", "k")
    for _ in range(3):
        stage.press("Shift+ArrowRight", "Shift+ArrowDown")
    stage.press("k")
    found = _box(stage.wait(lambda s: len(s) == 1)[0])
    assert (round(found.x1 - found.x0), round(found.y1 - found.y0)) == (30, 30)
    stage.press("m", "ArrowRight")
    moved = _box(stage.wait(lambda s: _box(s[0]) != found)[0])
    assert round(moved.x0 - found.x0) == 1
    stage.press("Delete")
    stage.wait(lambda s: not s)


def test_a_polygon_is_drawn_and_its_points_mended(open_editor: Callable[[str], Stage]) -> None:
    stage = open_editor("polygons")
    stage.press("1", "p")
    for point in ((100, 50), (200, 60), (180, 150)):
        stage.click(*point)
    stage.click(110, 140)
    stage.press("Backspace")
    stage.click(90, 150)
    stage.press("Enter")
    found = stage.wait(lambda s: len(s) == 1)
    shape = found[0].shape
    assert isinstance(shape, Polygon)
    assert len(shape.rings[0]) == 4
    stage.notebook.screenshot("editor-polygon")
    stage.press("u")
    stage.drag(180, 150, 220, 180)
    mended = stage.wait(lambda s: s != found)[0].shape
    assert isinstance(mended, Polygon)
    assert any(abs(x - 220) < 2 and abs(y - 180) < 2 for x, y in mended.rings[0])


def test_zoom_is_previewed_repainted_and_drawn_on(open_editor: Callable[[str], Stage]) -> None:
    stage = open_editor("boxes")
    stage.press("1")
    stage.page.mouse.move(*stage.at(100, 100))
    stage.page.mouse.wheel(0, -600)
    stage.page.wait_for_function("parseInt(document.querySelector('.jl-percent').textContent) > 300")
    stage.page.wait_for_function("[...document.querySelectorAll('.jl-canvas-host')].every(e => !e.style.transform)")
    # The pixel under the pointer stayed there, so a small drag from it lies where it lay.
    scale = float(stage.notebook.eval("print(w.body.stage.views[w.session.page.token].scale)"))
    x, y = stage.at(100, 100)
    stage.page.mouse.down()
    stage.page.mouse.move(x + 40, y + 40, steps=5)
    stage.page.mouse.up()
    found = _box(stage.wait(lambda s: len(s) == 1)[0])
    assert _near(found, 100, 100, 100 + 40 / scale, 100 + 40 / scale)
    stage.notebook.screenshot("editor-zoom")


def test_no_objects_is_an_answer_of_its_own(open_editor: Callable[[str], Stage]) -> None:
    stage = open_editor("boxes")
    stage.press("Enter")
    stage.page.locator(".jl-message", has_text="Nothing is drawn yet").wait_for()
    stage.press("n")
    stage.page.locator(".jl-answer", has_text="No objects").wait_for()
    stage.press("Enter")
    stage.page.wait_for_function(
        "[...document.querySelectorAll('.jl-fact')].some(e => e.textContent.includes('5 / 6'))"
    )
    labeled = [record for record in stage.project.records() if record.answer.given]
    assert [record.answer.empty for record in labeled] == [True]
