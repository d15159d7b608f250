"""Roots of sources: relative beside the workspace, absolute elsewhere, and the folder's name is never read as a URL."""

from pathlib import Path

import pytest

from jlabel.errors import NotFound
from jlabel.model.item import ItemState
from jlabel.model.label_class import make_classes
from jlabel.model.source import Source
from jlabel.model.task import TaskType
from jlabel.store import Store, open_store, read_item_table, read_records
from jlabel.store.sql.location import FILE
from jlabel.store.sql.roots import anchor, opened_root, stored_root
from tests.store.helpers import answers, claimed, files, make_project

BASE = Path("/home/ann/labels")


@pytest.mark.parametrize(
    ("root", "stored"),
    [
        ("/home/ann/photos", "../photos"),
        ("/home/ann/photos/2024/", "../photos/2024"),
        ("/home/ann", ".."),
        ("/home/ann/labels", "."),
        ("/home/ann/labels/photos", "./photos"),
        ("/home/ann/labels/.photos", ".photos"),
        ("/home/ann/ab::c", "../ab::c"),
        ("/home/ann/labels/ab::c", "./ab::c"),
        ("/home/annabel/photos", "/home/annabel/photos"),
        ("/home/photos", "/home/photos"),
        ("/", "/"),
        ("s3://bucket/photos", "s3://bucket/photos"),
        ("memory://", "memory://"),
        ("zip://x::s3://bucket/a.zip", "zip://x::s3://bucket/a.zip"),
    ],
)
def test_a_root_is_relative_where_it_moves_with_the_workspace(root: str, stored: str) -> None:
    assert stored_root(root, BASE) == stored
    assert opened_root(stored, BASE) == (root.rstrip("/") if root.startswith("/home") else root)
    moved = opened_root(stored, Path("/mnt/labels"))
    assert moved == (root.rstrip("/").replace("/home/ann", "/mnt", 1) if stored.startswith(".") else root)


def test_without_a_folder_and_directly_below_the_top_every_root_is_absolute() -> None:
    assert stored_root("/home/ann/photos", None) == "/home/ann/photos"
    assert stored_root("/photos", Path("/labels")) == "/photos"


def test_a_link_to_a_workspace_finds_the_images_beside_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "disk" / "labels").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "labels")
    assert anchor(tmp_path / "link") == (tmp_path / "disk" / "labels").resolve()
    with open_store(tmp_path / "link") as store:
        _make(store, str(tmp_path / "disk" / "photos"))
    with open_store(tmp_path / "disk" / "labels") as store:
        assert _roots(store) == [str(tmp_path / "disk" / "photos")]


def test_what_is_read_has_absolute_roots(tmp_path: Path) -> None:
    with open_store(tmp_path / "one" / "labels") as store:
        project = _make(store, str(tmp_path / "one" / "photos"))
        session = store.open_session(project, "ann")
        page = claimed(store.claim(session, 2))
        store.submit(session, page.token, answers(page), seconds=1)
    (tmp_path / "one").rename(tmp_path / "two")
    with open_store(tmp_path / "two" / "labels") as store:
        photos = tmp_path / "two" / "photos"
        session = store.open_session(project, "ann")
        assert _roots(store) == [str(photos)]
        assert {Path(record.uri).parent for record in read_records(store, project)} == {photos}
        assert {Path(task.uri).parent for task in claimed(store.claim(session, 1)).tasks} == {photos}
        again = store.open_submission(session, store.submissions(project, "ann")[0].id)
        assert {Path(task.uri).parent for task in again.tasks} == {photos}
        assert Path(read_item_table(store, project).uri(0)).parent == photos


@pytest.mark.parametrize(
    "name", ["a?b", "a#b", "a%20b", "a%b", "a b", "it's", 'a"b', "café", "a;b", "a&mode=ro", "a:b@c"]
)
def test_a_folders_name_is_no_part_of_a_url(tmp_path: Path, name: str) -> None:
    with open_store(tmp_path / name / "labels") as store:
        make_project(store)
    assert (tmp_path / name / "labels" / FILE).is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with open_store(tmp_path / name / "other") as store:
        assert store.projects() == []


def test_a_source_that_moved_keeps_its_items_and_its_unreadable_ones_wait_again(store: Store) -> None:
    project = make_project(store, 5).id
    ((source, _),) = store.sources(project)
    session = store.open_session(project, "ann")
    page = claimed(store.claim(session, 2))
    store.submit(session, page.token, answers(page), seconds=1)
    before = {record.item: record.label for record in read_records(store, project)}
    broken = [record.item for record in read_records(store, project, states=[ItemState.WAITING])]
    for item in broken:
        assert store.mark_unreadable(item, "not there")
    assert store.move_source(project, source, "s3://bucket/photos") == 3
    after = list(read_records(store, project))
    assert {record.item: record.label for record in after} == before
    assert after[3].uri == "s3://bucket/photos/000003.png"
    assert (store.counts(project).waiting, store.counts(project).labeled) == (3, 2)
    assert {record.reason for record in after} == {""}
    other = make_project(store, 1, name="other").id
    with pytest.raises(NotFound):
        store.move_source(other, source, "/elsewhere")


def _make(store: Store, root: str) -> int:
    return store.create_project(
        name="p",
        task=TaskType.MULTI_CLASS,
        classes=make_classes(["mask", "no mask"]),
        sources=[(Source(root=root, pattern="**"), files(3))],
    ).id


def _roots(store: Store) -> list[str]:
    (project,) = store.projects()
    return [source.root for _, source in store.sources(project.id)]
