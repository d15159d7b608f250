"""What goes wrong in the hand or on the way: lost buttons, fingers, double submits, hostile messages. Nothing is stored
that was not drawn, and the next gesture works."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from jlabel import Box
from jlabel.model.answer import Annotation
from tests.browser.notebook import PANEL
from tests.browser.stage import READY, Stage

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession

Open = Callable[[str], Stage]
SCALE = "w.body.stage.views[w.session.page.token].scale"
# The wire under the widget: what the editor sends, a hostile page or extension could send as well.
SEND = f"""([comm, content]) => {{
    {PANEL}
    ctx.session.kernel._comms.get(comm).send({{method: 'custom', content}});
}}"""


def box(annotation: Annotation) -> tuple[float, float, float, float]:
    shape = annotation.shape
    assert isinstance(shape, Box)
    return shape.x0, shape.y0, shape.x1, shape.y1


def draws(stage: Stage) -> None:
    """The editor works: a box is drawn where the pointer goes, and nothing but that."""
    stage.press("Escape", "Escape", "Escape", "r")
    before = stage.drafts()
    stage.drag(250, 200, 300, 240)
    after = stage.wait(lambda shapes: len(shapes) == len(before) + 1)
    assert after[:-1] == before
    assert box(after[-1]) == pytest.approx((250, 200, 300, 240), abs=1.5)


class Pointer:
    """Mouse and fingers as the browser's own input, so that an event can be left out."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.cdp: CDPSession = stage.page.context.new_cdp_session(stage.page)

    def mouse(self, kind: str, x: float, y: float, *, held: bool) -> None:
        """``kind`` is mousePressed, mouseMoved or mouseReleased, at an image pixel."""
        left, top = self.stage.at(x, y)
        button = "left" if held or kind == "mouseReleased" else "none"
        event = {"type": kind, "x": left, "y": top, "button": button, "buttons": int(held), "clickCount": 1}
        self.cdp.send("Input.dispatchMouseEvent", event)

    def fingers(self, kind: str, *points: tuple[float, float]) -> None:
        """``kind`` is touchStart, touchMove, touchEnd or touchCancel; all fingers that are down, at image pixels."""
        places = [self.stage.at(*point) for point in points]
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


@pytest.fixture
def stage(open_editor: Open) -> Iterator[Stage]:
    stage = open_editor("boxes")
    stage.press("1", "r")
    yield stage
    assert stage.notebook.console_errors == []


def test_a_button_let_go_outside_the_window_draws_nothing(stage: Stage) -> None:
    pointer = Pointer(stage)
    pointer.mouse("mouseMoved", 50, 50, held=False)
    pointer.mouse("mousePressed", 50, 50, held=True)
    pointer.mouse("mouseMoved", 120, 120, held=True)
    pointer.mouse("mouseMoved", 150, 100, held=False)  # back in the window, no button down, no up was seen
    stage.notebook.frame()
    assert stage.drafts() == ()
    draws(stage)


def test_a_window_that_loses_the_focus_drops_the_drag(stage: Stage) -> None:
    pointer = Pointer(stage)
    pointer.mouse("mousePressed", 50, 50, held=True)
    pointer.mouse("mouseMoved", 120, 120, held=True)
    stage.page.evaluate("() => window.dispatchEvent(new Event('blur'))")
    pointer.mouse("mouseMoved", 150, 100, held=False)
    pointer.mouse("mouseReleased", 150, 100, held=False)
    stage.notebook.frame()
    assert stage.drafts() == ()
    draws(stage)


def test_a_move_whose_button_was_lost_leaves_the_shape_where_it_was(stage: Stage) -> None:
    stage.drag(50, 50, 120, 120)
    before = stage.wait(lambda shapes: len(shapes) == 1)
    stage.press("m")
    pointer = Pointer(stage)
    pointer.mouse("mouseMoved", 80, 80, held=False)
    pointer.mouse("mousePressed", 80, 80, held=True)
    pointer.mouse("mouseMoved", 150, 150, held=True)
    pointer.mouse("mouseMoved", 160, 150, held=False)
    stage.notebook.frame()
    assert stage.drafts() == before
    draws(stage)


