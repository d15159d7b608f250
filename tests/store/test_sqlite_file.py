"""A database that cannot be written is read, and one that was deleted or replaced is not written to."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jlabel.errors import StoreError
from jlabel.model.item import ItemState
from jlabel.model.label_class import make_classes
from jlabel.model.source import Source
from jlabel.model.task import TaskType
from jlabel.store import Store, open_store, read_records
from jlabel.store.sql import location
from jlabel.store.sql.location import FILE
from tests.store.helpers import answers, claimed, files, make_project
from tests.store.test_error_translation import ordinary_user
from tests.store.test_old_database import FIXTURES

Change = Iterator[None]


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """Nothing in the folder can be written, by an ordinary user."""
    for each in (folder, *folder.parents):  # pytest's folders are root's own
        if each.is_relative_to("/tmp") and each != Path("/tmp"):
            each.chmod(each.stat().st_mode | 0o055)
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    try:
        with ordinary_user():
            yield folder
    finally:
        folder.chmod(0o755)


def labeled(folder: Path) -> int:
    with open_store(folder) as store:
        project = make_project(store, 12).id
        label_one(store, project)
    return project


def label_one(store: Store, project: int) -> None:
    session = store.open_session(project, "ann")
    page = claimed(store.claim(session, 1))
    store.submit(session, page.token, answers(page), seconds=1)


def test_a_read_only_database_is_read(tmp_path: Path) -> None:
    project = labeled(tmp_path / "a?b #1")
    with read_only(tmp_path / "a?b #1") as folder, open_store(folder) as store:
        assert [each.name for each in store.projects()] == ["masks"]
        assert store.counts(project).labeled == 1
        assert len(list(read_records(store, project))) == 12
        for write in (
            lambda: store.open_session(project, "ann"),
            lambda: store.set_sizes({1: (2, 3)}),
            lambda: store.reconcile(project, 1, files(3)),
            lambda: make_project(store, 3, name="more"),
        ):
            with pytest.raises(StoreError, match="read-only: it opens for reading and export"):
                write()
        assert sorted(path.name for path in folder.iterdir()) == [FILE]


def test_the_remedy_for_a_read_only_database_works(tmp_path: Path) -> None:
    project = labeled(tmp_path / "archive")
    with read_only(tmp_path / "archive") as folder:
        content = (folder / FILE).read_bytes()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / FILE).write_bytes(content)
    with open_store(tmp_path / "mine") as store:
        label_one(store, project)
        assert store.counts(project).labeled == 2


def test_what_an_unfinished_log_holds_is_read_too(tmp_path: Path) -> None:
    project = labeled(tmp_path / "live")
    with open_store(tmp_path / "live") as store:
        label_one(store, project)
        assert (tmp_path / "live" / f"{FILE}-wal").stat().st_size > 0
        (tmp_path / "archive").mkdir()
        for end in ("", "-wal"):
            shutil.copyfile(tmp_path / "live" / f"{FILE}{end}", tmp_path / "archive" / f"{FILE}{end}")
    with read_only(tmp_path / "archive") as folder:
        with open_store(folder) as store:
            assert store.counts(project).labeled == 2
            with pytest.raises(StoreError, match="read-only"):
                label_one(store, project)
        assert sorted(path.name for path in folder.iterdir()) == [FILE, f"{FILE}-wal"]


_WRITER = """
import sys
from pathlib import Path
from jlabel.store import open_store
from tests.store.test_sqlite_file import label_one
for line in sys.stdin:
    if line.strip() == "open":
        store = open_store(Path(sys.argv[1]))
    elif line.strip() == "label":
        label_one(store, store.projects()[0].id)
    else:
        store.close()
    print("done", flush=True)
