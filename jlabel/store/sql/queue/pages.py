"""Pages: made of items, read with their drafts, kept alive, given back, taken over by a labeler's next session.

A page that is ``open`` holds its items: their ``page_id`` points at it. When its lease lapses it lets go of them and is
``lapsed``; whoever still shows it may take back those that nobody took meanwhile. Rows are locked pages first, then
items by id, so that no two transactions wait for each other.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from jlabel.errors import LeaseLost, NotFound
from jlabel.model.answer import UNANSWERED
from jlabel.model.item import ItemState
from jlabel.model.page import Page, Queue, Task
from jlabel.model.source import Source
from jlabel.store.sql.catalog.bulk_moves import free_items
from jlabel.store.sql.catalog.items import bucket
from jlabel.store.sql.counters import Change
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.queue.drafts import labelers_drafts
from jlabel.store.sql.queue.labeling_sessions import LabelerSession, abandoned, get_session, touch
from jlabel.store.sql.queue.suggestions import SERVED, Served, as_suggestion, serve
from jlabel.store.sql.roots import opened_root
from jlabel.store.sql.schema import item, page, page_item, source
from jlabel.store.sql.serialization import unpack

_HELD = sa.text("state IN ('open', 'lapsed')")

# Statements of every page turn are built once: building costs more than running them.
_NEW_PAGE = sa.insert(page).returning(page.c.id)
_NEW_ITEMS = sa.insert(page_item)
_LEASE = (
    sa.update(item)
    .where(item.c.id.in_(sa.bindparam("items", expanding=True)))
    .values(page_id=sa.bindparam("page", type_=sa.Integer))
)
_PAGE = sa.select(page).where(page.c.token == sa.bindparam("token")).with_for_update()
_PAGES = (
    sa.select(
        page.c.token,
        page.c.labeler,
        page.c.queue,
        page.c.seconds,
        item.c.id,
        item.c.path,
        item.c.stamp,
        item.c.width,
        item.c.height,
        source.c.root,
        sa.null().label("answer"),
        page_item.c.run_id,
        page_item.c.blind,
        page_item.c.suggested,
    )
    .select_from(page)
    .join(page_item, page_item.c.page_id == page.c.id)
    .join(item, item.c.id == page_item.c.item_id)
    .join(source, source.c.id == item.c.source_id)
    .where(page.c.id.in_(sa.bindparam("pages", expanding=True)), item.c.state == ItemState.WAITING)
    .where(sa.or_(item.c.page_id == page.c.id, item.c.page_id.is_(None)))
    .order_by(page.c.id, page_item.c.position)
)
_ITEMS = (
    sa.select(
        item.c.id,
        item.c.state,
        item.c.page_id,
        item.c.missing,
        item.c.queue,
        item.c.group_no,
        page_item.c.position,
        *SERVED,
    )
    .join_from(page_item, item, item.c.id == page_item.c.item_id)
    .where(page_item.c.page_id == sa.bindparam("page"))
    .order_by(item.c.id)
    .with_for_update(of=item, key_share=True)  # see claims.py
)


def new_token() -> str:
    """Return 32 random hex digits."""
    return secrets.token_hex(16)


def make_page(
    transaction: Transaction,
    session: LabelerSession,
    queue: Queue,
    items: Sequence[int],
    *,
    seconds: float = 0.0,
    served: Mapping[int, Served] | None = None,
) -> int:
    """Lease the items, which the caller has locked, to the session as one new page; return the page's id.

    Items that are not in ``served`` are served with what the published run suggests, if anything.
    """
    conn = transaction.conn
    page_id = conn.scalar(
        _NEW_PAGE,
        {
            "token": new_token(),
            "project_id": session.project_id,
            "session_id": session.id,
            "labeler": session.labeler,
            "queue": queue,
            "state": "open",
            "expires_at": transaction.now + transaction.lease,
            "seconds": seconds,
        },
    )
    assert page_id is not None
    known = dict(served or {})
    known |= serve(transaction, session.project_id, [number for number in items if number not in known])
    rows = [
        {"page_id": page_id, "item_id": number, "position": position, **known[number]}
        for position, number in enumerate(items)
    ]
    conn.execute(_NEW_ITEMS, rows)
    conn.execute(_LEASE, {"items": list(items), "page": page_id})
    return int(page_id)


def read_pages(transaction: Transaction, pages: Iterable[int]) -> list[Page]:
    """Return pages by their ids, in the order of claiming, without the items that others took from a lapsed one."""
    found: dict[str, tuple[Row, list[Task]]] = {}
    for row in transaction.conn.execute(_PAGES, {"pages": list(pages)}):
        task = replace(make_task(row, transaction.base), suggestion=as_suggestion(row))
        found.setdefault(row.token, (row, []))[1].append(task)
    return [
        Page(
            token=token,
            labeler=row.labeler,
            queue=Queue(row.queue),
            tasks=_begun(transaction, row.labeler, tasks),
            seconds=row.seconds,
        )
        for token, (row, tasks) in found.items()
    ]


def _begun(transaction: Transaction, labeler: str, tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Return the tasks with the labeler's drafts as their answers."""
    drafts = labelers_drafts(transaction, labeler, [task.item for task in tasks])
    return tuple(replace(task, answer=drafts.get(task.item, task.answer), begun=task.item in drafts) for task in tasks)


