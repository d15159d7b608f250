"""What the database refuses, said so that a person can act on it."""

import contextlib
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from jlabel.errors import StoreError, StoreFull
from jlabel.store import open_store
from tests.fixtures.postgres import Cluster
from tests.store.database import opened, store_on
from tests.store.helpers import files, make_project


def test_a_full_disk(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        store = store_on(database)
        project = make_project(store, 30).id
        ((source, _),) = store.sources(project)
        with database.connection() as conn, conn.begin():
            pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
            conn.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(StoreFull, match="no room"):
            store.add_items(project, source, files(20_000))
        assert store.counts(project).total == 30


def test_a_damaged_file(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    file = tmp_path / "jlabel.db"
    content = bytearray(file.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"), open_store(tmp_path) as store:
        make_project(store)


def test_another_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "jlabel.db").write_text("not a database, but long enough to look at" * 50)
    with pytest.raises(StoreError, match="not a SQLite database"):
        open_store(tmp_path)


def test_a_read_only_database(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        store = store_on(database)
        project = make_project(store).id
        with database.connection() as conn, conn.begin():
            conn.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="read-only"):
            store.set_paused(project, True)


@contextlib.contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may write everywhere, so the work inside is done as another user."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_folder_without_write_permission() -> None:
    with tempfile.TemporaryDirectory() as name:
        parent, folder = Path(name), Path(name) / "closed"
        folder.mkdir()
        parent.chmod(0o755)
        folder.chmod(0o555)
        for path in (folder, folder / "below"):
            with ordinary_user(), pytest.raises(StoreError, match="cannot be") as caught:
                open_store(path)
            assert str(path) in str(caught.value)


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"postgresql://me:secret@127.0.0.1:{probe.getsockname()[1]}/labels"
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            open_store(url)
    assert "secret" not in str(caught.value)


@pytest.mark.postgres
def test_a_database_that_does_not_exist(postgres: Cluster) -> None:
    with pytest.raises(StoreError, match=r"no such database|cannot be reached.*does not exist"):
        open_store(postgres.url("nowhere"))


@pytest.mark.postgres
def test_a_server_that_dropped_the_connection_is_connected_to_again(postgres: Cluster) -> None:
    import psycopg

    url = postgres.create("jlabel_template")
    with open_store(url) as store:
        make_project(store)
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.rsplit("/", 1)[1]]
            )
        assert store.project("masks").name == "masks"
    postgres.drop(url)


def test_a_store_shows_no_password(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert repr(store) == f"Store({str(tmp_path / 'jlabel.db')!r})"
