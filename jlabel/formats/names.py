"""File names in exports: relative, never the same for two items, and the same in every export of a project."""

import sys
from collections.abc import Iterable, Mapping

from jlabel.model.record import Record


def file_names(records: Iterable[Record]) -> dict[int, str]:
    """Return each item's name below its source, with ``/``, by item id; never the same for two items.

    In a project of several sources every name begins with its source's folder (``2023/a.jpg``, ``2024/a.jpg``), with as
    many of its last folders as it takes to tell the sources apart; so that names do not depend on which files there
    are, and files that a refresh adds change no name of an earlier export. Where two names are the same even so, the
    item of the higher id gets its id in front.

    Args:
        records: all items of a project, in any order.
    """
    found = sorted((record.item, record.name, _root(record)) for record in records)
    prefixes = _prefixes({root for _, _, root in found})
    names: dict[int, str] = {}
    taken: set[str] = set()
    for item, name, root in found:
        unique = prefixes[root] + name
        while unique in taken:
            unique = f"{item}/{unique}"
        names[item] = unique
        taken.add(unique)
    return names


def _prefixes(roots: set[str]) -> Mapping[str, str]:
    """Return what precedes the names of each source: nothing where there is one."""
    if len(roots) < 2:  # noqa: PLR2004 -- nothing to tell apart
        return dict.fromkeys(roots, "")
    folders = {root: _folders(root) for root in roots}
    longest = max(map(len, folders.values()))
    depth = next((n for n in range(1, longest) if len({(*parts[-n:],) for parts in folders.values()}) == len(roots)), 0)
    return {root: "".join(f"{part}/" for part in parts[-(depth or longest) :]) for root, parts in folders.items()}


def _root(record: Record) -> str:
    """Return the uri without the name, which a chained URL has in its middle."""
    before, _, behind = record.uri.rpartition(record.name)
    return sys.intern(before + behind)


def _folders(root: str) -> list[str]:
    return [part for part in root.replace("\\", "/").split("/") if part and not part.endswith(":")]
