"""The labeler on real photographs, open in JupyterLab, for the benchmarks of the screen."""

from pathlib import Path

from playwright.sync_api import Page

from jlabel import Project, Workspace
from tests.benchmarks.measure import Timing
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.fixtures.realdata import FOLDER
from tests.pictures import make_pictures

GRID = 9
CLASSES = ("dress", "hat", "longsleeve", "outwear", "pants", "shirt", "shoes", "shorts", "skirt", "t-shirt")
READY = ".jl-stage:not([data-loading]) .jl-cell"
AHEAD = ".jl-stage[data-ahead]"
"""There while the page behind is painted: from then on a page turn asks nobody."""

_PIXELS = """() => {
    const sides = [...document.querySelectorAll('.jl-canvas-host')].slice(0, 2);
    return sides.every(side => {
        const canvas = side.querySelector('canvas');
        const { width, height } = canvas;
        const at = (x, y) => canvas.getContext('2d').getImageData(width * x / 6, height * y / 6, 1, 1).data[3];
        return [1, 3, 5].every(y => [1, 3, 5].every(x => at(x, y) === 255));
    });
}"""


def make_project(folder: Path, name: str) -> Project:
    """A project of the 1,564 photographs of clothing; of made pictures where those are not at hand."""
    images = FOLDER / "clothing" / "images"
    if not images.is_dir():
        images = folder / "pictures"
        if not images.is_dir():
            make_pictures(images, 1564, width=216, height=288)
    return Workspace(folder / "labels").create_project(name, task="multi-class", images=images, labels=CLASSES)


def open_labeler(lab: Lab, project: Project, round_trip: float) -> Notebook:
    """The project in grids of nine, the server so far away, with the keyboard on it and the page behind painted."""
    place, name = project.location, project.name
    code = f"import jlabel as jl\nw = jl.Workspace({place!r}).project({name!r}).label(grid={GRID}, labeler='me')\nw"
    notebook = lab.open(code, wait=READY, round_trip=round_trip)
    notebook.page.locator(AHEAD).wait_for()
    notebook.page.locator(".jl-labeler").focus()
    return notebook


def painted(page: Page) -> bool:
    """Whether each cell of both canvases has a picture in its middle."""
    return bool(page.evaluate(_PIXELS))


def close(lab: Lab, notebook: Notebook) -> None:
    """Closes the page and ends its kernel, so that the next figure has the machine to itself."""
    notebook.close()
    lab.server.shut_down_kernels()


def joined(*timings: Timing) -> Timing:
    """The samples of several."""
    return Timing(samples=tuple(sample for timing in timings for sample in timing.samples))
