"""A shape drawn before a class was picked: kept, asked for in a prompt over the stage, and never lost."""

from collections.abc import Callable

from tests.browser.stage import READY, Stage
from tests.browser.test_editor import _box, _near

Open = Callable[[str], Stage]
STAGE_BOX = "JSON.stringify(document.querySelector('.jl-stage').getBoundingClientRect())"


def test_a_box_without_a_class_is_asked_for_one_and_nothing_moves(open_editor: Open) -> None:
    stage = open_editor("boxes")
    page, prompt = stage.page, stage.page.locator(".jl-class-prompt")
    before = page.evaluate(STAGE_BOX)
    stage.drag(50, 60, 150, 120)
    prompt.wait_for()
    stage.notebook.screenshot("class-prompt-light", ".jl-labeler")
    stage.notebook.theme("dark")
    stage.notebook.screenshot("class-prompt-dark", ".jl-labeler")
    stage.notebook.theme("light")
    stage.press("Enter")
    page.locator(".jl-message", has_text="needs a class").wait_for()
    stage.notebook.screenshot("class-prompt-message", ".jl-labeler")
    assert page.evaluate(STAGE_BOX) == before, "a message moved the stage"
    stage.press("2")
    found = stage.wait(lambda shapes: len(shapes) == 1)
    assert found[0].class_id == 2
    assert _near(_box(found[0]), 50, 60, 150, 120)
    prompt.wait_for(state="hidden")
    stage.drag(200, 60, 260, 120)  # the class stays picked
    assert [one.class_id for one in stage.wait(lambda shapes: len(shapes) == 2)] == [2, 2]
    stage.press("Control+z", "Control+z")
    stage.wait(lambda shapes: not shapes)
    stage.press("Control+y")
    stage.wait(lambda shapes: shapes == found)
    assert page.evaluate(STAGE_BOX) == before


def test_a_click_in_the_prompt_picks_and_esc_discards(open_editor: Open) -> None:
    stage = open_editor("polygons")
    prompt = stage.page.locator(".jl-class-prompt")
    for point in ((100, 50), (200, 60), (180, 150)):
        stage.click(*point)
    stage.press("Enter")
    prompt.wait_for()
    stage.press("Escape")
    prompt.wait_for(state="hidden")
    for point in ((120, 50), (220, 60), (200, 150)):
        stage.click(*point)
    stage.press("Enter")
    prompt.locator("button", has_text="dust").click()
    assert [one.class_id for one in stage.wait(lambda shapes: len(shapes) == 1)] == [2]
    prompt.wait_for(state="hidden")


def test_the_last_class_is_offered_when_the_labeler_is_opened_again(open_editor: Open) -> None:
    stage = open_editor("boxes")
    stage.press("2")
    stage.drag(50, 60, 150, 120)
    stage.wait(lambda shapes: len(shapes) == 1)
    stage.press("Enter")
    stage.turned()
    stage.drag(50, 60, 150, 120)  # on the next page the class is still picked
    assert stage.wait(lambda shapes: len(shapes) == 1)[0].class_id == 2
    stage.press("Control+z")
    stage.wait(lambda shapes: not shapes)
    stage.notebook.rerun(wait=READY)
    again = Stage(stage.notebook, stage.project)
    again.drag(70, 80, 170, 140)
    prompt = again.page.locator(".jl-class-prompt")
    prompt.locator("button", has_text="dust").locator("kbd", has_text="Enter").wait_for()
    again.notebook.screenshot("class-prompt-last", ".jl-labeler")
    again.press("Enter")
    assert again.wait(lambda shapes: len(shapes) == 1)[0].class_id == 2
