"""Labels that are probably wrong, by the last validation."""

from dataclasses import dataclass

from jlabel.model.answer import Answer
from jlabel.model.run import RunKind, RunState
from jlabel.model.run_metrics import Suspicion, SuspicionKind, ValidationMetrics
from jlabel.model.shapes.box import Box
from jlabel.store import Store, read_records

_SAME = 0.5
"""IoU from which a shape is of the same object."""
_UNCHANGED = 0.98
"""IoU from which a shape is as it was; bounds are stored to a tenth of a pixel."""


@dataclass(frozen=True, kw_only=True)
class SuspectLabel:
    """A human label that held-out predictions contradict.

    Attributes:
        item: the item's id.
        name: path of its file below the source.
        given: the class that was given; in multi-label, of which there is doubt; ``""`` where an object was missed.
        proposed: the class that predictions favour; ``""`` where the given one should likely be taken off.
        score: 0, surely wrong, to 1, surely right.
        kind: ``"class"``: of another class; of shapes also ``"missed"``: an object has none, ``"spurious"``: it has no
            object, ``"placed"``: it lies beside its object or has another size.
        bounds: x0, y0, x1, y1 of the shape, in pixels; ``None`` in classification.
    """

    item: int
    name: str
    given: str
    proposed: str
    score: float
    kind: str = "class"
    bounds: tuple[float, float, float, float] | None = None


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
            kind=str(one.kind),
            bounds=one.bounds,
        )
        for one in found
        if one.item in records and _stands(one, records[one.item].answer)
    ]


def _stands(one: Suspicion, answer: Answer) -> bool:
    """Whether a label is as it was when it was suspected: one that was changed since is settled."""
    if one.bounds is None:
        return one.given in answer.class_ids or one.proposed != one.given
    wanted = Box(*one.bounds)
    shapes = [(a.class_id, a.shape) for a in answer.annotations if a.shape is not None]
    if one.kind is SuspicionKind.MISSED:
        return not any(Box(*shape.bounds()).iou(wanted) >= _SAME for _, shape in shapes)
    return any(kind == one.given and Box(*shape.bounds()).iou(wanted) > _UNCHANGED for kind, shape in shapes)
