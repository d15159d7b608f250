"""COCO (cocodataset.org/#format-data): one JSON document of images, annotations and categories."""

import json
from collections.abc import Iterator

from jlabel.errors import FormatError
from jlabel.formats.coco_reader import from_coco
from jlabel.formats.coco_writer import to_coco
from jlabel.formats.format import Files, Format, LabelSet, Options, ReadLabels, Sizes
from jlabel.model.task import TaskType


def _write(labels: LabelSet, _options: Options) -> Iterator[tuple[str, str]]:
    document = to_coco(labels.records, labels.classes, task=labels.task, notes=labels.notes)
    yield "", json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _read(files: Files, task: TaskType | None, sizes: Sizes, _options: Options) -> ReadLabels:
    try:
        document = json.loads(files[""])
    except (ValueError, RecursionError) as error:
        raise FormatError(f"This is no COCO document: it is not JSON ({error}). Check the file.") from error
    return from_coco(document, task=task, sizes=sizes)


COCO = Format(
    name="coco",
    summary="one JSON document, shapes in absolute pixels",
    tasks=frozenset(TaskType),
    write=_write,
    read=_read,
    cannot_hold=(
        "Images without a label: waiting, skipped (with the reason), unreadable and removed ones are left out.",
        "Who labeled an image, when, in how many seconds and where the label came from.",
        "Holes of a polygon, except as a mask; its outline is beside the mask, for jlabel alone.",
        "Colours and keys of label classes, and which of them are retired.",
    ),
    needs_sizes=True,
)
