"""Records made for tests."""

from datetime import UTC, datetime
from typing import Any

from jlabel.model.answer import Annotation, Answer
from jlabel.model.item import ItemState
from jlabel.model.label_class import make_classes
from jlabel.model.record import Origin, Record
from jlabel.model.shapes.shape import Shape

CLASSES = make_classes({"Animal": {"Cat": None, "Dog": None}, "=cmd": None})
AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def record(
    item: int,
    *class_ids: int,
    name: str = "",
    root: str = "/photos",
    shapes: tuple[Shape, ...] = (),
    empty: bool = False,
    **fields: Any,
) -> Record:
    """A labeled item of 640 x 480 pixels; without classes and ``empty`` a waiting one."""
    name = name or f"{item}.jpg"
    annotations = tuple(
        Annotation(class_id=c, shape=shapes[n] if shapes else None, uid=f"u{n}" if shapes else "")
        for n, c in enumerate(class_ids)
    )
    labeled = bool(annotations) or empty
    values: dict[str, Any] = {
        "item": item,
        "name": name,
        "uri": f"{root}/{name}",
        "stamp": "1",
        "state": ItemState.LABELED if labeled else ItemState.WAITING,
        "width": 640,
        "height": 480,
        "answer": Answer(annotations=annotations, empty=empty),
    }
    if labeled:
        values |= {"labeler": "ada", "at": AT, "seconds": 1.5, "origin": Origin.HUMAN, "label": item}
    return Record(**values | fields)
