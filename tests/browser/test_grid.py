"""The classification labeler in JupyterLab: gestures in, store state out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jlabel import Project, Workspace
from jlabel.model.record import Record
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.pictures import colour, make_pictures

READY = ".jl-stage:not([data-loading], [data-refitting]) .jl-cell"
Make = Callable[..., Project]


@pytest.fixture
def make(lab: Lab, tmp_path: Path) -> Make:
    """``make(count, task=...)`` creates a project ``p`` in a folder that the notebooks' kernels see too."""

    def create(count: int = 40, task: str = "multi-class") -> Project:
        folder = make_pictures(tmp_path / "pictures", count)
        workspace = Workspace(tmp_path / "labels")
        classes = ["cat", "dog", "owl", *(f"class {n}" for n in range(4, 13))]
        return workspace.create_project("p", task=task, images=folder, labels=classes, instructions="# Look *well*")

    return create


def code(project: Project, grid: int = 9, labeler: str = "me") -> str:
    return (
        f"import jlabel as jl\nws = jl.Workspace({project.location!r})\n"
        f"p = ws.project('p')\nw = p.label(grid={grid}, labeler={labeler!r})\nw"
    )


def open_labeler(lab: Lab, project: Project, **kwargs: object) -> Notebook:
    round_trip = float(kwargs.pop("round_trip", 0))  # type: ignore[arg-type]
    notebook = lab.open(code(project, **kwargs), wait=READY, round_trip=round_trip)  # type: ignore[arg-type]
    notebook.page.locator(".jl-labeler").focus()
    return notebook


def names(notebook: Notebook) -> list[str]:
    return [text.strip() for text in notebook.page.locator(".jl-cell .jl-name").all_text_contents()]


def labeled(project: Project) -> dict[str, Record]:
    return {record.name: record for record in project.records() if record.answer.given}


def wait_for(notebook: Notebook, condition: Callable[[], bool]) -> None:
    """Waits for the store, a frame of the page at a time."""
    for _ in range(1200):
        if condition():
            return
        notebook.frame()
    raise AssertionError("the store never came to the state that the test waits for")


def wait_names(notebook: Notebook, old: list[str]) -> list[str]:
    notebook.page.wait_for_function(
        "old => { const now = [...document.querySelectorAll('.jl-cell .jl-name')].map(e => e.textContent.trim());"
        " return now.length && now.join() !== old.join(); }",
        arg=old,
    )
    return names(notebook)


def test_a_page_of_nine_is_labeled_by_keys(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project)
    first = names(notebook)
    assert len(first) == 9
    notebook.screenshot("grid-9-fresh")
    for key in "121212123":
        notebook.page.keyboard.press(key)
    notebook.page.locator(".jl-submit:enabled").wait_for()
    notebook.screenshot("grid-9-labeled")
    notebook.page.keyboard.press("Enter")
    second = wait_names(notebook, first)
    assert not set(first) & set(second)
    wait_for(notebook, lambda: len(labeled(project)) == 9)
    found = labeled(project)
    assert [found[name].answer.class_ids for name in first] == [(int(key),) for key in "121212123"]
    assert found[first[0]].labeler == "me"
    # The picture on the stage is the file that the cell names.
    box = notebook.page.locator(".jl-cell").first.bounding_box()
    stage = notebook.page.locator(".jl-stage").bounding_box()
    assert box is not None
    assert stage is not None
    x, y = box["x"] - stage["x"] + box["width"] / 2, box["y"] - stage["y"] + box["height"] / 2 - 15
    side = notebook.page.evaluate(
        "[...document.querySelectorAll('.jl-canvas-host')].findIndex(e => e.style.visibility === 'visible')"
    )
    pixel = notebook.canvas_pixel(notebook.page.locator(".jl-canvas-host").nth(side), x, y)
    assert pixel is not None
    assert all(abs(a - b) <= 12 for a, b in zip(pixel, colour(int(second[0][:4])), strict=False))
    assert notebook.console_errors == []