def make_task(row: Row, base: Path | None, label: int | None = None) -> Task:
    """Return one item as it is served.

    Args:
        row: its id, path, stamp, size, root and answer (JSON or ``None``).
        base: ``Transaction.base``.
        label: id of the label that the answer is.
    """
    given = UNANSWERED if row.answer is None else unpack(row.answer)
    opened = Source(root=opened_root(row.root, base)).uri(row.path)
    return Task(
        item=row.id,
        name=row.path,
        uri=opened,
        stamp=row.stamp,
        answer=given,
        label=label,
        width=row.width,
        height=row.height,
    )


def session_pages(transaction: Transaction, session_id: int) -> list[Page]:
    """Return the pages that the session holds, in the order of claiming."""
    open_pages = sa.select(page.c.id).where(page.c.session_id == session_id, _HELD)
    return read_pages(transaction, transaction.conn.scalars(open_pages).all())


def lock_page(transaction: Transaction, token: str) -> Row:
    """Return the page's row, locked.

    Raises:
        NotFound: no page has this token.
    """
    row = transaction.conn.execute(_PAGE, {"token": token}).one_or_none()
    if row is None:
        raise NotFound(f"No page has the token {token!r}.")
    return row


def lock_pages(transaction: Transaction, *where: sa.ColumnElement[bool]) -> Sequence[Row]:
    """Return the rows of open and lapsed pages, locked, in the order of claiming."""
    query = sa.select(page).where(_HELD, *where).order_by(page.c.id).with_for_update()
    return transaction.conn.execute(query).all()


def lock_items(transaction: Transaction, page_id: int) -> Sequence[Row]:
    """Return a page's items with how they were served, locked, in page order."""
    rows = transaction.conn.execute(_ITEMS, {"page": page_id}).all()
    return sorted(rows, key=lambda row: row.position)


def is_lost(row: Row, page_id: int) -> bool:
    """Whether a page's item went elsewhere while its lease was lapsed."""
    return bool(row.state != ItemState.WAITING or row.page_id not in (page_id, None))


def regain(transaction: Transaction, pages: Iterable[Row], change: Change) -> list[int]:
    """Lease the locked pages anew, with those of their items that are still free; return the items that are lost."""
    conn = transaction.conn
    lost: list[int] = []
    for leased in pages:
        state = "open"
        if leased.state == "lapsed":
            rows = lock_items(transaction, leased.id)
            gone = [row.id for row in rows if is_lost(row, leased.id)]
            back = [row for row in rows if row.id not in gone and row.page_id is None]
            here = page_item.c.page_id == leased.id
            conn.execute(sa.delete(page_item).where(here, page_item.c.item_id.in_(gone)))
            conn.execute(sa.update(item).where(item.c.id.in_([row.id for row in back])).values(page_id=leased.id))
            for row in back:
                change.move(1, bucket(row.state, leased=False, missing=row.missing), "leased", row.queue)
            lost += gone
            state = "closed" if len(gone) == len(rows) else "open"
        expires = transaction.now + transaction.lease
        conn.execute(sa.update(page).where(page.c.id == leased.id).values(state=state, expires_at=expires))
    return lost


def renew(transaction: Transaction, session_id: int, seconds: Mapping[str, float] | None = None) -> tuple[int, ...]:
    """Keep the session's pages for another lease, and take back what lapsed if nobody took it.

    Args:
        transaction: a writing one.
        session_id: whose pages.
        seconds: time spent so far on pages, by token, so that the next sitting counts on from there.

    Returns:
        Ids of the items lost meanwhile; they are no longer on the session's pages.
    """
    session = get_session(transaction, session_id)
    pages = lock_pages(transaction, page.c.session_id == session_id)
    change = Change(session.project_id)
    lost = regain(transaction, pages, change)
    for row in pages:
        if seconds and row.token in seconds:
            spent = float(seconds[row.token])
            transaction.conn.execute(sa.update(page).where(page.c.id == row.id).values(seconds=spent))
    touch(transaction, session_id)
    if any(row.state == "lapsed" for row in pages):
        change.commit(transaction, session_id)
    return tuple(lost)


def adopt(transaction: Transaction, session_id: int) -> list[Page]:
    """Take over the pages, with drafts, that the labeler's ended or dead sessions left, in the order of claiming."""
    session = get_session(transaction, session_id)
    left = abandoned(transaction, session)
    pages = lock_pages(transaction, page.c.session_id.in_(left)) if left else []
    if not pages:
        return []
    ids = [row.id for row in pages]
    transaction.conn.execute(sa.update(page).where(page.c.id.in_(ids)).values(session_id=session_id))
    change = Change(session.project_id)
    regain(transaction, pages, change)
    change.commit(transaction, session_id)
    return read_pages(transaction, ids)


def release(transaction: Transaction, session_id: int, token: str) -> None:
    """Give a page back to the queue; the drafts stay. A page that is already closed or submitted stays so.

    Raises:
        NotFound: no such page.
        LeaseLost: another session holds it.
    """
    session = get_session(transaction, session_id)
    row = lock_page(transaction, token)
    if row.session_id != session_id:
        raise LeaseLost("This page is open in another session of yours, so it cannot be given back from here.")
    if row.state not in ("open", "lapsed"):
        return
    change = Change(session.project_id)
    let_go(transaction, [row.id], change)
    transaction.conn.execute(sa.update(page).where(page.c.id == row.id).values(state="closed"))
    change.commit(transaction, session_id)


def let_go(transaction: Transaction, pages: Sequence[int], change: Change) -> None:
    """Put the items that locked pages hold back into the queue."""
    free_items(transaction, change, item.c.page_id.in_(pages))
