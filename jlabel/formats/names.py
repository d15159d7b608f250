"""File names in exports: relative, and never the same for two items."""

import sys
from collections import defaultdict
from collections.abc import Iterable

from jlabel.model.record import Record


def file_names(records: Iterable[Record]) -> dict[int, str]:
    """Return each item's name below its source, with ``/``, by item id; unique also where several sources share one.

    Items whose names are the same get their source's folder in front (``2023/a.jpg`` and ``2024/a.jpg``), as many of
    its last folders as it takes, and their id where that is not enough. All others keep their names.

    Args:
        records: all items of a project, in any order. A name depends on every item given, so that with only the
            labeled ones it would change as more are labeled.
    """
    found = sorted((record.item, record.name, _root(record)) for record in records)
    names = {item: name for item, name, _ in found}
    folders = {root: _folders(root) for _, _, root in found}
    longest = max(map(len, folders.values()), default=0)
    for depth in range(1, longest + 1):
        clashing = _clashing(names)
        if not clashing:
            return names
        for item, name, root in found:
            if item in clashing:
                names[item] = "/".join([*folders[root][-depth:], name])
    taken = set(names.values())
    for item in sorted(_clashing(names)):
        name = f"{item}/{names[item]}"
        while name in taken:
            name = f"{item}/{name}"
        names[item] = name
        taken.add(name)
    return names


def _root(record: Record) -> str:
    return sys.intern(record.uri.replace("\\", "/").removesuffix(record.name))


def _folders(root: str) -> list[str]:
    return [part for part in root.split("/") if part and not part.endswith(":")]


def _clashing(names: dict[int, str]) -> set[int]:
    items = defaultdict(list)
    for item, name in names.items():
        items[name].append(item)
    return {item for same in items.values() if len(same) > 1 for item in same}
