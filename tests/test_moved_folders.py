"""Images, and workspaces, that moved to another folder: found again by themselves or by one call, labels kept."""

import json
import shutil
from pathlib import Path

import fsspec
import pytest

from jlabel import Project, Workspace
from jlabel.errors import SourceError
from jlabel.model.item import ItemState, Refresh
from tests.pictures import make_pictures


def create(workspace: Path, images: object, number: int = 4) -> Project:
    """A project of which two images are labeled."""
    with Workspace(workspace) as ws:
        project = ws.create_project("p", task="multi-class", images=images, labels=["cat", "dog"])  # type: ignore[arg-type]
        with project.session(labeler="ann", grid=1) as session:
            for _ in range(2):
                session.next_page()
                session.apply("cat")
                session.submit()
        assert project.counts().total == number
    return project


def check(project: Project, folder: Path, tmp_path: Path) -> None:
    """All images are found, two are labeled, and they are exported."""
    frame = project.to_frame()
    assert not frame.missing.any()
    assert all(Path(path).is_file() and Path(path).is_relative_to(folder) for path in frame.path)
    assert (project.counts().labeled, project.counts().remaining) == (2, 2)
    document = json.loads(project.export("coco", tmp_path / "out.json").read_text(encoding="utf-8"))
    assert len(document["annotations"]) == 2


def test_a_workspace_and_its_images_that_moved_together_need_no_call(tmp_path: Path) -> None:
    create(tmp_path / "one" / "labels", make_pictures(tmp_path / "one" / "photos", 4))
    shutil.move(tmp_path / "one", tmp_path / "two")
    with Workspace(tmp_path / "two" / "labels") as ws:
        assert ws.project("p").refresh() == [Refresh()]
        check(ws.project("p"), tmp_path / "two", tmp_path)


def test_a_copied_workspace_finds_images_that_stayed_by_one_call(tmp_path: Path) -> None:
    create(tmp_path / "one" / "labels", make_pictures(tmp_path / "one" / "photos", 4))
    shutil.copytree(tmp_path / "one" / "labels", tmp_path / "mine" / "copy")
    with Workspace(tmp_path / "mine" / "copy") as ws:
        project = ws.project("p")
        (said,) = project.refresh()
        assert said.empty
        assert str(tmp_path / "mine" / "photos") in said.reason, "names the folder to pass as old"
        project.relocate(tmp_path / "mine" / "photos", tmp_path / "one" / "photos")
        check(project, tmp_path / "one", tmp_path)


def test_a_call_for_what_moved_by_itself_is_no_error(tmp_path: Path) -> None:
    create(tmp_path / "one" / "labels", make_pictures(tmp_path / "one" / "photos", 4))
    shutil.move(tmp_path / "one", tmp_path / "two")
    with Workspace(tmp_path / "two" / "labels") as ws:
        project = ws.project("p")
        assert project.relocate(tmp_path / "one", tmp_path / "two") == [Refresh()]
        check(project, tmp_path / "two", tmp_path)


def test_images_elsewhere_that_moved_are_found_by_one_call(tmp_path: Path) -> None:
    create(tmp_path / "home" / "labels", make_pictures(tmp_path / "disk" / "photos", 4))
    shutil.move(tmp_path / "disk", tmp_path / "other disk")
    with Workspace(tmp_path / "home" / "labels") as ws:
        project = ws.project("p")
        (lost,) = project.refresh()
        assert lost.empty
        assert "relocate(old, new)" in lost.reason
        assert project.relocate(str(tmp_path / "disk"), str(tmp_path / "other disk")) == [Refresh()]
        check(project, tmp_path / "other disk", tmp_path)
    shutil.move(tmp_path / "other disk" / "photos", tmp_path / "home" / "photos")
    with Workspace(tmp_path / "home" / "labels") as ws:
        ws.project("p").relocate(tmp_path / "other disk" / "photos", tmp_path / "home" / "photos")
    shutil.move(tmp_path / "home", tmp_path / "moved home")  # beside the workspace now, they move with it
    with Workspace(tmp_path / "moved home" / "labels") as ws:
        check(ws.project("p"), tmp_path / "moved home", tmp_path)


def test_several_folders_and_single_files_move_at_once(tmp_path: Path) -> None:
    one, two = make_pictures(tmp_path / "a" / "one", 2), make_pictures(tmp_path / "a" / "two", 2)
    create(tmp_path / "home" / "labels", [one, *sorted(two.iterdir())])
    shutil.move(tmp_path / "a", tmp_path / "b")
    with Workspace(tmp_path / "home" / "labels") as ws:
        ws.project("p").relocate(tmp_path / "a", tmp_path / "b")
        check(ws.project("p"), tmp_path / "b", tmp_path)


def test_images_that_were_opened_while_they_were_away_wait_again(tmp_path: Path) -> None:
    create(tmp_path / "home" / "labels", make_pictures(tmp_path / "photos", 4))
    with Workspace(tmp_path / "home" / "labels") as ws:
        project = ws.project("p")
        shutil.move(tmp_path / "photos", tmp_path / "pictures")
        for record in project.records():
            if record.state is ItemState.WAITING:
                project.store.mark_unreadable(record.item, "not there")
        project.relocate(tmp_path / "photos", tmp_path / "pictures")
        check(project, tmp_path / "pictures", tmp_path)


def test_images_move_to_a_server(tmp_path: Path) -> None:
    photos = make_pictures(tmp_path / "photos", 4)
    create(tmp_path / "home" / "labels", photos)
    memory = fsspec.filesystem("memory")
    for path in photos.iterdir():
        memory.pipe(f"/bucket/photos/{path.name}", path.read_bytes())
    shutil.rmtree(photos)
    with Workspace(tmp_path / "home" / "labels") as ws:
        project = ws.project("p")
        assert project.relocate(tmp_path, "memory://bucket")[0].vanished == 0
        assert set(project.to_frame().path) == {f"memory://bucket/photos/{n:04}.jpg" for n in range(4)}
        assert project.counts().labeled == 2


def test_a_wrong_folder_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    photos = make_pictures(tmp_path / "disk" / "photos", 4)
    other = make_pictures(tmp_path / "holiday" / "photos", 6)
    for path in list(other.iterdir()):
        path.rename(other / f"x{path.name}")
    create(tmp_path / "home" / "labels", photos)
    with Workspace(tmp_path / "home" / "labels") as ws:
        project = ws.project("p")
        for old, new, says in (
            ("disk", "holiday", "None of the 4 files"),
            ("disk", "nowhere", "None of the 4 files"),
            ("disc", "holiday", "No images of 'p' lie below .*: they lie in .*photos"),
            ("disk/photos/0000", "holiday", "No images of 'p' lie below"),
        ):
            with pytest.raises(SourceError, match=says):
                project.relocate(tmp_path / old, tmp_path / new)
        assert project.refresh() == [Refresh()]
        check(project, photos, tmp_path)
        # The message names the folder; passing it works.
        shutil.move(photos, tmp_path / "elsewhere")
        project.relocate(photos, tmp_path / "elsewhere")
        check(project, tmp_path / "elsewhere", tmp_path)
