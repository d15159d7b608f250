"""What the store costs: a page's claim and submission, many processes at once, and the creation of a large project.

Run as ``python -m tests.benchmarks.store``; prints a table, asserts nothing. Each figure stands beside a baseline
that is measured in the same run on the same disk.
"""

import argparse
import multiprocessing
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from jlabel.model.answer import Annotation, Answer
from jlabel.model.label_class import make_classes
from jlabel.model.source import ListedFile, Source
from jlabel.model.task import TaskType
from jlabel.store import Store, open_store, read_records
from tests.fixtures.postgres import binaries, cluster

LABEL = Answer(annotations=(Annotation(class_id=1),))
PROCESSES = 16
SPAWN = multiprocessing.get_context("spawn")
Row = dict[str, Any]


def rows(quick: bool = False) -> list[Row]:
    """Measure everything and return the table: metric, value, unit, baseline, ratio, target."""
    small, large = (500, 20_000) if quick else (5_000, 500_000)
    seconds = 2.0 if quick else 6.0
    with tempfile.TemporaryDirectory(prefix="jlabel-bench-") as name:
        folder = Path(name)
        table = _creation(folder, large) + _turns(folder, small, large, 40 if quick else 400)
        table += _crowd("SQLite", str(folder / "crowd"), folder, seconds)
    if binaries() is not None:
        with cluster(durable=True) as server:
            url = server.create()
            table += _crowd("PostgreSQL", url, None, seconds)
    return table


def _row(
    metric: str, value: float, unit: str, *, baseline: str = "", ratio: float | None = None, target: str = ""
) -> Row:
    return {"metric": metric, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio, "target": target}


def _files(number: int) -> Iterator[ListedFile]:
    for i in range(number):
        path = f"batch-{i // 1000:04}/camera-{i % 7}/image-{i:07}.jpg"
        yield ListedFile(path=path, size=100_000 + i, stamp=f"{1_700_000_000_000_000_000 + i}-{100_000 + i}")


def _create(folder: str, number: int) -> tuple[float, float]:
    """Return seconds and this process's peak memory in MB."""
    with open_store(folder) as store:
        start = time.perf_counter()
        sources = [(Source(root="/photos", pattern="**"), _files(number))]
        store.create_project(name="bench", task=TaskType.MULTI_CLASS, classes=make_classes(["a", "b"]), sources=sources)
        return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _bare_insert(folder: Path, number: int) -> float:
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, path TEXT, size INTEGER, stamp TEXT)")
        start = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        values = ((file.path, file.size, file.stamp) for file in _files(number))
        connection.executemany("INSERT INTO item (path, size, stamp) VALUES (?, ?, ?)", values)
        connection.execute("COMMIT")
        return time.perf_counter() - start


def _creation(folder: Path, number: int) -> list[Row]:
    bare = _bare_insert(folder, number)
    with ProcessPoolExecutor(1, mp_context=SPAWN) as pool:
        spent, memory = pool.submit(_create, str(folder / "large"), number).result()
    goal = "< 60 s"
    inserts = f"bare executemany of the same rows, no index: {bare:.1f} s"
    return [
        _row(
            f"create a project of {number:,} listed files",
            spent,
            "s",
            baseline=inserts,
            ratio=spent / bare,
            target=goal,
        ),
        _row("its peak memory", memory, "MB", target="< 400 MB"),
    ]


def _turns(folder: Path, small: int, large: int, turns: int) -> list[Row]:
    _create(str(folder / "small"), small)
    bare = _durable(str(folder / "turns"), turns)
    with open_store(folder / "small") as one, open_store(folder / "large") as two:
        sides = {number: (store, _session(store)) for number, store in ((small, one), (large, two))}
        measured: dict[int, list[float]] = {small: [], large: []}
        for _ in range(turns):  # in alternation, so that whatever else the machine does meets both sizes alike
            for number, (store, session) in sides.items():
                measured[number].append(_timed(partial(_turn, store, session)))
    for times in measured.values():
        times.sort()
    table = []
    for number, times in measured.items():
        base = f"a bare durable one-row transaction: {statistics.median(bare):.2f} ms"
        what = f"claim + submit a page of 9 at {number:,} items (SQLite)"
        table.append(
            _row(
                f"{what}, p50",
                statistics.median(times),
                "ms",
                baseline=base,
                ratio=statistics.median(times) / statistics.median(bare),
            )
        )
        grown = _p95(times) / _p95(measured[small])
        base = f"p95 at {small:,}: {_p95(measured[small]):.2f} ms"
        table.append(_row(f"{what}, p95", _p95(times), "ms", baseline=base, ratio=grown, target="< 10 ms, <= 1.5x"))
    return table