def test_classes_toggle_in_multi_label(lab: Lab, make: Make) -> None:
    project = make(task="multi-label")
    notebook = open_labeler(lab, project, grid=4)
    page, first = notebook.page, names(notebook)
    cells = page.locator(".jl-cell")
    cells.nth(0).click()
    cells.nth(1).click(modifiers=["Control"])
    page.keyboard.press("1")
    assert page.locator(".jl-cell[aria-selected=true]").count() == 0, "applying deselects"
    cells.nth(1).click()
    page.keyboard.press("2")
    cells.nth(0).click()
    cells.nth(2).click(modifiers=["Shift"])
    page.keyboard.press("2")
    page.keyboard.press("Control+a")
    page.keyboard.press("2")
    cells.nth(3).click()
    page.keyboard.press("n")
    cells.nth(1).locator(".jl-chip", has_text="cat").locator(".jl-x").click()
    notebook.screenshot("multi-label")
    page.locator(".jl-submit").click()
    wait_for(notebook, lambda: len(labeled(project)) == 4)
    found = labeled(project)
    assert [found[name].answer.class_ids for name in first] == [(1, 2), (2,), (2,), ()]
    assert found[first[3]].answer.empty


def test_another_grid_keeps_the_work(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project)
    first = names(notebook)
    notebook.page.keyboard.press("2")
    notebook.page.locator(".jl-chip", has_text="dog").wait_for()
    notebook.page.locator(".jl-grid", has_text="4").click()
    notebook.page.wait_for_function("document.querySelectorAll('.jl-cell').length === 4")
    assert names(notebook) == first[:4]
    assert notebook.page.locator(".jl-cell").first.locator(".jl-chip", has_text="dog").is_visible()
    notebook.screenshot("grid-4")
    notebook.page.locator(".jl-grid", has_text="9").click()
    notebook.page.wait_for_function("document.querySelectorAll('.jl-cell').length === 9")
    assert names(notebook) == first


def test_reload_and_kernel_restart_resume(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project)
    first = names(notebook)
    notebook.page.keyboard.press("3")
    chip = notebook.page.locator(".jl-chip", has_text="owl")
    chip.wait_for()
    wait_for(notebook, lambda: project.counts().leased == 18)
    notebook.reload(wait=READY)
    assert names(notebook) == first
    chip.wait_for()
    notebook.page.locator(".jl-labeler").focus()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.press("1")
    notebook.page.keyboard.press("Enter")
    second = wait_names(notebook, first)
    wait_for(notebook, lambda: len(labeled(project)) == 9)
    notebook.page.keyboard.press("2")
    notebook.page.locator(".jl-chip", has_text="dog").wait_for()
    notebook.restart_kernel()
    notebook.rerun(wait=READY)
    assert names(notebook) == second
    notebook.page.locator(".jl-chip", has_text="dog").wait_for()


def test_two_notebooks_never_show_the_same_item(lab: Lab, make: Make) -> None:
    project = make(36)
    one, two = open_labeler(lab, project, labeler="me"), open_labeler(lab, project, labeler="me")
    seen: list[str] = []
    for notebook in (one, two, one, two):
        shown = names(notebook)
        seen += shown
        notebook.page.bring_to_front()
        notebook.page.locator(".jl-labeler").focus()
        notebook.page.keyboard.press("Control+a")
        notebook.page.keyboard.press("1")
        notebook.page.keyboard.press("Enter")
        notebook.page.wait_for_function(
            "old => [...document.querySelectorAll('.jl-cell .jl-name')].map(e => e.textContent.trim()).join()"
            " !== old.join()",
            arg=shown,
        )
    assert len(seen) == len(set(seen)) == 36
    wait_for(one, lambda: project.counts().labeled == 36)
    assert all(record.answer.class_ids == (1,) for record in project.records())


