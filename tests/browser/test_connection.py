"""What the labeler shows when the kernel ends, the network is cut, or its canvases cannot be had."""

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jlabel import Workspace
from jlabel.project import Project
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.pictures import make_pictures

READY = ".jl-stage:not([data-loading], [data-refitting]) .jl-cell"
CODE = "import jlabel as jl\np = jl.Workspace({!r}).project('p')\nw = p.label(grid=9)\nw"
SOON = 3000  # milliseconds within which the screen must tell


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Eighteen plain pictures."""
    folder = make_pictures(tmp_path / "pictures", 18)
    return Workspace(tmp_path / "labels").create_project("p", task="multi-class", images=folder, labels=["a", "b"])


def _open(lab: Lab, project: Project) -> Notebook:
    """A labeler in which one answer was given and stored."""
    notebook = lab.open(CODE.format(project.location), wait=READY)
    notebook.page.locator(".jl-labeler").focus()
    notebook.page.keyboard.press("1")
    _wait(notebook, 1)
    return notebook


def _wait(notebook: Notebook, answers: int) -> None:
    """Wait until that many answers of the page are stored."""
    code = "parts = w.session.parts\nprint(len(parts.store.drafts(parts.id, parts.pages.current.items)))"
    for _ in range(200):
        if int(notebook.eval(code)) == answers:
            return
        notebook.frame()
    raise AssertionError(f"{answers} answers were never stored")


def _pid(notebook: Notebook) -> int:
    return int(notebook.eval("import os\nprint(os.getpid())"))


def test_a_kernel_that_was_killed_is_said_and_takes_no_more_gestures(lab: Lab, project: Project) -> None:
    notebook = _open(lab, project)
    page = notebook.page
    os.kill(_pid(notebook), signal.SIGKILL)
    ended = page.locator(".jl-ended")
    expect(ended).to_be_visible(timeout=10_000)  # Jupyter's own watch over kernels looks every three seconds
    expect(ended).to_contain_text("The kernel ended. Your work is saved up to ")
    expect(ended).to_contain_text("run the cell again")
    before = page.locator(".jl-chip").count()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    assert page.locator(".jl-chip").count() == before
    assert page.locator(".jl-message:visible").count() == 0
    notebook.screenshot("kernel-ended")
    page.evaluate("() => { for (const x of document.querySelectorAll('.jp-Dialog')) x.remove(); }")
    notebook.run(READY)  # the sentence's remedy
    expect(page.locator(".jl-chip")).to_have_count(1)


def test_a_restarted_kernel_is_said(lab: Lab, project: Project) -> None:
    notebook = _open(lab, project)
    notebook.restart_kernel()
    expect(notebook.page.locator(".jl-ended")).to_contain_text("The kernel ended. Your work is saved up to ")


def test_a_stopped_kernel_is_called_not_connected_and_what_waits_arrives(lab: Lab, project: Project) -> None:
    notebook = _open(lab, project)
    page, pid = notebook.page, _pid(notebook)
    os.kill(pid, signal.SIGSTOP)
    try:
        for _ in range(3):
            page.keyboard.press("2")
        line = page.locator(".jl-link")
        expect(line).to_have_text("Not connected: 3 changes wait", timeout=SOON)
        notebook.screenshot("not-connected")
        clock = page.locator(".jl-fact[title='Time on this page']").inner_text()
        page.wait_for_function("(end) => Date.now() > end", arg=page.evaluate("Date.now() + 2500"))
        assert page.locator(".jl-fact[title='Time on this page']").inner_text() == clock, "the time goes on"
    finally:
        os.kill(pid, signal.SIGCONT)
    expect(line).to_be_hidden()
    _wait(notebook, 4)


def test_canvases_that_the_page_does_not_have_are_named(lab: Lab, project: Project) -> None:
    other = """
import ipycanvas
def init(self, *args, made=ipycanvas.MultiCanvas.__init__, **kwargs):
    made(self, *args, _model_module_version="^9.9.0", **kwargs)
ipycanvas.MultiCanvas.__init__ = init
"""
    notebook = lab.open(other + CODE.format(project.location), wait=".jl-empty:has-text('ipycanvas')")
    empty = notebook.page.locator(".jl-empty")
    expect(empty).to_contain_text(
        "Install the kernel's version of ipycanvas also in the environment that runs JupyterLab"
    )
    notebook.screenshot("no-canvas")
