import ast
import inspect
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from jlabel.errors import SchemaError
from jlabel.store import open_store, read_records, read_training_labels
from jlabel.store.sql import migrate
from jlabel.store.sql.engine import Database
from jlabel.store.sql.schema import VERSION, VERSION_TABLE, metadata
from tests.fixtures.postgres import Cluster
from tests.store.database import opened
from tests.store.helpers import make_project


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config)


def test_the_newest_migration_is_the_version_that_the_code_knows() -> None:
    assert _scripts().get_heads() == [VERSION]


def test_the_migrations_build_what_the_code_expects(database: Database) -> None:
    with database.snapshot() as transaction:
        context = MigrationContext.configure(
            transaction.conn, opts={"version_table": VERSION_TABLE, "compare_server_default": False}
        )
        assert compare_metadata(context, metadata) == []


def test_the_migrations_build_the_same_constraints_as_the_metadata(tmp_path: Path) -> None:
    """Checks and partial indexes, which the comparison above does not see, as SQLite keeps them."""
    with opened(tmp_path) as database, database.snapshot() as transaction:
        migrated = _definitions(transaction.conn)
    engine = sa.create_engine("sqlite://")
    with engine.begin() as conn:
        metadata.create_all(conn)
        assert _definitions(conn) == migrated
    engine.dispose()


def _definitions(conn: sa.Connection) -> dict[str, list[str]]:
    rows = conn.exec_driver_sql(
        f"SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> '{VERSION_TABLE}'"
    )
    return {name: sorted(_parts(sql)) for name, sql in rows}


def _parts(sql: str) -> list[str]:
    """Columns and constraints; one added later stands at the table's end, its reference beside its name."""
    text = " ".join(sql.split()).replace('"', "")
    text = re.sub(
        r"(\w+) INTEGER CONSTRAINT (\w+) REFERENCES", r"\1 INTEGER, CONSTRAINT \2 FOREIGN KEY(\1) REFERENCES", text
    )
    head, _, body = text.partition("(")
    body, _, tail = body.rpartition(")")
    parts, depth = [""], 0
    for letter in body:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [head.strip(), tail.strip(), *(part.strip() for part in parts)]


def test_opening_again_changes_nothing(location: str | Path) -> None:
    with open_store(location) as store:
        project = make_project(store, 3).id
        revision = store.revision(project)
    with open_store(location) as store:
        assert (store.project("masks").id, store.revision(project)) == (project, revision)


def test_a_later_schema_is_refused_with_the_remedy(location: str | Path) -> None:
    with opened(location) as database, database.connection() as conn, conn.begin():
        conn.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(SchemaError, match=r"schema 9999.*pip install --upgrade jlabel"):
        open_store(location)


def test_an_earlier_schema_is_upgraded(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with opened(tmp_path) as database, database.connection() as conn:
        names = [name for (name,) in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
        conn.rollback()
        conn.exec_driver_sql("PRAGMA foreign_keys=OFF")
        for name in names:
            if not name.startswith("sqlite_"):
                conn.exec_driver_sql(f'DROP TABLE "{name}"')
        conn.commit()
    with open_store(tmp_path) as store:
        assert make_project(store, 3).name == "masks"


@pytest.mark.postgres
def test_an_empty_server_is_migrated_by_several_at_once(postgres: Cluster) -> None:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from tests.store import workers

    url = postgres.create()
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        assert set(pool.map(workers.open_and_create, [url] * 3, "abc")) == set("abc")
    postgres.drop(url)


def test_migrations_import_nothing_that_may_change() -> None:
    """A migration is a fixed step: it must not read today's schema or values."""
    for script in _scripts().walk_revisions():
        tree = ast.parse(inspect.getsource(script.module))
        imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert not [name for name in imported if name and name.startswith("jlabel")]


def test_labels_of_the_first_schema_survive_the_upgrade(location: str | Path) -> None:
    from alembic import command

    database = Database(location)
    with database.connection() as conn, conn.begin():
        if database.dialect == "postgresql":  # the template is of today's schema
            conn.exec_driver_sql("DROP SCHEMA public CASCADE")
            conn.exec_driver_sql("CREATE SCHEMA public")
        config = Config()
        config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
        config.attributes["connection"] = conn
        command.upgrade(config, "0001")
        for statement in FIRST:
            conn.exec_driver_sql(statement)
    database.close()
    with open_store(location) as store:
        done, waiting = read_records(store, 1)
        assert (done.labeler, done.answer.class_ids, done.run, waiting.state) == ("me", (1,), None, "waiting")
        assert [label.random for label in read_training_labels(store, 1)] == [True]
        assert store.queue_counts(1).clustered == 1
        session = store.open_session(1, "me")
        page = store.claim(session, 9)
        assert page is not None
        store.submit(session, page.token, {waiting.item: done.answer}, seconds=1)
        assert store.counts(1).labeled == 2


FIRST = [
    (
        "INSERT INTO project (id, name, name_key, task, instructions, settings, created_at, paused) "
        "VALUES (1, 'p', 'p', 'multi-class', '', '{}', 1, false)"
    ),
    "INSERT INTO counter (project_id, shard, waiting, labeled) VALUES (1, 0, 1, 1)",
    *(f"INSERT INTO counter (project_id, shard) VALUES (1, {shard})" for shard in range(1, 16)),
    (
        "INSERT INTO label_class (project_id, number, path, path_key, color, retired) "
        "VALUES (1, 1, 'a', 'a', '#000000', false)"
    ),
    "INSERT INTO source (id, project_id, root, pattern) VALUES (1, 1, '/x', '**')",
    (
        "INSERT INTO session (id, project_id, labeler, host, pid, process_started, opened_at, seen_at) "
        "VALUES (101, 1, 'me', 'h', 1, 1, 1, 1)"
    ),
    "INSERT INTO submission (id, project_id, labeler, at, seconds, queue) VALUES (101, 1, 'me', 2, 3, 'manual')",
    (
        "INSERT INTO page (id, token, project_id, session_id, labeler, queue, state, expires_at, seconds, "
        "submission_id) "
        "VALUES (101, 'abc', 1, 101, 'me', 'manual', 'submitted', 9, 3, 101)"
    ),
    (
        "INSERT INTO item (id, project_id, source_id, path, size, stamp, rank, queue, group_no) "
        "VALUES (1, 1, 1, 'a.png', 1, '1', 5, 'manual', NULL), (2, 1, 1, 'b.png', 1, '1', 6, 'clustered', 4)"
    ),
    "INSERT INTO page_item (page_id, item_id, position) VALUES (101, 1, 0)",
    (
        "INSERT INTO label (id, item_id, answer, labeler, at, seconds, origin, submission_id) "
        """VALUES (101, 1, '{"v":1,"annotations":[{"class":1}]}', 'me', 2, 3, 'human', 101)"""
    ),
    "UPDATE item SET state = 'labeled', label_id = 101 WHERE id = 1",
]