def test_jupyterlab_s_shortcuts_stay_away(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project)
    before = len(notebook.outputs())
    for key in ["1", "x", "d", "d", "z", "Escape", "a", "b", "m", "h", "o", "0", "0"]:
        notebook.page.keyboard.press(key)
    assert len(notebook.outputs()) == before
    cell = notebook.page.evaluate(
        "[...window.jupyterapp.shell.widgets('main')].find(w => w.content?.model?.cells).content.activeCell.model.type"
    )
    assert cell == "code"
    notebook.page.locator(".jl-chip", has_text="cat").wait_for()
    notebook.page.locator(".jl-labeler").focus()
    notebook.page.keyboard.press("Tab")
    assert notebook.page.evaluate("document.activeElement.classList.contains('jl-button')"), "Tab leaves the stage"


def test_a_drawing_error_does_not_freeze_the_canvas(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project)
    first = names(notebook)
    notebook.eval(
        "from jlabel.widgets.stage.batch import batch\n"
        "try:\n    with batch():\n        w.body.stage.canvases[0].canvas[0].fill_rect(0, 0, 9, 9)\n        1 / 0\n"
        "except ZeroDivisionError:\n    pass"
    )
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.press("1")
    notebook.page.keyboard.press("Enter")
    wait_names(notebook, first)
    notebook.page.locator(READY).first.wait_for()


def test_skip_needs_a_reason_and_own_pages_can_be_mended(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project, grid=4)
    page, first = notebook.page, names(notebook)
    page.keyboard.press("s")
    page.locator(".jl-dialog").wait_for()
    notebook.screenshot("skip-dialog")
    page.locator(".jl-dialog button", has_text="Blurred").click()
    page.keyboard.press("ArrowRight")
    for _ in range(3):
        page.keyboard.press("1")
    page.keyboard.press("Enter")
    second = wait_names(notebook, first)
    wait_for(notebook, lambda: len(labeled(project)) == 4)
    assert labeled(project)[first[0]].answer.skipped == "Blurred or dark"
    page.keyboard.press("[")
    page.wait_for_function("document.querySelector('.jl-badge').textContent.startsWith('Your page')")
    assert names(notebook) == first
    notebook.screenshot("own-page")
    page.locator(".jl-cell").nth(0).click()
    page.keyboard.press("2")
    page.locator(".jl-submit:enabled").click()
    assert wait_names(notebook, first) == second
    wait_for(notebook, lambda: labeled(project)[first[0]].answer.class_ids == (2,))


def test_an_image_is_enlarged_panned_and_labeled(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project)
    page = notebook.page
    page.locator(".jl-cell").nth(4).dblclick()
    page.locator(".jl-zoom").wait_for()
    page.wait_for_function("document.querySelector('.jl-zoom-hint').textContent.includes('%')")
    before = page.locator(".jl-zoom-hint").text_content()
    page.locator(".jl-zoom").hover()
    page.mouse.wheel(0, -400)
    page.wait_for_function("old => document.querySelector('.jl-zoom-hint').textContent !== old", arg=before)
    page.wait_for_function("document.querySelectorAll('.jl-canvas-host')[2].style.transform === ''")
    notebook.screenshot("zoom")
    page.keyboard.press("2")
    page.keyboard.press("Escape")
    page.locator(".jl-zoom").wait_for(state="hidden")
    page.locator(".jl-cell").nth(4).locator(".jl-chip", has_text="dog").wait_for()


def test_a_search_applies_a_class_without_a_key(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project)
    page = notebook.page
    page.keyboard.press("/")
    page.keyboard.type("class 12")
    notebook.screenshot("search")
    page.keyboard.press("Enter")
    page.locator(".jl-chip", has_text="class 12").wait_for()
    page.keyboard.press("1")
    page.locator(".jl-chip", has_text="cat").wait_for()
    assert page.locator(".jl-chip").count() == 2


