"""The harness itself: what a cell draws arrives in the page, after a reload and after a restart of the kernel too."""

import json

from tests.browser.lab import Lab

DRAW = """
from ipycanvas import Canvas
from ipycanvas.canvas import _CANVAS_MANAGER
canvas = Canvas(width=200, height=100, layout={"width": "200px", "height": "100px"})
canvas.add_class("proof")
colour = "rgb(200, 30, 60)"
def draw():
    # A page that was reloaded does not know which canvas the commands are for (ipycanvas issue 322).
    _CANVAS_MANAGER._current_canvas = None
    canvas.fill_style = colour
    canvas.fill_rect(0, 0, 100, 100)
canvas.on_client_ready(draw)
draw()
canvas
"""
RED = (200, 30, 60)


def test_a_drawing_survives_reload_and_restart(lab: Lab) -> None:
    notebook = lab.open(DRAW, wait="canvas.proof")
    notebook.wait_pixel(".proof", 50, 50, RED)
    assert notebook.canvas_pixel(".proof", 150, 50) == (0, 0, 0, 0)

    notebook.reload(wait="canvas.proof")
    notebook.wait_pixel(".proof", 50, 50, RED)

    assert notebook.eval("print(colour)").strip() == "rgb(200, 30, 60)"
    notebook.restart_kernel()
    assert notebook.eval("print('colour' in globals())").strip() == "False"
    notebook.rerun(wait="canvas.proof")
    notebook.wait_pixel(".proof", 50, 50, RED)
    assert notebook.console_errors == []


def test_two_notebooks_have_two_kernels_and_the_theme_changes(lab: Lab) -> None:
    first = lab.open("import os; print(os.getpid())")
    second = lab.open("import os; print(os.getpid())")
    assert first.outputs()[0][0]["text"] != second.outputs()[0][0]["text"]
    second.theme("dark")
    assert second.page.locator("body").get_attribute("data-jp-theme-light") == "false"
    second.theme("light")
    assert second.screenshot("harness").stat().st_size > 0


def test_an_exception_in_a_cell_fails_the_test_with_its_traceback(lab: Lab) -> None:
    try:
        lab.open("raise ValueError('the cell is wrong')")
    except AssertionError as error:
        assert "the cell is wrong" in str(error)  # noqa: PT017 - pytest.raises cannot see inside the page's traceback
    else:
        raise AssertionError("a failing cell went unnoticed")


def test_the_kernel_is_isolated_from_the_users_jupyter(lab: Lab) -> None:
    code = "import json, os; print(json.dumps([os.environ[k] for k in ('JUPYTER_DATA_DIR', 'IPYTHONDIR')]))"
    seen = json.loads(lab.open(code).outputs()[0][0]["text"])
    assert all(path.startswith(str(lab.server.folder)) for path in seen)


def test_a_network_round_trip_can_be_added(lab: Lab) -> None:
    notebook = lab.open(DRAW, wait="canvas.proof", round_trip=50)
    notebook.wait_pixel(".proof", 50, 50, RED)
    assert notebook.page.evaluate("() => location.port") == str(lab.port(50)) != str(lab.server.port)
