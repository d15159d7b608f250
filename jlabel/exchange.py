"""Labels out of a project into files, and out of files: formats/ above the store and the disk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jlabel.errors import ImageError
from jlabel.formats.files import read_files, write_files
from jlabel.formats.format import LabelSet, ReadLabels, Sizes
from jlabel.formats.registry import find_format
from jlabel.media.picture import size_of
from jlabel.model.item import ItemState
from jlabel.model.label_class import LabelClass
from jlabel.model.record import Record
from jlabel.model.task import TaskType
from jlabel.store import Store, read_records


def export(
    store: Store,
    project_id: int,
    path: Path,
    *,
    task: TaskType,
    classes: Sequence[LabelClass],
    format: str,  # noqa: A002 -- the word that users type
    options: Mapping[str, Any],
) -> Path:
    """Write a project's labels, whole or not at all.

    Args:
        store: that holds the project.
        project_id: whose labels.
        path: the file or folder to write.
        task: the project's.
        classes: all of the project's, also retired ones.
        format: a name in ``jlabel.formats.registry.FORMATS``.
        options: of the format.

    Returns:
        The absolute path written.

    Raises:
        ExportError: it could not be written; nothing was left behind.
        FormatError: an unknown format or option, or labels that the format cannot hold.
    """
    chosen = find_format(format)
    given = chosen.complete(options)
    records = _measured(store, project_id) if chosen.needs_sizes else read_records(store, project_id)
    files = chosen.write(LabelSet(task=task, classes=classes, records=records), given)
    return write_files(path, files, folder=chosen.folder)


def read_labels(
    path: Path,
    *,
    format: str,  # noqa: A002 -- the word that users type
    task: TaskType | None = None,
    sizes: Sizes | None = None,
    options: Mapping[str, Any] | None = None,
) -> ReadLabels:
    """Read labels from a file or folder, as values; no project is touched.

    Args:
        path: the file or folder.
        format: a name in ``jlabel.formats.registry.FORMATS``.
        task: what to take of it; found out from the document unless given.
        sizes: (width, height) in pixels by image name, for documents that hold fractions and no sizes.
        options: of the format.

    Raises:
        FormatError: an unknown format or option, or a document that cannot be read.
    """
    chosen = find_format(format)
    files = read_files(path, folder=chosen.folder)
    return chosen.read(files, task, sizes or {}, chosen.complete(options or {}))


def _measured(store: Store, project_id: int) -> Iterator[Record]:
    """Yield records, labeled ones with their pixel sizes; sizes read from file headers now are kept in the store."""
    found: dict[int, tuple[int, int]] = {}
    for record in read_records(store, project_id):
        if record.state is not ItemState.LABELED or (record.width and record.height):
            yield record
            continue
        try:
            width, height = size_of(record.uri)
        except ImageError:  # the file vanished after it was labeled: the format counts and names what has no size
            yield record
            continue
        found[record.item] = (width, height)
        yield replace(record, width=width, height=height)
    if found:
        store.set_sizes(found)
