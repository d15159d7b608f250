"""A workspace and its projects as Python objects: opened again, found by name, iterated, compared, renamed, shown."""

import html.parser
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from jlabel import Box, Project, Workspace
from jlabel.errors import GeometryError, InputError, NameTaken, NotFound
from jlabel.model.submission import Submission
from tests.pictures import make_pictures


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "labels") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_pictures(tmp_path / "pictures", 8)


@pytest.fixture
def masks(ws: Workspace, folder: Path) -> Project:
    return ws.create_project("masks", task="multi-class", images=folder, labels=["mask", "no mask"])


def open_or_create(ws: Workspace, folder: Path, name: str = "masks", **more: object) -> Project:
    given = {"task": "multi-class", "images": folder, "labels": ["mask", "no mask"], **more}
    return ws.open_or_create(name, **given)  # type: ignore[arg-type]


def test_a_cell_that_creates_is_run_again(ws: Workspace, folder: Path) -> None:
    first = open_or_create(ws, folder)
    with first.session(labeler="ann", grid=4) as session:
        session.next_page()
        session.apply("mask")
        session.submit()
    make_pictures(folder, 12)
    again = open_or_create(ws, folder, "Masks")
    assert again == first
    assert (again.counts().labeled, again.counts().total) == (4, 8), "as it is: refresh() finds new images"
    given = {"task": "multi-class", "images": "nowhere", "labels": ["mask"]}
    assert ws.create_project("masks", exist_ok=True, **given) == first  # type: ignore[arg-type]
    with pytest.raises(NameTaken):
        ws.create_project("masks", **{**given, "images": folder})  # type: ignore[arg-type]


def test_what_does_not_fit_the_project_that_exists_is_said(ws: Workspace, folder: Path) -> None:
    project = open_or_create(ws, folder)
    with pytest.raises(InputError, match="its task is multi-class, not boxes"):
        open_or_create(ws, folder, task="boxes")
    with pytest.warns(UserWarning, match=re.escape("no class 'scarf'. To add it: p.add_classes(['scarf'])")):
        open_or_create(ws, folder, labels=["Mask", "scarf"])
    project.add_classes(["scarf"])  # as the sentence says
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        open_or_create(ws, folder, labels=["Mask", "scarf"])
    project.delete()
    with pytest.raises(NameTaken, match="deleted"):
        open_or_create(ws, folder)


def test_the_remedies_of_a_taken_name_work(ws: Workspace, masks: Project, folder: Path) -> None:
    with pytest.raises(NameTaken, match=re.escape("ws.project('masks')")) as error:
        ws.create_project("masks", task="multi-class", images=folder, labels=["a"])
    assert "ws.open_or_create(...)" in str(error.value)
    assert ws.project("masks") == open_or_create(ws, folder) == masks


def test_a_workspace_is_a_collection_of_projects(ws: Workspace, masks: Project, folder: Path) -> None:
    boxes = ws.create_project("boxes", task="boxes", images=folder, labels=["a"])
    assert (ws["masks"], ws["BOXES"]) == (masks, boxes)
    assert list(ws) == ws.projects() == [masks, boxes]
    assert len(ws) == 2
    assert "masks" in ws
    assert masks in ws
    assert "mask" not in ws
    assert 7 not in ws
    with pytest.raises(NotFound, match="masks"):
        ws["mask"]
    assert repr(ws).endswith(", 2 projects)")
    boxes.delete()
    assert boxes not in ws
    assert repr(ws).endswith(", 1 project)")


def test_an_empty_workspace_is_one(tmp_path: Path) -> None:
    with Workspace(tmp_path / "empty") as empty:
        assert (len(empty), bool(empty)) == (0, True)


def test_a_project_is_a_collection_of_items(masks: Project) -> None:
    assert len(masks) == 8
    assert [record.name for record in masks] == [f"{n:04}.jpg" for n in range(8)]


def test_equal_is_what_is_the_same_project(ws: Workspace, masks: Project, folder: Path, tmp_path: Path) -> None:
    other = ws.create_project("boxes", task="boxes", images=folder, labels=["a"])
    assert masks == ws.project(masks.name)
    assert masks not in (other, "masks", None)
    (tmp_path / "link").symlink_to(tmp_path / "labels")
    with Workspace(tmp_path / "link") as again, Workspace(tmp_path / "elsewhere") as elsewhere:
        assert (again, again["masks"]) == (ws, masks)
        assert len({again, ws, elsewhere}) == 2
        assert len({masks, again["masks"], other}) == 2
        namesake = elsewhere.create_project("masks", task="multi-class", images=folder, labels=["a"])
        assert namesake != masks


