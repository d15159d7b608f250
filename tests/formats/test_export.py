"""Exports of a project: a format of one's own, and names that labeling does not change."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jlabel import Workspace
from jlabel.cli import main
from jlabel.errors import ExportError, FormatError
from jlabel.exchange import read_labels
from jlabel.formats.format import Format
from jlabel.formats.registry import FORMATS
from tests.pictures import make_pictures


def test_a_toy_format_is_exported_and_listed(tmp_path: Path, toy: Format) -> None:
    folder = make_pictures(tmp_path / "pictures", 3)
    with Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="multi-label", images=folder, labels=["cat", "dog"])
        with project.session(labeler="me", grid=1) as session:
            session.next_page()
            session.apply("dog")
            session.submit()
        out = project.export("toy", tmp_path / "out" / "toy", indent=2)
        assert json.loads((out / "classes.json").read_text()) == {"1": "cat", "2": "dog"}
        assert len(list((out / "items").iterdir())) == 3, "all items are handed over, labeled or not"
        with pytest.raises(ExportError, match="exists and is not an empty folder"):
            project.export("toy", out)
        with pytest.raises(FormatError, match=", ".join(FORMATS)):
            project.export("xml", tmp_path / "o.xml")
    shown = CliRunner().invoke(main, ["export", "--help"]).output
    assert f"toy: {toy.summary}" in shown
    assert "--indent 1" in shown
    words = ["export", "p", "toy", str(tmp_path / "again"), "-o", "indent=3", "-w", str(tmp_path / "labels")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert '\n   "1"' in (tmp_path / "again" / "classes.json").read_text()


def test_a_name_stays_the_same_whatever_is_labeled(tmp_path: Path) -> None:
    folders = [make_pictures(tmp_path / name, 3) for name in ("2023", "2024")]
    with Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="multi-class", images=folders, labels=["cat"])
        wanted = {record.item: record.uri.removeprefix(f"{tmp_path}/") for record in project.records()}
        with project.session(labeler="me", grid=1) as session:
            for number in range(1, 7):
                session.next_page()
                session.apply("cat")
                session.submit()
                document = json.loads(project.export("coco", tmp_path / "coco.json").read_text())
                names = {image["id"]: image["file_name"] for image in document["images"]}
                assert len(names) == number
                assert names == {item: wanted[item] for item in names}


def test_a_csv_for_excel_begins_with_its_mark(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "p\u00eatures", 1)
    with Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="multi-class", images=folder, labels=["cat"])
        with project.session(labeler="me", grid=1) as session:
            session.next_page()
            session.apply("cat")
            session.submit()
        out = project.export("csv", tmp_path / "o.csv", encoding="utf-8-sig")
        assert out.read_bytes().startswith(b"\xef\xbb\xbfUrl,Label")
        assert [image.answer.given for image in read_labels(out, format="csv").images] == [True]
        assert not project.export("csv", out).read_bytes().startswith(b"\xef\xbb\xbf")
        with pytest.raises(FormatError, match="utf-8 or utf-8-sig, not in 'latin-1'"):
            project.export("csv", out, encoding="latin-1")


@pytest.mark.parametrize(
    "target", ["labels/jlabel.db", "labels/jlabel.db-wal", "pictures/0000.jpg", "link.csv", "copy"]
)
def test_an_export_replaces_no_database_and_no_picture(tmp_path: Path, target: str) -> None:
    folder = make_pictures(tmp_path / "pictures", 1)
    (tmp_path / "link.csv").symlink_to(folder / "0000.jpg")
    (tmp_path / "copy").write_bytes((folder / "0000.jpg").read_bytes())
    with Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="multi-class", images=folder, labels=["cat"])
        assert (tmp_path / "labels" / "jlabel.db").exists()
        path = tmp_path / target
        assert path.exists()
        before = path.read_bytes()
        for format_name in ("csv", "coco"):
            with pytest.raises(ExportError, match=r"(own database|is a picture)\. Name another file for the export"):
                project.export(format_name, path)
        assert path.read_bytes()[:64] == before[:64]
        project.export("csv", tmp_path / "o.csv")
        project.export("csv", tmp_path / "o.csv")
