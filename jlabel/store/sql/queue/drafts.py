"""Drafts: what a labeler has not submitted yet, stored with every change, kept whatever becomes of the lease.

A draft is an answer and the changes made to it since it was last written whole, in the order of their versions: a
gesture on an image with a thousand shapes writes one of them. After ``WHOLE_AFTER`` changes it is written whole again.
"""

import json
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from jlabel.errors import AnswerError, NotFound
from jlabel.model.answer import Answer
from jlabel.model.answer_diff import apply_difference, difference_from_dict, difference_to_dict
from jlabel.model.draft import DraftChange
from jlabel.store.sql.counters import bump
from jlabel.store.sql.engine import Transaction
from jlabel.store.sql.queue.labeling_sessions import get_session
from jlabel.store.sql.schema import draft, draft_change
from jlabel.store.sql.serialization import pack, unpack

WHOLE_AFTER = 250
"""Changes. Some are read in a few milliseconds; a thousand shapes of twenty points take 80 ms to write whole."""
_FEW = 50
"""Annotations; an answer of no more is as quickly written whole."""


def save_drafts(
    transaction: Transaction,
    session_id: int,
    answers: Mapping[int, Answer],
    changes: Mapping[int, DraftChange] | None = None,
) -> dict[int, int]:
    """Store what the session's labeler has so far on items; return the drafts' versions by item, 1 at first.

    ``UNANSWERED`` is a draft too: the labeler cleared a pre-label or an earlier label.

    Args:
        transaction: a writing one.
        session_id: whose labeler.
        answers: by item.
        changes: by item, what changed since a version. Where that version is still the stored one, only the change is
            written.

    Raises:
        NotFound: no such session or item; nothing was stored.
    """
    session = get_session(transaction, session_id)
    versions: dict[int, int] = {}
    for number in sorted(answers):
        answer, change = answers[number], (changes or {}).get(number)
        version = None
        if change is not None and _is_small(change, answer):
            version = _put_change(transaction, number, session.labeler, change)
        try:
            versions[number] = version or put_draft(transaction, number, session.labeler, answer)
        except IntegrityError as error:
            raise NotFound(f"No item has the id {number}.") from error
    if versions:
        bump(transaction, session.project_id, session_id)
    return versions


def put_draft(transaction: Transaction, item_id: int, labeler: str, answer: Answer) -> int:
    """Insert or replace one draft, whole; return its version."""
    insert = transaction.upsert(draft).values(
        item_id=item_id, labeler=labeler, answer=pack(answer), version=1, at=transaction.now
    )
    where = (draft_change.c.item_id == item_id, draft_change.c.labeler == labeler)
    changes = sa.select(sa.func.count()).select_from(draft_change).where(*where).scalar_subquery()
    version = transaction.conn.scalar(
        insert.on_conflict_do_update(
            index_elements=["item_id", "labeler"],
            set_={
                "answer": insert.excluded.answer,
                "version": draft.c.version + changes + 1,
                "at": insert.excluded.at,
            },
        ).returning(draft.c.version)
    )
    if version != 1:
        transaction.conn.execute(sa.delete(draft_change).where(*where))
    return int(version or 0)


def clear_draft(transaction: Transaction, session_id: int, item_id: int) -> None:
    """Delete the draft of the session's labeler on an item."""
    session = get_session(transaction, session_id)
    if drop_drafts(transaction, session.labeler, [item_id]):
        bump(transaction, session.project_id, session_id)


def drop_drafts(transaction: Transaction, labeler: str, items: Iterable[int]) -> int:
    """Delete a labeler's drafts on the items; return how many there were."""
    where = (draft.c.labeler == labeler, draft.c.item_id.in_(list(items)))
    return int(transaction.conn.execute(sa.delete(draft).where(*where)).rowcount)


def drafts(transaction: Transaction, session_id: int, items: Iterable[int]) -> dict[int, Answer]:
    """Return the labeler's drafts on the items that have one."""
    return labelers_drafts(transaction, get_session(transaction, session_id).labeler, items)


def labelers_drafts(transaction: Transaction, labeler: str, items: Iterable[int]) -> dict[int, Answer]:
    """Return one labeler's drafts on the items that have one.

    Raises:
        AnswerError: a draft was written by a later jlabel, or is damaged; the message names the item.
    """
    numbers = list(items)
    # In one statement, so that a draft written whole meanwhile is not read without the changes that went into it.
    parts = (
        sa.select(table.c.item_id, table.c.version, column.label("text"), sa.literal(kind).label("kind")).where(
            table.c.labeler == labeler, table.c.item_id.in_(numbers)
        )
        for table, column, kind in ((draft, draft.c.answer, 0), (draft_change, draft_change.c.change, 1))
    )
    found: dict[int, Answer] = {}
    for row in transaction.conn.execute(sa.union_all(*parts).order_by("item_id", "kind", "version")):
        try:
            if row.kind == 0:
                found[row.item_id] = unpack(row.text)
            else:
                change = difference_from_dict(json.loads(row.text))
                found[row.item_id] = apply_difference(found[row.item_id], change)
        except AnswerError as error:
            raise AnswerError(f"What {labeler} had begun on image {row.item_id} stays as it is: {error}") from error
    return found


def _is_small(change: DraftChange, answer: Answer) -> bool:
    """Whether writing a change costs less than writing the answer whole."""
    count = len(answer.annotations)
    return count > _FEW and 2 * len(change.difference.put) <= count


def _put_change(transaction: Transaction, item_id: int, labeler: str, made: DraftChange) -> int | None:
    """Add a change to a draft and return its version; ``None`` where the draft must be written whole."""
    where = (draft.c.item_id == item_id, draft.c.labeler == labeler)
    whole = transaction.conn.scalar(sa.select(draft.c.version).where(*where).with_for_update())
    if whole is None or not whole <= made.since < whole + WHOLE_AFTER:
        return None
    newest = sa.select(sa.func.max(draft_change.c.version)).where(
        draft_change.c.item_id == item_id, draft_change.c.labeler == labeler
    )
    if (transaction.conn.scalar(newest) or whole) != made.since:
        return None  # another of the labeler's notebooks wrote it since
    change = json.dumps(difference_to_dict(made.difference), separators=(",", ":"))
    version = made.since + 1
    transaction.conn.execute(
        sa.insert(draft_change).values(
            item_id=item_id, labeler=labeler, version=version, change=change, at=transaction.now
        )
    )
    return version
