"""Both screens for people who use a keyboard, a screen reader, a touch screen or a layout without Latin letters."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.stage import Stage
from tests.browser.test_grid import Make, labeled, make, open_labeler, wait_for

__all__ = ["make"]  # the fixture of the grid's tests

AXE = Path(__file__).parents[1] / "js" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOUND = """async (tags) => {
    const found = await axe.run('.jl-frame', {runOnly: tags});
    if (found.passes.length < 10) throw new Error('axe has checked hardly anything');
    return found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(
        node => `${node.html.slice(0, 160)} ${node.failureSummary}`).join(' | ')}`);
}"""
FOCUS = """() => {
    const at = document.activeElement;
    const root = at?.closest('.jl-frame');
    if (!root) return null;
    return at === root ? 'stage' : `${at.tagName.toLowerCase()} ${at.getAttribute('aria-label') ?? at.textContent}`;
}"""
STOPS = """() => [...document.querySelectorAll(
    '.jl-frame :is(button, input, a[href], [tabindex="0"])')].filter(
    e => !e.disabled && e.tabIndex >= 0 && !e.closest('[inert]') && e.checkVisibility({visibilityProperty: true})).map(
    e => `${e.tagName.toLowerCase()} ${e.getAttribute('aria-label') ?? e.textContent}`)"""
SMALL = """() => [...document.querySelectorAll(
    '.jl-frame :is(button, input, a[href], label, .jl-x, .jl-pick, .jl-eye, [role=option], summary)')].filter(
    e => e.checkVisibility({visibilityProperty: true})).map(e => [e, (e.closest('label') ?? e).getBoundingClientRect()]
    ).filter(([, box]) => Math.min(box.width, box.height) < 23.99).map(
    ([e, box]) => `${e.outerHTML.slice(0, 120)} ${box.width} x ${box.height}`)"""
ALTGR = """([key, code]) => document.querySelector('.jl-labeler').dispatchEvent(
    new KeyboardEvent('keydown', {key, code, modifierAltGraph: true, bubbles: true, cancelable: true}))"""

Open = Callable[[str], Stage]


def check(page: Page) -> None:
    """Fail on every rule of axe that the screen breaks, and on every target that is too small for a finger."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm --prefix tests/js ci`")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(FOUND, RULES) == []
    assert page.evaluate(SMALL) == []


def walk(page: Page, limit: int = 80) -> list[str]:
    """Press Tab until the focus leaves the screen, and return where it was."""
    seen: list[str] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at is None:
            return seen
        seen.append(at)
    raise AssertionError(f"the focus never left the screen: {seen}")


def press(page: Page, key: str, code: str, modifiers: int = 0) -> None:
    """Press a key as a keyboard with another layout does."""
    cdp = page.context.new_cdp_session(page)
    event = {"key": key, "code": code, "modifiers": modifiers}
    cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
    cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
    cdp.detach()


def both_themes(notebook: Notebook, name: str) -> None:
    """Check the screen in both themes, with a picture of each."""
    for theme in ("light", "dark"):
        notebook.theme(theme)
        notebook.frame()
        notebook.screenshot(f"{name}-{theme}", ".jl-labeler")
        check(notebook.page)
    notebook.theme("light")


@pytest.mark.parametrize("task", ["multi-class", "multi-label"])
def test_the_grid_breaks_no_rule_and_tab_goes_through_it(lab: Lab, make: Make, task: str) -> None:
    notebook = open_labeler(lab, make(task=task))
    page = notebook.page
    for key in ("1", "ArrowRight", "2", "s"):
        page.keyboard.press(key)
    page.locator(".jl-dialog").wait_for()
    check(page)
    page.locator(".jl-choices button").first.click()
    page.locator(".jl-plain").wait_for()
    page.keyboard.press("Control+a")
    both_themes(notebook, f"accessible-{task}")
    page.locator(".jl-labeler").focus()
    wanted = page.evaluate(STOPS)
    assert walk(page) == wanted
    page.keyboard.press("Shift+Tab")  # back in, from behind
    assert page.evaluate(FOCUS) == wanted[-1]
    page.locator(".jl-labeler").focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUS) is None
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) == "stage"


def test_the_editor_breaks_no_rule_and_tab_goes_through_it(open_editor: Open) -> None:
    stage = open_editor("polygons")
    page, notebook = stage.page, stage.notebook
    for x in (50, 150):
        for point in ((x, 50), (x + 80, 60), (x + 60, 150)):
            stage.click(*point)
        stage.press("Enter")
    page.locator(".jl-class-prompt").wait_for()
    both_themes(notebook, "accessible-prompt")
    stage.press("1")
    stage.wait(lambda shapes: len(shapes) == 2)
    both_themes(notebook, "accessible-editor")
    for opener in ("button[aria-label='More for shapes']", "button[aria-label^='Brightness']"):
        page.locator(opener).click()
        check(page)
        page.keyboard.press("Escape")
    stage.press("?")
    page.locator(".jl-dialog").wait_for()
    check(page)
    stage.press("Escape")
    # Tab goes through the shapes first, and past the last one on to the buttons.
    stage.press("Escape", "Escape")
    wanted = page.evaluate(STOPS)
    assert walk(page) == ["stage", "stage", *wanted]
    page.locator(".jl-labeler").focus()
    stage.press("Escape", "Shift+Tab")
    assert walk(page) == wanted, "the last shape first, so that the buttons are next"


