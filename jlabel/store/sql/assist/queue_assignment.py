"""Which queue a free item waits in: what a run published, clusters, and a share that is left to chance.

An item is left to chance if its rank, which was drawn before anyone saw it, falls into the random share: such items are
a uniform sample of the project, stay in the manual queue whatever a model says, and are served in the order of rank.
"""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from jlabel.errors import InputError
from jlabel.model.item import ItemState, left_to_chance
from jlabel.model.page import Queue
from jlabel.model.project import QueueCounts
from jlabel.model.run import Run, RunState
from jlabel.store.ports.predictions import BLIND_SHARE, RANDOM_SHARE
from jlabel.store.sql.assist.predictions import forget
from jlabel.store.sql.assist.runs import read_run
from jlabel.store.sql.catalog.projects import get_project
from jlabel.store.sql.counters import Change, bump, queue_counts
from jlabel.store.sql.engine import Database, Row, Transaction
from jlabel.store.sql.queue.move_lock import lock_moves
from jlabel.store.sql.queue.pages import lock_pages
from jlabel.store.sql.queue.suggestions import UNPROVEN_GROUPS, is_blind, is_unproven, unproven
from jlabel.store.sql.schema import assist, draft, item, page, page_item, prediction, run

_CHUNK = 2000
"""Items moved in one transaction: a fraction of the 200 ms that others may wait for."""

_Assignment = tuple[str, int | None, float | None]


def publish(
    database: Database,
    run_id: int,
    *,
    clusters: Mapping[int, int] | None = None,
    priorities: Mapping[int, float] | None = None,
    random_share: float = RANDOM_SHARE,
    blind_share: float = BLIND_SHARE,
    keep: Collection[int] = (),
) -> QueueCounts:
    """Serve a run's predictions from now on, and move free items to the queues where they belong then.

    Items that are on a page or have a label stay where they are. What is above the threshold is pre-labeled, grouped by
    its first class, what is proven before what is not; else clustered if it has a cluster; else manual. Suggestions
    that are proven also reach the items on open pages on which there is no draft; proposed shapes reach all items on
    open pages. Runs again where it was interrupted when called again.

    Args:
        database: where.
        run_id: a run that was not cancelled and did not fail.
        clusters: by item, the number of its cluster; ``None`` leaves clustered items where they are.
        priorities: by item, the order within its group or queue, lowest first; ``None`` leaves that as it is.
        random_share: of all items, left to chance, 0 to 1; of all pages, as many are drawn from them.
        blind_share: of the suggestions, withheld to measure their influence, 0 to 1.
        keep: earlier runs whose predictions are still needed.

    Raises:
        NotFound: no such run.
        InputError: the run failed or was cancelled, or a share is out of range.
    """
    _check_shares(random_share, blind_share)
    made = database.write(_adopt, run_id, random_share, blind_share)
    _move_all(database, made.project_id, clusters, priorities)
    database.write(_stream, made)
    forget(database, made, keep)
    return database.read(queue_counts, made.project_id)


def arrange(
    database: Database,
    project_id: int,
    *,
    clusters: Mapping[int, int] | None = None,
    priorities: Mapping[int, float] | None = None,
    random_share: float = RANDOM_SHARE,
) -> QueueCounts:
    """Move free items to clusters and put them in order, as ``publish`` does, under the predictions there are.

    Raises:
        NotFound: no such project.
        InputError: the share is out of range.
    """
    _check_shares(random_share)
    database.write(_set_shares, project_id, {"random_share": random_share})
    _move_all(database, project_id, clusters, priorities)
    return database.read(queue_counts, project_id)


def withdraw(database: Database, project_id: int) -> QueueCounts:
    """Serve no predictions any more: pre-labeled items that no page holds become clustered or manual ones.

    Raises:
        NotFound: no such project.
    """
    database.write(_set_shares, project_id, {"run_id": None})
    _move_all(database, project_id, None, None)
    return database.read(queue_counts, project_id)


def _adopt(transaction: Transaction, run_id: int, random_share: float, blind_share: float) -> Run:
    made = read_run(transaction, run_id, lock=True)
    if made.state in (RunState.FAILED, RunState.CANCELLED):
        raise InputError(f"Run {run_id} {made.state} and cannot be published. Start another.")
    transaction.conn.execute(sa.update(run).where(run.c.id == run_id).values(adopted=True))
    shares = {"random_share": random_share, "blind_share": blind_share}
    _set_shares(transaction, made.project_id, {"run_id": run_id, **shares})
    return made


def _set_shares(transaction: Transaction, project_id: int, values: Mapping[str, object]) -> None:
    get_project(transaction, project_id)
    new = {"random_share": RANDOM_SHARE, "blind_share": BLIND_SHARE, **values}
    insert = transaction.upsert(assist).values(project_id=project_id, **new)
    transaction.conn.execute(insert.on_conflict_do_update(index_elements=["project_id"], set_=values))
    bump(transaction, project_id)


def _move_all(
    database: Database,
    project_id: int,
    clusters: Mapping[int, int] | None,
    priorities: Mapping[int, float] | None,
) -> None:
    after: int | None = 0
    while after is not None:
        after = database.write(_move, project_id, after, clusters, priorities)


