"""Labels as a learner reads them, and what became of suggestions."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from jlabel.model.answer import Answer
from jlabel.model.assist_outcomes import AssistOutcomes, OutcomeCount, PageTime, ShapeCount
from jlabel.model.item import ItemState
from jlabel.model.page import Queue
from jlabel.model.run import Outcome, Suggestion, find_outcome
from jlabel.model.shape_outcomes import ShapeOutcome, find_shape_outcomes
from jlabel.model.training_label import TrainingLabel
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.queue.suggestions import is_unproven, proposed, unproven
from jlabel.store.sql.schema import item, label, page, page_item, submission
from jlabel.store.sql.serialization import unpack
from jlabel.store.sql.times import as_time

_BATCH = 1000


def training_labels(
    transaction: Transaction,
    project_id: int,
    *,
    skipped: bool = False,
    items: Collection[int] | None = None,
    after: int = 0,
    limit: int = 1000,
) -> list[TrainingLabel]:
    """Return one page of the labels of labeled items, on demand of skipped ones too, in the order of item ids."""
    states = (ItemState.LABELED, ItemState.SKIPPED) if skipped else (ItemState.LABELED,)
    query = (
        sa.select(label.c.item_id, label.c.answer, label.c.labeler, label.c.at)
        .add_columns(page_item.c.run_id, page_item.c.blind, page_item.c.random)
        .select_from(item)
        .join(label, label.c.id == item.c.label_id)
        .outerjoin(submission, submission.c.id == label.c.submission_id)
        .outerjoin(page, page.c.submission_id == sa.func.coalesce(submission.c.amends, submission.c.id))
        .outerjoin(page_item, sa.and_(page_item.c.page_id == page.c.id, page_item.c.item_id == item.c.id))
        .where(item.c.project_id == project_id, item.c.state.in_(states), item.c.id > after)
        .order_by(item.c.id)
        .limit(limit)
    )
    if items is not None:
        query = query.where(item.c.id.in_(items))
    return [_training_label(row) for row in transaction.conn.execute(query)]


def assist_outcomes(transaction: Transaction, project_id: int) -> AssistOutcomes:
    """Count what labelers made of what was suggested, and their time."""
    first = sa.and_(label.c.submission_id == submission.c.id, label.c.item_id == page_item.c.item_id)
    whole = (
        sa.select(page_item.c.run_id, page_item.c.blind, page_item.c.suggested, label.c.answer)
        .select_from(submission)
        .join(page, page.c.submission_id == submission.c.id)
        .join(page_item, page_item.c.page_id == page.c.id)
        .join(label, first)
        .where(submission.c.project_id == project_id, submission.c.undone_at.is_(None), label.c.origin != "undo")
    )
    query = whole.where(page_item.c.run_id.is_not(None)).execution_options(yield_per=_BATCH)
    numbers: Counter[tuple[int, int, Outcome, bool]] = Counter()
    shapes = _ShapeCounter()
    with transaction.conn.execute(query) as result:
        for row in result:
            given, made = unpack(row.answer), proposed(row)
            outcome = find_outcome(given, made.answer, blind=bool(row.blind), shown=made.shown)
            numbers[row.run_id, next(iter(made.class_ids), 0), outcome, not is_unproven(row.suggested)] += 1
            if not row.blind and any(one.shape for one in (*made.answer.annotations, *given.annotations)):
                shapes.add(given, made)
    times = _times(transaction, whole)
    items, seconds = Counter[Queue](), defaultdict[Queue, float](float)
    for time in times:
        items[time.queue] += time.items
        seconds[time.queue] += time.seconds * time.items
    return AssistOutcomes(
        numbers=tuple(
            OutcomeCount(run=run, class_id=class_id, outcome=outcome, number=number, proven=proven)
            for (run, class_id, outcome, proven), number in sorted(numbers.items())
        ),
        items=dict(items),
        seconds={queue: spent / items[queue] for queue, spent in seconds.items()},
        times=times,
        shapes=shapes.counts(),
    )


class _ShapeCounter:
    """Counts what became of proposed shapes, by run and class."""

    def __init__(self) -> None:
        self._numbers: Counter[tuple[int, int, ShapeOutcome]] = Counter()
        self._ious = defaultdict[tuple[int, int], list[float]](list)

    def add(self, given: Answer, made: Suggestion) -> None:
        """Count one image."""
        for one in find_shape_outcomes(given, made):
            class_id = one.proposed_class or one.class_id or 0
            self._numbers[made.run, class_id, one.outcome] += 1
            if one.outcome is ShapeOutcome.MOVED and one.iou is not None:
                self._ious[made.run, class_id].append(one.iou)

    def counts(self) -> tuple[ShapeCount, ...]:
        """Return the numbers, by run and class."""
        keys = sorted({(run, class_id) for run, class_id, _ in self._numbers})
        return tuple(
            ShapeCount(
                run=run,
                class_id=class_id,
                accepted=self._numbers[run, class_id, ShapeOutcome.ACCEPTED],
                moved=self._numbers[run, class_id, ShapeOutcome.MOVED],
                reclassed=self._numbers[run, class_id, ShapeOutcome.RECLASSED],
                rejected=self._numbers[run, class_id, ShapeOutcome.REJECTED],
                added=self._numbers[run, class_id, ShapeOutcome.ADDED],
                ious=tuple(sorted(self._ious[run, class_id])),
            )
            for run, class_id in keys
        )


def _times(transaction: Transaction, submitted: sa.Select[Any]) -> tuple[PageTime, ...]:
    """Return the labelers' time by kind and size of page, of what ``submitted`` selects."""
    pages = (
        submitted.with_only_columns(
            page.c.queue,
            sa.func.count().label("size"),
            sa.func.min(sa.case((unproven(page_item.c.suggested), 0), else_=1)).label("proven"),
            sa.func.sum(label.c.seconds).label("seconds"),
        )
        .group_by(page.c.id, page.c.queue)
        .subquery()
    )
    rows = transaction.conn.execute(
        sa.select(pages.c.queue, pages.c.size, pages.c.proven)
        .add_columns(sa.func.sum(pages.c.size).label("items"), sa.func.sum(pages.c.seconds).label("seconds"))
        .group_by(pages.c.queue, pages.c.size, pages.c.proven)
        .order_by(pages.c.queue, pages.c.size, pages.c.proven.desc())
    )
    return tuple(
        PageTime(
            queue=Queue(row.queue),
            size=int(row.size),
            proven=bool(row.proven),
            items=int(row.items),
            seconds=float(row.seconds) / int(row.items),
        )
        for row in rows
    )


def _training_label(row: Row) -> TrainingLabel:
    return TrainingLabel(
        item=row.item_id,
        answer=unpack(row.answer),
        labeler=row.labeler,
        at=as_time(row.at),
        random=bool(row.random) and row.run_id is None,
        run=row.run_id,
        blind=bool(row.blind),
    )
