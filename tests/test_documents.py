"""ARCHITECTURE.md, CONTRIBUTING.md and README.md name what is there: paths, rooms, classes, make targets, calls."""

import ast
import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import jlabel
from jlabel.assist.control import Assist

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "jlabel"
DOCUMENTS = ("ARCHITECTURE.md", "CONTRIBUTING.md")

ON_THE_USERS_MACHINE = {"out", "photos", "slides", "labels"}
"""Folders of examples, which no tree holds."""


def text_of(document: str) -> str:
    path = ROOT / document
    if not path.exists():
        pytest.skip(f"{document} comes with the source, not with the package")
    return path.read_text(encoding="utf-8")


def spans(document: str) -> list[str]:
    """What stands between backticks, outside of blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text_of(document), flags=re.DOTALL))


def is_path(span: str) -> bool:
    named = "/" in span or re.search(r"\.(py|js|mjs|md|toml|css|json)$", span) is not None
    return named and re.fullmatch(r"[\w.*{}/-]+", span) is not None


@cache
def names_in_python() -> dict[str, set[str]]:
    """Every class, function and method name of the package and its tests, by module path."""
    found = {}
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        }
        for node in tree.body:
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
        found[str(path.relative_to(ROOT))] = names
    return found


@cache
def names_in_javascript() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.js"))
    return set(re.findall(r"(?:function|const|let|class)\s+(\w+)", text))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_exists(document: str) -> None:
    missing = []
    for span in filter(is_path, spans(document)):
        pattern = span.strip("/")
        if not any(any(base.glob(pattern)) for base in (ROOT, PACKAGE)):
            missing.append(span)
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_module_class_and_function_exists(document: str) -> None:
    everywhere = set().union(*names_in_python().values()) | names_in_javascript()
    missing = []
    for span in spans(document):
        if re.fullmatch(r"jlabel(\.\w+)+", span):
            *modules, last = span.split(".")
            path = "/".join(modules)
            package = (ROOT / path / last).is_dir()
            known = {*names_in_python().get(f"{path}.py", ()), *names_in_python().get(f"{path}/__init__.py", ())}
            found = package or (ROOT / path / f"{last}.py").is_file() or last in known
        elif match := re.fullmatch(r"([A-Z][a-z]\w*)|(\w+)\(\)", span):
            found = (match[1] or match[2]) in everywhere
        else:
            continue
        if not found:
            missing.append(span)
    assert missing == []


def test_every_room_is_named() -> None:
    named = {span.strip("/") for span in spans("ARCHITECTURE.md")}
    rooms = {
        str(path.parent.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if path.parent != PACKAGE and "versions" not in path.parts
    }
    assert {room for room in rooms if room not in named and room.removeprefix("jlabel/") not in named} == set()


@pytest.mark.parametrize("document", [*DOCUMENTS, "README.md"])
def test_every_make_target_exists(document: str) -> None:
    makefile = text_of("Makefile")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text_of(document), flags=re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_line_is_numbered(document: str) -> None:
    assert re.search(r"\.(py|js|css)[:#]L?\d", text_of(document)) is None, "line numbers are wrong after the next edit"


def test_the_documents_travel_with_the_source() -> None:
    settings = tomllib.loads(text_of("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert set(DOCUMENTS) <= set(settings)


# The Python of the README and the notebooks: its names are looked up here; tests/test_notebooks.py runs the notebooks.

ROOTS = {
    "jl": jlabel,
    "ws": jlabel.Workspace,
    "p": jlabel.Project,
    "s": jlabel.Session,
    "p.assist": Assist,
}
INSTANCE = {"id", "name", "task", "store", "location"}
"""What ``__init__`` sets, which a class does not have."""
NOTEBOOKS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "notebooks").glob("*.ipynb"))


def python_in(document: str) -> Iterator[ast.AST]:
    if document.endswith(".ipynb"):
        for cell in json.loads(text_of(document))["cells"]:
            if cell["cell_type"] == "code":
                yield ast.parse("".join(line for line in cell["source"] if not line.startswith("%")))
        return
    for block in re.findall(r"```python\n(.*?)```", text_of(document), flags=re.DOTALL):
        yield ast.parse(block)
    for span in spans(document):
        if re.match(r"(jl|ws|p|s)\.\w", span):
            yield ast.parse(span.replace("...", ""))


@pytest.mark.parametrize("document", ["README.md", *NOTEBOOKS])
def test_its_python_uses_names_that_exist(document: str) -> None:
    checked = 0
    for tree in python_in(document):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                owner = ROOTS.get(ast.unparse(node.value))
                if owner is not None:
                    assert hasattr(owner, node.attr) or node.attr in INSTANCE, f"{ast.unparse(node)} does not exist"
                    checked += 1
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = ROOTS.get(ast.unparse(node.func.value))
                if owner is not None:
                    takes = inspect.signature(getattr(owner, node.func.attr)).parameters
                    free = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in takes.values())
                    given = {keyword.arg for keyword in node.keywords}
                    assert free or given <= set(takes), f"{ast.unparse(node)} passes a name that it does not take"
    assert checked > 5


def test_the_readmes_table_of_formats_is_the_table_of_formats() -> None:
    from jlabel.formats.registry import FORMATS

    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", text_of("README.md"), flags=re.MULTILINE)
    assert {name: (summary, tasks, holds) for name, summary, tasks, holds in rows if name in FORMATS} == {
        each.name: (
            each.summary,
            "all" if each.tasks == set(jlabel.TaskType) else ", ".join(f"`{task}`" for task in sorted(each.tasks)),
            " ".join(each.cannot_hold),
        )
        for each in FORMATS.values()
    }
