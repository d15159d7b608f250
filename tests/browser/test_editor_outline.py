"""The key B in JupyterLab: a drawn box becomes the outline of the object in it, Ctrl+Z gives the box back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch")

from jlabel import Polygon, Workspace
from jlabel.assist.detection.polygons import ellipse
from jlabel.model.answer import Annotation
from tests.assist.outlined import outlined, trained
from tests.browser.lab import Lab
from tests.browser.stage import READY, Stage, code_for
from tests.browser.test_accessibility import both_themes, check
from tests.pictures import make_pictures

pytestmark = [pytest.mark.model, pytest.mark.slow]
Shapes = tuple[Annotation, ...]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the project ``p``, whose model finds outlines."""
    made = tmp_path_factory.mktemp("outlined")
    trained(made)
    return made


@pytest.fixture
def stage(lab: Lab, folder: Path) -> Stage:
    """The editor on an image with squares, its model loaded."""
    project = Workspace(folder / "labels")["p"]
    notebook = lab.open(code_for(project), wait=".jl-assist-line")  # which takes room from the stage
    notebook.page.locator(READY).wait_for()
    notebook.page.locator(".jl-stage:not([data-refitting])").wait_for()
    stage = Stage(notebook, project)
    while not outlined(stage.name).annotations:
        stage.press("n", "Enter")
        stage.turned()
    stage.until("w._outliner.loaded", bool)
    return stage


def square(stage: Stage) -> Polygon:
    """A true outline on the image."""
    shape = outlined(stage.name).annotations[0].shape
    assert isinstance(shape, Polygon)
    return shape


def points(shapes: Shapes) -> int:
    (one,) = shapes
    assert isinstance(one.shape, Polygon)
    return sum(map(len, one.shape.rings))


def is_box(shapes: Shapes) -> bool:
    return len(shapes) == 1 and isinstance(shapes[0].shape, Polygon) and len(shapes[0].shape.rings[0]) == 4


def is_outlined(box: Shapes) -> Callable[[Shapes], bool]:
    return lambda shapes: len(shapes) == 1 and shapes[0].shape != box[0].shape


def judge(stage: Stage, before: Shapes, after: Shapes) -> None:
    """The outline is better than an ellipse, valid, and still has the box's name and class."""
    (old,), (new,) = before, after
    assert isinstance(new.shape, Polygon)
    assert (new.uid, new.class_id, new.made) == (old.uid, old.class_id, old.made)
    assert new.shape.find_fault() is None
    true = square(stage)
    assert new.shape.iou(true) > ellipse(true.bounds()).iou(true)


def test_a_drawn_box_is_outlined_and_given_back(stage: Stage) -> None:
    page = stage.page
    x0, y0, x1, y1 = square(stage).bounds()
    stage.press("1", "r")
    stage.drag(x0, y0, x1, y1)
    box = stage.wait(is_box)
    stage.press("b")
    found = stage.wait(is_outlined(box))
    judge(stage, box, found)
    stage.settled()
    both_themes(stage.notebook, "editor-outline")
    stage.press("Control+z")
    assert stage.wait(is_box) == box
    stage.press("Control+y")
    stage.wait(is_outlined(box))
    stage.press("Control+z")
    stage.wait(is_box)
    # by the menu, with nothing selected: the shape drawn last
    stage.press("Escape", "Escape")
    stage.press("m")
    page.locator("button[aria-label='More for shapes']").click()
    both_themes(stage.notebook, "editor-outline-menu")
    page.locator(".jl-item", has_text="Outline the object in the box").click()
    judge(stage, box, stage.wait(is_outlined(box)))
    # keys that are pressed at once are taken in their order
    stage.press("Control+z", "b", "Control+z")
    stage.wait(is_box)
    stage.press("?")
    page.locator(".jl-keys td", has_text=re.compile("^B$")).wait_for()
    check(page)
    stage.press("Escape", "d")
    stage.wait(lambda shapes: not shapes)
    assert stage.notebook.console_errors == []


def test_by_keyboard_alone(stage: Stage) -> None:
    x0, y0, x1, y1 = (round(value) for value in square(stage).bounds())
    stage.press("1", "r", "k")
    width, height = 160, 120
    stage.press(*["ArrowLeft"] * (width // 2 - x0) if x0 < width // 2 else ["ArrowRight"] * (x0 - width // 2))
    stage.press(*["ArrowUp"] * (height // 2 - y0) if y0 < height // 2 else ["ArrowDown"] * (y0 - height // 2))
    stage.press("k", *["ArrowRight"] * (x1 - x0), *["ArrowDown"] * (y1 - y0), "k")
    box = stage.wait(is_box)
    assert box[0].shape is not None
    assert box[0].shape.iou(square(stage)) > 0.9
    stage.press("b")
    judge(stage, box, stage.wait(is_outlined(box)))
    stage.press("Control+z")
    assert stage.wait(is_box) == box
    stage.press("d")
    stage.wait(lambda shapes: not shapes)
    assert stage.notebook.console_errors == []


def test_without_a_model_b_says_what_to_do(lab: Lab, tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "pictures", 3, width=400, height=300)
    workspace = Workspace(tmp_path / "labels")
    for task in ("polygons", "boxes"):
        project = workspace.create_project(f"p-{task}", task=task, images=folder, labels=["cell"])
        code = code_for(project).replace("'p'", repr(project.name))
        stage = Stage(lab.open(code, wait=READY), project)
        page = stage.page
        stage.press("b")
        if task == "boxes":
            page.locator("button[aria-label='More for shapes']").click()
            assert page.locator(".jl-item", has_text="Outline").count() == 0
            assert page.locator(".jl-message:visible").count() == 0
            continue
        message = page.locator(".jl-message", has_text="No model finds outlines here yet")
        message.wait_for()
        page.locator("button[aria-label='More for shapes']").click()
        entry = page.locator(".jl-item", has_text="Outline the object in the box")
        assert entry.is_disabled()
        assert "Start assist" in entry.inner_text()
        both_themes(stage.notebook, "editor-outline-none")
        assert stage.notebook.console_errors == []
