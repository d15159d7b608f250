"""Labels that are probably wrong, by the last validation."""

from dataclasses import dataclass

from jlabel.model.run import RunKind, RunState
from jlabel.model.run_metrics import ValidationMetrics
from jlabel.store import Store, read_records


@dataclass(frozen=True, kw_only=True)
class SuspectLabel:
    """A human label that held-out predictions contradict.

    Attributes:
        item: the item's id.
        name: path of its file below the source.
        given: the class that was given; in multi-label, of which there is doubt.
        proposed: the class that predictions favour; ``""`` where the given one should likely be taken off.
        score: 0, surely wrong, to 1, surely right.
    """

    item: int
    name: str
    given: str
    proposed: str
    score: float


def find_suspects(store: Store, project_id: int) -> list[SuspectLabel]:
    """Return labels that held-out predictions contradict; see ``Assist.suspects``."""
    runs = store.runs(project_id, kind=RunKind.VALIDATION, state=RunState.DONE, limit=1)
    found = ValidationMetrics.from_json(runs[0].metrics).suspects if runs else ()
    names = {0: ""} | {one.id: one.path for one in store.classes(project_id, retired=True)}
    wanted = [one.item for one in found]
    records = {record.item: record for record in read_records(store, project_id, items=wanted)}
    return [
        SuspectLabel(
            item=one.item,
            name=records[one.item].name,
            given=names[one.given],
            proposed=names[one.proposed],
            score=one.score,
        )
        for one in found
        # A label that was changed since is settled.
        if one.item in records and (one.given in records[one.item].answer.class_ids or one.proposed != one.given)
    ]
