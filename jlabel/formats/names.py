"""File names in exports: relative, and never the same for two items."""

from collections import defaultdict
from collections.abc import Iterable

from jlabel.model.record import Record


def file_names(records: Iterable[Record]) -> dict[int, str]:
    """Return each item's name below its source, with ``/``, told apart where several sources share one.

    Items whose names are the same get their source's folder in front (``2023/a.jpg`` and ``2024/a.jpg``), as many of
    its last folders as it takes, and their id where that is not enough. All others keep their names. The order of
    ``records`` does not matter.
    """
    ordered = sorted(records, key=lambda record: record.item)
    names = {record.item: record.name for record in ordered}
    longest = max((len(_folders(record)) for record in ordered), default=0)
    for depth in range(1, longest + 1):
        clashing = _clashing(names)
        if not clashing:
            return names
        for record in ordered:
            if record.item in clashing:
                names[record.item] = "/".join([*_folders(record)[-depth:], record.name])
    taken = set(names.values())
    for item in sorted(_clashing(names)):
        name = f"{item}/{names[item]}"
        while name in taken:
            name = f"{item}/{name}"
        names[item] = name
        taken.add(name)
    return names


def _folders(record: Record) -> list[str]:
    root = record.uri.replace("\\", "/").removesuffix(record.name)
    return [part for part in root.split("/") if part and not part.endswith(":")]


def _clashing(names: dict[int, str]) -> set[int]:
    items = defaultdict(list)
    for item, name in names.items():
        items[name].append(item)
    return {item for same in items.values() if len(same) > 1 for item in same}
