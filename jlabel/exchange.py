"""Labels out of a project into files, and out of files: formats/ above the store and the disk."""

import contextlib
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jlabel.errors import ExportError, ExportWarning, ImageError, StoreError
from jlabel.formats.files import read_files, write_files
from jlabel.formats.format import LabelSet, ReadLabels, Sizes
from jlabel.formats.registry import find_format
from jlabel.media.picture import is_picture, size_of
from jlabel.model.answer import Answer
from jlabel.model.item import ItemState
from jlabel.model.label_class import LabelClass
from jlabel.model.local_path import expand_user
from jlabel.model.record import Record
from jlabel.model.task import TaskType
from jlabel.progress_bar import with_bar
from jlabel.resized import fits, is_resized, present_size
from jlabel.store import Store, read_records

_SQLITE = b"SQLite format 3\0"
_BESIDE_DATABASES = ("", "-wal", "-shm", "-journal")
"""Endings of SQLite's files beside a database, which are part of it."""
_OUTSIDE = "smaller now than when labeled, so that shapes lie outside"
_RESIZED = "of another size now than when labeled"
_SHOWN = 3
"""Names in a sentence."""


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

    Warns:
        ExportWarning: what was left out, or is exported without its file; one warning a sentence.

    Raises:
        ExportError: it could not be written; nothing was left behind.
        FormatError: an unknown format or option, or labels that the format cannot hold.
    """
    chosen = find_format(format)
    given = chosen.complete(options)
    _check_target(expand_user(path).resolve())
    records = _measured(store, project_id) if chosen.needs_sizes else read_records(store, project_id)
    missing: list[str] = []
    outside: list[str] = []
    resized: list[str] = []
    if task.has_shapes:
        records = _within(records, outside, resized)
    shown = with_bar(records, "Reading labels", total=store.counts(project_id).total, unit=" images")
    labels = LabelSet(task=task, classes=classes, records=_noting_missing(shown, missing))
    written = write_files(path, chosen.write(labels, given), folder=chosen.folder)
    for note in (*labels.notes, *_missing(missing), *_left_out(outside, _OUTSIDE), *_left_out(resized, _RESIZED)):
        warnings.warn(note, ExportWarning, stacklevel=3)
    return written


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


def _check_target(target: Path) -> None:
    """Refuse to replace what is no export: a database, with which all labels would go, or a picture.

    Raises:
        ExportError: it is one.
    """
    if not target.is_file():
        return
    if any(_is_database(target.with_name(target.name.removesuffix(ending))) for ending in _BESIDE_DATABASES):
        raise ExportError(f"{str(target)!r} belongs to a workspace's own database. Name another file for the export.")
    if is_picture(str(target)):
        raise ExportError(f"{str(target)!r} is a picture. Name another file for the export.")


def _is_database(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def _noting_missing(records: Iterable[Record], missing: list[str]) -> Iterator[Record]:
    """Pass records on, and note the names of labeled ones whose file was gone at the last refresh."""
    for record in records:
        if record.missing and record.state is ItemState.LABELED:
            missing.append(record.name)
        yield record


def _missing(names: Sequence[str]) -> Iterator[str]:
    if names:
        shown = ", ".join(map(repr, names[:_SHOWN])) + (" and others" if len(names) > _SHOWN else "")
        yield (
            f"{len(names)} labeled {'file was' if len(names) == 1 else 'files were'} gone at the last refresh: "
            f"{shown}. Their labels are exported. If the images moved, call p.relocate(old, new); if they are not "
            "wanted any more, p.remove(items)."
        )


def _within(records: Iterable[Record], outside: list[str], resized: list[str]) -> Iterator[Record]:
    """Pass records on, those of changed pictures with their present size; where shapes are of another one, as skipped.

    A picture that shrank is left out whole: without the shapes that do not fit it would have a label that nobody gave.
    So is one on which they fit although it has another size: they would enclose something else.
    """
    for record in records:
        if record.state is not ItemState.LABELED:
            yield record
            continue
        size = present_size(record)
        now = record if size == (record.width, record.height) else replace(record, width=size[0], height=size[1])
        if not fits(record, size):
            outside.append(f"{record.name!r} ({size[0]} x {size[1]})")
            reason = f"Its shapes lie outside the picture, which is {size[0]} x {size[1]} pixels now."
        elif is_resized(record, size):
            resized.append(f"{record.name!r} ({size[0]} x {size[1]}, labeled at {record.width} x {record.height})")
            reason = f"It was labeled at {record.width} x {record.height} pixels and is {size[0]} x {size[1]} now."
        else:
            yield now
            continue
        yield replace(now, state=ItemState.SKIPPED, reason=reason, answer=Answer(skipped=reason))


def _left_out(names: Sequence[str], why: str) -> Iterator[str]:
    if names:
        are, files = ("picture is", "file") if len(names) == 1 else ("pictures are", "files")
        shown = ", ".join(names[:_SHOWN]) + (" and others" if len(names) > _SHOWN else "")
        yield (
            f"{len(names)} labeled {are} left out: {why}: {shown}. Put the former {files} back and call p.refresh(), "
            "or label again."
        )


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
        with contextlib.suppress(StoreError):  # a workspace that is read only is exported all the same
            store.set_sizes(found)
