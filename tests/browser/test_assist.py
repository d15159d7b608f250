"""Pre-labels in the labeler on screen: they arrive by themselves, are seen, corrected, taken off and accepted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jlabel import Project, Workspace
from jlabel.model.record import Origin, Record
from jlabel.model.run import RunKind
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.test_grid import names, open_labeler, wait_for, wait_names
from tests.pictures import make_pictures
from tests.prelabels import no_chance, publish

Make = Callable[..., Project]


@pytest.fixture
def make(lab: Lab, tmp_path: Path) -> Make:
    """``make(count, task=...)`` creates a project ``p`` that leaves no image to chance."""

    def create(count: int = 40, task: str = "multi-class") -> Project:
        folder = make_pictures(tmp_path / "pictures", count)
        workspace = Workspace(tmp_path / "labels")
        project = workspace.create_project("p", task=task, images=folder, labels=["dress", "shirt", "hat"])
        no_chance(project)
        return project

    return create


def ids(project: Project) -> dict[str, int]:
    return {record.name: record.item for record in project.records()}


def found(project: Project, of: list[str]) -> list[Record]:
    records = {record.name: record for record in project.records()}
    return [records[name] for name in of]


def chips(notebook: Notebook) -> list[str]:
    """What each cell says below its picture, without the marks to remove a chip."""
    script = (
        "[...document.querySelectorAll('.jl-cell .jl-chips')].map(e => e.innerText.replaceAll('\\u00d7', '').trim())"
    )
    return [" ".join(text.split()) for text in notebook.page.evaluate(script)]


def wait_standing(notebook: Notebook, count: int, *, fits: bool = True) -> None:
    """Waits until so many cells show a pre-label that nobody has touched."""
    script = "count => document.querySelectorAll('.jl-cell[data-standing]').length === count"
    notebook.page.wait_for_function(script, arg=count)
    # the line of assist may have come too: a click is taken once the pictures are painted for the stage's new size
    if fits:
        notebook.page.locator(".jl-stage:not([data-refitting])").wait_for()


def test_prelabels_arrive_on_the_open_page_and_are_undone(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project)
    page, first, by_name = notebook.page, names(notebook), ids(project)
    page.keyboard.press("2")
    page.keyboard.press("2")
    page.locator(".jl-chip").nth(1).wait_for()
    page.keyboard.press("Delete")  # the cursor has moved on to an image without a label: nothing to clear
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    run = publish(project, {by_name[name]: [1] for name in first})
    wait_standing(notebook, 7)
    assert chips(notebook) == ["shirt", "", *["◇ dress 97 %"] * 7]
    assert page.locator(".jl-new-suggestions").text_content() == "7 pre-labels arrived. Undo with Ctrl+Z"
    assert page.locator(".jl-new-suggestions").get_attribute("role") == "status"
    title = page.locator(".jl-prelabel .jl-chip-name").first.get_attribute("title")
    assert title == f"dress: pre-labeled by run {run}, 97 % sure. Submit accepts it."
    label = page.locator(".jl-cell").nth(2).get_attribute("aria-label")
    assert label == f"{first[2]}: pre-labeled dress, 97 % sure"
    notebook.screenshot("assist-arrived", ".jl-labeler")
    page.keyboard.press("Control+z")
    wait_standing(notebook, 0)
    assert chips(notebook) == ["shirt", *[""] * 8]
    assert page.locator(".jl-new-suggestions").text_content() == ""
    page.keyboard.press("Control+y")
    wait_standing(notebook, 7)
    notebook.reload(".jl-cell[data-standing]")
    assert chips(notebook) == ["shirt", "", *["◇ dress 97 %"] * 7]
    page.locator(".jl-labeler").focus()
    page.keyboard.press("3")
    page.locator(".jl-submit:enabled").wait_for()
    assert page.locator(".jl-reason").text_content() == "Submit accepts 7 pre-labels"
    page.keyboard.press("Enter")
    wait_names(notebook, first)
    wait_for(notebook, lambda: project.counts().labeled == 9)
    assert [record.answer.class_ids for record in found(project, first)] == [(2,), (3,), *[(1,)] * 7]
    assert [record.origin for record in found(project, first)] == [Origin.HUMAN] * 2 + [Origin.ACCEPTED] * 7
    assert notebook.console_errors == []


def test_a_prelabeled_page_is_corrected_by_one_key_and_accepted_by_enter(lab: Lab, make: Make) -> None:
    project = make()
    everything = ids(project)
    publish(project, {item: [1 + place % 2] for place, item in enumerate(everything.values())})
    notebook = open_labeler(lab, project)
    page, first = notebook.page, names(notebook)
    notebook.theme("dark")
    assert page.locator(".jl-badge").text_content() == "Pre-labeled"
    assert page.locator(".jl-spoken").text_content() == "9 images, 9 of them pre-labeled"
    assert chips(notebook) == ["◇ dress 97 %"] * 9, "one page shows one class"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("3")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("a")
    page.keyboard.press("Space")
    wait_standing(notebook, 7)
    assert chips(notebook)[3:6] == ["hat", "dress", "◇ dress 97 %"]
    title = page.locator(".jl-cell").nth(4).locator(".jl-chip-name").get_attribute("title")
    assert title is not None
    assert title.endswith("97 % sure, confirmed")
    assert page.locator(".jl-reason").text_content() == "Submit accepts 7 pre-labels, 1 corrected"
    notebook.screenshot("assist-prelabeled-dark", ".jl-labeler")
    page.keyboard.press("?")
    assert "Accept the pre-labels" in (page.locator(".jl-dialog").text_content() or "")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    second = wait_names(notebook, first)
    assert chips(notebook) == ["◇ dress 97 %"] * 9
    page.keyboard.press("Enter")
    wait_names(notebook, second)
    wait_for(notebook, lambda: project.counts().labeled == 18)
    origins = [record.origin for record in found(project, first)]
    assert origins == [*[Origin.ACCEPTED] * 3, Origin.EDITED, *[Origin.ACCEPTED] * 5]
    assert {record.origin for record in found(project, second)} == {Origin.ACCEPTED}
    assert notebook.console_errors == []


def test_multi_label_prelabels_show_each_class_with_its_confidence(lab: Lab, make: Make) -> None:
    project = make(task="multi-label")
    notebook = open_labeler(lab, project, grid=4)
    page, first, by_name = notebook.page, names(notebook), ids(project)
    publish(project, {by_name[first[0]]: [1, 2], by_name[first[1]]: [], by_name[first[2]]: [1]})
    wait_standing(notebook, 3)
    assert chips(notebook) == ["◇ dress 97 % ◇ shirt 87 %", "◇ No objects 97 %", "◇ dress 97 %", ""]
    assert page.locator(".jl-cell").nth(0).get_attribute("aria-label") == (
        f"{first[0]}: pre-labeled dress, 97 % sure; shirt, 87 % sure"
    )
    page.keyboard.press("2")
    page.locator(".jl-cell").nth(2).click()
    page.keyboard.press("3")
    page.locator(".jl-cell").nth(3).click()
    page.keyboard.press("n")
    wait_standing(notebook, 1)
    notebook.screenshot("assist-multi-label", ".jl-labeler")
    assert chips(notebook) == ["dress", "◇ No objects 97 %", "dress hat", "No objects"]
    page.keyboard.press("Enter")
    wait_for(notebook, lambda: project.counts().labeled == 4)
    records = found(project, first)
    assert [record.answer.class_ids for record in records] == [(1,), (), (1, 3), ()]
    assert [record.origin for record in records] == [Origin.EDITED, Origin.ACCEPTED, Origin.EDITED, Origin.HUMAN]


def test_blind_prelabels_show_nothing(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project, grid=4)
    by_name, first = ids(project), names(notebook)
    publish(project, {by_name[name]: [1] for name in first}, blind=1.0)
    notebook.eval(
        "import time\nfor _ in range(3000):\n"
        "    if any(task.suggestion for task in w.session.page.tasks): break\n    time.sleep(0.01)\n"
        "assert all(task.suggestion.blind for task in w.session.page.tasks)"
    )
    notebook.frame()
    assert chips(notebook) == [""] * 4
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.press("1")
    notebook.page.keyboard.press("Enter")
    wait_for(notebook, lambda: project.counts().labeled == 4)
    assert {(record.origin, record.run) for record in found(project, first)} == {(Origin.HUMAN, None)}


def test_a_cluster_is_labeled_by_one_key(lab: Lab, make: Make) -> None:
    project = make()
    items = list(ids(project).values())
    project.store.arrange(project.id, clusters=dict.fromkeys(items, 4), random_share=0.0)
    notebook = open_labeler(lab, project)
    page, first = notebook.page, names(notebook)
    assert page.locator(".jl-badge").text_content() == "Clustered"
    selected = page.locator(".jl-cell[aria-selected=true]")
    assert selected.count() == 9
    assert page.locator(".jl-group-hint").text_content() == "All selected: one key labels the page"
    assert page.locator(".jl-spoken").text_content() == "9 images. All selected: one key labels the page"
    notebook.theme("light")
    notebook.screenshot("cluster-light", ".jl-labeler")
    page.keyboard.press("3")
    page.locator(".jl-submit:enabled").wait_for()
    assert page.locator(".jl-group-hint").is_hidden()
    page.keyboard.press("Enter")
    second = wait_names(notebook, first)
    wait_for(notebook, lambda: project.counts().labeled == 9)
    assert {record.answer.class_ids for record in found(project, first)} == {(3,)}
    # Odd ones first, one by mouse and one by keys; each time the others are selected again.
    page.locator(".jl-cell").nth(4).click()
    assert selected.count() == 1
    page.keyboard.press("1")
    page.locator(".jl-group-hint", has_text="8 selected: one key labels them").wait_for()
    assert page.locator(".jl-spoken").text_content() == "8 selected: one key labels them"
    page.keyboard.press("ArrowRight")
    assert selected.count() == 0
    page.keyboard.press("2")
    page.locator(".jl-group-hint", has_text="7 selected: one key labels them").wait_for()
    notebook.theme("dark")
    notebook.screenshot("cluster-odd-dark", ".jl-labeler")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    third = wait_names(notebook, second)
    wait_for(notebook, lambda: project.counts().labeled == 18)
    assert [record.answer.class_ids[0] for record in found(project, second)] == [3, 3, 3, 3, 1, 2, 3, 3, 3]
    # One by one.
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.locator(".jl-chip").nth(1).wait_for()
    assert [text for text in chips(notebook) if text] == ["dress", "shirt"]
    page.keyboard.press("[")
    page.wait_for_function("document.querySelector('.jl-badge').textContent.startsWith('Your page')")
    assert selected.count() == 0, "an own page is mended one by one"
    assert names(notebook) == second
    page.keyboard.press("]")
    assert wait_names(notebook, second) == third
    assert notebook.console_errors == []


def test_a_multi_label_cluster_takes_several_classes(lab: Lab, make: Make) -> None:
    project = make(task="multi-label")
    items = list(ids(project).values())
    project.store.arrange(project.id, clusters=dict.fromkeys(items, 4), random_share=0.0)
    notebook = open_labeler(lab, project, grid=4)
    page, first = notebook.page, names(notebook)
    assert page.locator(".jl-button", has_text="Submit automatically").is_hidden()
    page.keyboard.press("1")
    page.keyboard.press("3")
    page.locator(".jl-cell").nth(2).click()
    page.keyboard.press("3")
    page.locator(".jl-submit:enabled").click()
    wait_names(notebook, first)
    wait_for(notebook, lambda: project.counts().labeled == 9)  # the grid of 4 is that of manual pages
    given = [record.answer.class_ids for record in found(project, first)]
    assert given == [(1, 3), (1, 3), (1,), *[(1, 3)] * 6]


def test_a_key_that_crosses_an_arrival_on_the_way_counts_as_pressed(lab: Lab, make: Make) -> None:
    project = make(task="multi-label")
    notebook = open_labeler(lab, project, grid=4)
    page, first, by_name = notebook.page, names(notebook), ids(project)
    page.evaluate(
        "() => { const send = WebSocket.prototype.send; window.held = [];"
        " WebSocket.prototype.send = function (data) { window.held.push(() => send.call(this, data)); };"
        " window.letGo = () => { WebSocket.prototype.send = send; window.held.forEach((one) => one()); }; }"
    )
    page.keyboard.press("1")
    publish(project, {by_name[name]: [1] for name in first})
    wait_standing(notebook, 3, fits=False)  # what the stage's size asks for is held back too
    assert chips(notebook) == ["dress", *["◇ dress 97 %"] * 3], "the class is not toggled off on screen"
    page.evaluate("() => window.letGo()")
    page.locator(".jl-new-suggestions:empty").wait_for(state="attached")
    assert chips(notebook) == ["dress", *["◇ dress 97 %"] * 3], "nor in the kernel"
    page.keyboard.press("Enter")
    wait_for(notebook, lambda: project.counts().labeled == 4)
    assert [record.origin for record in found(project, first)] == [Origin.HUMAN, *[Origin.ACCEPTED] * 3]


def test_the_header_says_where_assist_stands(lab: Lab, make: Make) -> None:
    project = make()
    store = project.store
    notebook = open_labeler(lab, project)
    page = notebook.page
    assert page.locator(".jl-assist").is_hidden(), "assist is off"
    lease = store.acquire_assist(project.id, seconds=600)
    assert lease is not None
    run = store.start_run(project.id, RunKind.FEATURIZATION, reason="40 new images", total=40)
    store.update_run(run.id, done=10)
    page.locator(".jl-assist-line", has_text="Embedding images: 10 of 40").wait_for()
    assert page.locator(".jl-progress").evaluate("e => [e.value, e.max]") == [10, 40]
    assert "40 new images" in (page.locator(".jl-assist").get_attribute("title") or "")
    notebook.screenshot("assist-header", ".jl-labeler")
    stage = page.locator(".jl-stage").bounding_box()
    notebook.eval("w.assist = {'state': 'idle', 'summary': '', 'detail': ''}")
    page.locator(".jl-progress").wait_for(state="hidden")
    assert page.locator(".jl-assist-line").text_content() == ""
    assert page.locator(".jl-stage").bounding_box() == stage, "a line without words keeps its height"
    store.fail_run(run.id, "Killed")
    store.release_assist(lease.token)
    page.locator(".jl-assist[data-trouble]", has_text="Assist stopped: Killed").wait_for()
    assert page.locator(".jl-progress").is_hidden()
    assert notebook.console_errors == []
