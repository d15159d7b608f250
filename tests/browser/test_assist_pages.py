"""Pages of 25 and suggestions on screen: confirmed by one key, put right by one click, told apart by their marks."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jlabel import Project, Workspace
from jlabel.model.page import Queue
from jlabel.model.record import Origin
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.test_assist import chips, found, ids, wait_standing
from tests.browser.test_grid import names, open_labeler, wait_for, wait_names
from tests.browser.test_window import EDGES
from tests.pictures import make_pictures
from tests.prelabels import no_chance, publish

Make = Callable[..., Project]
CLASSES = ["long sleeve", "shirt", "hat"]


@pytest.fixture
def make(lab: Lab, tmp_path: Path) -> Make:
    """``make(count)`` creates a project ``p`` that leaves no image to chance."""

    def create(count: int = 60) -> Project:
        folder = make_pictures(tmp_path / "pictures", count)
        project = Workspace(tmp_path / "labels").create_project("p", task="multi-class", images=folder, labels=CLASSES)
        no_chance(project)
        return project

    return create


def wait_cells(notebook: Notebook, count: int) -> None:
    notebook.page.wait_for_function("n => document.querySelectorAll('.jl-cell').length === n", arg=count)
    notebook.page.locator(".jl-stage:not([data-loading]):not([data-refitting])").wait_for()


def wait_chips(notebook: Notebook, wanted: dict[int, str]) -> None:
    """Waits until cells say what they should, by their places."""
    notebook.page.wait_for_function(
        "wanted => Object.entries(wanted).every(([at, text]) => [...document.querySelectorAll('.jl-cell')]"
        "[at].querySelector('.jl-chips').innerText.replaceAll('\\u00d7', '').replace(/\\s+/g, ' ').trim() === text)",
        arg={str(place): text for place, text in wanted.items()},
    )


def readable(notebook: Notebook) -> list[float]:
    """How much of each chip's name is seen, 1 for all of it."""
    script = "[...document.querySelectorAll('.jl-chip-name')].map(e => e.clientWidth / Math.max(1, e.scrollWidth))"
    shares: list[float] = notebook.page.evaluate(script)
    return shares


