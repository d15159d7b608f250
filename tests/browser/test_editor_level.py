"""Brightness, contrast, gamma and inversion: previewed by the browser, painted by the kernel, remembered."""

from collections.abc import Callable

from tests.browser.stage import READY, Stage
from tests.pictures import colour

FRONT = ".jl-canvas-host[style*='visible'] canvas"
SETTLED = "[...document.querySelectorAll('.jl-canvas-host')].every(e => !e.style.filter)"
Open = Callable[[str], Stage]
Colour = tuple[int, int, int]


def own(stage: Stage) -> Colour:
    """The colour of the picture on screen as its file has it."""
    return colour(int(stage.name.removesuffix(".jpg")))


def negative(shown: Colour) -> Colour:
    return tuple(255 - part for part in shown)  # type: ignore[return-value]


def wait_painted(stage: Stage, shown: Colour, tolerance: int = 8) -> None:
    """Wait until the kernel has painted this colour into the canvas and the browser's preview is off."""
    stage.page.wait_for_function(SETTLED)
    stage.notebook.wait_pixel(FRONT, stage.view.stage_width / 2, stage.view.stage_height / 2, shown, tolerance)


def test_a_negative_by_mouse_is_previewed_painted_and_remembered(open_editor: Open) -> None:
    stage = open_editor("boxes")
    page = stage.page
    wait_painted(stage, own(stage))
    page.locator("button[aria-label^='Brightness']").click()
    page.evaluate("""() => {  // what the first frames after the click show
        const host = document.querySelector(".jl-canvas-host[style*='visible']");
        window.previews = [];
        new MutationObserver(() => window.previews.push(host.style.filter)).observe(host, {attributeFilter: ['style']});
    }""")
    page.locator(".jl-levels input[type=checkbox]").click()
    wait_painted(stage, negative(own(stage)))
    assert "url(" in page.evaluate("() => window.previews[0]")
    assert page.locator(".jl-levels:visible").count() == 1
    stage.notebook.screenshot("editor-negative")
    # another image, painted ahead before the level changed, is shown so too; so is the page after a reload
    page.locator(".jl-levels").press("Escape")
    before = stage.token
    stage.press("n", "Enter")
    stage.turned(before)
    wait_painted(stage, negative(own(stage)))
    stage.notebook.reload(wait=READY)
    stage.look()
    wait_painted(stage, negative(own(stage)))
    page.locator("button[aria-label^='Brightness']").click()
    assert page.locator(".jl-levels input[type=checkbox]").is_checked()
    page.locator(".jl-levels .jl-button", has_text="Reset").click()
    wait_painted(stage, own(stage))
    assert stage.notebook.console_errors == []


def test_every_slider_by_keyboard_alone(open_editor: Open) -> None:
    stage = open_editor("polygons")
    page = stage.page
    red, green, blue = own(stage)
    stage.press("1", "g")
    for _ in range(10):  # half an octave
        stage.press("ArrowRight")
    times = 2**0.5
    wait_painted(stage, tuple(min(255, round(part * times)) for part in (red, green, blue)))  # type: ignore[arg-type]
    for _ in range(10):
        stage.press("ArrowLeft")
    stage.press("Tab")  # contrast
    for _ in range(20):
        stage.press("ArrowLeft")
    wait_painted(stage, tuple(round((part - 127.5) / 2 + 127.5) for part in (red, green, blue)))  # type: ignore[arg-type]
    for _ in range(20):
        stage.press("ArrowRight")
    stage.press("Tab")  # gamma
    for _ in range(20):
        stage.press("ArrowRight")
    wait_painted(stage, tuple(round(255 * (part / 255) ** 0.5) for part in (red, green, blue)))
    stage.press("Tab", "Space")  # invert, too
    wait_painted(stage, tuple(round(255 * (1 - part / 255) ** 0.5) for part in (red, green, blue)))
    stage.press("Tab", "Enter")  # reset
    wait_painted(stage, (red, green, blue))
    # the letters typed on a slider are no tools; after Esc they are
    stage.press("m", "Escape")
    assert page.locator("button[aria-label*='(M)']").get_attribute("aria-pressed") == "false"
    stage.press("m")
    assert page.locator("button[aria-label*='(M)']").get_attribute("aria-pressed") == "true"
    assert stage.drafts() == ()
    assert stage.notebook.console_errors == []


def test_a_press_elsewhere_closes_the_panel_and_draws(open_editor: Open) -> None:
    stage = open_editor("boxes")
    stage.press("1", "g")
    stage.page.locator(".jl-levels").wait_for()
    stage.drag(20, 200, 60, 240)
    stage.wait(lambda shapes: len(shapes) == 1)
    assert stage.page.locator(".jl-levels:visible").count() == 0


def test_the_last_image_is_levelled_though_none_is_ahead(open_editor: Open) -> None:
    stage = open_editor("boxes")
    for _ in range(5):
        before = stage.token
        stage.press("n", "Enter")
        stage.turned(before)
    stage.page.locator(".jl-fact", has_text="1 / 6").wait_for()
    stage.notebook.restart_kernel()
    stage.notebook.rerun(wait=READY)
    stage.page.locator(".jl-labeler").focus()
    stage.look()
    stage.press("g", "Tab", "Tab", "Tab", "Space")
    wait_painted(stage, negative(own(stage)))
