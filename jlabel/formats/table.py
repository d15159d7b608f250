"""Labels as a table: a pandas data frame with one row an item."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from jlabel.formats.class_paths import class_paths
from jlabel.model.answer import Answer
from jlabel.model.label_class import LabelClass
from jlabel.model.record import Record
from jlabel.model.task import TaskType

if TYPE_CHECKING:
    import pandas as pd


def to_frame(records: Iterable[Record], classes: Sequence[LabelClass], *, task: TaskType) -> "pd.DataFrame":
    """Return one row an item, in the order of their ids, whatever their state.

    Columns:
        item (int64), path (local path or URL), name (below its source), state, label, annotations, reason, labeler,
        labeled_at (datetime64, UTC), seconds (Float64), origin, run, width, height (Int64), missing (bool). What is not
        known is NA, or ``None`` in a column of objects: who labeled, when and in how many seconds where there is no
        label, and sizes that nothing has measured.

        ``label`` is the class's path in a multi-class project, a categorical whose categories are all of the project's
        classes in their order; in the others a list of paths, one for each annotation, empty for "No objects"; NA or
        ``None`` without a label. ``annotations`` is a list of plain dicts, ``{"label": path,
        "box": [x0, y0, x1, y1]}`` or ``{"label": path, "rings": [[[x, y], …]], "holes": […]}`` in pixels; ``None``
        where there are no shapes to have.

    Raises:
        FormatError: a label whose class is not in ``classes``.
    """
    import pandas as pd  # noqa: PLC0415 -- jlabel is imported without it

    ordered = sorted(records, key=lambda record: record.item)
    paths = {label.id: label.path for label in classes}
    kind = "object" if task.many_classes else pd.CategoricalDtype(list(paths.values()))
    return pd.DataFrame(
        {
            "item": pd.Series([r.item for r in ordered], dtype="int64"),
            "path": pd.Series([r.uri for r in ordered], dtype="object"),
            "name": pd.Series([r.name for r in ordered], dtype="object"),
            "state": pd.Series([str(r.state) for r in ordered], dtype="object"),
            "label": pd.Series([_label(r, paths, task) for r in ordered], dtype=kind),
            "annotations": pd.Series([_annotations(r, paths, task) for r in ordered], dtype="object"),
            "reason": pd.Series([r.reason or r.answer.skipped or "" for r in ordered], dtype="object"),
            "labeler": pd.Series([r.labeler or None for r in ordered], dtype="object"),
            "labeled_at": pd.to_datetime(pd.Series([r.at for r in ordered], dtype="object"), utc=True).astype(
                "datetime64[us, UTC]"
            ),
            "seconds": pd.Series([r.seconds or None for r in ordered], dtype="Float64"),
            "origin": pd.Series([None if r.origin is None else str(r.origin) for r in ordered], dtype="object"),
            "run": pd.Series([r.run for r in ordered], dtype="Int64"),
            "width": pd.Series([r.width or None for r in ordered], dtype="Int64"),
            "height": pd.Series([r.height or None for r in ordered], dtype="Int64"),
            "missing": pd.Series([r.missing for r in ordered], dtype="bool"),
        }
    )


def _label(record: Record, paths: dict[int, str], task: TaskType) -> str | list[str] | None:
    found = class_paths(record, paths)
    if not _labeled(record.answer):
        return None
    return found[0] if found and not task.many_classes else found


def _annotations(record: Record, paths: dict[int, str], task: TaskType) -> list[dict[str, Any]] | None:
    if not task.has_shapes or not _labeled(record.answer):
        return None
    return [
        {"label": path, **(annotation.shape.to_dict() if annotation.shape is not None else {})}
        for path, annotation in zip(class_paths(record, paths), record.answer.annotations, strict=True)
    ]


def _labeled(answer: Answer) -> bool:
    return bool(answer.annotations) or answer.empty
