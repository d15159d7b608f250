"""The package's shape: what it exports, what its import costs, and that the tree of errors is the one that is drawn."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import jlabel
from jlabel import errors

HEAVY = ("torch", "torchvision", "sklearn", "pandas", "skimage", "sqlalchemy", "ipywidgets", "ipycanvas", "pycocotools")
MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(jlabel.__path__, "jlabel.")
    # A migration is a script that Alembic runs; assist needs its extra.
    if not name.startswith(("jlabel.store.sql.migrations", "jlabel.assist"))
]


def test_the_exported_names_are_sorted_and_there() -> None:
    assert list(jlabel.__all__) == sorted(jlabel.__all__)
    for name in jlabel.__all__:
        assert getattr(jlabel, name) is not None


def test_every_exported_name_is_offered_for_completion() -> None:
    code = f"import sys, jlabel; print(set({jlabel.__all__!r}) <= set(dir(jlabel)), 'jlabel.workspace' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["True", "False"], "and offering them loads nothing"


def test_import_is_light() -> None:
    code = f"import sys, jlabel; print([name for name in {HEAVY!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports_and_says_what_it_is(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    exported = getattr(module, "__all__", [])
    assert list(exported) == sorted(exported)
    assert all(hasattr(module, each) for each in exported)


def test_the_drawn_tree_of_errors_is_the_real_one() -> None:
    drawn: dict[str, tuple[str | None, set[str]]] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^    ((?:│   |    )*)(├── |└── )?(\w+)(?: \(also an? (\w+)\))?(?:\s{2,}.*)?$", line)
        if not found:
            continue
        depth = len(found[1]) // 4 + bool(found[2])
        path[depth:] = [found[3]]
        drawn[found[3]] = (path[depth - 1] if depth else None, {found[4]} - {None})
    real = {}
    for name, error in inspect.getmembers(errors, inspect.isclass):
        own = [base.__name__ for base in error.__bases__ if base.__module__ == errors.__name__]
        real[name] = (own[0] if own else None, {b.__name__ for b in error.__bases__ if b.__name__ not in own})
    real["JlabelError"] = (None, set())  # its base, Exception, goes without saying
    assert drawn == real
    assert set(errors.__all__) - {"verbose"} == set(real)


def test_no_module_of_jlabel_is_imported_by_a_string() -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in Path(jlabel.__file__).parent.rglob("*.py")}
    found = [name for name, text in texts.items() if re.search(r"""import_module\(\s*f?["']jlabel""", text)]
    assert found == [], "import-linter does not see these imports"
