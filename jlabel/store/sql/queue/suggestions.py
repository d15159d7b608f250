"""What is served with an item on a page: a suggestion, shown or withheld, and whether chance chose the item."""

import json
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypedDict

import sqlalchemy as sa

from jlabel.model.answer import answer_from_dict
from jlabel.model.item import left_to_chance
from jlabel.model.page import Queue
from jlabel.model.run import AnnotationScore, Prediction, Suggestion
from jlabel.store.sql.engine import Row, Transaction
from jlabel.store.sql.schema import assist, item, page, page_item, prediction
from jlabel.store.sql.serialization import pack

SERVED = (page_item.c.run_id, page_item.c.blind, page_item.c.suggested, page_item.c.random)
"""The columns of ``Served``."""
UNPROVEN_GROUPS = 1_000_000_000
"""Added to the group of pre-labeled items whose suggestion carries no promise: their pages come after all others."""
_UNPROVEN_END = ',"proven":false}'

_SERVE = (
    sa.select(item.c.id, item.c.queue, item.c.group_no, item.c.priority, item.c.rank)
    .add_columns(prediction.c.run_id, prediction.c.suggested)
    .add_columns(assist.c.blind_share, assist.c.random_share)
    .select_from(item)
    .outerjoin(assist, assist.c.project_id == sa.bindparam("project"))
    .outerjoin(
        prediction,
        sa.and_(prediction.c.run_id == assist.c.run_id, prediction.c.item_id == item.c.id, prediction.c.above),
    )
    .where(item.c.id.in_(sa.bindparam("items", expanding=True)))
)


class Served(TypedDict):
    """How an item was served on a page.

    Attributes:
        run_id: the run whose suggestion goes with it.
        blind: the suggestion is withheld.
        suggested: the suggestion, JSON.
        random: chance alone chose the item, so that its label may stand in a random sample.
    """

    run_id: int | None
    blind: bool
    suggested: str | None
    random: bool


def is_unproven(suggested: str) -> bool:
    """Whether a stored suggestion carries no promise; ``unproven`` asks the same in SQL."""
    return suggested.endswith(_UNPROVEN_END)


def unproven(suggested: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether the stored suggestion in a column carries no promise."""
    return suggested.like(f"%{_UNPROVEN_END}")


def served_by(row: Row) -> Served:
    """Return the columns ``SERVED`` of a row."""
    return Served(run_id=row.run_id, blind=bool(row.blind), suggested=row.suggested, random=bool(row.random))


def serve(transaction: Transaction, project_id: int, items: Sequence[int]) -> dict[int, Served]:
    """Return how items that go onto a page are served."""
    served: dict[int, Served] = {}
    for row in transaction.conn.execute(_SERVE, {"project": project_id, "items": list(items)}):
        # A label from the random share must not be swayed: what is left to chance is served bare. Items that came after
        # the last publication have no priority either; of them, too, only the share is a uniform sample of all.
        free = row.queue == Queue.MANUAL and row.priority is None
        random = free and (row.random_share is None or left_to_chance(row.rank, row.random_share))
        shown = row.run_id is not None and not random and _belongs(row)
        served[row.id] = Served(
            run_id=row.run_id if shown else None,
            blind=shown and not is_unproven(row.suggested) and is_blind(row.id, row.run_id, row.blind_share),
            suggested=row.suggested if shown else None,
            random=random,
        )
    return served


def _belongs(row: Row) -> bool:
    """Whether a suggestion fits the page that its item waits for: none holds proven and unproven ones.

    An item keeps its queue while it is on a page, so that it may come back to one of an earlier publication.
    """
    of_unproven = row.queue == Queue.PRELABELED and (row.group_no or 0) >= UNPROVEN_GROUPS
    return of_unproven == is_unproven(row.suggested)


def is_blind(item_id: int, run_id: int, share: float) -> bool:
    """Whether a run's suggestion for an item is withheld: a share of all pairs, the same ones each time."""
    return zlib.crc32(f"{item_id}:{run_id}".encode()) < share * 2**32


def as_suggestion(row: Row) -> Suggestion | None:
    """Return what a labeler may see, from a row with ``run_id``, ``blind`` and ``suggested``."""
    if row.run_id is None:
        return None
    if row.blind:
        return Suggestion(run=row.run_id, blind=True)
    return Suggestion(run=row.run_id, **_read(row.suggested))


def session_suggestions(transaction: Transaction, session_id: int) -> dict[int, Suggestion]:
    """Return what is suggested for the items on the pages of a session, as published by now."""
    rows = transaction.conn.execute(
        sa.select(page_item.c.item_id, page_item.c.run_id, page_item.c.blind, page_item.c.suggested)
        .join_from(page_item, page)
        .join(item, item.c.id == page_item.c.item_id)
        .where(page.c.session_id == session_id, sa.text("page.state IN ('open', 'lapsed')"))
        .where(page_item.c.run_id.is_not(None), sa.or_(item.c.page_id == page.c.id, item.c.page_id.is_(None)))
    )
    found = {row.item_id: as_suggestion(row) for row in rows}
    return {number: made for number, made in found.items() if made is not None}


def proposed(row: Row) -> Suggestion:
    """Return what was proposed, shown or withheld, from a row with ``run_id`` and ``suggested``."""
    return Suggestion(run=row.run_id, **_read(row.suggested))


def pack_prediction(made: Prediction) -> str:
    """Return what is stored of a prediction as compact ASCII JSON."""
    confidences = ",".join(repr(one.confidence) for one in made.scores)
    text = f'{{"answer":{_pack(made.answer)},"confidence":{made.confidence!r},"confidences":[{confidences}]'
    if made.above and not all(one.above for one in made.scores):
        text += f',"above":[{",".join("true" if one.above else "false" for one in made.scores)}]'
    if made.alternative:
        text += f',"next":{made.alternative}'
    return text + ("}" if made.proven else _UNPROVEN_END)


def unpack_prediction(item: int, suggested: str, *, above: bool) -> Prediction:
    """Return what ``pack_prediction`` packed."""
    return Prediction(item=item, above=above, **_read(suggested))


def carried(rows: Iterable[Row]) -> dict[int, Served]:
    """Return how items were served before, by item, from rows with ``id`` and the columns ``SERVED``."""
    return {row.id: served_by(row) for row in rows}


_pack = lru_cache(maxsize=4096)(pack)  # in classification, half a million items have few different answers


def _read(suggested: str) -> dict[str, Any]:
    data = json.loads(suggested)
    return {
        "answer": answer_from_dict(data["answer"]),
        "confidence": float(data["confidence"]),
        "scores": _scores(data["confidences"], data.get("above")),
        "alternative": int(data.get("next", 0)),
        "proven": bool(data.get("proven", True)),
    }


def _scores(confidences: Sequence[float], above: Sequence[bool] | None) -> tuple[AnnotationScore, ...]:
    """Return a score for each annotation; all that are served are above, unless it is stored which are."""
    marks = above or (True,) * len(confidences)
    return tuple(AnnotationScore(confidence=float(c), above=mark) for c, mark in zip(confidences, marks, strict=True))
