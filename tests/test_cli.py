"""The command line, on real workspaces."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pycocotools.coco import COCO

from jlabel import __version__
from jlabel.cli import main
from jlabel.demo import make_tiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the demo's photos."""
    make_tiles(tmp_path)
    return tmp_path


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def _create(folder: Path, *more: str) -> Result:
    labels = ("-l", "brick", "-l", "grass", "-l", "gravel")
    return _run("create", "textures", folder / "photos", *labels, "-w", folder / "labels", *more)


def test_version_and_help() -> None:
    assert __version__ in _run("--version").output
    assert {"create", "demo", "export", "status"} <= set(_run("--help").output.split())


def test_create_status_export(folder: Path) -> None:
    created = _create(folder)
    assert created.exit_code == 0, created.output
    assert "192" in created.output

    shown = _run("status", "-w", folder / "labels")
    assert shown.exit_code == 0, shown.output
    head, row = shown.output.splitlines()
    assert head.split() == ["project", "task", "items", "labeled", "remaining", "skipped", "unreadable"]
    assert row.split() == ["textures", "multi-class", "192", "0", "192", "0", "0"]

    written = _run("export", "textures", "coco", folder / "out.json", "-w", folder / "labels")
    assert written.exit_code == 0, written.output
    coco = COCO(folder / "out.json")
    assert [category["name"] for category in coco.loadCats(coco.getCatIds())] == ["brick", "grass", "gravel"]


def test_a_second_create_is_one_sentence_and_no_traceback(folder: Path) -> None:
    _create(folder)
    again = _create(folder)
    assert again.exit_code == 1
    assert "textures" in again.output
    assert "Traceback" not in again.output


def test_no_labels_is_refused(folder: Path) -> None:
    refused = _run("create", "textures", folder / "photos", "-w", folder / "labels")
    assert refused.exit_code == 2
    assert not (folder / "labels").exists()


@pytest.mark.parametrize("command", [("status",), ("export", "textures", "coco", "out.json")])
def test_a_mistyped_workspace_is_not_created(tmp_path: Path, command: tuple[str, ...]) -> None:
    shown = _run(*command, "-w", tmp_path / "lables")
    assert shown.exit_code == 1
    assert "lables" in shown.output
    assert not (tmp_path / "lables").exists()


def test_an_unknown_project_and_an_unknown_format(folder: Path) -> None:
    _create(folder)
    unknown = _run("status", "texture", "-w", folder / "labels")
    assert unknown.exit_code == 1
    assert "texture" in unknown.output
    refused = _run("export", "textures", "tfrecord", folder / "out", "-w", folder / "labels")
    assert refused.exit_code == 1
    assert "tfrecord" in refused.output


def test_the_demo_without_a_server(tmp_path: Path) -> None:
    shown = _run("demo", "--folder", tmp_path / "demo", "--no-server")
    assert shown.exit_code == 0, shown.output
    assert (tmp_path / "demo" / "01_first_labels.ipynb").is_file()
