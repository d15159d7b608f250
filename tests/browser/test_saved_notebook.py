"""What a notebook file holds of a labeler, and what it shows without its kernel."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from jlabel import Workspace
from jlabel.project import Project
from tests.browser.lab import Lab
from tests.browser.notebook import LIMIT, Notebook
from tests.pictures import make_pictures

READY = ".jl-stage:not([data-loading], [data-refitting]) .jl-cell"
CODE = "import jlabel as jl\np = jl.Workspace({!r}).project('p')\nw = p.label(grid=9)\nw"
TRUSTED = """() => [...window.jupyterapp.shell.widgets('main')].find(one => one.content?.model?.cells)
    .content.model.cells.get(0).trusted"""
PICTURES = (
    "import ipywidgets\nfrom ipywidgets.widgets.widget import _instances\n"
    "print(sum(isinstance(one, ipywidgets.Image) for one in _instances.values()))"
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Thirty plain pictures."""
    folder = make_pictures(tmp_path / "pictures", 30, width=400, height=300)
    return Workspace(tmp_path / "labels").create_project("p", task="multi-class", images=folder, labels=["a", "b"])


def _saved(lab: Lab, notebook: Notebook) -> dict[str, Any]:
    notebook.save()
    name = notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
    return dict(json.loads((lab.server.root / name).read_text(encoding="utf-8")))


def _released(notebook: Notebook) -> None:
    """Wait until the kernel has dropped the pictures that the page has drawn."""
    for _ in range(300):
        if int(notebook.eval(PICTURES)) == 0:
            return
        notebook.frame()
    raise AssertionError("the kernel keeps its pictures")


def test_a_saved_notebook_holds_sentences_and_no_picture(lab: Lab, project: Project) -> None:
    notebook = lab.open(CODE.format(project.location), wait=READY)
    expect(notebook.page.locator(".jl-saved")).to_be_hidden()
    notebook.command("@jupyter-widgets/jupyterlab-manager:saveWidgetState")
    try:
        _released(notebook)
        for _ in range(2):  # the labelers of earlier runs stay in the memory of the kernel and of the page
            notebook.rerun(READY)
            _released(notebook)
        saved = _saved(lab, notebook)
    finally:
        notebook.command("@jupyter-widgets/jupyterlab-manager:saveWidgetState")
    outputs = saved["cells"][0]["outputs"]
    texts = ["".join(output["data"]["text/plain"]) for output in outputs]
    assert texts == ["Labeler of 'p': run this cell to open it."] * 2
    assert "0 of 30 images labeled" in "".join(outputs[0]["data"]["text/html"])
    state = saved["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert state, "JupyterLab was to save the state of the widgets"
    assert "data:image" not in json.dumps(saved)
    modules = [len(one["state"].get("_esm", "")) for one in state.values()]
    assert len([size for size in modules if size > 10_000]) <= 1, "of the labelers of earlier runs a line stays"


def test_without_its_kernel_a_notebook_says_how_to_open_the_labeler(lab: Lab, project: Project) -> None:
    notebook = lab.open(CODE.format(project.location), wait=READY)
    notebook.save()
    notebook.restart_kernel()
    notebook.reload(".jl-saved")
    saved = notebook.page.locator(".jl-saved")
    expect(saved).to_have_text("Labeler of p: 0 of 30 images labeled. Run this cell to open it.")
    notebook.screenshot("saved-without-kernel")
    notebook.run(READY)  # the sentence's remedy
    expect(notebook.page.locator(".jl-saved")).to_be_hidden()


def test_a_labeler_that_moved_folds_to_a_line(lab: Lab, project: Project) -> None:
    first, again = CODE.format(project.location), "p.label(grid=4)"
    notebook = lab.open([first, again], wait=f"{READY} >> nth=3")
    line = notebook.page.locator(".jl-retired")
    expect(line).to_have_text("The labeler moved to the cell that was run last. Your work went with it.")
    box = line.bounding_box()
    assert box is not None
    assert box["height"] < 40
    expect(notebook.page.locator(".jl-labeler")).to_have_count(1)
    notebook.screenshot("moved")
    assert notebook.console_errors == []


def test_an_untrusted_notebook_says_the_same(lab: Lab, project: Project) -> None:
    notebook = lab.open(CODE.format(project.location), wait=READY)
    saved = _saved(lab, notebook)
    notebook.close()
    lab.server.shut_down_kernels()
    saved["metadata"]["author"] = "somebody else"  # JupyterLab signs a notebook with all that is in it
    (lab.server.root / "copied.ipynb").write_text(json.dumps(saved), encoding="utf-8")
    page = lab.context.new_page()
    address = f"http://127.0.0.1:{lab.server.port}/lab/workspaces/copied/tree/copied.ipynb"
    page.goto(f"{address}?token={lab.server.token}")
    page.locator(".jl-saved").first.wait_for(timeout=LIMIT)
    expect(page.locator(".jl-saved").first).to_have_text(
        "Labeler of p: 0 of 30 images labeled. Run this cell to open it."
    )
    assert page.evaluate(TRUSTED) is False
