"""Proposed shapes in JupyterLab: they arrive on the open image, and each comes to what the labeler made of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jlabel import Box, Polygon, Workspace
from jlabel.model.answer import Made
from jlabel.model.assist_outcomes import ShapeCount
from jlabel.model.record import Origin
from jlabel.model.run import Suggestion
from jlabel.model.shape_outcomes import ShapeOutcome, find_shape_outcomes
from jlabel.model.shapes.shape import Shape
from tests.browser.lab import Lab
from tests.browser.stage import READY, Stage, code_for
from tests.browser.test_accessibility import STOPS, both_themes, walk
from tests.pictures import make_pictures
from tests.prelabels import Proposed, no_chance, propose

Open = Callable[[str], Stage]
# pictures are 400 x 300 pixels; classes: 1 cell, 2 dust
MADE = [
    Proposed(Box(20, 20, 80, 80), 0.95),
    Proposed(Box(120, 20, 180, 80), 0.9),
    Proposed(Box(220, 20, 280, 80), 0.85),
    Proposed(Box(320, 20, 380, 80), 0.8),
    Proposed(Box(20, 120, 80, 180), 0.75),
    Proposed(Box(120, 120, 180, 180), 0.7),
    Proposed(Box(220, 120, 280, 180), 0.3, above=False),
]
WANTED = {
    "prelabel0": ShapeOutcome.ACCEPTED,
    "prelabel1": ShapeOutcome.REJECTED,
    "prelabel2": ShapeOutcome.MOVED,
    "prelabel3": ShapeOutcome.RECLASSED,
    "prelabel4": ShapeOutcome.ACCEPTED,
    "hand": ShapeOutcome.ADDED,
}


@pytest.fixture
def open_editor(lab: Lab, tmp_path: Path) -> Open:
    """``open_editor(task)``: the editor of a project of six plain pictures, none of which is left to chance."""

    def create(task: str) -> Stage:
        folder = make_pictures(tmp_path / "pictures", 6, width=400, height=300)
        workspace = Workspace(tmp_path / "labels")
        project = workspace.create_project("p", task=task, images=folder, labels=["cell", "dust"])
        no_chance(project)
        return Stage(lab.open(code_for(project), wait=READY), project)

    return create


def rows(stage: Stage, number: int) -> None:
    """Wait until the list has so many objects."""
    stage.page.wait_for_function("n => document.querySelectorAll('.jl-object').length === n", arg=number)


def selected(stage: Stage, sure: str) -> None:
    """Wait until the proposal with this confidence is the one selected."""
    row = stage.page.locator(".jl-object[aria-selected='true']", has_text=sure)
    row.wait_for()


def arrived(stage: Stage) -> None:
    """Wait until the picture is painted beside the line that tells of the proposals, which takes room from it."""
    stage.page.locator(".jl-assist-line").wait_for()
    stage.page.locator(".jl-stage:not([data-refitting])").wait_for()
    stage.settled()


def begin(stage: Stage) -> int:
    """Draw a shape by hand where a proposal will be, then publish; return the run."""
    stage.press("1")
    stage.drag(120, 120, 180, 180)
    stage.wait(lambda shapes: len(shapes) == 1)
    stage.press("Escape")
    run = propose(stage.project, {one.item: MADE for one in stage.project.records()})
    stage.page.locator(".jl-new-suggestions", has_text="5 proposals arrived. Undo with Ctrl+Z").wait_for()
    rows(stage, 6)  # the sixth proposal lies where the hand has drawn, the seventh is below the threshold
    stage.wait(lambda shapes: len(shapes) == 6)
    arrived(stage)
    return run


def check(stage: Stage, item: int, run: int) -> None:
    """The label, and what was recorded of each shape, are what was done."""
    stage.page.wait_for_function(
        "[...document.querySelectorAll('.jl-fact')].some(e => e.textContent.includes('5 / 6'))"
    )
    (record,) = (one for one in stage.project.records() if one.item == item)
    assert (record.origin, record.run) == (Origin.EDITED, run)
    assert record.answer.rejected == ("prelabel1",)
    (made,) = (one for one in stage.project.store.predictions(run) if one.item == item)
    found = find_shape_outcomes(record.answer, Suggestion(run=run, answer=made.answer, scores=made.scores))
    assert {"hand" if one.proposed_class is None else one.uid: one.outcome for one in found} == WANTED
    moved = next(one for one in found if one.outcome is ShapeOutcome.MOVED)
    assert moved.iou == pytest.approx(40 / 80, abs=0.04), "by 20 of its 60 pixels"
    how = {one.uid: one.made for one in record.answer.annotations if one.uid.startswith("prelabel")}
    assert [how[f"prelabel{n}"] for n in (0, 2, 3, 4)] == [Made.ACCEPTED, *[Made.PROPOSED] * 3]
    shapes = {one.class_id: one for one in stage.project.store.assist_outcomes(stage.project.id).shapes}
    cell = shapes[1]
    assert (cell.accepted, cell.moved, cell.reclassed, cell.rejected) == (2, 1, 1, 1)
    assert (cell.ious, cell.added + shapes.get(2, ShapeCount(run=run, class_id=2)).added) == ((moved.iou,), 1)
    assert "<h4>Shapes</h4>" in stage.project.assist.report()._repr_html_()
    assert stage.notebook.console_errors == []


def test_proposals_are_worked_through_with_the_mouse(open_editor: Open) -> None:
    stage = open_editor("boxes")
    page, item = stage.page, stage.item
    run = begin(stage)
    page.locator(".jl-toolbar button[aria-label^='Select']").click()
    stage.click(300, 250)
    # accepted in the list
    page.locator(".jl-object", has_text="95 %").locator(".jl-origin").click()
    stage.wait(lambda shapes: [one.made for one in shapes if one.uid == "prelabel0"] == [Made.ACCEPTED])
    selected(stage, "75 %")
    # rejected by the bin
    stage.click(150, 50)
    selected(stage, "90 %")
    page.locator(".jl-toolbar button[aria-label^='Delete the selected']").click()
    rows(stage, 5)
    # moved
    stage.drag(250, 50, 250, 70)
    stage.wait(lambda shapes: any(one.shape.bounds()[1] > 35 for one in shapes if one.uid == "prelabel2" and one.shape))
    # given another class
    stage.click(350, 50)
    selected(stage, "80 %")
    page.locator(".jl-class", has_text="dust").first.click()
    stage.wait(lambda shapes: [one.class_id for one in shapes if one.uid == "prelabel3"] == [2])
    # what is below the threshold comes only when it is asked for, and goes again
    unproven = page.get_by_label("unproven")
    unproven.check()
    rows(stage, 6)
    unproven.uncheck()
    rows(stage, 5)
    assert page.locator(".jl-shown").inner_text() == "4 of 7 shown"
    page.locator(".jl-submit").click()
    check(stage, item, run)


def test_proposals_are_worked_through_by_keyboard_alone(open_editor: Open) -> None:
    stage = open_editor("boxes")
    item = stage.item
    run = begin(stage)
    stage.press("Tab")
    selected(stage, "75 %")  # the least sure one first
    stage.press("Tab")
    selected(stage, "80 %")
    stage.press("2")
    stage.wait(lambda shapes: [one.class_id for one in shapes if one.uid == "prelabel3"] == [2])
    stage.press("Enter")  # it is the hand's now: Enter goes on
    selected(stage, "85 %")
    stage.press("Shift+ArrowDown", "Shift+ArrowDown")
    stage.wait(lambda shapes: any(one.shape.bounds()[1] > 35 for one in shapes if one.uid == "prelabel2" and one.shape))
    stage.press("Tab")
    selected(stage, "90 %")
    stage.press("Delete")
    rows(stage, 5)
    selected(stage, "95 %")
    stage.press("Enter")
    stage.wait(lambda shapes: [one.made for one in shapes if one.uid == "prelabel0"] == [Made.ACCEPTED])
    selected(stage, "75 %")
    # the slider: on past the last shape, then by its own keys
    slider = stage.page.get_by_label("Proposals shown, the surest first")
    slider.focus()
    stage.press("Home")
    rows(stage, 4)
    stage.press("End")
    rows(stage, 5)
    assert slider.get_attribute("aria-valuetext") == "4 of 7 shown"
    stage.page.locator(".jl-labeler").focus()
    stage.press("Escape", "Enter")
    check(stage, item, run)


def test_what_arrived_is_taken_off_by_one_undo_and_enter_alone_accepts_the_rest(open_editor: Open) -> None:
    stage = open_editor("polygons")
    stage.press("Escape")
    ring = [((20, 20), (80, 20), (80, 80), (20, 80)), ((120, 20), (180, 20), (180, 80), (120, 80))]
    made = [Proposed(Polygon(rings=(one,)), 0.9 - 0.1 * n) for n, one in enumerate(ring)]
    propose(stage.project, {one.item: made for one in stage.project.records()}, proven=False)
    stage.page.locator(".jl-badge", has_text="Suggested").wait_for()
    assert "Not proven" in stage.page.locator(".jl-group-hint").inner_text()
    rows(stage, 2)
    arrived(stage)
    stage.press("Control+z")
    rows(stage, 0)
    stage.press("Control+y")
    rows(stage, 2)
    stage.press("Tab")
    selected(stage, "80 %")
    item = stage.item
    stage.press("Enter", "Enter")
    stage.wait(lambda shapes: [one.made for one in shapes] == [Made.ACCEPTED] * 2)
    stage.press("Enter")
    stage.turned()
    (record,) = (one for one in stage.project.records() if one.item == item)
    assert record.origin is Origin.ACCEPTED
    assert stage.notebook.console_errors == []


@pytest.mark.parametrize("task", ["boxes", "polygons"])
def test_the_page_breaks_no_rule_and_its_slider_takes_no_second_row(open_editor: Open, task: str) -> None:
    stage = open_editor(task)
    page = stage.page
    page.set_viewport_size({"width": 1280, "height": 720})
    height = page.locator(".jl-toolbar").bounding_box()
    made = [one if task == "boxes" else replace(one, shape=polygon_of(one.shape)) for one in MADE]
    propose(stage.project, {one.item: made for one in stage.project.records()})
    rows(stage, 6)
    arrived(stage)
    stage.press("Tab")
    selected(stage, "70 %")
    both_themes(stage.notebook, f"editor-proposals-{task}")
    after = page.locator(".jl-toolbar").bounding_box()
    assert height is not None
    assert after is not None
    assert after["height"] == height["height"]
    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.jl-group-hint'))")
    page.locator(".jl-labeler").focus()
    stage.press("Escape")
    assert walk(page) == [*["stage"] * 6, *page.evaluate(STOPS)]


def polygon_of(shape: Shape) -> Polygon:
    """A diamond in the bounds of a shape."""
    x0, y0, x1, y1 = shape.bounds()
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return Polygon(rings=(((x, y0), (x1, y), (x, y1), (x0, y)),))