"""


def test_a_database_that_its_owner_writes_to_is_read_by_others_meanwhile(tmp_path: Path) -> None:
    project = labeled(tmp_path / "labels")
    command = [sys.executable, "-c", _WRITER, str(tmp_path / "labels")]
    top, pipe = Path(__file__).parents[2], subprocess.PIPE
    with subprocess.Popen(command, cwd=top, stdin=pipe, stdout=pipe, text=True) as owner:
        assert owner.stdin is not None
        assert owner.stdout is not None

        def does(what: str) -> None:
            owner.stdin.write(f"{what}\n")  # type: ignore[union-attr]
            owner.stdin.flush()  # type: ignore[union-attr]
            assert owner.stdout.readline() == "done\n"  # type: ignore[union-attr]

        with read_only(tmp_path / "labels") as folder, open_store(folder) as store:
            assert store.counts(project).labeled == 1
            for number in (2, 4):
                does("open")
                does("label")
                assert store.counts(project).labeled == number
                does("label")
                assert len(list(read_records(store, project, states=[ItemState.LABELED]))) == number + 1
                does("close")
                assert store.counts(project).labeled == number + 1
        owner.stdin.close()


def test_an_old_database_that_is_read_only_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "labels"
    folder.mkdir()
    shutil.copyfile(FIXTURES / "version_0_1_0.sqlite", folder / FILE)
    before = (folder / FILE).read_bytes()
    with read_only(folder), open_store(folder) as store:
        found = [project.name for project in store.projects()]
        assert found
        assert sum(store.counts(store.project(name).id).labeled for name in found) > 0
        with pytest.raises(StoreError, match="read-only"):
            store.set_paused(store.project(found[0]).id, True)
    assert (folder / FILE).read_bytes() == before


def test_a_read_only_database_on_a_network_drive_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labeled(tmp_path / "labels")
    monkeypatch.setattr(location, "_file_system", lambda *_: "nfs4")
    with read_only(tmp_path / "labels") as folder, open_store(folder) as store:
        assert len(store.projects()) == 1


def test_no_copy_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, copies = tmp_path / "labels", tmp_path / "copies"
    folder.mkdir()
    copies.mkdir(mode=0o777)
    copies.chmod(0o777)
    shutil.copyfile(FIXTURES / "version_0_1_0.sqlite", folder / FILE)
    monkeypatch.setattr("tempfile.tempdir", str(copies))
    with read_only(folder), open_store(folder) as store:
        assert store.projects()
        assert list(copies.iterdir())
    assert list(copies.iterdir()) == []


def _delete(folder: Path) -> None:
    shutil.rmtree(folder)


def _replace(folder: Path) -> None:
    shutil.rmtree(folder)
    labeled(folder)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _move(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


@pytest.mark.parametrize("change", [_delete, _replace, _empty, _move])
def test_nothing_is_written_to_a_database_that_is_gone(tmp_path: Path, change: object) -> None:
    assert callable(change)
    folder = tmp_path / "labels"
    project = labeled(folder)
    with open_store(folder) as store:
        session = store.open_session(project, "ann")
        page = claimed(store.claim(session, 1))
        change(folder)
        for write in (
            lambda: store.submit(session, page.token, answers(page), seconds=1),
            lambda: store.save_drafts(session, answers(page)),
            lambda: make_project(store, 3, name="more"),
            lambda: store.reconcile(project, 1, files(3)),
        ):
            with pytest.raises(StoreError, match="deleted, moved or replaced"):
                write()
    assert change is not _delete or not folder.exists()
    if change is _replace:
        with sqlite3.connect(folder / FILE) as raw:
            assert raw.execute("SELECT count(*) FROM submission").fetchone() == (1,)


def test_a_folder_that_is_put_back_is_written_to_again(tmp_path: Path) -> None:
    folder = tmp_path / "labels"
    project = labeled(folder)
    with open_store(folder) as store:
        session = store.open_session(project, "ann")
        page = claimed(store.claim(session, 1))
        folder.rename(tmp_path / "away")
        with pytest.raises(StoreError, match="Put the folder back"):
            store.submit(session, page.token, answers(page), seconds=1)
        (tmp_path / "away").rename(folder)  # as the sentence says
        store.submit(session, page.token, answers(page), seconds=1)
        assert store.counts(project).labeled == 2
    with open_store(folder) as store:
        assert store.counts(project).labeled == 2


def test_a_copy_put_in_place_is_written_to_when_it_is_opened_anew(tmp_path: Path) -> None:
    folder = tmp_path / "labels"
    project = labeled(folder)
    shutil.copytree(folder, tmp_path / "backup")
    with open_store(folder) as store:
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "backup", folder)
        with pytest.raises(StoreError, match="open the workspace anew"):
            label_one(store, project)
    with open_store(folder) as store:  # as the sentence says
        label_one(store, project)
        assert store.counts(project).labeled == 2


def test_a_new_source_is_not_created_in_a_folder_that_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "labels"
    with open_store(folder) as store:
        os.unlink(folder / FILE)  # noqa: PTH108
        with pytest.raises(StoreError, match="deleted, moved or replaced"):
            store.create_project(
                name="p",
                task=TaskType.MULTI_CLASS,
                classes=make_classes(["a"]),
                sources=[(Source(root="/photos", pattern="**"), files(3))],
            )
    assert not (folder / FILE).exists()
