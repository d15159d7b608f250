"""The members of ipycanvas that are used although they are private: in one file of each language, and still there."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from ipycanvas import Canvas, MultiCanvas
from ipycanvas.canvas import _CANVAS_MANAGER
from packaging.version import Version

import jlabel

HOME = Path(jlabel.__file__).parent
PYTHON, BROWSER = HOME / "widgets/stage/batch.py", HOME / "widgets/frame/canvases.js"
FIELDS = ("_caching", "_commands_cache", "_buffers_cache", "_current_canvas")


def test_the_version_is_one_whose_private_members_are_known() -> None:
    major, minor, patch = (int(part) for part in version("ipycanvas").split(".")[:3])
    assert (major, minor) == (0, 14), "look through batch.py and canvases.js before another version is allowed"
    assert patch >= 1, "0.14.0 hangs JupyterLab 4.3"


def test_the_private_members_are_there() -> None:
    for name in FIELDS:
        assert hasattr(_CANVAS_MANAGER, name), f"ipycanvas {version('ipycanvas')} has no {name}"
    assert callable(_CANVAS_MANAGER.flush)
    many = MultiCanvas(2, width=10, height=10)
    assert all(isinstance(layer, Canvas) for layer in many._canvases)
    assert many.trait_metadata("_canvases", "sync")
    many.close()


def test_each_language_uses_them_in_one_file() -> None:
    python = re.compile(r"_CANVAS_MANAGER|_MANAGER\.|ipycanvas\.canvas")
    browser = re.compile(r"_canvases|currentProcessing|\.ctx\b")
    assert [path for path in sorted(HOME.rglob("*.py")) if python.search(path.read_text("utf-8"))] == [PYTHON]
    assert [path for path in sorted(HOME.rglob("*.js")) if browser.search(path.read_text("utf-8"))] == [BROWSER]


def test_the_oldest_packages_that_are_tried_are_the_oldest_allowed() -> None:
    project = tomllib.loads((HOME.parent / "pyproject.toml").read_text("utf-8"))["project"]
    asked = "\n".join([*project["dependencies"], *project["optional-dependencies"]["lab"]])
    bounds = dict(re.findall(r"(?m)^([a-z]+)>=([\d.]+)", asked))
    tried = (HOME.parent / "tests/browser/oldest.txt").read_text("utf-8")
    for name, pinned in re.findall(r"(?m)^([a-z]+)==([\d.]+)", tried):
        assert Version(pinned) == Version(bounds[name]), name