def test_a_finger_draws_two_zoom_and_a_cancelled_one_draws_nothing(stage: Stage) -> None:
    pointer = Pointer(stage)
    pointer.cdp.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    pointer.fingers("touchStart", (50, 50))
    pointer.fingers("touchMove", (80, 90))
    pointer.fingers("touchMove", (120, 130))
    pointer.fingers("touchEnd")
    found = stage.wait(lambda shapes: len(shapes) == 1)
    assert box(found[0]) == pytest.approx((50, 50, 120, 130), abs=2)
    # the system takes the touch away, for a call say
    pointer.fingers("touchStart", (200, 50))
    pointer.fingers("touchMove", (260, 120))
    pointer.fingers("touchCancel")
    stage.notebook.frame()
    assert stage.drafts() == found
    # a pinch: what the first finger began is dropped, the picture grows about the fingers' middle
    before, middle = stage.scale, stage.at(200, 150)
    pointer.fingers("touchStart", (180, 150))
    pointer.fingers("touchStart", (180, 150), (220, 150))
    for apart in (30, 40, 50, 60):
        pointer.fingers("touchMove", (200 - apart, 150), (200 + apart, 150))
    pointer.fingers("touchEnd")
    stage.until(SCALE, lambda scale: scale > 2.5 * before)
    stage.settled()
    assert stage.scale == pytest.approx(3 * before, rel=0.05)
    assert stage.at(200, 150) == pytest.approx(middle, abs=2)
    assert stage.drafts() == found
    pointer.cdp.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    stage.press("0")
    stage.until(SCALE, lambda scale: scale == pytest.approx(before))
    stage.settled()
    draws(stage)


def test_submit_twice_counts_once(stage: Stage) -> None:
    stage.drag(50, 50, 120, 120)
    stage.wait(lambda shapes: len(shapes) == 1)
    before = stage.token
    stage.page.locator(".jl-submit").dblclick()
    stage.turned(before)
    assert stage.project.counts().remaining == 5
    assert len(stage.project.store.submissions(stage.project.id, "me")) == 1
    # nor does holding the key down submit what comes next
    stage.press("n")
    stage.page.locator(".jl-submit:enabled").wait_for()
    before = stage.token
    for _ in range(5):
        stage.page.keyboard.down("Enter")
    stage.page.keyboard.up("Enter")
    stage.turned(before)
    assert stage.project.counts().remaining == 4
    draws(stage)


def test_shapes_of_a_retired_class_are_shown_reclassed_and_deleted(stage: Stage) -> None:
    stage.drag(50, 50, 120, 120)
    stage.press("Escape")
    stage.drag(200, 50, 260, 120)
    stage.wait(lambda shapes: len(shapes) == 2)
    stage.project.store.retire_class(stage.project.id, 1)
    stage.notebook.restart_kernel()
    stage.notebook.rerun(wait=READY)
    stage.page.locator(".jl-labeler").focus()
    stage.look()
    rows = stage.page.locator(".jl-object")
    stage.page.wait_for_function("document.querySelectorAll('.jl-object').length === 2")
    assert rows.nth(0).locator(".jl-class-name").text_content() == "cell", "the name it had, not a number"
    assert stage.page.locator(".jl-class").count() == 1, "it can be given no more"
    rows.nth(0).click()
    stage.press("2")
    assert [one.class_id for one in stage.wait(lambda shapes: shapes[0].class_id == 2)] == [2, 1]
    rows.nth(1).click()
    stage.press("Delete")
    stage.wait(lambda shapes: len(shapes) == 1)


HOSTILE: tuple[dict[str, Any], ...] = (
    {"kind": "draw"},
    {"kind": "draw", "uid": "x", "class_id": 99, "shape": {"box": [0, 0, 9, 9]}},
    {"kind": "draw", "uid": "x", "class_id": 1, "shape": {"box": [5, 5, 5, 5]}},
    {"kind": "draw", "uid": "<script>", "class_id": 1, "shape": {"box": [0, 0, 9, 9]}},
    {"kind": "change", "uid": "nobody", "shape": {"box": [0, 0, 9, 9]}},
    {"kind": "remove", "uids": ["nobody"]},
    {"kind": "command", "name": "__import__"},
    {"kind": "command", "name": "paste", "shapes": [{"uid": "y", "class_id": 1, "shape": {"box": [0, 0, None, 9]}}]},
    {"kind": "level", "brightness": 1e308, "contrast": 1},
    {"kind": "level", "brightness": 1, "contrast": 1, "gamma": 0},
    {"kind": "explode", "shape": [[["deep"]]]},
)


def test_hostile_messages_are_refused_on_the_page_and_change_nothing(stage: Stage) -> None:
    stage.drag(50, 50, 120, 120)
    before = stage.wait(lambda shapes: len(shapes) == 1)
    page, (comm, view) = stage.page, stage.notebook.eval("print(w.comm.comm_id, w.view)").split()
    for message in HOSTILE:
        page.evaluate(SEND, [comm, {**message, "seq": 0, "view": view, "page": stage.token}])
        alert = page.locator(".jl-message[data-kind=error]")
        alert.wait_for()
        text = alert.text_content() or ""
        assert "error of its own" not in text, message
        assert stage.drafts() == before, message
        alert.locator(".jl-x").click()
        alert.wait_for(state="hidden")
    assert json.loads(stage.notebook.eval("import json\nprint(json.dumps(w.state['levels']))")) == [1, 1, 1, 0]
    draws(stage)
