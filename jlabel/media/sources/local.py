"""Listing the images of a source, without reading any."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jlabel.errors import SourceError
from jlabel.media.decoders.table import extensions
from jlabel.media.sources import remote
from jlabel.media.sources.left_out import NOWHERE, LeftOut
from jlabel.media.sources.pattern import Pattern, compile_pattern
from jlabel.media.stamp import stamp_of
from jlabel.model.source import ListedFile, Source, is_url

MAX_ITEMS = 500_000
"""Images of one project; as many as the service that jlabel succeeds took, which silently cut off the rest."""


@dataclass
class _Seen:
    """What is listed, in any case of letters, and counts of other files for the message when no image is found."""

    others: Counter[str] = field(default_factory=Counter)
    unmatched: int = 0
    left_out: LeftOut = field(default_factory=LeftOut)
    extensions: tuple[str, ...] = field(default_factory=extensions)


def list_all(
    sources: Sequence[Source], *, limit: int = MAX_ITEMS, left_out: LeftOut | None = None
) -> Iterator[tuple[int, ListedFile]]:
    """List several sources; a file that belongs to two of them is listed once, in the first.

    Yields:
        The source's position in ``sources``, and the file.

    Raises:
        SourceError: as ``list_files``; ``limit`` counts all sources together.
    """
    roots = [source.uri("") for source in sources]
    seen: set[str] = set()
    count = 0
    for position, source in enumerate(sources):
        root, others = roots[position], roots[:position] + roots[position + 1 :]
        overlaps = any(other.startswith(root) or root.startswith(other) for other in others)
        for file in list_files(source, limit=limit, left_out=left_out):
            if overlaps:
                uri = source.uri(file.path)
                if uri in seen:
                    continue
                seen.add(uri)
            count += 1
            if count > limit:
                raise _too_many(limit, f"the {len(sources)} sources given")
            yield position, file


def list_files(source: Source, *, limit: int = MAX_ITEMS, left_out: LeftOut | None = None) -> Iterator[ListedFile]:
    """List a source's images as they are found, one ``stat`` each, folder by folder in the order of names.

    Only files whose names end as the decoders' table says. Names that begin with a dot are left out, folders too. Links
    are followed, a linked folder once at most, so that loops end; links to nothing and pipes are left out. What is left
    out, but for what begins with a dot, is counted in ``left_out``.

    Raises:
        SourceError: the root is missing or may not be read, as may any folder below; there is no image, or none that
            matches; there are more than ``limit``; a name is not valid text. Files that were listed before stay valid.
    """
    if is_url(source.root):
        found, seen = _remote(source, left_out)
    elif source.pattern:
        found, seen = _matching(source, left_out)
    else:
        seen = _Seen(left_out=left_out or LeftOut())
        found = _explicit(source, seen)
    count = 0
    for file in found:
        count += 1
        if count > limit:
            raise _too_many(limit, repr(source.root))
        yield file
    if count == 0:
        raise SourceError(_nothing(source, seen))


def _too_many(limit: int, where: str) -> SourceError:
    return SourceError(
        f"There are more than {limit:,} images in {where}, and a project holds {limit:,}. "
        "Narrow the pattern, or split them over several projects."
    )


def _nothing(source: Source, seen: _Seen) -> str:
    if not source.pattern:
        return f"None of the {len(source.paths)} files named below {source.root!r} is there. Check the paths."
    if seen.unmatched:
        return (
            f"The pattern {source.pattern!r} matches none of the {seen.unmatched} images below {source.root!r}. "
            "'**' takes all folders below, as in '**/*.jpg'; upper and lower case differ."
        )
    if seen.others:
        kinds = ", ".join(f"{count} {ending or 'without ending'}" for ending, count in seen.others.most_common(5))
        return (
            f"No image was found in {source.root!r} with the pattern {source.pattern!r}, only other files ({kinds}). "
            f"jlabel reads {', '.join(seen.extensions)}."
        )
    return f"The folder {source.root!r} holds no files for the pattern {source.pattern!r}. Put images there first."


def _explicit(source: Source, seen: _Seen) -> Iterator[ListedFile]:
    for path in source.paths:
        stat = _stat(source.uri(path), seen)
        if stat is not None:
            yield _listed(path, stat)


def _remote(source: Source, left_out: LeftOut | None) -> tuple[Iterator[ListedFile], _Seen]:
    seen = _Seen(left_out=left_out or LeftOut())
    if not source.pattern:
        return remote.explicit(source), seen
    pattern = compile_pattern(source.pattern)
    return (file for file in remote.walk(source.root) if _wanted(file.path, pattern, seen)), seen


def _matching(source: Source, left_out: LeftOut | None) -> tuple[Iterator[ListedFile], _Seen]:
    seen = _Seen(left_out=left_out or LeftOut())
    return _walk(source, compile_pattern(source.pattern), seen), seen


def _walk(source: Source, pattern: Pattern, seen: _Seen) -> Iterator[ListedFile]:
    entered = {_identity(source.root)}
    pending = [("", 0)]  # folders below the root, each with "/" at its end, and their depth
    while pending:
        below, depth = pending.pop()
        prefix = source.uri(below)
        names, folders = _names(prefix.removesuffix("/") or prefix, below, pattern, seen)
        for name in sorted(names):
            stat = _stat(f"{prefix}{name}", seen)
            if stat is not None:
                yield _listed(below + name, stat)
        if pattern.depth is not None and depth >= pattern.depth:
            continue
        for name, linked in sorted(folders, reverse=True):
            who = _identity(f"{prefix}{name}")
            if linked and who in entered:
                continue
            entered.add(who)
            pending.append((f"{below}{name}/", depth + 1))


def _names(folder: str, below: str, pattern: Pattern, seen: _Seen) -> tuple[list[str], list[tuple[str, bool]]]:
    """Return the wanted files, and the folders with whether each is a link; names are lighter than entries."""
    names, folders = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if _is_folder(entry):
                    folders.append((entry.name, entry.is_symlink()))
                elif _wanted(below + entry.name, pattern, seen):
                    names.append(entry.name)
    except PermissionError as error:
        raise SourceError(f"The folder {folder!r} may not be read by this user. Change its permissions.") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceError(f"The folder {folder!r} is gone. Put it back, or choose other images.") from error
    except OSError as error:
        raise SourceError(f"The folder {folder!r} cannot be listed: {error.strerror}. Try again.") from error
    return names, folders


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError as error:
        if error.errno not in NOWHERE:
            raise
        return False  # a link to itself: no folder, and no file either, as will be seen


def _stat(path: str, seen: _Seen) -> os.stat_result | None:
    try:
        return seen.left_out.stat(path)
    except OSError as error:
        raise SourceError(f"The file {path!r} cannot be listed: {error.strerror}. Try again.") from error


def _wanted(path: str, pattern: Pattern, seen: _Seen) -> bool:
    if not path.lower().endswith(seen.extensions):
        ending = os.path.splitext(path)[1].lower()  # noqa: PTH122
        seen.others[ending] += 1
        if pattern.matches(path):
            seen.left_out.endings[ending] += 1
        return False
    if not pattern.matches(path):
        seen.unmatched += 1
        return False
    return True


def _identity(folder: str) -> tuple[int, int]:
    try:
        stat = os.stat(folder)  # noqa: PTH116
    except OSError:
        return (0, 0)  # listing it will say what is wrong
    return stat.st_dev, stat.st_ino


def _listed(path: str, stat: os.stat_result) -> ListedFile:
    try:
        path.encode()
    except UnicodeEncodeError:
        raise SourceError(f"The file name {path!r} is not valid text. Rename the file.") from None
    return ListedFile(path=path, size=stat.st_size, stamp=stamp_of(stat))
