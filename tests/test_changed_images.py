"""Pictures that changed on disk after they were listed, opened or labeled."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image

from jlabel import Box, Polygon, Project, Workspace
from jlabel.errors import ExportWarning, GeometryError
from jlabel.media.cache import DiskCache
from jlabel.media.loader import Loader
from jlabel.model.item import CHANGED
from jlabel.widgets.editor import Editor
from tests.pictures import make_pictures

LARGE, SMALL = (120, 90), (60, 45)
RED, BLUE = (200, 30, 30), (30, 30, 200)


def paint(path: Path, size: tuple[int, int] = LARGE, color: tuple[int, int, int] = BLUE) -> None:
    """Overwrite a picture; its modification time differs although the clock may not have moved on."""
    before = path.stat().st_mtime_ns
    Image.new("RGB", size, color).save(path)
    os.utime(path, ns=(before + 10**9, before + 10**9))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_pictures(tmp_path / "pictures", 3)


def made(folder: Path, task: str = "boxes") -> Project:
    return Workspace(folder.parent / "labels").create_project("p", task=task, images=folder, labels=["cell"])


def labeled(project: Project, *shapes: Box | Polygon) -> None:
    """All pictures labeled with the shapes."""
    with project.session(labeler="me", grid=1) as session:
        while session.next_page():
            for shape in shapes:
                session.draw("cell", shape)
            if not shapes:
                session.apply("cell")
            session.submit()


def exported(project: Project, tmp_path: Path) -> dict[str, list[dict[str, object]]]:
    document: dict[str, list[dict[str, object]]] = json.loads(
        project.export("coco", tmp_path / "o.json").read_text(encoding="utf-8")
    )
    return document


def test_an_overwritten_picture_is_opened_as_it_is_and_said_so(folder: Path, tmp_path: Path) -> None:
    project = made(folder)
    names = sorted(path.name for path in folder.iterdir())
    with Loader(workers=1, cache=DiskCache(tmp_path / "cache")) as loader:
        for record in project.records():
            loader.get(record.uri, record.stamp, 40, 40).result(30)
        for name in names:
            paint(folder / name)
        with project.session(labeler="me", grid=1) as session:
            (task,) = session.next_page().tasks  # type: ignore[union-attr]
            shown = loader.get(task.uri, task.stamp, 40, 40).result(30)
            assert session.message == (
                f"{task.name!r} changed on disk after it was listed, and is shown as now. p.refresh() records it."
            )
    (tmp_path / "shown").write_bytes(shown.data)
    red, _, blue = Image.open(tmp_path / "shown").convert("RGB").getpixel((20, 15))  # type: ignore[misc]
    assert (red < 60, blue > 150) == (True, True)
    assert [one.changed for one in project.refresh()] == [3]
    with project.session(labeler="me", grid=1) as session:
        session.next_page()
        assert session.message == ""


def test_a_page_that_waited_is_looked_at_when_it_comes_on_screen(folder: Path) -> None:
    project = made(folder)
    with project.session(labeler="me", grid=1) as session:
        session.next_page()
        ahead = session.parts.pages.prefetch()
        assert ahead is not None
        paint(folder / ahead.tasks[0].name, SMALL)
        session.no_objects()
        session.submit()
        (task,) = session.next_page().tasks  # type: ignore[union-attr]
        assert task.item == ahead.tasks[0].item
        assert task.stamp != ahead.tasks[0].stamp
        assert session.message.startswith(f"{task.name!r} changed on disk")
        with pytest.raises(GeometryError, match="outside the 60 x 45 image"):
            session.draw("cell", Box(70, 10, 90, 20))


@pytest.mark.parametrize("task", ["boxes", "multi-class"])
def test_a_picture_that_changed_before_it_was_labeled_is_not_marked(folder: Path, tmp_path: Path, task: str) -> None:
    project = made(folder, task)
    paint(folder / "0001.jpg", SMALL)
    labeled(project, *([Box(10, 10, 50, 40)] if task == "boxes" else []))
    (said,) = project.refresh()
    assert (said.changed, said.resized) == (0, 0)
    frame = project.to_frame().set_index("name")
    assert set(frame["reason"]) == {""}
    assert list(frame["width"]) == [120, 60, 120]
    assert len(exported(project, tmp_path)["images"]) == 3
    paint(folder / "0001.jpg", SMALL)
    assert project.refresh()[0].changed == 1, "once more, after it was labeled"
    assert project.to_frame().set_index("name")["reason"]["0001.jpg"] == CHANGED


def test_an_own_label_that_is_mended_on_another_picture_has_its_size(folder: Path) -> None:
    project = made(folder)
    with project.session(labeler="me", grid=1) as session:
        (task,) = session.next_page().tasks  # type: ignore[union-attr]
        session.draw("cell", Box(70, 10, 110, 80))
        session.submit()
        paint(folder / task.name, SMALL)
        session.previous()
        session.remove(*(one.uid for one in session.answers[task.item].annotations))
        session.draw("cell", Box(10, 10, 50, 40))
        session.submit()
    (folder / task.name).unlink()
    record = next(one for one in project.records() if one.item == task.item)
    assert (record.width, record.height) == SMALL


@pytest.mark.parametrize("shape", [Box(70, 10, 110, 80), Polygon(rings=(((10, 10), (110, 10), (10, 80)),))])
def test_a_picture_that_shrank_is_marked_and_left_out_of_exports(
    folder: Path, tmp_path: Path, shape: Box | Polygon
) -> None:
    project = made(folder, "boxes" if isinstance(shape, Box) else "polygons")
    labeled(project, shape)
    paint(folder / "0001.jpg", SMALL)
    for refreshed in (False, True):
        if refreshed:
            (said,) = project.refresh()
            assert (said.changed, said.resized) == (1, 1)
        with pytest.warns(ExportWarning, match=r"1 labeled picture is left out: smaller.*'0001.jpg' \(60 x 45\)"):
            document = exported(project, tmp_path)
        assert sorted(str(image["file_name"]) for image in document["images"]) == ["0000.jpg", "0002.jpg"]
        assert len(document["annotations"]) == 2
    reasons = project.to_frame().set_index("name")["reason"]
    assert reasons["0001.jpg"] == (
        "The picture is 60 x 45 pixels now and was 120 x 90 before: review its label, and label it again."
    )
    assert reasons["0000.jpg"] == ""
    (record,) = (one for one in project.records() if one.name == "0001.jpg")
    assert record.answer.annotations[0].shape == shape, "the label is kept as it was given"


@pytest.mark.parametrize("refreshed", [False, True])
def test_a_picture_that_grew_is_left_out_of_exports_although_its_shapes_fit(
    folder: Path, tmp_path: Path, refreshed: bool
) -> None:
    project = made(folder)
    labeled(project, Box(70, 10, 110, 80))
    former = (folder / "0001.jpg").read_bytes()
    paint(folder / "0001.jpg", (240, 180))
    if refreshed:
        assert project.refresh()[0].resized == 1
    sentence = r"1 labeled picture is left out: of another size .*'0001.jpg' \(240 x 180, labeled at 120 x 90\)"
    for _ in range(2):  # the first one changes nothing
        with pytest.warns(ExportWarning, match=sentence):
            document = exported(project, tmp_path)
        assert sorted(str(image["file_name"]) for image in document["images"]) == ["0000.jpg", "0002.jpg"]
    (folder / "0001.jpg").write_bytes(former)  # the remedy
    project.refresh()
    assert project.to_frame().set_index("name")["reason"]["0001.jpg"] == CHANGED
    assert len(exported(project, tmp_path)["images"]) == 3


def test_looking_at_a_label_on_a_picture_that_grew_does_not_make_it_right(folder: Path, tmp_path: Path) -> None:
    project = made(folder)
    labeled(project, Box(70, 10, 110, 80))
    paint(folder / "0001.jpg", (240, 180))
    project.refresh()
    with Loader(workers=1, cache=DiskCache(tmp_path / "cache")) as loader:
        editor = Editor(project.session(labeler="me", grid=1), loader)
        for _ in range(3):
            if editor.session.previous().tasks[0].name == "0001.jpg":  # type: ignore[union-attr]
                break
        item = editor.session.page.tasks[0].item  # type: ignore[union-attr]
        editor.body.stage.full_new = {item: (240, 180)}  # what decoding the picture brings
        editor.painted()
        with pytest.warns(ExportWarning, match="labeled at 120 x 90"):
            exported(project, tmp_path)
        editor.session.submit()  # who saves the page has seen the shapes on this picture
        assert len(exported(project, tmp_path)["images"]) == 3
        editor.close()


def test_a_label_given_anew_takes_the_mark_away(folder: Path, tmp_path: Path) -> None:
    project = made(folder)
    labeled(project, Box(70, 10, 110, 80))
    paint(folder / "0001.jpg", SMALL)
    project.refresh()
    item = next(one.item for one in project.records() if one.name == "0001.jpg")
    with project.session(labeler="me", grid=1) as session:
        for _ in range(3):
            page = session.previous()
            assert page is not None
            if page.tasks[0].item == item:
                break
        session.remove(*(one.uid for one in session.answers[item].annotations))
        session.draw("cell", Box(10, 10, 50, 40))
        session.submit()
    assert set(project.to_frame()["reason"]) == {""}
    assert len(exported(project, tmp_path)["images"]) == 3


def test_a_label_that_still_holds_is_confirmed_and_the_mark_is_gone(folder: Path, tmp_path: Path) -> None:
    project = made(folder)
    labeled(project, Box(1, 1, 20, 20))
    paint(folder / "0001.jpg", SMALL)
    project.refresh()
    (marked,) = (one for one in project.records() if one.reason)
    with project.session(labeler="me", grid=1) as session:
        for _ in range(3):
            page = session.previous()
            assert page is not None
            if page.tasks[0].item == marked.item:
                break
        session.submit()
    (now,) = (one for one in project.records() if one.item == marked.item)
    assert (now.reason, now.width, now.height) == ("", *SMALL)
    assert now.answer == marked.answer
    assert len(exported(project, tmp_path)["images"]) == 3


def test_a_file_put_back_is_exported_again(folder: Path, tmp_path: Path) -> None:
    project = made(folder)
    labeled(project, Box(70, 10, 110, 80))
    before = (folder / "0001.jpg").read_bytes()
    paint(folder / "0001.jpg", SMALL)
    project.refresh()
    (folder / "0001.jpg").write_bytes(before)
    (said,) = project.refresh()
    assert said.changed == 1
    assert len(exported(project, tmp_path)["images"]) == 3


def test_a_picture_of_the_same_size_is_marked_and_exported(folder: Path, tmp_path: Path) -> None:
    project = made(folder)
    labeled(project, Box(70, 10, 110, 80))
    paint(folder / "0001.jpg")
    (said,) = project.refresh()
    assert (said.changed, said.resized) == (1, 0)
    assert project.to_frame().set_index("name")["reason"]["0001.jpg"] == CHANGED
    assert len(exported(project, tmp_path)["images"]) == 3


def test_a_class_of_a_resized_picture_is_exported_with_its_size(folder: Path, tmp_path: Path) -> None:
    project = made(folder, "multi-class")
    labeled(project)
    paint(folder / "0001.jpg", SMALL)
    assert project.refresh()[0].resized == 1
    sizes = {str(image["file_name"]): image["width"] for image in exported(project, tmp_path)["images"]}
    assert sizes == {"0000.jpg": 120, "0001.jpg": 60, "0002.jpg": 120}