def _move(
    transaction: Transaction,
    project_id: int,
    after: int,
    clusters: Mapping[int, int] | None,
    priorities: Mapping[int, float] | None,
) -> int | None:
    """Move the items of one range of ids, and return where the next begins."""
    conn = transaction.conn
    lock_moves(transaction, project_id)
    mine = (item.c.project_id == project_id, item.c.id > after)
    last = conn.scalar(sa.select(item.c.id).where(*mine).order_by(item.c.id).offset(_CHUNK - 1).limit(1))
    share = conn.scalar(sa.select(assist.c.random_share).where(assist.c.project_id == project_id)) or 0.0
    query = (
        sa.select(item, prediction.c.above, prediction.c.class_no, prediction.c.suggested)
        .select_from(item)
        .outerjoin(assist, assist.c.project_id == project_id)
        .outerjoin(prediction, sa.and_(prediction.c.run_id == assist.c.run_id, prediction.c.item_id == item.c.id))
        .where(*mine, item.c.state == ItemState.WAITING, item.c.page_id.is_(None))
        .order_by(item.c.id)
        .with_for_update(of=item)
    )
    rows = conn.execute(query if last is None else query.where(item.c.id <= last)).all()
    change = Change(project_id)
    moved: list[tuple[str, int | None, float | None, int]] = []
    for row in rows:
        assigned = _assignment(row, share, clusters, priorities)
        if assigned == (row.queue, row.group_no, row.priority):
            continue
        moved.append((*assigned, row.id))
        if not row.missing:
            change.requeue(-1, row.queue)
            change.requeue(1, assigned[0])
    if moved:
        conn.execute(
            sa.update(item)
            .where(item.c.id == sa.bindparam("i"))
            .values(queue=sa.bindparam("q"), group_no=sa.bindparam("g"), priority=sa.bindparam("p")),
            [{"q": queue, "g": group, "p": priority, "i": number} for queue, group, priority, number in moved],
        )
        change.commit(transaction)
    return last


def _assignment(
    row: Row, share: float, clusters: Mapping[int, int] | None, priorities: Mapping[int, float] | None
) -> _Assignment:
    if left_to_chance(row.rank, share):
        return Queue.MANUAL.value, None, None
    priority = row.priority if priorities is None else priorities.get(row.id)
    if row.above:
        if not is_unproven(row.suggested):
            return Queue.PRELABELED.value, row.class_no or 0, priority
        number = (row.class_no or 0) if clusters is None else clusters.get(row.id, row.class_no or 0)
        return Queue.PRELABELED.value, UNPROVEN_GROUPS + number, priority
    standing = row.group_no if row.queue == Queue.CLUSTERED else None
    group = standing if clusters is None else clusters.get(row.id)
    if group is not None:
        return Queue.CLUSTERED.value, group, priority
    return Queue.MANUAL.value, None, 0.0 if priority is None else priority


def _stream(transaction: Transaction, made: Run) -> None:
    """Serve the run's suggestions on open and lapsed pages: proven ones, for items without a draft.

    Those that carry no promise come on pages of their own. Shapes come to any item: they join what was drawn, and
    an image is a page of its own, also where chance chose the image before anything was published: its label counts as
    a random one no more. What was suggested before stays, or was withheld: a pre-label does not change while it is on
    screen.
    """
    lock_pages(transaction, page.c.project_id == made.project_id)
    leased = sa.text("page.state IN ('open', 'lapsed')")
    drafted = sa.exists().where(draft.c.item_id == page_item.c.item_id, draft.c.labeler == page.c.labeler)
    query = (
        sa.select(page_item, prediction.c.suggested.label("new"), assist.c.blind_share, assist.c.random_share)
        .add_columns(item.c.rank)
        .join_from(page_item, page)
        .join(item, item.c.id == page_item.c.item_id)
        .join(assist, assist.c.project_id == page.c.project_id)
        .join(prediction, sa.and_(prediction.c.run_id == made.id, prediction.c.item_id == page_item.c.item_id))
        .where(page.c.project_id == made.project_id, leased, prediction.c.above)
        .where(page_item.c.run_id.is_(None))
    )
    if not get_project(transaction, made.project_id).task.has_shapes:
        query = query.where(~drafted, ~page_item.c.random, sa.not_(unproven(prediction.c.suggested)))
    rows = transaction.conn.execute(query).all()
    for row in rows:
        if row.random and left_to_chance(row.rank, row.random_share):
            continue
        blind = not is_unproven(row.new) and is_blind(row.item_id, made.id, row.blind_share)
        transaction.conn.execute(
            sa.update(page_item)
            .where(page_item.c.page_id == row.page_id, page_item.c.item_id == row.item_id)
            .values(run_id=made.id, blind=blind, suggested=row.new)
        )
    bump(transaction, made.project_id)


def _check_shares(*shares: float) -> None:
    for share in shares:
        if not 0 <= share <= 1:
            raise InputError(f"A share lies between 0 and 1, not at {share}.")
