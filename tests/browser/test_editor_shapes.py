"""Polygons beside each other in JupyterLab: snapped, joined, subtracted, simplified; with the mouse and by keyboard."""

from collections.abc import Callable, Iterable

from jlabel import Box, Polygon
from jlabel.model.answer import Annotation
from tests.browser.stage import Stage

Open = Callable[[str], Stage]
SQUARE = ((40, 40), (160, 40), (160, 160), (40, 160))
CROSSING = ((120, 80), (240, 80), (240, 120), (120, 120))


def polygon(annotation: Annotation) -> Polygon:
    assert isinstance(annotation.shape, Polygon)
    return annotation.shape


def outline(stage: Stage, points: Iterable[tuple[float, float]]) -> None:
    """Draw a polygon by clicks and Enter, as a shape that nothing is selected of afterwards."""
    stage.press("p")
    for point in points:
        stage.click(*point)
    stage.press("Enter")


def walk(stage: Stage, x: int, y: int) -> None:
    """Move the keyboard's cursor, in steps of ten pixels where they fit."""
    for distance, far, near in ((x, "Right", "Right"), (y, "Down", "Down")):
        way = far if distance > 0 else {"Right": "Left", "Down": "Up"}[near]
        tens, ones = divmod(abs(distance), 10)
        stage.press(*[f"Shift+Arrow{way}"] * tens, *[f"Arrow{way}"] * ones)


def entry(stage: Stage, number: int) -> None:
    """Choose from the menu of shapes by keyboard alone: its button, then arrows down, then Enter."""
    stage.page.locator("button[aria-label='More for shapes']").focus()
    stage.press("Enter", *["ArrowDown"] * number, "Enter")


def test_snap_takes_a_neighbour_s_corner_and_edge(open_editor: Open) -> None:
    stage = open_editor("polygons")
    stage.press("1")
    outline(stage, SQUARE)
    (first,) = stage.wait(lambda s: len(s) == 1)
    corner, below = polygon(first).rings[0][1:3]
    snap = stage.page.locator("button[aria-label^='Snap']")
    snap.click()
    assert snap.get_attribute("aria-pressed") == "true"
    stage.press("Escape")
    # two pixels off a corner, and two off the edge between the corners
    stage.press("p")
    for point in ((162, 42), (240, 60), (162, 100)):
        stage.click(*point)
    stage.press("Enter")
    second = polygon(stage.wait(lambda s: len(s) == 2)[1]).rings[0]
    assert second[0] == corner, "the very corner, so that no sliver is left between them"
    assert abs(second[2][0] - (corner[0] + below[0]) / 2) < 1e-6
    assert abs(second[2][1] - 100) < 1.5
    assert abs(second[1][0] - 240) < 1.5, "nothing near: where the pointer was"
    # Shift turns it over for a moment
    stage.press("Escape")
    for point in ((162, 150), (240, 150), (240, 200)):
        stage.click(*point, "Shift")
    stage.press("Enter")
    third = polygon(stage.wait(lambda s: len(s) == 3)[2]).rings[0]
    assert abs(third[0][0] - 162) < 1.5
    assert third[0][0] != corner[0]


def test_snap_join_and_points_by_keyboard_alone(open_editor: Open) -> None:
    stage = open_editor("polygons")
    stage.press("1", "p", "k")  # the cursor is in the stage's middle, which is the image's
    for step in ((-100, -80), (60, 0), (0, 60), (-60, 0)):
        walk(stage, *step)
        stage.press("k")
    stage.press("Enter")
    (first,) = stage.wait(lambda s: len(s) == 1)
    assert polygon(first).rings == (((100, 70), (160, 70), (160, 130), (100, 130)),)
    stage.page.locator("button[aria-label^='Snap']").focus()
    stage.press("Enter")
    stage.page.locator(".jl-labeler").focus()
    stage.press("Escape", "Escape", "2", "p", "k")
    for step in ((-38, -78), (80, 0), (0, 40)):  # the first is (162, 72), two off the corner
        walk(stage, *step)
        stage.press("k")
    stage.press("Enter")
    second = polygon(stage.wait(lambda s: len(s) == 2)[1])
    assert second.rings[0][0] == (160, 70)
    # both, made one: the first one's class stands
    stage.press("m", "Control+a")
    entry(stage, 3)
    (joined,) = stage.wait(lambda s: len(s) == 1)
    assert joined.class_id == 1
    assert abs(polygon(joined).area() - 3600 - second.area()) < 60 * 60
    stage.press("Control+z")
    assert stage.wait(lambda s: len(s) == 2)[1].class_id == 2
    # a point of the first: walked to, moved, deleted
    stage.press("Escape", "Escape", "Tab", "u", ".", "ArrowLeft")
    stage.wait(lambda s: (99, 70) in polygon(s[0]).rings[0])
    stage.press("Delete")
    stage.wait(lambda s: len(polygon(s[0]).rings[0]) == 3)
    assert stage.notebook.console_errors == []


