"""Pictures that have another size than when they were labeled: found, marked for review, and kept out of exports."""

from collections.abc import Iterator

from jlabel.errors import ImageError
from jlabel.media.picture import size_of
from jlabel.media.stamp import current_stamp
from jlabel.model.item import CHANGED, ItemState
from jlabel.model.record import Record
from jlabel.store import Store, read_records

_ROUNDING = 1e-6
"""Pixels by which a shape may lie outside: coordinates that were rounded on their way."""


def mark_resized(store: Store, project_id: int) -> list[str]:
    """Measure the labeled pictures that a refresh found changed, and note what changed of their size as their reason.

    The size on record of a label with shapes stays that at which it was given, so that an export can tell.

    Returns:
        The paths or URLs of pictures whose size is another one, or which their shapes no longer fit.
    """
    sizes: dict[int, tuple[int, int]] = {}
    reasons: dict[int, str] = {}
    uris: list[str] = []
    for record in read_records(store, project_id, states=[ItemState.LABELED]):
        if record.reason != CHANGED or record.missing:
            continue
        try:
            size = size_of(record.uri)
        except ImageError:
            continue
        if size == (record.width, record.height) and fits(record, size):
            continue
        if not has_shapes(record):
            sizes[record.item] = size
        if (record.width and record.height) or not fits(record, size):
            uris.append(record.uri)
            before = f" and was {record.width} x {record.height} before" if record.width else ""
            reasons[record.item] = (
                f"The picture is {size[0]} x {size[1]} pixels now{before}: review its label, and label it again."
            )
    if reasons:
        store.set_reasons(project_id, reasons)
    if sizes:
        store.set_sizes(sizes)
    return uris


def present_size(record: Record) -> tuple[int, int]:
    """Return the size on record, or that of a file which changed since the label was given; (0, 0) if unknown."""
    changed = record.reason or current_stamp(record.uri, record.stamp) != record.stamp
    if record.missing or not changed:
        return record.width, record.height
    try:
        return size_of(record.uri)
    except ImageError:
        return record.width, record.height


def is_resized(record: Record, size: tuple[int, int]) -> bool:
    """Whether shapes were drawn on a picture of another size: then they lie elsewhere on the present one."""
    labeled = record.width, record.height
    return has_shapes(record) and all(labeled) and all(size) and size != labeled


def has_shapes(record: Record) -> bool:
    """Whether the label has shapes, whose coordinates hold for one size of the picture."""
    return any(one.shape is not None for one in record.answer.annotations)


def fits(record: Record, size: tuple[int, int]) -> bool:
    """Whether all shapes of a label lie within a picture of ``size``; of an unknown size, (0, 0), all do."""
    width, height = size
    if not (width and height):
        return True
    return all(
        x0 >= -_ROUNDING and y0 >= -_ROUNDING and x1 <= width + _ROUNDING and y1 <= height + _ROUNDING
        for x0, y0, x1, y1 in _bounds(record)
    )


def _bounds(record: Record) -> Iterator[tuple[float, float, float, float]]:
    return (one.shape.bounds() for one in record.answer.annotations if one.shape is not None)
