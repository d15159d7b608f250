"""Globs below a folder, where ``**`` crosses folders and ``*`` does not."""

import itertools
import re
from dataclasses import dataclass

_EVERYTHING = {"**", "**/*"}


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A compiled glob.

    Attributes:
        text: as given.
        regex: matches a path below the root, with ``/``; ``None`` matches every one.
        depth: folders to go down at most; ``None`` for all.
    """

    text: str
    regex: re.Pattern[str] | None
    depth: int | None

    def matches(self, path: str) -> bool:
        """Whether ``path``, below the root and with ``/``, is meant."""
        return self.regex is None or self.regex.fullmatch(path) is not None


def compile_pattern(text: str) -> Pattern:
    """Compile a glob.

    ``**`` is any number of folders, and at the end every file below; ``*``, ``?`` and ``[a-z]`` stay in one name.
    Upper and lower case differ, as in file names.

    What follows a star is looked for once, where it comes first: if the rest does not match from there it does not from
    later either. So a match takes time in proportion to the path, whatever the number of stars.
    """
    if text in _EVERYTHING:
        return Pattern(text=text, regex=None, depth=None)
    parts = text.split("/")
    runs = [list(run) for deep, run in itertools.groupby(parts, "**".__eq__) if not deep]
    start, end = parts[0] == "**", parts[-1] == "**"
    regex = "" if start or not runs else _names(runs.pop(0), last=not runs and not end)
    for number, run in enumerate(runs):
        last = number == len(runs) - 1 and not end
        # folders until the names of the run come first; before the last run all that are there
        regex += f"(?:[^/]+/)*{_names(run, last=True)}" if last else f"(?>(?:[^/]+/)*?{_names(run, last=False)})"
    if end:
        regex += ".+"
    return Pattern(text=text, regex=re.compile(regex, re.DOTALL), depth=None if "**" in parts else len(parts) - 1)


def _names(run: list[str], *, last: bool) -> str:
    return "/".join(map(_part, run)) + ("" if last else "/")


def _part(part: str) -> str:
    """Return the regex of one name."""
    first, *others = _between_stars(part)
    if not others:
        return first
    *middle, rest = others
    return first + "".join(f"(?>[^/]*?{piece})" for piece in middle if piece) + f"[^/]*{rest}(?![^/])"


def _between_stars(part: str) -> list[str]:
    pieces, position = [""], 0
    while position < len(part):
        char = part[position]
        position += 1
        if char == "*":
            pieces.append("")
        elif char == "?":
            pieces[-1] += "[^/]"
        elif char == "[" and (end := part.find("]", position + 1)) > 0:
            inside = part[position:end].replace("\\", "\\\\").replace("[", "\\[")
            pieces[-1] += "(?!/)[" + ("^" + inside[1:] if inside[0] == "!" else inside) + "]"
            position = end + 1
        else:
            pieces[-1] += re.escape(char)
    return pieces
