import ast
import inspect
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from jlabel.errors import SchemaError
from jlabel.store import Store, migrate
from jlabel.store.schema import VERSION, VERSION_TABLE, metadata
from tests.fixtures.postgres import Cluster
from tests.store.helpers import make_project


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config)


def test_the_newest_migration_is_the_version_that_the_code_knows() -> None:
    assert _scripts().get_heads() == [VERSION]


def test_the_migrations_build_what_the_code_expects(store: Store) -> None:
    with store._database.snapshot() as transaction:
        context = MigrationContext.configure(
            transaction.conn, opts={"version_table": VERSION_TABLE, "compare_server_default": False}
        )
        assert compare_metadata(context, metadata) == []


def test_the_migrations_build_the_same_constraints_as_the_metadata(tmp_path: Path) -> None:
    """Checks and partial indexes, which the comparison above does not see, as SQLite keeps them."""
    with Store.open(tmp_path) as store, store._database.snapshot() as transaction:
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
    return {name: sorted(part.strip().rstrip(",") for part in sql.replace("\t", " ").split("\n")) for name, sql in rows}


def test_opening_again_changes_nothing(location: str | Path) -> None:
    with Store.open(location) as store:
        project = make_project(store, 3).id
        revision = store.revision(project)
    with Store.open(location) as store:
        assert (store.project("masks").id, store.revision(project)) == (project, revision)


def test_a_later_schema_is_refused_with_the_remedy(location: str | Path) -> None:
    with Store.open(location) as store, store._database.connection() as conn, conn.begin():
        conn.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(SchemaError, match=r"schema 9999.*pip install --upgrade jlabel"):
        Store.open(location)


def test_an_earlier_schema_is_upgraded(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    with Store.open(tmp_path) as store, store._database.connection() as conn:
        names = [name for (name,) in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
        conn.rollback()
        conn.exec_driver_sql("PRAGMA foreign_keys=OFF")
        for name in names:
            if not name.startswith("sqlite_"):
                conn.exec_driver_sql(f'DROP TABLE "{name}"')
        conn.commit()
    with Store.open(tmp_path) as store:
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
