"""The labeler on a project of pictures, open in JupyterLab, for the benchmarks of the screen."""

from pathlib import Path

from playwright.sync_api import Page

from jlabel import Project, Workspace
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.pictures import make_pictures

READY = ".jl-stage:not([data-loading]) .jl-cell"
FRONT = "document.querySelectorAll('.jl-side')[0].style.visibility"
"""Changes when the page turns: which of the two canvases lies in front."""

# A few pixels of the canvas in front, or of the one behind: enough to tell pages of plain colours apart.
_LOOK = """(wanted) => {
    const side = [...document.querySelectorAll('.jl-side')].slice(0, 2).find(e => e.style.visibility === wanted);
    const canvas = side?.querySelector('canvas');
    if (!canvas) return '';
    const context = canvas.getContext('2d');
    const at = (x, y) => context.getImageData(canvas.width * x / 6, canvas.height * y / 6, 1, 1).data.join();
    return [1, 3, 5].flatMap(y => [1, 3, 5].map(x => at(x, y))).join(' ');
}"""


def make_project(folder: Path, count: int) -> Project:
    """A project of so many pictures."""
    pictures = make_pictures(folder / "pictures", count, width=400, height=300)
    workspace = Workspace(folder / "labels")
    return workspace.create_project("p", task="multi-class", images=pictures, labels=["one", "two", "three"])


def open_labeler(lab: Lab, project: Project, round_trip: float) -> Notebook:
    """The project in grids of nine, the server so far away, with the keyboard on it."""
    code = f"import jlabel as jl\nw = jl.Workspace({project.workspace.location!r}).project('p').label(labeler='me')\nw"
    notebook = lab.open(code, wait=READY, round_trip=round_trip)
    notebook.page.locator(".jl-labeler").focus()
    return notebook


def look(page: Page, side: str) -> str:
    """Some pixels of the canvas that is ``"visible"`` or ``"hidden"``."""
    return str(page.evaluate(_LOOK, side))


def wait_next(page: Page, old: str) -> None:
    """Waits until the canvas behind shows another page than the one that was turned away."""
    script = f"([side, old]) => {{ const now = ({_LOOK})(side); return now !== '' && now !== old; }}"
    page.wait_for_function(script, arg=["hidden", old])
