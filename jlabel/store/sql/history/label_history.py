"""Labels: an append-only history; an item's current label is the one that its row points at, the newest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from jlabel.model.answer import Answer, check_answer
from jlabel.model.item import ItemEvent, ItemState, after
from jlabel.model.page import Queue
from jlabel.model.record import Origin
from jlabel.model.task import TaskType
from jlabel.store.sql.catalog.items import bucket
from jlabel.store.sql.counters import Change
from jlabel.store.sql.engine import Transaction
from jlabel.store.sql.schema import item, label, label_class
from jlabel.store.sql.serialization import pack

_NEW = sa.insert(label).returning(label.c.item_id, label.c.id)
_POINT = (
    sa.update(item)
    .where(item.c.id == sa.bindparam("i"))
    .values(state=sa.bindparam("s"), reason=sa.bindparam("r"), label_id=sa.bindparam("l"), page_id=None)
)
_KNOWN = sa.select(label_class.c.number).where(
    label_class.c.project_id == sa.bindparam("project"),
    label_class.c.number.in_(sa.bindparam("numbers", expanding=True)),
)


@dataclass(frozen=True, kw_only=True)
class NewLabel:
    """One row to append to the history.

    Attributes:
        item: the item's id.
        state: where the item stands before.
        leased: whether it is on a page before.
        missing: whether its file is gone.
        queue: the queue that it is, or was, in.
        answer: the new answer; not given means that the item returns to the queue.
        labeler: who gave it.
        seconds: share of the time spent.
        origin: how the label came to be.
        submission: the submission that it belongs to.
        before: id of the label that stood before.
        run: the assist run whose pre-label was shown.
    """

    item: int
    state: str
    leased: bool = False
    missing: bool = False
    queue: str = Queue.MANUAL
    answer: Answer
    labeler: str
    seconds: float
    origin: Origin
    submission: int | None
    before: int | None = None
    run: int | None = None


def append(transaction: Transaction, labels: Sequence[NewLabel], change: Change) -> None:
    """Append labels, point their items at them, and count the items where they stand then."""
    rows = [
        {
            "item_id": new.item,
            "answer": pack(new.answer),
            "labeler": new.labeler,
            "at": transaction.now,
            "seconds": new.seconds,
            "origin": new.origin,
            "run_id": new.run,
            "submission_id": new.submission,
            "before_id": new.before,
        }
        for new in labels
    ]
    if not rows:
        return
    returned = transaction.conn.execute(_NEW, rows)
    ids = {row.item_id: row.id for row in returned}
    steps = []
    for new in labels:
        given = new.answer.given
        state = after(ItemState(new.state), _event(new.answer))
        reason = new.answer.skipped or ""
        steps.append({"i": new.item, "s": state, "r": reason, "l": ids[new.item] if given else None})
        source = bucket(new.state, leased=new.leased, missing=new.missing)
        change.move(1, source, bucket(state, leased=False, missing=new.missing), new.queue)
    transaction.conn.execute(_POINT, steps)


def check_answers(transaction: Transaction, project_id: int, task: TaskType, answers: Mapping[int, Answer]) -> None:
    """Raise if an answer is not one that the project's task type and classes allow.

    Raises:
        AnswerError: the first that is not.
    """
    used = {number for answer in answers.values() for number in answer.class_ids}
    values = {"project": project_id, "numbers": sorted(used)}
    numbers = frozenset(transaction.conn.scalars(_KNOWN, values)) if used else frozenset()
    for answer in answers.values():
        check_answer(answer, task, numbers)


def _event(answer: Answer) -> ItemEvent:
    if answer.skipped is not None:
        return ItemEvent.SKIP
    return ItemEvent.LABEL if answer.given else ItemEvent.RETURN
