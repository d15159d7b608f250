"""Drafts: what a labeler has begun, stored as it is made, kept whatever becomes of the lease."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from jlabel.errors import NotFound
from jlabel.model.annotation import Answer
from jlabel.store.answers import pack, unpack
from jlabel.store.counters import bump
from jlabel.store.engine import Transaction
from jlabel.store.schema import draft
from jlabel.store.sessions import get_session


def save_drafts(transaction: Transaction, session_id: int, answers: Mapping[int, Answer]) -> dict[int, int]:
    """Store what the session's labeler has so far on items; return the drafts' versions by item, 1 at first.

    An answer that is not given is a draft too: the labeler cleared what a pre-label or an earlier label says.

    Raises:
        NotFound: no such session or item; nothing was stored.
    """
    held = get_session(transaction, session_id)
    versions: dict[int, int] = {}
    for number in sorted(answers):
        try:
            versions[number] = put_draft(transaction, number, held.labeler, answers[number])
        except IntegrityError as error:
            raise NotFound(f"No item has the id {number}.") from error
    if versions:
        bump(transaction, held.project_id, session_id)
    return versions


def put_draft(transaction: Transaction, item_id: int, labeler: str, answer: Answer) -> int:
    """Insert or replace one draft; return its version."""
    insert = transaction.upsert(draft).values(
        item_id=item_id, labeler=labeler, answer=pack(answer), version=1, at=transaction.now
    )
    version = transaction.conn.scalar(
        insert.on_conflict_do_update(
            index_elements=["item_id", "labeler"],
            set_={"answer": insert.excluded.answer, "version": draft.c.version + 1, "at": insert.excluded.at},
        ).returning(draft.c.version)
    )
    return int(version or 0)


def clear_draft(transaction: Transaction, session_id: int, item_id: int) -> None:
    """Forget what the session's labeler has begun on an item."""
    held = get_session(transaction, session_id)
    if drop_drafts(transaction, held.labeler, [item_id]):
        bump(transaction, held.project_id, session_id)


def drop_drafts(transaction: Transaction, labeler: str, items: Iterable[int]) -> int:
    """Delete a labeler's drafts on the items; return how many there were."""
    where = (draft.c.labeler == labeler, draft.c.item_id.in_(list(items)))
    return int(transaction.conn.execute(sa.delete(draft).where(*where)).rowcount)


def drafts(transaction: Transaction, session_id: int, items: Iterable[int]) -> dict[int, Answer]:
    """Return the labeler's drafts on the items that have one."""
    return labelers_drafts(transaction, get_session(transaction, session_id).labeler, items)


def labelers_drafts(transaction: Transaction, labeler: str, items: Iterable[int]) -> dict[int, Answer]:
    """Return one labeler's drafts on the items that have one."""
    where = (draft.c.labeler == labeler, draft.c.item_id.in_(list(items)))
    rows = transaction.conn.execute(sa.select(draft.c.item_id, draft.c.answer).where(*where))
    return {row.item_id: unpack(row.answer) for row in rows}
