"""Writes a project's labels to a file: reads the store, measures what nothing has decoded yet, hands on to formats/."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from jlabel.errors import ImageError
from jlabel.formats.coco import to_coco
from jlabel.formats.output import write
from jlabel.formats.table import to_csv
from jlabel.media.decoders.raster import size_of
from jlabel.model.item import ItemState
from jlabel.model.label_class import LabelClass
from jlabel.model.record import Record
from jlabel.model.task import TaskType
from jlabel.store import Store


def export(
    store: Store,
    project_id: int,
    path: Path,
    *,
    task: TaskType,
    classes: Sequence[LabelClass],
    form: str,
    separator: str = ",",
) -> Path:
    """Write the labels to ``path`` as ``"coco"`` or ``"csv"`` (with provenance) and return its absolute path.

    Raises:
        ExportError: the file could not be written; nothing was left behind.
        FormatError: in COCO, the size of a labeled image is not known because its file is gone; in CSV, shapes, or a
            multi-label class that holds the ``separator``.
    """
    if form == "coco":
        document = to_coco(_measured(store, project_id), classes, task=task)
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    else:
        text = to_csv(store.records(project_id), classes, task=task, details=True, separator=separator)
    target = path.expanduser().absolute()
    write(target, text)
    return target


def _measured(store: Store, project_id: int) -> Iterator[Record]:
    """Yield labeled records with their pixel sizes; sizes read from file headers now are kept in the store."""
    found: dict[int, tuple[int, int]] = {}
    for record in store.records(project_id, states=[ItemState.LABELED]):
        if record.width and record.height:
            yield record
            continue
        try:
            width, height = size_of(record.uri)
        except ImageError:  # the file went after it was labeled: formats/coco.py counts and names what has no size
            yield record
            continue
        found[record.item] = (width, height)
        yield replace(record, width=width, height=height)
    if found:
        store.set_sizes(found)