def test_a_page_of_25_is_confirmed_by_one_key(lab: Lab, make: Make) -> None:
    project = make()
    publish(project, {item: [1] for item in list(ids(project).values())[:50]}, alternative=2)
    notebook = open_labeler(lab, project)
    page = notebook.page
    page.set_viewport_size({"width": 1280, "height": 720})
    sizes = page.locator(".jl-large:visible")
    assert sizes.all_text_contents() == ["9", "16", "25"]
    assert page.locator(".jl-large:visible[aria-pressed=true]").text_content() == "9"
    first_nine = names(notebook)
    for size in ("16", "25"):
        sizes.get_by_text(size, exact=True).click()
        wait_cells(notebook, int(size))
    notebook.theme("light")
    notebook.screenshot("assist-25-light")
    first = names(notebook)
    assert first[:9] == first_nine, "what was on screen stays where it was"
    assert min(readable(notebook)) == 1
    edges = page.evaluate(EDGES)
    assert edges["top"] >= -1
    assert edges["bottom"] >= 0
    assert not edges["spill"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("3")
    page.locator(".jl-cell").nth(21).click(modifiers=["Control"])
    page.locator(".jl-cell").nth(24).click(modifiers=["Shift"])
    page.keyboard.press("2")
    wait_standing(notebook, 20)
    assert {place: text for place, text in enumerate(chips(notebook)) if "◇" not in text} == {
        10: "hat", **dict.fromkeys(range(21, 25), "shirt")
    }  # fmt: skip
    page.keyboard.press("Enter")
    second = wait_names(notebook, first)
    wait_for(notebook, lambda: project.counts().labeled == 25)
    assert len(second) == 25
    page.keyboard.press("Enter")
    wait_names(notebook, second)
    wait_for(notebook, lambda: project.counts().labeled == 50)
    assert {record.origin for record in found(project, second)} == {Origin.ACCEPTED}
    times = project.store.assist_outcomes(project.id).times
    assert {(time.queue, time.size, time.items) for time in times} == {(Queue.PRELABELED, 25, 50)}
    assert page.locator(".jl-grid:visible").all_text_contents() == ["1", "4", "6", "9"], (
        "a manual page has its own sizes"
    )
    assert page.locator(".jl-grid:visible[aria-pressed=true]").text_content() == "9"
    assert sizes.count() == 0
    assert notebook.console_errors == []


def test_the_size_of_large_pages_is_remembered(lab: Lab, make: Make) -> None:
    project = make()
    publish(project, {item: [1] for item in ids(project).values()})
    notebook = open_labeler(lab, project)
    notebook.page.locator(".jl-large:visible", has_text="16").click()
    wait_cells(notebook, 16)
    notebook.restart_kernel()
    notebook.run(".jl-cell")
    wait_cells(notebook, 16)


def test_a_wrong_suggestion_is_put_right_by_one_click(lab: Lab, make: Make) -> None:
    project = make(40)
    run = publish(project, {item: [1] for item in ids(project).values()}, confidence=0.62, alternative=2, proven=False)
    notebook = open_labeler(lab, project)
    page, first = notebook.page, names(notebook)
    assert page.locator(".jl-badge").text_content() == "Suggested"
    assert page.locator(".jl-group-hint").text_content() == ("Nothing is promised: look at each, click a wrong one")
    assert (page.locator(".jl-spoken").text_content() or "").startswith("9 images, 9 of them with a suggestion. ")
    assert chips(notebook) == ["? long sleeve 62 %"] * 9
    title = page.locator(".jl-suggested .jl-chip-name").first.get_attribute("title")
    assert title == (
        f"long sleeve: suggested by run {run}, 62 % sure, which promises nothing. "
        "Submit accepts it, a click on the image makes it shirt."
    )
    cell = page.locator(".jl-cell")
    assert cell.first.get_attribute("aria-label") == f"{first[0]}: suggested long sleeve, 62 % sure; W makes it shirt"
    # One click for the second likeliest class, one more to take it back; a class key overrides it; the tick selects.
    cell.nth(1).click()
    wait_chips(notebook, {1: "shirt"})
    assert cell.nth(1).get_attribute("aria-selected") == "true"
    cell.nth(1).click()
    wait_chips(notebook, {1: "? long sleeve 62 %"})
    assert cell.nth(1).get_attribute("aria-selected") == "true"
    cell.nth(2).click()
    cell.nth(4).click()
    page.keyboard.press("3")
    wait_chips(notebook, {1: "? long sleeve 62 %", 2: "shirt", 4: "hat"})
    cell.nth(4).click()
    wait_chips(notebook, {4: "hat"})
    page.keyboard.press("Control+z")
    wait_chips(notebook, {4: "shirt"})
    page.keyboard.press("Control+z")
    wait_chips(notebook, {4: "? long sleeve 62 %"})
    page.keyboard.press("Control+y")
    page.keyboard.press("Control+y")
    wait_chips(notebook, {4: "hat"})
    cell.nth(5).locator(".jl-pick").click()
    wait_chips(notebook, {5: "? long sleeve 62 %"})
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("w")
    wait_chips(notebook, {6: "shirt"})
    wait_standing(notebook, 6)
    notebook.theme("light")
    notebook.screenshot("assist-suggested-light", ".jl-labeler")
    notebook.theme("dark")
    notebook.screenshot("assist-suggested-dark", ".jl-labeler")
    assert page.locator(".jl-reason").text_content() == "Submit accepts 6 suggestions, 3 corrected"
    notebook.reload(".jl-cell[data-standing]")
    wait_chips(notebook, {2: "shirt", 4: "hat", 6: "shirt"})
    page.locator(".jl-labeler").focus()
    page.keyboard.press("Enter")
    wait_names(notebook, first)
    wait_for(notebook, lambda: project.counts().labeled == 9)
    records = found(project, first)
    assert [record.answer.class_ids[0] for record in records] == [1, 1, 2, 1, 3, 1, 2, 1, 1]
    assert {record.origin for record in records} == {Origin.ACCEPTED, Origin.EDITED}
    assert not any(entry.proven for record in records for entry in project.store.history(record.item))
    assert not any(count.proven for count in project.store.assist_outcomes(project.id).numbers)
    assert notebook.console_errors == []


def test_suggestions_wait_for_the_labeler_also_where_pages_submit_themselves(lab: Lab, make: Make) -> None:
    project = make(40)
    publish(project, {item: [1] for item in ids(project).values()}, alternative=2, proven=False)
    project.session(labeler="me").set_auto_submit(on=True)
    notebook = open_labeler(lab, project, grid=4)
    page, first = notebook.page, names(notebook)
    for place in range(9):
        page.locator(".jl-cell").nth(place).click()
    wait_standing(notebook, 0)
    page.wait_for_timeout(1000)
    assert names(notebook) == first, "the page was complete when it came"
    assert project.counts().labeled == 0
    page.keyboard.press("Enter")
    wait_names(notebook, first)
    wait_for(notebook, lambda: project.counts().labeled == 9)
