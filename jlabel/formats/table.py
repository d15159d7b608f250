"""Labels as a table: a pandas data frame, and CSV as Azure Machine Learning wrote it."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from jlabel.errors import FormatError
from jlabel.model.answer import Answer
from jlabel.model.item import ItemState
from jlabel.model.label_class import LabelClass
from jlabel.model.record import Record
from jlabel.model.shapes.shape import shape_to_dict
from jlabel.model.task import TaskType

if TYPE_CHECKING:
    import pandas as pd

_DETAILS = ("labeler", "seconds", "labeled_at")


def to_frame(records: Iterable[Record], classes: Sequence[LabelClass], *, task: TaskType) -> "pd.DataFrame":
    """Return one row an item, in the order of their ids, whatever their state.

    Columns:
        item (int64), path (local path or URL), name (below its source), state, label, annotations, reason, labeler,
        labeled_at (datetime64, UTC), seconds (float64), origin, run (Int64), width, height (int64; 0 while unknown),
        missing (bool).

        ``label`` is the class's path in a multi-class project; in the others a list of paths, one for each annotation,
        empty for "No objects"; ``None`` without a label. ``annotations`` is a list of plain dicts, ``{"label": path,
        "box": [x0, y0, x1, y1]}`` or ``{"label": path, "rings": [[[x, y], …]], "holes": […]}`` in pixels; ``None``
        where there are no shapes to have.

    Raises:
        FormatError: a label whose class is not in ``classes``.
    """
    import pandas as pd  # noqa: PLC0415 -- jlabel is imported without it

    ordered = sorted(records, key=lambda record: record.item)
    paths = {label.id: label.path for label in classes}
    return pd.DataFrame(
        {
            "item": pd.Series([r.item for r in ordered], dtype="int64"),
            "path": pd.Series([r.uri for r in ordered], dtype="object"),
            "name": pd.Series([r.name for r in ordered], dtype="object"),
            "state": pd.Series([str(r.state) for r in ordered], dtype="object"),
            "label": pd.Series([_label(r, paths, task) for r in ordered], dtype="object"),
            "annotations": pd.Series([_annotations(r, paths, task) for r in ordered], dtype="object"),
            "reason": pd.Series([r.reason or r.answer.skipped or "" for r in ordered], dtype="object"),
            "labeler": pd.Series([r.labeler for r in ordered], dtype="object"),
            "labeled_at": pd.to_datetime(pd.Series([r.at for r in ordered], dtype="object"), utc=True).astype(
                "datetime64[us, UTC]"
            ),
            "seconds": pd.Series([r.seconds for r in ordered], dtype="float64"),
            "origin": pd.Series([None if r.origin is None else str(r.origin) for r in ordered], dtype="object"),
            "run": pd.Series([r.run for r in ordered], dtype="Int64"),
            "width": pd.Series([r.width for r in ordered], dtype="int64"),
            "height": pd.Series([r.height for r in ordered], dtype="int64"),
            "missing": pd.Series([r.missing for r in ordered], dtype="bool"),
        }
    )


def to_csv(
    records: Iterable[Record],
    classes: Sequence[LabelClass],
    *,
    task: TaskType,
    details: bool = False,
    separator: str = ",",
) -> str:
    r"""Return the labeled items of a classification project as CSV, one row an item: ``Url,Label``, as Azure wrote it.

    ``Url`` is the local path or URL. The classes of a multi-label image stand in one cell, joined by ``separator``; "No
    objects" is an empty cell. Text is quoted where it must be and otherwise left as it is: a name that begins with
    ``=``, ``+``, ``-`` or ``@`` is kept, or it could not be read back, so open a file of strangers' names in a
    spreadsheet as text. Lines end with ``\n``.

    Args:
        records: of one project.
        classes: all of the project's.
        task: the project's.
        details: add the columns labeler, seconds and labeled_at (ISO 8601, UTC).
        separator: between the classes of a multi-label image.

    Raises:
        FormatError: a project of boxes or polygons, a multi-label class that holds the separator, or a label whose
            class is not in ``classes``.
    """
    _check_task(task)
    paths = {label.id: label.path for label in classes}
    holding = next((path for path in paths.values() if separator in path), None)
    if task is TaskType.MULTI_LABEL and holding is not None:
        raise FormatError(
            f"The label class {holding!r} holds {separator!r}, which separates classes in the CSV. Pass separator=';' "
            "or rename the class."
        )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["Url", "Label", *(_DETAILS if details else ())])
    for record in sorted(records, key=lambda record: record.item):
        if record.state is not ItemState.LABELED:
            continue
        row: list[object] = [record.uri, separator.join(_paths(record, paths))]
        if details:
            row += [record.labeler, record.seconds, "" if record.at is None else record.at.isoformat()]
        writer.writerow(row)
    return out.getvalue()


def from_csv(text: str, *, task: TaskType, separator: str = ",") -> list[tuple[str, tuple[str, ...]]]:
    """Read ``Url,Label``; other columns are left alone.

    Args:
        text: the whole file; a byte order mark is allowed.
        task: multi-class takes the cell as one class; multi-label splits it.
        separator: between the classes of a multi-label image.

    Returns:
        Path or URL, and class paths: none for "No objects".

    Raises:
        FormatError: a project of boxes or polygons, no such columns, a row that is short or has no ``Url``, or one
            without a label in multi-class.
    """
    _check_task(task)
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    names = rows.fieldnames or ()
    if not {"Url", "Label"} <= set(names):
        raise FormatError(f"A CSV of labels has the columns Url and Label; this one has {list(names)}. Rename them.")
    found = []
    for row in rows:
        url, cell = row["Url"], row["Label"]
        if not url or cell is None:
            raise FormatError(f"Line {rows.line_num} of the CSV has no Url or no Label. Complete or remove it.")
        if task is TaskType.MULTI_CLASS and not cell:
            raise FormatError(f"Line {rows.line_num} of the CSV has no label; a multi-class image needs one.")
        labels = (cell,) if task is TaskType.MULTI_CLASS else tuple(part for part in cell.split(separator) if part)
        found.append((url, labels))
    return found


def _check_task(task: TaskType) -> None:
    if task.has_shapes:
        raise FormatError(f"CSV holds no shapes, and this is a {task} project. Export 'coco' instead.")


def _paths(record: Record, paths: dict[int, str]) -> list[str]:
    try:
        return [paths[number] for number in record.answer.class_ids]
    except KeyError as error:
        raise FormatError(
            f"The label of {record.name!r} has the class {error}, which the project does not have."
        ) from None


def _label(record: Record, paths: dict[int, str], task: TaskType) -> str | list[str] | None:
    found = _paths(record, paths)
    if not _labeled(record.answer):
        return None
    return found[0] if task is TaskType.MULTI_CLASS and found else found


def _annotations(record: Record, paths: dict[int, str], task: TaskType) -> list[dict[str, Any]] | None:
    if not task.has_shapes or not _labeled(record.answer):
        return None
    return [
        {"label": path, **(shape_to_dict(annotation.shape) if annotation.shape is not None else {})}
        for path, annotation in zip(_paths(record, paths), record.answer.annotations, strict=True)
    ]


def _labeled(answer: Answer) -> bool:
    return bool(answer.annotations) or answer.empty