def test_a_renamed_project_is_found_under_all_its_names(ws: Workspace, masks: Project, folder: Path) -> None:
    masks.rename("faces")
    assert (masks.name, ws["faces"], ws["masks"]) == ("faces", masks, masks)
    assert repr(ws["Masks"]).startswith("Project('faces'")
    assert open_or_create(ws, folder) == masks, "an old notebook still opens it"
    with pytest.raises(NameTaken, match="'faces' had it before") as error:
        ws.create_project("masks", task="multi-class", images=folder, labels=["a"])
    assert "ws.project('faces')" in str(error.value)
    other = ws.create_project("other", task="boxes", images=folder, labels=["a"])
    for name in ("masks", "Faces"):
        with pytest.raises(NameTaken):
            other.rename(name)
    masks.rename("Faces")
    masks.rename("masks")  # back again
    assert [project.name for project in ws] == ["masks", "other"]
    assert ws["faces"] == masks
    with pytest.raises(InputError):
        masks.rename(" ")
    masks.delete()
    for name in ("masks", "faces"):
        assert name not in ws
        with pytest.raises(NameTaken, match="deleted"):
            other.rename(name)


class Shown(html.parser.HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_notebook_shows_how_far_a_project_is(ws: Workspace, folder: Path) -> None:
    names = ["<script>alert(1)</script>", *(f"c{n}" for n in range(14))]
    (folder / "0001.jpg").write_bytes(b"no picture")
    project = ws.create_project("<b>&amp;", task="multi-class", images=folder, labels=names)
    with project.session(labeler="ann", grid=1) as session:
        for _ in range(2):
            session.next_page()
            session.apply("c1")
            session.submit()
    shown = Shown(project._repr_html_())
    assert "script" not in shown.tags
    assert "<b>&amp;" in shown.text
    assert "2 of 8 labeled" in shown.text
    assert "<script>alert(1)</script>" in shown.text
    assert "and 3 more" in shown.text
    assert [image["alt"] for image in shown.images] == [f"{n:04}.jpg" for n in (0, 2, 3, 4, 5)], "without the broken"
    assert all((image["src"] or "").startswith("data:image/") for image in shown.images)


def test_on_submit_is_called_after_every_submission(masks: Project) -> None:
    seen: list[Submission] = []
    with masks.session(labeler="ann", grid=4) as session:
        session.on_submit(seen.append)
        session.next_page()
        session.apply("mask")
        done = session.submit()
        assert seen == [done]

        def broken(_: Submission) -> None:
            raise ZeroDivisionError("no division")

        session.on_submit(broken)
        session.apply("no mask")
        assert session.submit() == seen[1]
        assert "The page was saved, but on_submit failed: ZeroDivisionError: no division" in session.message
    assert masks.counts().labeled == 8


def test_the_labeler_takes_on_submit(masks: Project) -> None:
    seen: list[Submission] = []
    screen = masks.label(grid=4, labeler="ann", on_submit=seen.append)
    screen.session.apply("mask")
    done = screen.session.submit()
    assert seen == [done]
    screen.close()


def test_a_box_from_its_corner_and_size() -> None:
    assert Box.from_xywh(1, 2, 30.5, 40) == Box(1, 2, 31.5, 42)
    with pytest.raises(GeometryError, match="no area"):
        Box.from_xywh(1, 2, 0, 40)
    with pytest.raises(GeometryError):
        Box.from_xywh(1, 2, "30", 40)  # type: ignore[arg-type]


def test_what_is_left_out_of_a_folder_is_said_at_creation(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = make_pictures(tmp_path / "pictures", 2)
    for name in ("b.webp", "c.gif"):
        Image.new("RGB", (20, 10)).save(folder / name)
    for name in ("notes.txt", "d.heic", "e.heic"):
        (folder / name).touch()
    with Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="boxes", images=folder, labels={"Animal": ["Cat", "Dog"]})
        assert project.counts().total == 4
        assert [label.path for label in project.classes] == ["Animal", "Animal/Cat", "Animal/Dog"]
        assert "Left out: 3 files of other kinds (2 .heic, 1 .txt)" in caplog.text
        caplog.clear()
        workspace.create_project("q", task="boxes", images=str(folder / "*.jpg"), labels=["Cat"])
        assert caplog.text == ""
