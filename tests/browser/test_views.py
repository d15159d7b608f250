"""One labeler in several views of different size: what is done in either is stored where it was done."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from jlabel import Project, Workspace
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.pictures import colour, make_pictures

TWO_IN_A_WINDOW = """import ipywidgets, jlabel as jl
p = jl.Workspace({location!r}).project('p')
w = p.label({options})
display(w, ipywidgets.VBox([w], layout={{'width': '640px'}}))"""
ONE = """import jlabel as jl
w = jl.Workspace({location!r}).project('p').label({options})
w"""
BOXES = [(20.0 + 75 * n, 20.0 + 25 * n, 80.0 + 75 * n, 70.0 + 25 * n) for n in range(5)]
"""Five boxes in image pixels, none of which touches another."""
SMALL = {"width": 900, "height": 700}

# The picture that a view shows: the part of its canvas that is painted, x0, y0, x1, y1 in CSS pixels of the page.
PICTURE = """root => {
    const host = [...root.querySelectorAll('HOST')].find(e => e.style.visibility === 'visible');
    const canvas = host?.querySelector('canvas');
    if (!canvas?.width) return null;
    const {width, height} = canvas, {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
    let [x0, y0, x1, y1] = [width, height, -1, -1];
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (data[4 * (y * width + x) + 3]) {
        [x0, y0, x1, y1] = [Math.min(x, x0), Math.min(y, y0), Math.max(x + 1, x1), Math.max(y + 1, y1)];
    }
    if (x1 < 0) return null;
    const box = canvas.getBoundingClientRect(), [u, v] = [box.width / width, box.height / height];
    return [box.left + u * x0, box.top + v * y0, box.left + u * x1, box.top + v * y1];
}""".replace("HOST", ".jl-canvas-host")
# Red, green, blue of the painting under a point of the page.
UNDER = """(root, [x, y]) => {
    const host = [...root.querySelectorAll('HOST')].find(e => e.style.visibility === 'visible');
    const canvas = host.querySelector('canvas'), box = canvas.getBoundingClientRect();
    const at = [(x - box.left) * canvas.width / box.width, (y - box.top) * canvas.height / box.height];
    return [...canvas.getContext('2d').getImageData(Math.floor(at[0]), Math.floor(at[1]), 1, 1).data].slice(0, 3);
}""".replace("HOST", ".jl-canvas-host")


class View:
    """One view of a labeler in a page of the browser."""

    def __init__(self, page: Page, number: int = 0) -> None:
        self.page = page
        self.root = page.locator(".jl-labeler").nth(number)
        self.sign = self.root.locator(".jl-elsewhere")

    def ready(self) -> "View":
        """Wait until the view is the active one, and painted."""
        self.root.locator(".jl-stage:not([data-loading]) :is(.jl-cell, .jl-gesture-canvas)").first.wait_for()
        self.sign.wait_for(state="hidden")
        self.root.scroll_into_view_if_needed()
        return self

    def take(self) -> "View":
        """Take over with the button."""
        self.sign.wait_for()
        self.root.locator(".jl-use").click()
        return self.ready()

    def draw(self, box: tuple[float, float, float, float]) -> None:
        """Draw a box, in image pixels of a picture of 400 x 300, where this view shows them."""
        shown = self.page.wait_for_function(PICTURE, arg=self.root.element_handle())
        left, top, right, bottom = shown.json_value()
        scale = (right - left) / 400
        assert abs((bottom - top) / 300 - scale) < 0.02, "the picture is not stretched"
        x0, y0, x1, y1 = box
        self.root.focus()
        self.page.keyboard.press("1")
        self.page.keyboard.press("r")
        self.page.mouse.move(left + x0 * scale, top + y0 * scale)
        self.page.mouse.down()
        self.page.mouse.move(left + x1 * scale, top + y1 * scale, steps=10)
        self.page.mouse.up()

    def label(self, cell: int, key: str) -> str:
        """Click a cell, press a key, and return the name of the picture that is painted under the pointer."""
        box = self.root.locator(".jl-cell").nth(cell).bounding_box()
        assert box is not None
        at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 15
        seen = self.root.evaluate(UNDER, at)
        self.page.mouse.click(*at)
        self.page.keyboard.press(key)
        number = min(range(40), key=lambda n: sum(abs(a - b) for a, b in zip(seen, colour(n), strict=True)))
        return f"{number:04}.jpg"


@pytest.fixture
def boxes(lab: Lab, tmp_path: Path) -> Project:
    folder = make_pictures(tmp_path / "pictures", 6, width=400, height=300)
    return Workspace(tmp_path / "labels").create_project("p", task="boxes", images=folder, labels=["cell", "dust"])


@pytest.fixture
def classes(lab: Lab, tmp_path: Path) -> Project:
    folder = make_pictures(tmp_path / "pictures", 40)
    labels = ["cat", "dog", "owl"]
    return Workspace(tmp_path / "labels").create_project("p", task="multi-class", images=folder, labels=labels)


@pytest.fixture
def beside(lab: Lab) -> Iterator[Callable[[Notebook], Notebook]]:
    """``beside(notebook)`` opens the same notebook in a window of another size, in another person's browser."""
    contexts = []

    def open_beside(notebook: Notebook) -> Notebook:
        notebook.save()
        contexts.append(lab.new_context())
        page = contexts[-1].new_page()
        page.set_viewport_size(SMALL)  # type: ignore[arg-type]
        other = Notebook(page, notebook.url.replace("/tree/", f"-{len(contexts)}/tree/"), lab.screenshots)
        other.goto()
        return other

    yield open_beside
    for context in contexts:
        context.close()


def open_project(lab: Lab, project: Project, code: str = ONE, options: str = "labeler='me'") -> Notebook:
    notebook = lab.open(code.format(location=project.location, options=options), wait=".jl-labeler")
    View(notebook.page).ready()
    return notebook


def drafts(project: Project, notebook: Notebook) -> list[tuple[float, ...]]:
    """The boxes that are stored for the image on screen."""
    session, item = notebook.eval("print(w.session.parts.id, w.session.page.tasks[0].item)").split()
    found = project.store.drafts(int(session), [int(item)])
    return [tuple(one.shape.to_dict()["box"]) for answer in found.values() for one in answer.annotations if one.shape]


def wait_for(notebook: Notebook, condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        notebook.frame()
    raise AssertionError("the store never came to the state that the test waits for")


def assert_drawn(project: Project, notebook: Notebook, view: View, count: int) -> None:
    """Draw one more box in a view, the ``count``-th; assert that all of them are stored where they were drawn."""
    wanted = BOXES[:count]
    view.draw(wanted[-1])
    wait_for(notebook, lambda: len(drafts(project, notebook)) == len(wanted))
    for stored, drawn in zip(drafts(project, notebook), wanted, strict=True):
        assert stored == pytest.approx(drawn, abs=2)


def labels(project: Project, notebook: Notebook) -> dict[str, tuple[int, ...]]:
    """The stored answers on the page on screen, by the names of the images."""
    session, *tasks = notebook.eval(
        "print(w.session.parts.id, *(f'{t.item}={t.name}' for t in w.session.page.tasks))"
    ).split()
    names = {int(item): name for item, _, name in (task.partition("=") for task in tasks)}
    found = project.store.drafts(int(session), list(names))
    return {names[item]: answer.class_ids for item, answer in found.items() if answer.given}


def assert_labeled(project: Project, notebook: Notebook, view: View, given: dict[str, tuple[int, ...]]) -> None:
    """Label two more pictures in a view; assert that these, and those before, have got what was given to them."""
    first = len(given)
    for cell, key in zip((0, 8, 2, 6, 4, 5, 1, 3)[first : first + 2], "12", strict=True):
        given[view.label(cell, key)] = (int(key),)
    assert len(given) == first + 2
    wait_for(notebook, lambda: len(labels(project, notebook)) == len(given))
    assert labels(project, notebook) == given


def test_boxes_drawn_in_two_views_of_a_window_are_stored_where_they_were_drawn(lab: Lab, boxes: Project) -> None:
    notebook = open_project(lab, boxes, TWO_IN_A_WINDOW)
    wide, narrow = View(notebook.page), View(notebook.page, 1)
    assert_drawn(boxes, notebook, wide, 1)
    narrow.sign.wait_for()
    notebook.screenshot("views-editor-elsewhere")
    narrow.take()
    wide.sign.wait_for()
    assert_drawn(boxes, notebook, narrow, 2)
    notebook.screenshot("views-editor-narrow")
    assert_drawn(boxes, notebook, wide.take(), 3)
    assert notebook.console_errors == []


def test_a_click_labels_the_picture_under_the_pointer_in_two_views_of_a_window(lab: Lab, classes: Project) -> None:
    notebook = open_project(lab, classes, TWO_IN_A_WINDOW, "labeler='me', grid=9")
    wide, narrow, given = View(notebook.page), View(notebook.page, 1), dict[str, tuple[int, ...]]()
    assert_labeled(classes, notebook, wide, given)
    assert_labeled(classes, notebook, narrow.take(), given)
    notebook.screenshot("views-grid-narrow")
    assert_labeled(classes, notebook, wide.take(), given)
    assert notebook.console_errors == []


def test_boxes_drawn_in_two_windows_are_stored_where_they_were_drawn(
    lab: Lab, boxes: Project, beside: Callable[[Notebook], Notebook]
) -> None:
    notebook = open_project(lab, boxes)
    here = View(notebook.page)
    assert_drawn(boxes, notebook, here, 1)
    other = beside(notebook)
    there = View(other.page)
    there.sign.wait_for()
    other.screenshot("views-editor-window")
    assert_drawn(boxes, notebook, here.ready(), 2)
    assert_drawn(boxes, other, there.take(), 3)
    here.sign.wait_for()
    assert_drawn(boxes, notebook, here.take(), 4)
    notebook.close()
    assert_drawn(boxes, other, there.ready(), 5)
    assert notebook.console_errors == other.console_errors == []


def test_a_click_labels_the_picture_under_the_pointer_in_two_windows(
    lab: Lab, classes: Project, beside: Callable[[Notebook], Notebook]
) -> None:
    notebook = open_project(lab, classes, options="labeler='me', grid=9")
    here, given = View(notebook.page), dict[str, tuple[int, ...]]()
    assert_labeled(classes, notebook, here, given)
    other = beside(notebook)
    there = View(other.page)
    assert_labeled(classes, other, there.take(), given)
    here.sign.wait_for()
    notebook.screenshot("views-grid-window")
    other.close()
    assert_labeled(classes, notebook, here.ready(), given)
    assert notebook.console_errors == other.console_errors == []


def test_the_view_beside_takes_over_by_keyboard(lab: Lab, classes: Project) -> None:
    notebook = open_project(lab, classes, TWO_IN_A_WINDOW, "labeler='me', grid=4")
    page, wide, narrow = notebook.page, View(notebook.page), View(notebook.page, 1)
    narrow.sign.wait_for()
    narrow.root.focus()
    page.keyboard.press("2")
    page.keyboard.press("Tab")
    assert narrow.root.locator(".jl-use").evaluate("e => e === document.activeElement")
    page.keyboard.press("2")
    page.keyboard.press("Space")
    narrow.ready()
    wide.sign.wait_for()
    assert labels(classes, notebook) == {}, "keys in a view that is not active mean nothing"
    page.keyboard.press("1")
    wait_for(notebook, lambda: list(labels(classes, notebook).values()) == [(1,)])
    wide.root.focus()
    page.keyboard.press("Enter")
    wide.ready()
    page.keyboard.press("3")
    wait_for(notebook, lambda: (3,) in labels(classes, notebook).values())


def test_a_new_view_for_the_output_and_its_end(lab: Lab, boxes: Project) -> None:
    notebook = open_project(lab, boxes)
    notebook.command("notebook:create-output-view")
    notebook.page.locator(".jl-labeler[data-elsewhere]").wait_for()
    new = "[...document.querySelectorAll('.jl-labeler')].findIndex(e => e.matches('[data-elsewhere]'))"
    narrow = View(notebook.page, notebook.page.evaluate(new))
    notebook.screenshot("views-new-view")
    assert_drawn(boxes, notebook, narrow.take(), 1)
    notebook.command("application:close")
    notebook.page.wait_for_function("document.querySelectorAll('.jl-labeler').length === 1")
    assert_drawn(boxes, notebook, View(notebook.page).ready(), 2)


def test_a_reloaded_page_is_active_by_itself_also_where_it_left_without_a_word(lab: Lab, boxes: Project) -> None:
    notebook = open_project(lab, boxes)
    assert_drawn(boxes, notebook, View(notebook.page), 1)
    notebook.save()
    notebook.page.evaluate("WebSocket.prototype.send = () => {}")
    notebook.reload(save=False)
    assert_drawn(boxes, notebook, View(notebook.page).ready(), 2)


def test_a_gesture_on_a_picture_that_is_still_painted_for_another_size_is_not_taken(lab: Lab, boxes: Project) -> None:
    notebook = open_project(lab, boxes)
    view, page = View(notebook.page), notebook.page
    page.evaluate("WebSocket.prototype.send = () => {}")
    width = view.root.locator(".jl-gesture-canvas").evaluate("e => e.width")
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    page.wait_for_function(f"document.querySelector('.jl-gesture-canvas').width < {width}")
    box = view.root.locator(".jl-stage").bounding_box()
    assert box is not None
    view.root.focus()
    page.keyboard.press("1")
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 200, steps=5)
    page.mouse.up()
    notebook.frame()
    assert view.root.locator(".jl-object").count() == 0


def test_a_window_that_crashed_keeps_nobody_out(
    lab: Lab, boxes: Project, beside: Callable[[Notebook], Notebook]
) -> None:
    notebook = open_project(lab, boxes)
    notebook.save()
    notebook.page.evaluate("WebSocket.prototype.send = () => {}")
    other = beside(notebook)
    assert_drawn(boxes, other, View(other.page).ready(), 1)
