"""Labeled images whose files are gone: the others are exported, the missing are named, and they can be taken out."""

import json
import math
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jlabel import Box, Project, Workspace
from jlabel.errors import ExportWarning, FormatError, InputError, LeaseLost, NotFound
from jlabel.model.item import ItemState
from jlabel.model.label_class import LabelClass
from tests.pictures import make_pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_pictures(tmp_path / "pictures", 4)


@pytest.fixture
def project(tmp_path: Path, folder: Path) -> Iterator[Project]:
    with Workspace(tmp_path / "labels") as workspace:
        yield workspace.create_project("p", task="boxes", images=folder, labels=["cat"])


@pytest.fixture
def classes(tmp_path: Path, folder: Path) -> Iterator[Project]:
    """A project whose labels need no size of the picture: a script may give them without a look at the file."""
    with Workspace(tmp_path / "labels") as workspace:
        yield workspace.create_project("c", task="multi-class", images=folder, labels=["cat"])


def label_all(project: Project) -> None:
    with project.session(labeler="me", grid=1) as session:
        while session.next_page():
            if project.task.has_shapes:
                session.draw("cat", Box(1, 2, 30, 40))
            else:
                session.apply("cat")
            session.submit()


def exported(project: Project, path: Path) -> tuple[list[str], list[str]]:
    """The names of the images in the COCO file, and what the export warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        document = json.loads(project.export("coco", path).read_text(encoding="utf-8"))
    assert {warning.category for warning in caught} <= {ExportWarning}
    return [image["file_name"] for image in document["images"]], [str(warning.message) for warning in caught]


def test_sizes_are_recorded_when_a_label_is_submitted(project: Project, folder: Path, tmp_path: Path) -> None:
    label_all(project)
    shutil.rmtree(folder)
    assert exported(project, tmp_path / "o.json") == ([f"{n:04}.jpg" for n in range(4)], [])


def test_one_deleted_image_does_not_block_the_others(project: Project, folder: Path, tmp_path: Path) -> None:
    label_all(project)
    (folder / "0002.jpg").unlink()
    project.refresh()
    names, (said,) = exported(project, tmp_path / "o.json")
    assert names == [f"{n:04}.jpg" for n in range(4)], "its label is there, with the size on record"
    assert "'0002.jpg'" in said
    (gone,) = project.to_frame().query("missing").item
    project.remove([gone])  # as the sentence says
    assert exported(project, tmp_path / "o.json") == ([f"{n:04}.jpg" for n in (0, 1, 3)], [])


def test_an_image_of_unknown_size_is_left_out_and_named(classes: Project, folder: Path, tmp_path: Path) -> None:
    (folder / "0002.jpg").rename(tmp_path / "away.jpg")
    label_all(classes)  # a script looks at no picture
    names, (said,) = exported(classes, tmp_path / "o.json")
    assert names == [f"{n:04}.jpg" for n in (0, 1, 3)]
    assert "size of '0002.jpg' is not known (1 of 4" in said
    (tmp_path / "away.jpg").rename(folder / "0002.jpg")  # as the sentence says
    assert exported(classes, tmp_path / "o.json") == ([f"{n:04}.jpg" for n in range(4)], [])


def test_where_no_size_is_known_nothing_is_exported(classes: Project, folder: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "away")
    label_all(classes)
    with pytest.raises(FormatError, match="4 of 4"):
        classes.export("coco", tmp_path / "o.json")
    assert not (tmp_path / "o.json").exists()


def test_items_are_removed_and_restored(project: Project) -> None:
    label_all(project)
    frame = project.to_frame()
    assert project.remove(frame.item[:2], reason="blurred") == list(frame.item[:2])
    assert project.counts().removed == 2
    assert set(project.to_frame().query("state == 'removed'").reason) == {"blurred"}
    records = [record for record in project.records() if record.state is ItemState.REMOVED]
    assert project.restore(records) == list(frame.item[:2])
    assert project.remove(np.array([], dtype=np.int64)) == []
    again = project.to_frame()
    assert list(again.state) == ["labeled"] * 4
    assert list(again.labeler) == ["me"] * 4


def test_an_item_that_was_removed_and_restored_does_not_block_its_page(classes: Project) -> None:
    with classes.session(labeler="me", grid=4) as session:
        session.next_page()
        session.apply("cat")
        (left, *others) = session.answers
        classes.restore(classes.remove([left]))
        with pytest.raises(LeaseLost, match="1 of the 4 images left this page") as lost:
            session.submit()
        assert lost.value.items == (left,)
        assert session.submit().items == tuple(others)
        assert session.page is not None
        assert session.answers[left].given, "the draft is kept"
        with pytest.raises(InputError, match="zero or more seconds"):
            session.submit(seconds=math.inf)
        assert session.submit().items == (left,)


@pytest.mark.parametrize("items", [["0001.jpg"], [1.5], [None], 3, [LabelClass(id=1, path="cat", color="#000000")]])
def test_what_is_no_item_is_refused(project: Project, items: object) -> None:
    with pytest.raises(InputError, match="ids"):
        project.remove(items)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="999"):
        project.remove([1, 999])
    assert project.counts().removed == 0
