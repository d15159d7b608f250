"""Globs below a folder, where ``**`` crosses folders and ``*`` does not."""

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
    """
    if text in _EVERYTHING:
        return Pattern(text=text, regex=None, depth=None)
    parts = text.split("/")
    regex = ""
    for part in parts[:-1]:
        regex += "(?:[^/]+/)*" if part == "**" else _part(part) + "/"
    regex += ".+" if parts[-1] == "**" else _part(parts[-1])
    return Pattern(text=text, regex=re.compile(regex, re.DOTALL), depth=None if "**" in parts else len(parts) - 1)


def _part(part: str) -> str:
    out, position = "", 0
    while position < len(part):
        char = part[position]
        position += 1
        if char == "*":
            out += "[^/]*"
        elif char == "?":
            out += "[^/]"
        elif char == "[" and (end := part.find("]", position + 1)) > 0:
            inside = part[position:end].replace("\\", "\\\\").replace("[", "\\[")
            out += "(?!/)[" + ("^" + inside[1:] if inside[0] == "!" else inside) + "]"
            position = end + 1
        else:
            out += re.escape(char)
    return out
