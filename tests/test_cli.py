"""The command line, on real workspaces."""

from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from pycocotools.coco import COCO

from jlabel import Workspace, __version__
from jlabel.cli import main
from jlabel.demo import make_tiles
from jlabel.lab import labeling_notebook
from jlabel.widgets.frame.labeling_screen import LabelingScreen


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


def _label_first(folder: Path) -> None:
    with Workspace(folder / "labels") as workspace, workspace["textures"].session(labeler="ann", grid=1) as session:
        session.next_page()
        session.apply("brick")
        session.submit()


def test_an_option_of_a_format_has_its_own_flag(folder: Path) -> None:
    labels = ("-l", "bags, shoes", "-l", "hats", "--task", "multi-label")
    assert _run("create", "things", folder / "photos", *labels, "-w", folder / "labels").exit_code == 0
    with Workspace(folder / "labels") as workspace, workspace["things"].session(labeler="ann", grid=1) as session:
        session.next_page()
        session.apply("bags, shoes")
        session.apply("hats")
        session.submit()
    words = ("export", "things", "csv", folder / "out.csv", "-w", folder / "labels")
    refused = _run(*words)
    assert "separator=';'" in refused.output
    for flags in (("--separator", ";"), ("--separator=;",), ("--option", "separator=;"), ("-o", "separator=;")):
        (folder / "out.csv").unlink(missing_ok=True)
        written = _run(*words, *flags)
        assert written.exit_code == 0, written.output
        assert '"bags, shoes;hats"' in (folder / "out.csv").read_text(encoding="utf-8")
    assert "--separator" in _run("export", "--help").output
    assert "has no option" in _run("export", "things", "coco", folder / "o.json", "--separator=;", *words[-2:]).output


def test_an_export_says_what_it_left_out(folder: Path) -> None:
    _create(folder)
    _label_first(folder)
    with Workspace(folder / "labels") as workspace:
        (labeled,) = (record for record in workspace["textures"] if record.label is not None)
    (folder / "photos" / labeled.name).unlink()
    assert "0 new, 0 changed, 1 vanished and 0 returned" in _run("refresh", "textures", "-w", folder / "labels").output
    written = _run("export", "textures", "csv", folder / "out.csv", "-w", folder / "labels")
    assert written.exit_code == 0
    assert f"Note: 1 labeled file was gone at the last refresh: '{labeled.name}'" in written.output
    assert "Warning" not in written.output


def test_refresh_tells_of_pictures_of_another_size(folder: Path) -> None:
    _create(folder)
    _label_first(folder)
    with Workspace(folder / "labels") as workspace:
        (labeled,) = (record for record in workspace["textures"] if record.label is not None)
    Image.new("RGB", (77, 33)).save(folder / "photos" / labeled.name)
    told = _run("refresh", "textures", "-w", folder / "labels").output
    assert "1 changed" in told
    assert "1 labeled images have another size than when they were labeled" in told


def test_refresh_and_relocate(folder: Path) -> None:
    _create(folder)
    (folder / "photos").rename(folder / "pictures")
    away = _run("refresh", "textures", "-w", folder / "labels")
    assert away.exit_code == 0
    assert "relocate(old, new)" in away.output
    moved = _run("relocate", "textures", folder / "photos", folder / "pictures", "-w", folder / "labels")
    assert moved.exit_code == 0, moved.output
    assert "0 new, 0 changed, 0 vanished" in moved.output
    assert "0 new, 0 changed, 0 vanished" in _run("refresh", "textures", "-w", folder / "labels").output


def test_delete_asks_first(folder: Path) -> None:
    _create(folder)
    words = ["delete", "textures", "-w", str(folder / "labels")]
    kept = CliRunner().invoke(main, words, input="n\n")
    assert kept.exit_code == 1
    assert "Delete textures, with 0 labels?" in kept.output
    assert _run("status", "textures", "-w", folder / "labels").exit_code == 0
    assert _run(*words, "--yes").exit_code == 0
    assert _run("status", "textures", "-w", folder / "labels").exit_code == 1


def test_label_writes_a_notebook_that_labels(folder: Path) -> None:
    _create(folder)
    words = ("label", "textures", "-w", folder / "labels", "--no-server", "--grid", "4", "--labeler", "O'Hara")
    shown = _run(*words)
    assert shown.exit_code == 0, shown.output
    assert _run(*words).exit_code == 0
    (path,) = (folder / "labels").glob("*.ipynb")
    assert str(path) in shown.output
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    names: dict[str, object] = {}
    exec(notebook.cells[0].source.replace("jl.Workspace", "screen = jl.Workspace"), names)
    screen = names["screen"]
    assert isinstance(screen, LabelingScreen)
    assert (screen.session.labeler, screen.session.size, screen.session.project.name) == ("O'Hara", 4, "textures")
    screen.close()
    assert _run("label", "textures", "-w", folder / "labels", "--no-server", "--grid", "5").exit_code == 1


def test_the_notebook_of_a_team_holds_no_password(tmp_path: Path) -> None:
    path = labeling_notebook(tmp_path, "a/b: c", connect=True, grid=9, labeler=None)
    assert path.parent == tmp_path
    assert "jl.Workspace.connect()['a/b: c'].label(grid=9)" in nbformat.read(path, as_version=4).cells[0].source
