"""One suite, two engines: every test that asks for ``store`` or ``location`` runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jlabel.store import Store
from jlabel.store.sql.engine import Database
from jlabel.store.sql.schema import counter, item, project
from tests.fixtures.postgres import postgres as postgres  # noqa: PLC0414 -- a fixture
from tests.store.database import opened, store_on

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=ENGINES)
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    """Where a store may be opened: an empty folder, or a new database."""
    if request.param == "sqlite":
        yield tmp_path / "labels"
        return
    server = request.getfixturevalue("postgres")
    url = server.create("jlabel_template")
    yield url
    server.drop(url)


@pytest.fixture
def database(location: str | Path, clock: Clock) -> Iterator[Database]:
    """What is behind ``store``."""
    with opened(location, clock=clock) as database:
        yield database


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    """An open store; after the test its counters must equal what is in the tables."""
    yield store_on(database)
    check_counters(database)


def check_counters(database: Database) -> None:
    with database.snapshot() as transaction:
        for (project_id,) in transaction.conn.execute(sa.select(project.c.id)).all():
            kept = transaction.conn.execute(
                sa.select(
                    *(
                        sa.func.sum(counter.c[name])
                        for name in ("leased", "missing", "waiting", "labeled", "skipped", "unreadable", "removed")
                    ),
                    sa.func.sum(counter.c.clustered),
                    sa.func.sum(counter.c.prelabeled),
                ).where(counter.c.project_id == project_id)
            ).one()
            waiting = item.c.state == "waiting"
            leased = item.c.page_id.is_not(None)
            conditions = [
                sa.and_(waiting, leased),
                sa.and_(waiting, ~leased, item.c.missing),
                sa.and_(waiting, ~leased, ~item.c.missing),
                *(item.c.state == state for state in ("labeled", "skipped", "unreadable", "removed")),
                *(
                    sa.and_(waiting, ~leased, ~item.c.missing, item.c.queue == queue)
                    for queue in ("clustered", "prelabeled")
                ),
            ]
            true = [
                transaction.conn.scalar(
                    sa.select(sa.func.count()).select_from(item).where(item.c.project_id == project_id, condition)
                )
                for condition in conditions
            ]
            assert list(kept) == true
