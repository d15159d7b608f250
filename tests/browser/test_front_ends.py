"""The labeler in the other front ends: Notebook 7 and Voila. (JupyterLab is what all other browser tests use.)"""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jlabel import Workspace
from jlabel.project import Project
from tests.browser.lab import Lab, document
from tests.browser.notebook import LIMIT
from tests.pictures import make_pictures

PAINTED = ".jl-stage:not([data-loading])"
PID = "pid"
Open = Callable[[str], Page]


@pytest.fixture(params=["multi-class", "boxes"])
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Project:
    """Plain pictures of 400 x 300 pixels, to be labeled in a grid, or with boxes."""
    folder = make_pictures(tmp_path / "pictures", 18, width=400, height=300)
    return Workspace(tmp_path / "labels").create_project("p", task=request.param, images=folder, labels=["a", "b"])


@pytest.fixture
def show(lab: Lab, project: Project) -> Iterator[Open]:
    """``show(path)`` opens a notebook with the labeler under a path of the server."""
    code = f"""import os, pathlib, jlabel as jl
pathlib.Path({PID!r}).write_text(str(os.getpid()))
p = jl.Workspace({project.location!r}).project('p')
p.label(grid=9)"""
    name = "front-end.ipynb"
    (lab.server.root / name).write_text(json.dumps(document([code])), encoding="utf-8")
    page = lab.context.new_page()

    def open_page(path: str) -> Page:
        page.goto(f"http://127.0.0.1:{lab.server.port}{path}/{name}?token={lab.server.token}", timeout=LIMIT)
        return page

    yield open_page
    page.close()


def label_a_page(page: Page, project: Project) -> None:
    """Label the page on screen by mouse and keyboard, submit it, and look into the store."""
    page.locator(f"{PAINTED} .jl-cell, {PAINTED} .jl-gesture-canvas").first.wait_for()
    if project.task.has_shapes:
        box = page.locator(".jl-gesture-canvas").bounding_box()
        assert box is not None
        page.keyboard.press("1")
        page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7, steps=10)
        page.mouse.up()
    else:
        page.locator(".jl-labeler").focus()
        for _ in range(9):
            page.keyboard.press("1")
    expected = 1 if project.task.has_shapes else 9
    page.keyboard.press("Enter")
    for _ in range(400):
        if project.counts().labeled == expected:
            break
        page.evaluate("() => new Promise(requestAnimationFrame)")
    assert project.counts().labeled == expected


def in_sight(page: Page) -> None:
    """Submit is in the window, and what only a notebook without a kernel shows is not."""
    box = page.locator(".jl-submit").bounding_box()
    assert box is not None
    window = page.viewport_size
    assert window is not None
    assert 0 < box["y"] < window["height"] - box["height"]
    expect(page.locator(".jl-saved")).to_be_hidden()


def test_notebook_7(lab: Lab, project: Project, show: Open) -> None:
    page = show("/notebooks")
    cell = page.locator(".jp-CodeCell .cm-content").first
    cell.click()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
    page.keyboard.press("Shift+Enter")
    page.locator(f"{PAINTED} .jl-cell, {PAINTED} .jl-gesture-canvas").first.wait_for()
    page.locator(".jl-frame").focus()
    page.screenshot(path=lab.screenshots / f"notebook-7-{project.task}.png")
    in_sight(page)
    label_a_page(page, project)


def test_voila(lab: Lab, project: Project, show: Open) -> None:
    page = show("/voila/render")
    page.locator(f"{PAINTED} .jl-cell, {PAINTED} .jl-gesture-canvas").first.wait_for()
    page.locator(".jl-frame").focus()
    page.screenshot(path=lab.screenshots / f"voila-{project.task}.png")
    in_sight(page)
    label_a_page(page, project)
    os.kill(int((lab.server.root / PID).read_text()), signal.SIGKILL)
    expect(page.locator(".jl-ended")).to_contain_text("reload the page again", timeout=15_000)