def test_the_end_is_said_and_the_last_submission_can_be_undone(lab: Lab, make: Make) -> None:
    project = make(4)
    notebook = open_labeler(lab, project, grid=4)
    page = notebook.page
    page.keyboard.press("Control+a")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator(".jl-empty", has_text="Nothing left to label. 4 of 4 images are labeled, 0 skipped.").wait_for()
    notebook.screenshot("end")
    page.keyboard.press("Control+z")
    page.locator(READY).first.wait_for()
    wait_for(notebook, lambda: project.counts().labeled == 0)
    assert page.locator(".jl-chip", has_text="cat").count() == 4


def test_a_refused_submission_brings_its_page_back(lab: Lab, make: Make, tmp_path: Path) -> None:
    project = make()
    notebook = open_labeler(lab, project, grid=4)
    page, first = notebook.page, names(notebook)
    wait_for(notebook, lambda: project.counts().leased == 8)
    # Somebody else labels the page after its lease lapsed, an hour later.
    other = (
        "from time import time\nfrom jlabel.store import open_store\nfrom jlabel.session.session import Session\n"
        f"store = open_store({project.location!r}, clock=lambda: time() + 3600)\n"
        "s = Session(store, store.project('p'), 'other', size=4)\n"
        f"mine = {first!r}\n"
        "page = s.next_page()\n"
        "while page and not {t.name for t in page.tasks} & set(mine):\n"
        "    s.apply('dog'); s.submit(); page = s.next_page()\n"
        "print(len({t.name for t in page.tasks} & set(mine)))\n"
        "s.apply('dog'); s.submit(); s.close(); store.close()"
    )
    notebook.eval(other)
    page.keyboard.press("Control+a")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator(".jl-message[data-kind=error]").wait_for()
    notebook.screenshot("refused")
    taken = labeled(project)
    assert all(record.answer.class_ids == (2,) for record in taken.values()), "nothing of the other's was overwritten"


def test_dark_theme_and_dialogs(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project)
    notebook.theme("dark")
    notebook.page.keyboard.press("1")
    notebook.page.locator(".jl-chip").first.wait_for()
    notebook.screenshot("dark")
    notebook.page.keyboard.press("?")
    notebook.page.locator(".jl-keys").wait_for()
    notebook.screenshot("shortcuts-dark")
    notebook.page.keyboard.press("Escape")
    notebook.theme("light")
    notebook.page.locator(".jl-button", has_text="Instructions").click()
    notebook.page.locator(".jl-instructions em", has_text="well").wait_for()


def test_thirty_quick_pages(lab: Lab, make: Make) -> None:
    # Messages and finished pictures come on different threads of the kernel: a page too soon used to jam the canvas.
    project = make(270)
    notebook = open_labeler(lab, project)
    for _ in range(30):
        shown = names(notebook)
        for key in ("Control+a", "1", "Enter"):
            notebook.page.keyboard.press(key)
        notebook.page.wait_for_function(
            "old => document.querySelector('.jl-empty:not([hidden])')?.textContent.startsWith('Nothing left to label')"
            " || (!document.querySelector('.jl-stage[data-loading]') && document.querySelector('.jl-cell')"
            " && [...document.querySelectorAll('.jl-cell .jl-name')].map(e => e.textContent.trim()).join()"
            " !== old.join())",
            arg=shown,
        )
    wait_for(notebook, lambda: project.counts().labeled == 270)
    assert notebook.console_errors == []


def test_a_drawing_that_failed_in_the_browser_is_drawn_again(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project)
    first = names(notebook)
    # What ipycanvas's front end cannot do ends all its drawing: here an image that was closed before it was drawn.
    notebook.eval(
        "from ipywidgets import Image\nfrom jlabel.widgets.stage.batch import batch\n"
        "image = Image(value=b'x', format='png')\n"
        "with batch():\n    w.body.stage.canvases[1].canvas[0].draw_image(image, 0, 0)\n    image.close()"
    )
    for _ in range(2):
        notebook.page.keyboard.press("Control+a")
        notebook.page.keyboard.press("1")
        notebook.page.keyboard.press("Enter")
        first = wait_names(notebook, first)
    notebook.page.locator(READY).first.wait_for()
