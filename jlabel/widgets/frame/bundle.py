"""The browser's part as one ES module: files beside each other, joined in the order of their imports."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_IMPORT = re.compile(r"""^import\s*\{([^}]*)\}\s*from\s*(["'])(\.[^"']+)\2;?[^\S\n]*(?://.*)?\n""", re.MULTILINE)
_EXPORT = re.compile(r"^export (?:async )?(?:function\*?|const|class) (\w+)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import\b(?!\s*\(|\.)|export\b).*", re.MULTILINE)


@cache
def module(entry: Path) -> str:
    """Return ``entry`` with all that it imports as the text of one module.

    anywidget takes one module, and a widget's module cannot import its neighbours by a relative path. So each file is
    an ordinary module that node can test, and here each becomes a function of its own whose result is what it exports.

    Understood are ``import { a, b as c } from "./file.js";`` on one line or several, ``export`` before a function, a
    class or a constant of one name, and ``export default`` before an expression.

    Raises:
        ValueError: a file has an import or an export of another form.
    """
    names: dict[Path, str] = {}
    parts: list[str] = []

    def add(path: Path) -> str:
        if path in names:
            return names[path]
        text = path.read_text(encoding="utf-8")
        needs = [(found[1], add((path.parent / found[3]).resolve())) for found in _IMPORT.finditer(text)]
        names[path] = f"$m{len(names)}"
        lines = [f"const {{ {_bindings(imported)} }} = {name};" for imported, name in needs]
        body = _IMPORT.sub("", text)
        exported = ", ".join(_EXPORT.findall(body))
        default = "export default " in body
        body = re.sub(r"^export default ", "return ", body, flags=re.MULTILINE)
        body = _EXPORT.sub(lambda found: found[0].removeprefix("export "), body)
        if other := _OTHER.search(body):
            raise ValueError(f"{path}: the module cannot be joined, because of the line {other[0]!r}")
        end = "" if default else f"return {{ {exported} }};"
        parts.append(f"// {path.name}\nconst {names[path]} = (() => {{\n{_joined(lines)}{body}\n{end}\n}})();\n")
        return names[path]

    last = add(entry.resolve())
    return "\n".join([*parts, f"export default {last};\n"])


@cache
def style(*names: str) -> str:
    """Return style sheets beside this file, joined; ``frame.css`` comes first."""
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("frame.css", *names))


def _bindings(imported: str) -> str:
    names = filter(None, map(str.strip, re.sub(r"//.*", "", imported).split(",")))
    return ", ".join(re.sub(r"\s+as\s+", ": ", name) for name in names)


def _joined(lines: Iterable[str]) -> str:
    return "".join(line + "\n" for line in lines)
