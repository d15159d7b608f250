"""CSV as Azure Machine Learning wrote it: ``Url,Label``, one row a labeled image, and here with provenance."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from jlabel.errors import FormatError
from jlabel.formats.class_paths import class_paths
from jlabel.formats.format import Files, Format, ImageLabels, LabelSet, Option, Options, ReadLabels, Sizes
from jlabel.model.answer import Annotation, Answer
from jlabel.model.item import ItemState
from jlabel.model.label_class import LabelClass
from jlabel.model.record import Record
from jlabel.model.task import TaskType

_DETAILS = ("labeler", "seconds", "labeled_at")
_ENCODINGS = ("utf-8", "utf-8-sig")


def to_csv(
    records: Iterable[Record],
    classes: Sequence[LabelClass],
    *,
    task: TaskType,
    details: bool = False,
    separator: str = ",",
) -> str:
    r"""Return the labeled items of a classification project as CSV, one row an item: ``Url,Label``, as Azure wrote it.

    ``Url`` is the local path or URL. The classes of a multi-label image are in one cell, joined by ``separator``; "No
    objects" is an empty cell. Text is quoted where it must be and otherwise left as it is: a name that begins with
    ``=``, ``+``, ``-`` or ``@`` is kept, or it could not be read back, so open a file of strangers' names in a
    spreadsheet as text. Lines end with ``\n``; a cell with a line break of any kind is quoted.

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
    if task.many_classes and holding is not None:
        raise FormatError(
            f"The label class {holding!r} holds {separator!r}, which separates classes in the CSV. Pass separator=';' "
            "or rename the class."
        )
    out = _Lines()
    writer = csv.writer(out, lineterminator=_Lines.END)
    writer.writerow(["Url", "Label", *(_DETAILS if details else ())])
    for record in sorted(records, key=lambda record: record.item):
        if record.state is not ItemState.LABELED:
            continue
        row: list[object] = [record.uri, separator.join(class_paths(record, paths))]
        if details:
            row += [record.labeler, record.seconds, "" if record.at is None else record.at.isoformat()]
        writer.writerow(row)
    return "".join(out.lines)


class _Lines:
    r"""The lines that ``csv`` writes, ending with ``\n``; it quotes a carriage return only where lines end with one."""

    END = "\r\n"

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line.removesuffix(self.END) + "\n")


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
        if not task.many_classes and not cell:
            raise FormatError(f"Line {rows.line_num} of the CSV has no label; a multi-class image needs one.")
        labels = tuple(part for part in cell.split(separator) if part) if task.many_classes else (cell,)
        found.append((url, labels))
    return found


def _check_task(task: TaskType) -> None:
    if task.has_shapes:
        raise FormatError(f"CSV holds no shapes, and this is a {task} project. Export 'coco' instead.")


def _write(labels: LabelSet, options: Options) -> Iterator[tuple[str, bytes]]:
    if options["encoding"] not in _ENCODINGS:
        raise FormatError(f"A CSV is written in {' or '.join(_ENCODINGS)}, not in {options['encoding']!r}.")
    text = to_csv(labels.records, labels.classes, task=labels.task, details=True, separator=options["separator"])
    yield "", text.encode(options["encoding"])


def _read(files: Files, task: TaskType | None, _sizes: Sizes, options: Options) -> ReadLabels:
    kind = task or TaskType.MULTI_LABEL
    try:
        text = files[""].decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"This is no CSV of labels: it is not UTF-8 ({error}). Save it as UTF-8.") from error
    rows = from_csv(text, task=kind, separator=options["separator"])
    ids = {path: number for number, path in enumerate(dict.fromkeys(path for _, paths in rows for path in paths), 1)}
    images = tuple(
        ImageLabels(
            name=url,
            answer=Answer(
                annotations=tuple(Annotation(class_id=ids[path]) for path in dict.fromkeys(paths)), empty=not paths
            ),
        )
        for url, paths in rows
    )
    return ReadLabels(task=kind, images=images, classes={number: path for path, number in ids.items()})


CSV = Format(
    name="csv",
    summary="a table of Url, Label, labeler, seconds and labeled_at",
    tasks=frozenset(task for task in TaskType if not task.has_shapes),
    write=_write,
    read=_read,
    cannot_hold=(
        "Boxes and polygons.",
        "Images without a label: waiting, skipped (with the reason), unreadable and removed ones are left out.",
        "Several classes of one image where a class's name contains the separator: another one must be chosen.",
        "Sizes of images, and label classes that no image has.",
        "Where a label came from.",
    ),
    options=(
        Option(name="separator", default=",", summary="between the classes of a multi-label image"),
        Option(name="encoding", default="utf-8", summary="utf-8-sig begins with the mark by which Excel knows UTF-8"),
    ),
)
