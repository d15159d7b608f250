"""Boxes and polygons in JupyterLab: the rest of the gestures, one editor for several of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jlabel import Box, Polygon, Workspace
from jlabel.model.answer import Annotation
from tests.browser.lab import Lab
from tests.browser.stage import READY, Stage, code_for
from tests.pictures import make_pictures

SIZE = (400, 300)
Open = Callable[[str], Stage]


@pytest.fixture
def open_editor(lab: Lab, tmp_path: Path) -> Open:
    def create(task: str) -> Stage:
        folder = make_pictures(tmp_path / "pictures", 6, width=SIZE[0], height=SIZE[1])
        workspace = Workspace(tmp_path / "labels")
        project = workspace.create_project("p", task=task, images=folder, labels=["cell", "dust"])
        return Stage(lab.open(code_for(project), wait=READY), project)

    return create


def box(annotation: Annotation) -> tuple[int, ...]:
    shape = annotation.shape
    assert isinstance(shape, Box)
    return round(shape.x0), round(shape.y0), round(shape.x1), round(shape.y1)


def polygon(annotation: Annotation) -> Polygon:
    assert isinstance(annotation.shape, Polygon)
    return annotation.shape


def near(found: tuple[int, ...], *wanted: int) -> bool:
    return all(abs(a - b) <= 1 for a, b in zip(found, wanted, strict=True))


def test_boxes_are_resized_selected_copied_locked_and_hidden(open_editor: Open) -> None:
    stage = open_editor("boxes")
    page = stage.page
    stage.press("1", "r")
    stage.drag(40, 40, 120, 100)
    stage.press("Escape", "2")
    stage.drag(200, 50, 260, 110)
    stage.wait(lambda s: len(s) == 2)
    # a corner, then a side, of the first one
    stage.press("m")
    stage.click(80, 70)
    stage.drag(120, 100, 140, 120)
    stage.wait(lambda s: near(box(s[0]), 40, 40, 140, 120))
    stage.drag(40, 80, 20, 80)
    stage.wait(lambda s: near(box(s[0]), 20, 40, 140, 120))
    stage.press("Control+ArrowRight", "Shift+ArrowDown")
    stage.wait(lambda s: near(box(s[0]), 20, 50, 141, 130))
    # the list beside the stage selects, and is selected
    rows = page.locator(".jl-object")
    assert rows.nth(0).get_attribute("aria-selected") == "true"
    rows.nth(1).click()
    stage.press("ArrowLeft")
    stage.wait(lambda s: near(box(s[1]), 199, 50, 259, 110))
    stage.press("Shift+Tab")
    page.wait_for_function("document.querySelectorAll('.jl-object')[0].getAttribute('aria-selected') === 'true'")
    # copy and paste, a little aside
    stage.press("Control+c", "Control+v")
    found = stage.wait(lambda s: len(s) == 3)
    assert near(box(found[2]), 30, 60, 151, 140)
    # lock: the pasted one stays where it is
    stage.press("l")
    stage.drag(90, 100, 200, 200)
    stage.press("Delete")
    assert page.locator(".jl-message:visible").count() == 0
    stage.press("l")
    # several at once
    stage.press("Escape")
    stage.click(230, 80)
    stage.click(25, 55, "Control")
    page.wait_for_function("document.querySelectorAll('.jl-object[aria-selected=true]').length === 2")
    stage.press("Delete")
    left = stage.wait(lambda s: len(s) == 1)
    assert left == (found[2],), "the locked one was neither moved nor deleted"
    stage.press("Control+z")
    stage.wait(lambda s: len(s) == 3)
    # the eye of a class
    page.locator(".jl-eye").nth(1).click()
    page.wait_for_function("document.querySelectorAll('.jl-object[data-hidden]').length === 1")
    page.locator(".jl-eye").nth(1).click()
    page.wait_for_function("document.querySelectorAll('.jl-object[data-hidden]').length === 0")
    stage.notebook.screenshot("editor-boxes")
    # a reload finds them all
    stage.notebook.reload(wait=READY)
    page.wait_for_function("document.querySelectorAll('.jl-object').length === 3")
    assert stage.notebook.console_errors == []


def test_polygons_by_every_way_of_drawing(open_editor: Open) -> None:
    stage = open_editor("polygons")
    page = stage.page
    stage.press("1", "p")
    # by hand
    stage.trace([(40, 40), (120, 42), (122, 100), (44, 98), (41, 44)])
    found = stage.wait(lambda s: len(s) == 1)
    assert 4 <= len(polygon(found[0]).rings[0]) <= 12
    # a double click ends
    stage.press("Escape")
    stage.click(200, 40)
    stage.click(260, 40)
    page.mouse.dblclick(*stage.at(230, 100))
    found = stage.wait(lambda s: len(s) == 2)
    assert len(polygon(found[1]).rings[0]) == 3
    # a click on the first point ends
    stage.press("Escape")
    for point in ((300, 40), (360, 40), (360, 100), (300, 100), (300, 40)):
        stage.click(*point)
    found = stage.wait(lambda s: len(s) == 3)
    assert len(polygon(found[2]).rings[0]) == 4
    # points: a click on an edge adds one, Alt and a click takes it
    stage.press("u")
    stage.click(330, 40)
    found = stage.wait(lambda s: len(polygon(s[2]).rings[0]) == 5)
    stage.click(330, 40, "Alt")
    stage.wait(lambda s: len(polygon(s[2]).rings[0]) == 4)
    # an outline that crosses itself is shown, not stored, and mended on request
    stage.press("p", "Escape", "Escape")
    for point in ((60, 160), (140, 240), (140, 160), (60, 240)):
        stage.click(*point)
    stage.press("Enter")
    page.locator(".jl-message", has_text="crosses itself").wait_for()
    stage.notebook.screenshot("editor-crossing")
    assert len(stage.drafts()) == 3
    stage.press("f")
    found = stage.wait(lambda s: len(s) == 4)
    assert len(polygon(found[3]).rings) == 2
    # a hole
    page.locator(".jl-object").nth(2).click()
    page.locator("button[aria-label*='is cut from']").click()
    stage.press("p")
    for point in ((315, 55), (345, 55), (345, 85), (315, 85)):
        stage.click(*point)
    stage.press("Enter")
    found = stage.wait(lambda s: len(polygon(s[2]).holes) == 1)
    stage.notebook.screenshot("editor-hole")
    page.locator("button[aria-label*='is a new shape']").click()
    # the menu of shapes
    page.locator(".jl-object").nth(3).click()
    stage.menu("Split into its parts")
    found = stage.wait(lambda s: len(s) == 5)
    page.locator(".jl-object").nth(0).click()
    before = len(polygon(found[0]).rings[0])
    stage.menu("To its box")
    stage.wait(lambda s: len(polygon(s[0]).rings[0]) == 4)
    assert before >= 4
    assert stage.notebook.console_errors == []


def test_the_view_is_panned_turned_and_the_page_is_turned(open_editor: Open) -> None:
    stage = open_editor("boxes")
    page = stage.page
    stage.press("1")
    stage.zoom(2, 200, 150)
    old = stage.view
    page.mouse.move(*stage.at(200, 150))
    page.keyboard.down(" ")
    page.mouse.down()
    page.mouse.move(stage.left + 300, stage.top + 200, steps=4)
    page.mouse.up()
    page.keyboard.up(" ")
    stage.until("w.body.stage.views[w.session.page.token].x", lambda x: abs(x - old.x) > 20)
    stage.settled()
    assert stage.drafts() == ()
    stage.press("0")
    stage.until("w.body.stage.views[w.session.page.token].scale", lambda scale: scale < old.scale)
    stage.settled()
    page.locator("button[title^='Rotate the view']").click()
    stage.until("w.body.stage.views[w.session.page.token].rotation", lambda rotation: rotation == 1)
    stage.settled()
    stage.drag(100, 100, 160, 150)
    stage.wait(lambda s: len(s) == 1 and near(box(s[0]), 100, 100, 160, 150))
    stage.notebook.screenshot("editor-turned")
    first, name = stage.token, stage.name
    stage.press("Enter")
    stage.turned(first)
    assert stage.name != name
    stage.press("r")
    stage.drag(50, 50, 90, 90)
    stage.wait(lambda s: len(s) == 1)
    stage.press("Shift+C")
    stage.wait(lambda s: len(s) == 2 and near(box(s[1]), 100, 100, 160, 150))
    second = stage.token
    stage.press("[")
    stage.turned(second)
    assert stage.name == name
    page.locator(".jl-badge", has_text="Your page").wait_for()
    page.wait_for_function("document.querySelectorAll('.jl-object').length === 1")
    first = stage.token
    stage.press("\\")
    stage.turned(first)
    assert stage.token == second
    assert len(stage.wait(lambda s: len(s) == 2)) == 2
    assert stage.notebook.console_errors == []


def test_the_dark_theme_and_the_shortcut_sheet(open_editor: Open) -> None:
    stage = open_editor("polygons")
    stage.press("1", "p")
    for point in ((60, 60), (160, 60), (110, 160)):
        stage.click(*point)
    stage.press("Enter")
    stage.wait(lambda s: len(s) == 1)
    stage.notebook.theme("dark")
    stage.page.locator("#jupyterlab-splash").wait_for(state="detached")  # lies over the page while a theme loads
    ground = stage.page.locator(".jl-stage").evaluate("element => getComputedStyle(element).backgroundColor")
    assert max(int(part) for part in ground[4:-1].split(",")[:3]) < 100
    stage.notebook.screenshot("editor-dark")
    stage.page.locator(".jl-labeler").focus()
    stage.press("?")
    stage.page.locator(".jl-keys").wait_for()
    stage.notebook.screenshot("editor-shortcuts-dark")
    stage.press("Escape")
    stage.notebook.theme("light")