def test_apart_joined_and_split_with_the_mouse(open_editor: Open) -> None:
    stage = open_editor("polygons")
    stage.press("1")
    outline(stage, SQUARE)
    stage.press("Escape")
    outline(stage, ((250, 50), (330, 50), (290, 120)))
    stage.wait(lambda s: len(s) == 2)
    stage.press("m", "Escape")
    stage.click(100, 100)
    stage.click(290, 70, "Control")
    stage.menu("Join as one object")
    (whole,) = stage.wait(lambda s: len(s) == 1)
    assert len(polygon(whole).rings) == 2, "two parts of one instance"
    stage.menu("Split into its parts")
    assert {len(polygon(one).rings) for one in stage.wait(lambda s: len(s) == 2)} == {1}


def test_an_overlap_is_subtracted_from_the_selected_one(open_editor: Open) -> None:
    stage = open_editor("polygons")
    stage.press("1")
    outline(stage, SQUARE)
    stage.press("Escape")
    outline(stage, CROSSING)
    before = stage.wait(lambda s: len(s) == 2)
    stage.press("m", "Escape")
    stage.click(60, 60)
    stage.menu("Subtract the others' overlap")
    after = stage.wait(lambda s: s[0] != before[0])
    assert after[1] == before[1], "the other one stays"
    assert polygon(after[0]).iou(polygon(after[1])) < 1e-9
    lost = polygon(before[0]).area() - polygon(after[0]).area()
    assert abs(lost - 40 * 40) < 200
    # and the other way round, by keyboard
    stage.press("Control+z")
    stage.wait(lambda s: s == before)
    stage.page.locator(".jl-object").nth(1).click()
    entry(stage, 4)  # of what can be done with one shape: box, points, repair, split, subtract
    after = stage.wait(lambda s: s[1] != before[1])
    assert after[0] == before[0]
    assert polygon(after[0]).iou(polygon(after[1])) < 1e-9


def test_fewer_points_stay_near_the_outline(open_editor: Open) -> None:
    stage = open_editor("polygons")
    stage.press("1", "p")
    top = [(60 + 10 * n, 60 + (n % 2) * 0.3) for n in range(15)]  # a line with a tremor
    for point in (*top, (200, 200), (60, 200)):
        stage.click(*point)
    stage.press("Enter")
    (drawn,) = stage.wait(lambda s: len(s) == 1)
    assert len(polygon(drawn).rings[0]) == 17
    stage.menu("Fewer points")
    (simple,) = stage.wait(lambda s: s[0] != drawn)
    assert len(polygon(simple).rings[0]) <= 6
    assert polygon(simple).iou(polygon(drawn)) > 0.99
    stage.press("Control+z")
    assert stage.wait(lambda s: s != (simple,)) == (drawn,)


def test_one_shape_is_hidden_and_its_origin_told(open_editor: Open) -> None:
    stage = open_editor("boxes")
    page = stage.page
    stage.press("1")
    stage.drag(40, 40, 120, 100)
    stage.press("Control+c", "Control+v")
    stage.wait(lambda s: len(s) == 2)
    rows = page.locator(".jl-object")
    page.wait_for_function("document.querySelectorAll('.jl-origin[title=\"A copy\"]').length === 1")
    assert rows.nth(0).locator(".jl-origin").get_attribute("title") == "Drawn here"
    rows.nth(1).locator("[title^='Show or hide']").click()
    page.wait_for_function("document.querySelectorAll('.jl-object[data-hidden]').length === 1")
    # what is hidden is not in the way
    stage.press("m", "Escape")
    stage.drag(100, 90, 100, 150)
    boxes = [one.shape for one in stage.wait(lambda s: isinstance(s[0].shape, Box) and s[0].shape.y0 > 90)]
    assert boxes[1].bounds()[1] < 60  # type: ignore[union-attr]
    rows.nth(1).locator("[title^='Show or hide']").click()
    page.wait_for_function("document.querySelectorAll('.jl-object[data-hidden]').length === 0")
    stage.notebook.screenshot("editor-objects")
    assert stage.notebook.console_errors == []
