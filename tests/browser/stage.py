"""The shape editor in a notebook: image pixels in, mouse and keys out, what is stored back."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from jlabel import Project
from jlabel.model.answer import Annotation
from jlabel.session import viewport
from tests.browser.notebook import Notebook

READY = ".jl-editor .jl-stage:not([data-loading]) .jl-gesture-canvas"
EDITOR = """import jlabel as jl
ws = jl.Workspace({location!r})
p = ws.project('p')
w = p.label(labeler='me')
w"""
_LOOK = """import json
from jlabel.session.viewport import to_dict
page = w.session.page
task, view = page.tasks[0], w.body.stage.views[page.token]
print(json.dumps([w.session.parts.id, page.token, task.item, task.name, to_dict(view)]))"""


def code_for(project: Project) -> str:
    """The cell that shows the editor of a project named ``p``."""
    return EDITOR.format(location=str(project.location))


class Stage:
    """One editor on screen.

    Attributes:
        view: how the picture lies on the stage, as the kernel has it since the last ``look``.
        item: the image on screen, by its id, and its ``name``.
    """

    def __init__(self, notebook: Notebook, project: Project) -> None:
        self.notebook, self.page, self.project = notebook, notebook.page, project
        self.page.locator(".jl-labeler").focus()
        self.look()
        shown = self.page.locator(".jl-gesture-canvas").bounding_box()
        assert shown is not None
        assert shown["height"] == self.view.stage_height, "the stage is measured once, at the height that it keeps"

    def look(self) -> None:
        """Learn which image is on screen, and under which view."""
        self.session, self.token, self.item, self.name, view = json.loads(self.notebook.eval(_LOOK))
        self.view = viewport.from_dict(view)
        box = self.page.locator(".jl-gesture-canvas").bounding_box()
        assert box is not None
        self.left, self.top = box["x"], box["y"]

    @property
    def scale(self) -> float:
        return self.view.scale

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where an image pixel is in the page, CSS pixels."""
        u, v = self.view.to_stage(x, y)
        return self.left + u, self.top + v

    def drag(self, x0: float, y0: float, x1: float, y1: float, steps: int = 10) -> None:
        self.page.mouse.move(*self.at(x0, y0))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(x1, y1), steps=steps)
        self.page.mouse.up()

    def trace(self, points: Iterable[tuple[float, float]]) -> None:
        """Press at the first point, pass the others and let go at the last."""
        first, *rest = points
        self.page.mouse.move(*self.at(*first))
        self.page.mouse.down()
        for point in rest:
            self.page.mouse.move(*self.at(*point), steps=4)
        self.page.mouse.up()

    def click(self, x: float, y: float, *modifiers: str) -> None:
        for key in modifiers:
            self.page.keyboard.down(key)
        self.page.mouse.click(*self.at(x, y))
        for key in modifiers:
            self.page.keyboard.up(key)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def menu(self, text: str) -> None:
        """Choose an entry of the menu of what can be done to shapes."""
        self.page.locator("button[aria-label='More for shapes']").click()
        self.page.locator(".jl-item", has_text=text).click()

    def settled(self) -> None:
        """Wait until the kernel has painted the view that the browser shows, then look."""
        self.page.wait_for_function("[...document.querySelectorAll('.jl-canvas-host')].every(e => !e.style.transform)")
        self.page.locator(READY).wait_for()
        self.look()

    def zoom(self, factor: float, x: float, y: float) -> None:
        """Turn the wheel over an image pixel until the view has grown by ``factor`` at least."""
        before, wanted = self.scale, self.scale * factor
        self.page.mouse.move(*self.at(x, y))
        while self.scale < wanted:
            self.page.mouse.wheel(0, -150)
            self.until(f"w.body.stage.views[w.session.page.token].scale != {before!r}", bool)
            self.settled()
            before = self.scale

    def visible(self, margin: float = 8.0) -> tuple[float, float, float, float]:
        """The part of the image that lies on the stage and in the window: x0, y0, x1, y1 in image pixels."""
        window = self.page.viewport_size
        assert window is not None
        low = self.view.to_image(margin, margin)
        right = min(self.view.stage_width, window["width"] - self.left) - margin
        down = min(self.view.stage_height, window["height"] - self.top) - margin
        high = self.view.to_image(right, down)
        return max(0.0, low[0]), max(0.0, low[1]), min(self.view.width, high[0]), min(self.view.height, high[1])

    def drafts(self) -> tuple[Annotation, ...]:
        """What is stored for the image on screen."""
        drafts = self.project.store.drafts(self.session, [self.item])
        return drafts[self.item].annotations if self.item in drafts else ()

    def wait(self, condition: Callable[[tuple[Annotation, ...]], bool]) -> tuple[Annotation, ...]:
        found: tuple[Annotation, ...] = ()
        for _ in range(200):
            found = self.drafts()
            if condition(found):
                return found
            self.notebook.frame()
        raise AssertionError(f"the stored shapes never came to what the test waits for: {found}")

    def until(self, expression: str, condition: Callable[[Any], bool]) -> None:
        """Wait until an expression of the kernel has a value (of JSON) that meets a condition."""
        for _ in range(200):
            value = json.loads(self.notebook.eval(f"import json\nprint(json.dumps({expression}))"))
            if condition(value):
                return
            self.notebook.frame()
        raise AssertionError(f"{expression} stayed at {value!r}")

    def turned(self, before: str | None = None) -> None:
        """Wait until another image than ``before`` (token of a page) is on screen, painted, then look."""
        old = before or self.token
        self.until("w.session.page and w.session.page.token", lambda now: now not in {old, None})
        self.page.locator(READY).wait_for()
        self.settled()
