"""Workspace and Project: what a user types, and one clear sentence for whatever cannot be done."""

import csv
import json
import os
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from pycocotools.coco import COCO

from jlabel import Project, Workspace
from jlabel.errors import (
    Conflict,
    ExportError,
    FormatError,
    InputError,
    JlabelError,
    LabelClassError,
    LeaseLost,
    NameTaken,
    NetworkFileSystemError,
    NotFound,
    SourceError,
    StoreError,
)
from jlabel.model.item import ItemState
from jlabel.session.session import Session
from jlabel.store import open_store
from tests.pictures import make_pictures

Create = Callable[..., Project]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "labels") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_pictures(tmp_path / "pictures", 12)


@pytest.fixture
def create(workspace: Workspace, folder: Path) -> Create:
    def make(name: str = "p", **more: object) -> Project:
        given = {"task": "multi-class", "images": folder, "labels": ["cat", "dog"], **more}
        return workspace.create_project(name, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def one_sentence(error: pytest.ExceptionInfo[JlabelError]) -> str:
    """A message that a person can be shown: whole sentences in one paragraph, no traceback in it."""
    text = str(error.value)
    assert text.endswith((".", "?"))
    assert "\n" not in text
    assert "Traceback" not in text
    assert len(text) < 500
    return text


@pytest.mark.parametrize(
    ("images", "says"),
    [
        ("nowhere", r"'.*nowhere' does not exist"),
        ("pictures/0000.txt", "does not exist"),
        ("empty", "holds no files"),
        ("pictures/**/*.png", r"matches none of the 12 images"),
        ("notes.txt", "no image that jlabel knows"),
        ([], "No images were given"),
        (["pictures", 7], "not 7"),
        ("", "not ''"),
        (["pictures/0000.jpg", "pictures/gone.jpg"], "gone.jpg' does not exist"),
    ],
)
def test_images_that_are_not_there(
    create: Create, workspace: Workspace, in_folder: Path, images: object, says: str
) -> None:
    tmp_path = in_folder
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(SourceError, match=says) as error:
        create(images=images)
    one_sentence(error)
    assert workspace.projects() == []
    create(images="pictures")  # not even the name was taken


def test_names_are_never_given_twice(create: Create, workspace: Workspace) -> None:
    project = create("masks")
    with pytest.raises(NameTaken, match="Masks") as error:
        create("Masks")
    one_sentence(error)
    project.delete()
    with pytest.raises(NameTaken, match="masks") as error:
        create("masks")
    assert "deleted" in one_sentence(error)
    assert workspace.projects() == []
    with pytest.raises(NotFound) as missing:
        workspace.project("masks")
    one_sentence(missing)


def test_a_name_that_is_nearly_right_is_suggested(create: Create, workspace: Workspace) -> None:
    create("masks")
    with pytest.raises(NotFound, match="masks"):
        workspace.project("mask")


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "nul\x00", "x" * 201])
def test_names_that_cannot_be(create: Create, name: str) -> None:
    with pytest.raises(InputError) as error:
        create(name)
    one_sentence(error)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ([], "No label classes"),
        (["cat", "dog", "Cat"], "same name"),
        (["two\nlines"], "line break"),
        (["a", ""], "empty name"),
        ("cat", "list of names"),
        (["a/b/c/d/e/f/g"], "7 levels"),
        ([3], "must be a name"),
        (["x" * 200], "200 characters"),
    ],
)
def test_classes_that_cannot_be(create: Create, workspace: Workspace, labels: object, says: str) -> None:
    with pytest.raises(LabelClassError, match=says) as error:
        create(labels=labels)
    one_sentence(error)
    assert workspace.projects() == []


