"""The labeler in windows of several sizes: all of it in sight, Submit included, without scrolling the notebook."""

from pathlib import Path
from typing import Any

import pytest

from jlabel import Workspace
from jlabel.project import Project
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.pictures import make_pictures

READY = ".jl-stage:not([data-loading])"
CODE = """import jlabel as jl
p = jl.Workspace({!r}).project("p")
p.label({})"""
BEFORE, AFTER = "# A cell\n" * 12, "print('the notebook goes on')\n" * 12
EDGES = """() => {
    const [frame, submit, stage] = ['.jl-labeler', '.jl-submit', '.jl-stage'].map(name => document.querySelector(name));
    const scroller = frame.closest('.jp-WindowedPanel-outer').getBoundingClientRect();
    const bars = [...document.querySelectorAll('.jl-header, .jl-toolbar')];
    const lines = bars.map(one => one.getBoundingClientRect().height);
    const box = frame.getBoundingClientRect();
    return {
        top: box.top - scroller.top, bottom: scroller.bottom - submit.getBoundingClientRect().bottom,
        side: scroller.right - submit.getBoundingClientRect().right,
        stage: [stage.clientWidth, stage.clientHeight], height: box.height, lines,
        spill: [...frame.querySelectorAll('*')].some(one => one.scrollWidth > one.clientWidth + 1
            && ['jl-header', 'jl-toolbar', 'jl-footer'].includes(one.className)),
    };
}"""
WINDOWS = {
    "1280 x 720": (1280, 720),
    "1400 x 1000": (1400, 1000),
    "1000 x 700": (1000, 700),
    "700 wide": (700, 800),
    "zoom 150": (853, 480),  # 1280 x 720 at 150 %
}


@pytest.fixture(params=["multi-class", "polygons"])
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Project:
    """Pictures and eleven classes, for the grid and for the editor with most tools."""
    folder = make_pictures(tmp_path / "pictures", 12, width=400, height=300)
    labels = ["cell", "dust", *(f"another class {number}" for number in range(9))]
    return Workspace(tmp_path / "labels").create_project("p", task=request.param, images=folder, labels=labels)


def _sizes(notebook: Notebook, width: int, height: int) -> dict[str, Any]:
    notebook.page.set_viewport_size({"width": width, "height": height})
    for _ in range(30):
        notebook.frame()
    notebook.page.locator(READY).wait_for()
    notebook.page.evaluate("document.querySelector('.jl-labeler').scrollIntoView({block: 'nearest'})")
    notebook.frame()
    found: dict[str, Any] = notebook.page.evaluate(EDGES)
    return found


def test_the_whole_labeler_fits_each_window(lab: Lab, project: Project) -> None:
    notebook = lab.open(CODE.format(project.location, ""), wait=READY)
    for name, (width, height) in WINDOWS.items():
        sizes = _sizes(notebook, width, height)
        notebook.screenshot(f"layout-{project.task}-{name.replace(' ', '-')}")
        assert sizes["top"] >= -1, (name, sizes)
        assert sizes["bottom"] >= 0, (name, sizes)
        assert sizes["side"] >= 0, (name, sizes)
        assert not sizes["spill"], (name, sizes)
        assert sizes["stage"][1] >= (120 if height < 700 else 300), (name, sizes)
        if width >= 1000:
            assert max(sizes["lines"]) < 46, (name, sizes)  # one line of buttons
    assert notebook.console_errors == []


def test_the_labeler_is_in_sight_after_run_all(lab: Lab, project: Project) -> None:
    notebook = lab.open([BEFORE, CODE.format(project.location, ""), AFTER], wait=READY)
    notebook.page.set_viewport_size({"width": 1280, "height": 720})
    notebook.restart_kernel()
    notebook.run(READY)
    for _ in range(60):
        sizes = notebook.page.evaluate(EDGES)
        if sizes["top"] >= -1 and sizes["bottom"] >= 0:
            break
        notebook.frame()
    notebook.screenshot(f"layout-{project.task}-run-all")
    assert sizes["top"] >= -1
    assert sizes["bottom"] >= 0


def test_a_height_that_was_asked_for_is_kept(lab: Lab, project: Project) -> None:
    notebook = lab.open(CODE.format(project.location, "height=420"), wait=READY)
    assert abs(notebook.page.evaluate(EDGES)["height"] - 420) < 2


@pytest.mark.parametrize(("width", "height", "columns"), [(240, 400, 5), (400, 300, 3)])
def test_cells_take_the_shape_of_the_pictures_and_keys_follow(
    lab: Lab, tmp_path: Path, width: int, height: int, columns: int
) -> None:
    folder = make_pictures(tmp_path / "pictures", 18, width=width, height=height)
    project = Workspace(tmp_path / "labels").create_project("p", task="multi-class", images=folder, labels=["a", "b"])
    notebook = lab.open(CODE.format(project.location, ""), wait=f"{READY} .jl-cell")
    page = notebook.page
    page.wait_for_function(f"() => document.querySelector('{READY} .jl-cell')")
    cells = "[...document.querySelectorAll('.jl-cell')]"
    tops = page.evaluate(f"() => {cells}.map(one => one.getBoundingClientRect().top)")
    assert len([top for top in tops if top == tops[0]]) == columns
    notebook.screenshot(f"cells-{columns}")
    page.locator(".jl-labeler").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(f"() => {cells}.findIndex(one => one.hasAttribute('data-cursor'))") == columns
    page.keyboard.press("ArrowUp")
    for _ in range(9):
        page.keyboard.press("1")
    page.keyboard.press("Enter")
    for _ in range(300):
        if project.counts().labeled == 9:
            break
        notebook.frame()
    assert project.counts().labeled == 9