def _session(store: Store) -> int:
    session = store.open_session(store.project("bench").id, "me")
    _turn(store, session)  # compiles the statements
    return session


def _p95(times: list[float]) -> float:
    return times[int(len(times) * 0.95)]


def _turn(store: Store, session: int) -> None:
    page = store.claim(session, 9)
    assert page is not None
    store.submit(session, page.token, {task.item: LABEL for task in page.tasks}, seconds=5.0)


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _durable(folder: str, number: int) -> list[float]:
    _create_bare_sqlite(folder)
    with closing(_bare_sqlite(folder)) as connection:
        return sorted(_timed(lambda: _bare_commit(connection)) for _ in range(number))


def _create_bare_sqlite(folder: str) -> None:
    """Create the baseline's database, once: of processes that switch to WAL at the same time, SQLite lets one fail."""
    Path(folder).mkdir()
    with closing(_bare_sqlite(folder)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, value TEXT)")


def _bare_sqlite(folder: str) -> sqlite3.Connection:
    connection = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None, timeout=30)
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _bare_commit(connection: Any) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO bare (value) VALUES ('one row')")
    connection.execute("COMMIT")


def _crowd_pages(location: str, project: int, start: float, seconds: float) -> int:
    with open_store(location) as store:
        session = store.open_session(project, f"labeler {multiprocessing.current_process().pid}")
        return _repeat(lambda: _turn(store, session), start, seconds)


def _crowd_bare_sqlite(folder: str, start: float, seconds: float) -> int:
    with closing(_bare_sqlite(folder)) as connection:
        return _repeat(lambda: _bare_commit(connection), start, seconds)


def _crowd_bare_postgres(url: str, start: float, seconds: float) -> int:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        return _repeat(lambda: connection.execute("INSERT INTO bare (value) VALUES ('one row')"), start, seconds)


def _repeat(work: Callable[[], Any], start: float, seconds: float) -> int:
    """Work from one moment, the same for all processes, for a time, after one turn to warm up; return how often."""
    work()
    while time.time() < start:
        time.sleep(0.001)
    done = 0
    while time.time() < start + seconds:
        work()
        done += 1
    return done


def _crowd(engine: str, location: str, folder: Path | None, seconds: float) -> list[Row]:
    with open_store(location) as store:
        sources = [(Source(root="/photos", pattern="**"), _files(60_000))]
        project = store.create_project(
            name="crowd", task=TaskType.MULTI_CLASS, classes=make_classes(["a"]), sources=sources
        ).id
        with ProcessPoolExecutor(PROCESSES, mp_context=SPAWN) as pool:
            list(pool.map(_warm, range(PROCESSES)))

            def together(work: Callable[..., int], *args: Any) -> float:
                start = time.time() + 5.0
                futures = [pool.submit(work, *args, start, seconds) for _ in range(PROCESSES)]
                return sum(future.result() for future in futures) / seconds

            pages = together(_crowd_pages, location, project)
            if folder is None:
                import psycopg

                with psycopg.connect(location, autocommit=True) as connection:
                    connection.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, value text)")
                bare = together(_crowd_bare_postgres, location)
            else:
                _create_bare_sqlite(str(folder / "bare"))
                bare = together(_crowd_bare_sqlite, str(folder / "bare"))
        counts = store.counts(project)
        labels = sum(1 for record in read_records(store, project) if record.label is not None)
        assert labels == counts.labeled
        assert counts.leased == 0
    base = f"one-row durable transactions by {PROCESSES} processes: {bare:.0f} /s"
    what = f"{PROCESSES} processes claim + submit pages of 9 ({engine})"
    return [_row(what, pages, "pages/s", baseline=base, ratio=pages / bare)]


def _warm(number: int) -> int:
    time.sleep(0.2)  # keeps each process busy long enough that the pool starts all of them
    return number


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs")
    for row in rows(quick=parser.parse_args().quick):
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}x"
        print(f"| {row['metric']} | {row['value']:.2f} {row['unit']} | {ratio} | {row['baseline']} | {row['target']} |")


if __name__ == "__main__":
    main()
