"""Which files a project's items are: its sources listed again, and found again after a move."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from jlabel.errors import SourceError
from jlabel.media.sources.local import list_all, list_files
from jlabel.media.sources.parse import LISTING, overlap
from jlabel.model.item import Refresh
from jlabel.model.local_path import expand_user, is_remote
from jlabel.model.source import ListedFile, Source, is_url
from jlabel.progress_bar import with_bar
from jlabel.resized import mark_resized
from jlabel.store import Store, read_sources

_ASKED = 100
"""Files of a source for which a server is asked, one request each, whether they are where they shall be now."""


def refresh(store: Store, project_id: int) -> list[Refresh]:
    """List a project's sources again and bring its items up to date; see ``Project.refresh``."""
    sources = read_sources(store, project_id)
    files: dict[int, list[ListedFile]] = {}
    if overlap([source for _, source in sources]):  # a file in two of them stays in the first
        try:
            for position, file in with_bar(list_all([source for _, source in sources]), LISTING):
                files.setdefault(sources[position][0], []).append(file)
        except SourceError as error:
            return [_failed(error) for _ in sources]
    found = [
        _reconcile(store, project_id, key, files.get(key, []) if files else with_bar(list_files(one), LISTING))
        for key, one in sources
    ]
    if any(one.changed for one in found):
        resized = mark_resized(store, project_id)
        counts = [sum(uri.startswith(one.uri("")) for uri in resized) for _, one in sources]
        found = [replace(one, resized=count) for one, count in zip(found, counts, strict=True)]
    return found


def relocate(store: Store, project_id: int, name: str, old: str | Path, new: str | Path) -> None:
    """Point a project's sources to where their files are now; see ``Project.relocate``.

    Args:
        store: that holds the project.
        project_id: the project.
        name: of the project, for messages.
        old: a folder or URL that held sources.
        new: the folder or URL that holds them now.

    Raises:
        SourceError: no source lies below ``old``, or none of its files is below ``new``; nothing was changed.
    """
    before, after = _folder(old), _folder(new)
    sources = read_sources(store, project_id)
    moved = {number: _moved(source, before, after) for number, source in sources if _is_below(source.root, before)}
    if not moved:  # those beside the workspace moved with it, and are there already
        moved = {number: source for number, source in sources if _is_below(source.root, after)}
    if not moved:
        raise SourceError(_elsewhere(name, before, sources))
    _check_files(store, moved)
    for number, source in moved.items():
        store.move_source(project_id, number, source.root)


def _check_files(store: Store, moved: Mapping[int, Source]) -> None:
    """Raise unless a file of each source is there: other files at the new place would become items.

    Raises:
        SourceError: none is; the message names the folder.
    """
    for number, source in moved.items():
        limit = _ASKED if is_url(source.root) else None
        paths = tuple(islice(_paths(store, number), limit))
        if paths:
            next(iter(list_files(replace(source, pattern="", paths=paths))))


def _paths(store: Store, source_id: int) -> Iterable[str]:
    after = 0
    while page := store.source_paths(source_id, after=after):
        yield from (path for _, path in page)
        after = page[-1][0]


def _reconcile(store: Store, project_id: int, source: int, files: Iterable[ListedFile]) -> Refresh:
    try:
        return store.reconcile(project_id, source, files)
    except SourceError as error:  # also one met half way: a listing that failed deletes nothing
        return _failed(error)


def _failed(error: SourceError) -> Refresh:
    reason = f"{error} If the images moved, call relocate(old, new) with their folder before and now."
    return Refresh(empty=True, reason=reason)


def _folder(place: str | Path) -> str:
    """Return an absolute folder, or a URL without a slash at its end."""
    text = str(place).removeprefix("file://")
    return text.rstrip("/") if is_remote(text) else os.path.abspath(expand_user(text))  # noqa: PTH100 -- links stay


def _is_below(root: str, folder: str) -> bool:
    """Whether a source's root is the folder or inside it."""
    whole = root.rstrip("/\\") or root
    return whole == folder or whole.startswith((folder.rstrip("/\\") + "/", folder.rstrip("/\\") + os.sep))


def _moved(source: Source, old: str, new: str) -> Source:
    below = source.root.removeprefix(old).strip("/\\")
    return replace(source, root=Source(root=new).uri(below) if below else new)


def _elsewhere(name: str, old: str, sources: list[tuple[int, Source]]) -> str:
    roots = list(dict.fromkeys(source.root for _, source in sources))
    shown = ", ".join(map(repr, roots[:3])) + (" and others" if len(roots) > 3 else "")  # noqa: PLR2004 -- the shown
    return f"No images of {name!r} lie below {old!r}: they lie in {shown}. Pass that folder, or one above it, as old."