def test_a_class_name_with_html_is_a_name(create: Create, tmp_path: Path) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    project = create(labels=[nasty, "=1+1"])
    session = project.session(labeler="me")
    session.next_page()
    session.apply(nasty)
    session.submit()
    with project.export("csv", tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        assert {row["Label"] for row in csv.DictReader(file) if row["Label"]} == {nasty}
    assert json.loads(project.export("coco", tmp_path / "o.json").read_text())["categories"][0]["name"] == nasty


def test_an_unknown_task_format_or_labeler(create: Create, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'multi-class', 'multi-label', 'boxes', 'polygons'") as error:
        create(task="boxen")
    one_sentence(error)
    project = create()
    with pytest.raises(FormatError, match="coco, csv") as wrong:
        project.export("xml", tmp_path / "o.xml")
    one_sentence(wrong)
    with pytest.raises(InputError, match="labeler") as nobody:
        project.session(labeler="   ")
    one_sentence(nobody)


def test_a_workspace_where_nothing_may_be_written(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir()
    shut.chmod(0o555)
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.owner() == shut.owner() and not parent.stat().st_mode & 0o001:
            parent.chmod(0o711)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(StoreError, match="shut") as error:
            Workspace(shut / "labels")
    finally:
        if root:
            os.seteuid(0)
    one_sentence(error)


def test_a_workspace_on_a_network_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = SimpleNamespace(mountpoint=str(tmp_path), fstype="nfs4", opts="rw")
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: [share])
    with pytest.raises(NetworkFileSystemError, match="PostgreSQL") as error:
        Workspace(tmp_path / "labels")
    one_sentence(error)


def test_a_disk_that_is_full_during_the_export(create: Create, tmp_path: Path) -> None:
    project = create()
    session = project.session(labeler="me")
    session.next_page()
    session.apply("cat")
    session.submit()
    target = tmp_path / "out" / "labels.csv"
    before = project.export("csv", target).read_text()
    session.apply("dog")
    session.submit()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
    try:
        with pytest.raises(ExportError, match="no room") as error:
            project.export("csv", target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    one_sentence(error)
    assert target.read_text() == before, "the older export stands"
    assert [path.name for path in target.parent.iterdir()] == ["labels.csv"]
    assert project.export("csv", target).read_text() != before


def test_an_export_where_nothing_may_be_written(create: Create, tmp_path: Path) -> None:
    project = create()
    with pytest.raises(ExportError, match="is a folder") as error:
        project.export("csv", tmp_path)
    one_sentence(error)


def test_files_that_went_or_broke_after_the_listing(create: Create, folder: Path, tmp_path: Path) -> None:
    project = create()
    session = project.session(labeler="me", grid=9)
    session.next_page()
    session.apply("cat")
    session.submit()
    shutil.rmtree(folder)
    document = json.loads(project.export("coco", tmp_path / "o.json").read_text(encoding="utf-8"))
    assert [(image["width"], image["height"]) for image in document["images"]] == [(120, 90)] * 9, "as submitted"
    with project.export("csv", tmp_path / "o.csv").open(newline="", encoding="utf-8") as file:
        assert sum(row["Label"] == "cat" for row in csv.DictReader(file)) == 9, "labels outlive their files"
    (refresh,) = project.refresh()
    assert refresh.empty
    assert "is gone. Put it back" in refresh.reason
    assert (project.counts().labeled, project.counts().total) == (9, 12)


def test_two_sessions_submit_one_page(create: Create, workspace: Workspace) -> None:
    project = create()
    first = project.session(labeler="me", grid=4)
    page = first.next_page()
    assert page is not None
    first.apply("cat")
    first.close()
    second = project.session(labeler="me", grid=4)
    second.submit()
    again = workspace.store.submit(second.parts.id, page.token, first.answers, seconds=1)
    assert len(again.items) == 4, "the same token again is the same submission"
    with pytest.raises(JlabelError) as error:
        Session(workspace.store, workspace.store.project("p"), "you").submit(page=page.token)
    one_sentence(error)
    assert project.counts().labeled == 4
    assert len(workspace.store.history(page.tasks[0].item)) == 1


def test_two_sessions_mend_one_page(create: Create) -> None:
    project = create()
    one = project.session(labeler="me", grid=4)
    one.next_page()
    one.apply("cat")
    one.submit()
    two = project.session(labeler="me", grid=4)
    one.previous()
    two.previous()
    item = next(iter(one.answers))
    two.apply("dog", [item])
    two.submit()
    one.clear([item])
    one.apply("dog")
    with pytest.raises(Conflict) as error:
        one.submit()
    one_sentence(error)
    one.submit()
    assert {r.item: r.answer.class_ids for r in project.records()}[item] == (2,)


def test_a_lease_that_lapsed_while_the_labeler_slept(create: Create, workspace: Workspace) -> None:
    project = create()
    slow = project.session(labeler="slow", grid=4)
    slow.next_page()
    slow.apply("cat")
    with open_store(workspace.location, clock=lambda: time.time() + 3600) as later:
        quick = Session(later, later.project("p"), "quick", size=9)
        quick.next_page()
        quick.apply("dog")
        quick.submit()
        with pytest.raises(LeaseLost) as error:
            slow.submit()
    one_sentence(error)
    assert {r.answer.class_ids for r in project.records() if r.labeler == "quick"} == {(2,)}


def test_nobody_took_a_lapsed_page_so_it_counts(create: Create, workspace: Workspace) -> None:
    shift = -7200
    with open_store(workspace.location, clock=lambda: time.time() + shift) as store:
        project = create()
        slow = Session(store, store.project("p"), "slow", size=4)
        slow.next_page()
        slow.apply("cat")
        shift = 0
        slow.submit()
    assert project.counts().labeled == 4


def test_refresh_finds_what_is_new_changed_and_gone(create: Create, folder: Path) -> None:
    project = create()
    assert [(r.added, r.changed, r.vanished, r.empty) for r in project.refresh()] == [(0, 0, 0, False)]
    make_pictures(folder / "more", 2)
    (folder / "0001.jpg").write_bytes((folder / "0002.jpg").read_bytes() + b" ")
    (folder / "0003.jpg").unlink()
    (refresh,) = project.refresh()
    assert (refresh.added, refresh.changed, refresh.vanished) == (2, 1, 1)
    assert (project.counts().remaining, project.counts().missing) == (13, 1)
    shutil.copy(folder / "0004.jpg", folder / "0003.jpg")
    (refresh,) = project.refresh()
    assert (refresh.returned, project.counts().missing) == (1, 0)


def test_a_vanished_file_keeps_its_label(create: Create, folder: Path) -> None:
    project = create()
    session = project.session(labeler="me", grid=9)
    session.next_page()
    session.apply("cat")
    session.submit()
    name = next(record.name for record in project.records() if record.answer.given)
    (folder / name).unlink()
    assert project.refresh()[0].vanished == 1
    record = next(record for record in project.records() if record.name == name)
    assert (record.state, record.answer.class_ids) == (ItemState.LABELED, (1,))


def test_a_listing_that_fails_half_way_deletes_nothing(
    create: Create, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = create()
    from jlabel.media.sources.local import list_files

    whole = list_files

    def broken(*args: object, **kwargs: object) -> Iterator[object]:
        for number, file in enumerate(whole(*args, **kwargs)):  # type: ignore[arg-type]
            if number == 5:
                raise SourceError("The folder 'x' may not be read by this user. Change its permissions.")
            yield file

    monkeypatch.setattr("jlabel.listing.list_files", broken)
    (refresh,) = project.refresh()
    assert refresh.empty
    assert refresh.reason.startswith("The folder 'x' may not be read")
    assert (project.counts().remaining, project.counts().missing) == (12, 0)


def test_sources_that_overlap_give_each_file_once(workspace: Workspace, folder: Path) -> None:
    make_pictures(folder / "inner", 3)
    project = workspace.create_project(
        "p", task="multi-class", images=[folder / "inner", folder], labels=["a"], instructions=""
    )
    assert project.counts().total == 15
    for _ in range(2):
        refreshed = project.refresh()
        assert [(r.added, r.changed, r.vanished) for r in refreshed] == [(0, 0, 0), (0, 0, 0)]
    make_pictures(folder / "inner", 5)
    make_pictures(folder / "other", 1)
    assert sum(r.added for r in project.refresh()) == 3
    assert project.counts().total == 18
    assert len({record.uri for record in project.records()}) == 18


def test_one_source_that_is_away_does_not_stop_the_others(workspace: Workspace, tmp_path: Path) -> None:
    places = [make_pictures(tmp_path / name, 3) for name in "ab"]
    project = workspace.create_project("p", task="multi-class", images=places, labels=["x"])
    shutil.rmtree(places[0])
    make_pictures(places[1], 4)
    away, there = project.refresh()
    assert away.empty
    assert away.reason
    assert there.added == 1
    assert project.counts().missing == 0


def test_a_list_of_files_is_refreshed(workspace: Workspace, folder: Path) -> None:
    files = [folder / "0001.jpg", folder / "0005.jpg"]
    project = workspace.create_project("p", task="multi-class", images=files, labels=["x"])
    files[0].unlink()
    (refresh,) = project.refresh()
    assert (refresh.added, refresh.vanished) == (0, 1)


@pytest.fixture
def mixed(create: Create) -> Project:
    """Multi-label: two classes, one class, "No objects", a skip with a reason, the rest untouched."""
    project = create(task="multi-label")
    session = project.session(labeler="me", grid=4)
    session.next_page()
    items = list(session.answers)
    session.apply("cat", items[:2])
    session.apply("dog", items[:1])
    session.no_objects(items[2:3])
    session.skip("dark, or not", items[3:])
    session.submit(seconds=8)
    return project


def test_the_csv_tells_no_objects_from_a_skip(mixed: Project, tmp_path: Path) -> None:
    with mixed.export("csv", tmp_path / "o.csv").open(newline="", encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["Label"])
    assert [row["Label"] for row in rows] == ["", "cat", "cat,dog"], "the skipped one is no label"
    assert {row["labeler"] for row in rows} == {"me"}
    assert {float(row["seconds"]) for row in rows} == {2.0}


def test_a_class_with_a_comma_is_exported_with_another_separator(create: Create, tmp_path: Path) -> None:
    project = create(task="multi-label", labels=["bags, shoes", "hats"])
    session = project.session(labeler="me", grid=1)
    session.next_page()
    session.apply("bags, shoes")
    session.apply("hats")
    session.submit()
    with pytest.raises(FormatError, match="separator=';'") as error:
        project.export("csv", tmp_path / "o.csv")
    one_sentence(error)
    assert not (tmp_path / "o.csv").exists()
    assert '"bags, shoes;hats"' in project.export("csv", tmp_path / "o.csv", separator=";").read_text()


def test_the_coco_file_has_images_without_annotations(mixed: Project, tmp_path: Path) -> None:
    path = mixed.export("coco", tmp_path / "o.json")
    coco = COCO(str(path))
    labels = sorted(sorted(a["category_id"] for a in coco.imgToAnns[image]) for image in coco.imgs)
    assert labels == [[], [1], [1, 2]], "'No objects' is an image without annotations; the skipped one is left out"
    assert all((image["width"], image["height"]) == (120, 90) for image in coco.imgs.values())


def test_the_frame_has_a_row_an_item(mixed: Project) -> None:
    frame = mixed.to_frame()
    assert len(frame) == 12
    assert sorted(frame["state"].astype(str)) == ["labeled"] * 3 + ["skipped"] + ["waiting"] * 8
    assert "dark, or not" in set(frame["reason"])


def test_what_a_project_says_of_itself(create: Create, workspace: Workspace) -> None:
    assert repr(create("masks")) == "Project('masks', multi-class, 0 of 12 labeled)"
    assert "1 project" in repr(workspace)
