"""A real worker's progress in a notebook's cell, while the kernel stays free."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

import jlabel as jl
from jlabel.model.run import RunKind
from tests.assist.workers import make_backbone, make_photos
from tests.browser.lab import Lab

CODE = """
import jlabel.assist.worker.supervisor as process
process.NICE = 0
from jlabel import Workspace
p = Workspace({folder!r}).project("photos")
p.assist.start(backbone={backbone!r}, device="cpu")
p.assist.progress()
"""


OPENED = """
from jlabel import Workspace
p = Workspace({folder!r}).project("photos")
p.assist.progress()
"""


def test_there_is_something_to_see_in_every_state(lab: Lab, tmp_path: Path) -> None:
    photos = make_photos(tmp_path / "photos", 4)
    with jl.Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("photos", task="multi-class", images=photos, labels=["red", "blue"])
        code = OPENED.format(folder=str(tmp_path / "labels"))
        notebook = lab.open([code], wait=".jl-progress")
        notebook.page.wait_for_selector(".jl-progress >> text=/Assist is off. Start it with/")
        store = project.store
        lease = store.acquire_assist(project.id)
        assert lease is not None
        store.finish_run(store.start_run(project.id, RunKind.FEATURIZATION, reason="").id)
        notebook.page.wait_for_selector(".jl-progress >> text=/9 more labels to the next run/")
        project.assist.pause()
        notebook.page.wait_for_selector(".jl-progress >> text=/Assist is paused/")
        store.release_assist(lease.token)
        notebook.page.wait_for_selector(".jl-progress >> text=/Assist is stopped/")
        again = lab.open([code], wait=".jl-progress")
        again.page.wait_for_selector(".jl-progress >> text=/Assist is stopped/")
        again.screenshot("assist-progress-stopped", ".jl-progress")


def test_a_worker_is_followed_in_a_cell_and_the_kernel_answers_meanwhile(lab: Lab, tmp_path: Path) -> None:
    photos = make_photos(tmp_path / "photos", 400)
    backbone = make_backbone(tmp_path / "tiny.pt")
    with jl.Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("photos", task="multi-class", images=photos, labels=["red", "blue"])
        code = CODE.format(folder=str(tmp_path / "labels"), backbone=str(backbone))
        notebook = lab.open([code], wait=".jl-progress")
        try:
            notebook.page.wait_for_selector("text=/Embedding images: .* of 400/", timeout=180_000)
            assert notebook.eval("print(6 * 7)").strip() == "42"
            notebook.screenshot("assist-progress-light", ".jl-progress")
            notebook.theme("dark")
            notebook.screenshot("assist-progress-dark", ".jl-progress")
            notebook.page.wait_for_selector("text=/9 more labels to the next run/", timeout=180_000)
            notebook.screenshot("assist-progress-idle-dark", ".jl-progress")
            notebook.theme("light")
            notebook.screenshot("assist-progress-idle-light", ".jl-progress")
        finally:
            project.assist.stop()
        notebook.page.wait_for_selector("text=/Assist is stopped/", timeout=60_000)
