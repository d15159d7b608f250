"""The notebooks run unattended, from an empty folder, twice."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import jlabel as jl
from jlabel.demo import packaged_notebook, prepare


@pytest.mark.slow
def test_first_labels_runs_and_runs_again(tmp_path: Path) -> None:
    for run in (1, 2):
        notebook = nbformat.read(prepare(tmp_path), as_version=4)
        NotebookClient(
            notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
        ).execute()
        with jl.Workspace(tmp_path / "labels") as workspace:
            # The robot's four pages of nine each time; the labels of the first run are still there in the second.
            assert workspace.project("textures").counts().labeled == 36 * run
    assert (tmp_path / "out" / "textures.json").is_file()
    assert (tmp_path / "out" / "textures.csv").is_file()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "project"), [("02_boxes", "coins-boxed"), ("03_polygons", "coins-outlined")])
def test_shapes_run_and_run_again(tmp_path: Path, name: str, project: str) -> None:
    for run in (1, 2):
        notebook = nbformat.read(packaged_notebook().with_name(f"{name}.ipynb"), as_version=4)
        NotebookClient(
            notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
        ).execute()
        with jl.Workspace(tmp_path / "labels") as workspace:
            # Two images by the robot, then the one that the screen of the first run, long gone, does not hold.
            done = [record for record in workspace.project(project).records() if record.answer.given]
            assert len(done) == 1 + run
            assert sum(len(record.answer.annotations) for record in done) >= 6
    assert (tmp_path / "out" / f"{project}.json").is_file()


@pytest.mark.model
@pytest.mark.slow
def test_assist_runs_and_runs_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel's own shows plots
    pytest.importorskip("torch")
    pytest.importorskip("matplotlib")
    for _ in (1, 2):
        notebook = nbformat.read(packaged_notebook("04_assist.ipynb"), as_version=4)
        NotebookClient(
            notebook, timeout=540, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
        ).execute()
        with jl.Workspace(tmp_path / "labels") as workspace:
            p = workspace.project("tiles")
            # All but the page that the screen holds, and in the second run the pages of both screens.
            assert p.counts().labeled >= 675 - 9 * 3
            report = p.assist.report()
            assert report.total.shown.n > 50
            assert report.total.shown.value is not None
            assert report.total.shown.value >= 0.9
            assert any(
                "image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])
            )
            assert not p.assist.status().worker


@pytest.mark.model
@pytest.mark.slow
def test_assist_for_boxes_runs_and_runs_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel's own shows plots
    pytest.importorskip("torch")
    pytest.importorskip("matplotlib")
    for _ in (1, 2):
        notebook = nbformat.read(packaged_notebook("05_assist_boxes.ipynb"), as_version=4)
        NotebookClient(
            notebook, timeout=540, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
        ).execute()
        with jl.Workspace(tmp_path / "labels") as workspace:
            p = workspace.project("coins-found")
            assert p.counts().labeled == 20
            found = p.assist.predictions()
            assert found["above"].sum() > 40
            assert found.loc[found["above"], "confidence"].mean() > 0.6
            assert any(
                "image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])
            )
            assert not p.assist.status().worker


def test_notebooks_are_stored_without_outputs() -> None:
    for path in packaged_notebook().parent.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        for cell in notebook.cells:
            assert cell.cell_type == "markdown" or (cell.outputs == [] and cell.execution_count is None)