def test_the_list_of_objects_is_used_by_keys(open_editor: Open) -> None:
    stage = open_editor("boxes")
    page = stage.page
    stage.press("1")
    for x in (20, 120, 220):
        stage.drag(x, 20, x + 60, 80)
    drawn = stage.wait(lambda shapes: len(shapes) == 3)
    objects = page.locator(".jl-objects")
    objects.focus()
    selected = page.locator(".jl-object[aria-selected=true]")
    stage.press("Home")
    assert selected.get_attribute("id") == objects.get_attribute("aria-activedescendant")
    stage.press("ArrowDown", "h")
    page.locator(".jl-object[aria-selected=true][data-hidden]").wait_for()
    stage.press("h")
    page.locator(".jl-object[data-hidden]").wait_for(state="detached")
    assert objects.evaluate("list => document.activeElement === list"), "the keys stay in the list"
    stage.press("End", "Delete")
    assert stage.wait(lambda shapes: len(shapes) == 2) == drawn[:2]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("&", "Digit1"), ("é", "Digit2")),
        (("\u06f1", "Digit1"), ("\u06f2", "Numpad2")),
        (("+", "Digit1"), ("ě", "Digit2")),
    ],
    ids=["azerty", "persian", "czech"],
)
def test_digits_of_other_layouts_label(lab: Lab, make: Make, first: tuple[str, str], second: tuple[str, str]) -> None:
    project = make(count=4)
    notebook = open_labeler(lab, project, grid=4)
    page = notebook.page
    for key in (first, second, first, second):
        press(page, *key)
    page.keyboard.press("Enter")
    wait_for(notebook, lambda: len(labeled(project)) == 4)
    assert sorted(record.answer.class_ids for record in labeled(project).values()) == [(1,), (1,), (2,), (2,)]


def test_letters_of_other_layouts_choose_tools_and_altgr_is_left_alone(open_editor: Open) -> None:
    stage = open_editor("boxes")
    page = stage.page
    pressed = page.locator(".jl-group[aria-label='Tool'] button[aria-pressed=true]")
    for key, code, title in (("ь", "KeyM", "Select"), ("к", "KeyR", "Draw a box:"), ("τ", "KeyT", "Draw a box of")):
        press(page, key, code)
        assert (pressed.get_attribute("title") or "").startswith(title)
    stage.press("1")
    stage.drag(50, 50, 90, 90)
    stage.wait(lambda shapes: len(shapes) == 1)
    press(page, "я", "KeyZ", modifiers=2)  # Ctrl
    stage.wait(lambda shapes: not shapes)
    press(page, "m", "KeyM", modifiers=1)  # Alt
    press(page, "µ", "KeyM", modifiers=1)
    left_alone = page.evaluate(ALTGR, ["m", "KeyM"])  # AltGr types a letter that is a key of the editor
    assert left_alone
    assert (pressed.get_attribute("title") or "").startswith("Draw a box of")


def shown(page: Page, selector: str) -> Any:
    return page.locator(selector).first.wait_for(state="visible")


@pytest.mark.parametrize("screen", ["grid", "editor"])
def test_keys_with_ctrl_that_are_not_the_labelers_reach_jupyterlab(
    lab: Lab, make: Make, open_editor: Open, screen: str
) -> None:
    notebook = open_labeler(lab, make()) if screen == "grid" else open_editor("boxes").notebook
    page = notebook.page
    focus = page.locator(".jl-labeler").focus
    focus()
    page.keyboard.press("Control+b")
    page.wait_for_function("() => !window.jupyterapp.shell.leftCollapsed")
    focus()
    page.keyboard.press("Control+b")
    page.wait_for_function("() => window.jupyterapp.shell.leftCollapsed")
    focus()
    page.keyboard.press("Control+f")
    shown(page, ".jp-DocumentSearch-input")
    page.keyboard.press("Escape")
    focus()
    page.keyboard.press("Control+Shift+c")
    shown(page, ".lm-CommandPalette-input")
    page.keyboard.press("Escape")
    focus()
    name = notebook.url.split("/")[-1].split(".ipynb")[0]
    path = lab.server.root / f"{name}.ipynb"
    before = path.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    wait_for(notebook, lambda: path.stat().st_mtime_ns != before)
    assert notebook.console_errors == []
