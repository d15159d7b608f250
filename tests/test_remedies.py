"""A sentence that names a remedy: the remedy is done as it says, and it helps.

Remedies of moved images are tried in ``tests/test_moved_folders.py``, of missing ones in
``tests/test_missing_images.py``, of names in ``tests/test_workspace.py``, of the database in
``tests/store/test_sqlite_file.py``, of the command line in ``tests/test_cli.py``, of assist in ``tests/assist``.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jlabel import Box, Polygon, Project, Workspace
from jlabel.errors import (
    ExportError,
    FormatError,
    InputError,
    JlabelError,
    LabelClassError,
    NotFound,
    PageIncomplete,
    ProjectPaused,
    SourceError,
    StoreError,
)
from jlabel.media.picture import size_of
from jlabel.model.item import ItemState
from tests.pictures import make_pictures

Create = Callable[..., Project]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_pictures(tmp_path / "pictures", 4)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "labels") as opened:
        yield opened


@pytest.fixture
def create(workspace: Workspace, folder: Path) -> Create:
    def make(name: str = "p", **more: object) -> Project:
        given = {"task": "multi-class", "images": folder, "labels": ["cat", "dog"], **more}
        return workspace.create_project(name, **given)  # type: ignore[arg-type]

    return make


def label_one(project: Project, *labels: str) -> None:
    with project.session(labeler="ann", grid=1) as session:
        session.next_page()
        for label in labels:
            session.apply(label)
        session.submit()


def test_another_separator_or_another_name_of_a_class(create: Create, tmp_path: Path) -> None:
    project = create(task="multi-label", labels=["bags, shoes", "hats"])
    label_one(project, "bags, shoes", "hats")
    with pytest.raises(FormatError, match="Pass separator=';' or rename the class"):
        project.export("csv", tmp_path / "o.csv")
    project.export("csv", tmp_path / "o.csv", separator=";")
    renamed = project.rename_class("bags, shoes", "bags and shoes")
    assert renamed.path == "bags and shoes"
    assert "bags and shoes,hats" in project.export("csv", tmp_path / "o.csv").read_text(encoding="utf-8")


def test_another_format_for_shapes(create: Create, tmp_path: Path) -> None:
    project = create(task="boxes")
    with project.session(labeler="ann", grid=1) as session:
        session.next_page()
        session.draw("cat", Box(1, 2, 30, 40))
        session.submit()
    with pytest.raises(FormatError, match="Export 'coco' instead"):
        project.export("csv", tmp_path / "o.csv")
    assert project.export("coco", tmp_path / "o.json").is_file()


def test_another_class_before_the_last_is_retired(create: Create) -> None:
    project = create(labels=["cat"])
    with pytest.raises(LabelClassError, match="Add another before it is retired"):
        project.retire_class("cat")
    project.add_classes(["dog"])
    project.retire_class("cat")
    assert [each.path for each in project.classes] == ["dog"]
    project.add_classes(["cat"])
    assert {each.path for each in project.classes} == {"cat", "dog"}


def test_one_of_the_classes_that_are_listed(create: Create) -> None:
    project = create()
    with pytest.raises(NotFound, match="'cat', 'dog'"):
        project.rename_class("bird", "x")
    assert project.rename_class("dog", "bird").path == "bird"


def test_a_paused_project_is_resumed(create: Create) -> None:
    project = create()
    project.pause()
    with project.session(labeler="ann") as session:
        with pytest.raises(ProjectPaused, match="Resume it first"):
            session.next_page()
        project.resume()
        assert session.next_page()


def test_a_name_for_the_labeler(create: Create) -> None:
    with pytest.raises(InputError, match="Pass labeler='your name'"):
        create().session(labeler=" ")
    create("q").session(labeler="your name").close()


def test_a_page_before_a_label(create: Create) -> None:
    with create().session(labeler="ann") as session:
        with pytest.raises(NotFound, match=r"Call next_page\(\) first"):
            session.apply("cat")
        session.next_page()
        session.apply("cat")


def test_a_label_or_a_skip_for_every_image(create: Create) -> None:
    with create().session(labeler="ann", grid=4) as session:
        session.next_page()
        first, *others = session.answers
        session.apply("cat", [first])
        with pytest.raises(PageIncomplete, match=r"3 of 4 images have no label yet"):
            session.submit()
        session.apply("dog", others[:1])
        session.skip("blurred", others[1:])
        session.submit()


def test_apply_instead_of_draw(create: Create) -> None:
    with create().session(labeler="ann", grid=1) as session:
        session.next_page()
        with pytest.raises(InputError, match=r"Use apply\(\)"):
            session.draw("cat", Box(1, 2, 30, 40))
        session.apply("cat")
        session.submit()


def test_one_of_the_task_types_formats_and_grids_that_are_listed(create: Create, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="multi-class"):
        create(task="classes")
    project = create(task="multi-class")
    with pytest.raises(FormatError, match="Choose one of coco, csv"):
        project.export("voc", tmp_path / "o")
    project.export("csv", tmp_path / "o.csv")
    with pytest.raises(FormatError, match="leave it out"):
        project.export("coco", tmp_path / "o.json", separator=";")
    with pytest.raises(InputError, match="1, 4, 6 or 9"):
        project.session(labeler="ann", grid=5)
    project.session(labeler="ann", grid=6).close()


def test_a_file_in_a_folder_for_the_export(create: Create, folder: Path, tmp_path: Path) -> None:
    project = create()
    label_one(project, "cat")
    for target, says in (
        (tmp_path, "Name a file in it"),
        (folder / "0000.jpg", "is a picture. Name another file"),
        (tmp_path / "labels" / "jlabel.db", "own database. Name another file"),
        (tmp_path / "labels" / "jlabel.db-wal", "own database. Name another file"),
        (folder / "0000.jpg" / "o.csv", "Choose another path"),
    ):
        before = target.read_bytes() if target.is_file() else b""
        with pytest.raises(ExportError, match=says):
            project.export("csv", target)
        assert before == (target.read_bytes() if target.is_file() else b"")
    project.export("csv", tmp_path / "labels" / "o.csv")
    assert project.counts().labeled == 1


def test_the_folder_that_is_suggested(create: Create, folder: Path) -> None:
    with pytest.raises(SourceError, match=r"Did you mean '(.*)'\?") as error:
        create(images=folder.with_name("picture"))
    suggested = str(error.value).split("Did you mean '")[1].split("'")[0]
    assert create(images=suggested).counts().total == 4


def test_a_name_that_is_text(create: Create, folder: Path) -> None:
    os.rename(os.fsencode(folder / "0000.jpg"), os.fsencode(folder) + b"/\xff.jpg")  # noqa: PTH104
    with pytest.raises(SourceError, match="Rename the file"):
        create()
    os.rename(os.fsencode(folder) + b"/\xff.jpg", os.fsencode(folder / "y.jpg"))  # noqa: PTH104
    assert create().counts().total == 4


def test_a_file_that_is_gone_is_put_back_or_the_project_refreshed(create: Create, folder: Path, tmp_path: Path) -> None:
    project = create()
    (folder / "0001.jpg").rename(tmp_path / "away.jpg")
    with pytest.raises(JlabelError, match="Put it back, or refresh the project"):
        size_of(str(folder / "0001.jpg"))
    assert project.refresh()[0].vanished == 1
    assert project.counts().remaining == 3
    (tmp_path / "away.jpg").rename(folder / "0001.jpg")
    assert size_of(str(folder / "0001.jpg")) == (120, 90)
    assert project.refresh()[0].returned == 1


def test_a_folder_that_is_gone_is_put_back(create: Create, folder: Path, tmp_path: Path) -> None:
    project = create()
    folder.rename(tmp_path / "away")
    (gone,) = project.refresh()
    assert "Put it back" in gone.reason
    (tmp_path / "away").rename(folder)
    assert not project.refresh()[0].empty


def test_an_outline_that_crosses_itself_is_repaired(create: Create) -> None:
    bow = Polygon(rings=(((10, 10), (60, 60), (60, 10), (10, 60)),))
    with create(task="polygons").session(labeler="ann", grid=1) as session:
        session.next_page()
        with pytest.raises(JlabelError, match=r"repair it: shape.repair\(\)"):
            session.draw("cat", bow)
        session.draw("cat", bow.repair())
        session.submit()


def test_answers_stay_in_a_session_whose_workspace_was_deleted(create: Create, tmp_path: Path) -> None:
    project = create()
    with project.session(labeler="ann", grid=4) as session:
        session.next_page()
        first, *others = session.answers
        session.apply("cat", [first])
        shutil.copytree(tmp_path / "labels", tmp_path / "backup")
        (tmp_path / "labels").rename(tmp_path / "away")
        for refused in (
            lambda: session.apply("dog", others),
            lambda: session.skip("blurred", others),
            session.submit,
            lambda: session.next_page(9),
        ):
            with pytest.raises(JlabelError):
                refused()
        with pytest.raises(StoreError, match="Put the folder back where it was and try again"):
            session.apply("dog", others)
        assert session.answers[first].class_ids == (1,)
        assert not (tmp_path / "labels").exists()
        (tmp_path / "away").rename(tmp_path / "labels")
        session.apply("dog", others)
        session.submit()
    assert [record.state for record in project].count(ItemState.LABELED) == 4


def test_a_workspace_that_is_opened_anew_after_it_was_replaced(create: Create, tmp_path: Path) -> None:
    project = create()
    shutil.copytree(tmp_path / "labels", tmp_path / "backup")
    session = project.session(labeler="ann", grid=4)
    session.next_page()
    shutil.rmtree(tmp_path / "labels")
    shutil.copytree(tmp_path / "backup", tmp_path / "labels")
    with pytest.raises(StoreError, match="or open the workspace anew"):
        session.apply("cat")
    with Workspace(tmp_path / "labels") as again:
        label_one(again["p"], "cat")
        assert again["p"].counts().labeled == 1
