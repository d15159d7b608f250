"""Pages that are submitted automatically in the labeler on screen, and those that must not be."""

from jlabel import Project
from jlabel.model.record import Origin
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.test_assist import Make, chips, found, ids, make
from tests.browser.test_grid import code, names, open_labeler, wait_for, wait_names
from tests.prelabels import publish

__all__ = ["make"]
AUTO_SUBMIT = ".jl-button:has-text('Submit automatically')"


def open_auto_submit(lab: Lab, project: Project, grid: int = 4) -> Notebook:
    """A labeler with the option on."""
    notebook = open_labeler(lab, project, grid=grid)
    notebook.page.keyboard.press("t")
    notebook.page.locator(f"{AUTO_SUBMIT}[aria-pressed=true]").wait_for()
    wait_for(notebook, lambda: project.session(labeler="me").auto_submit)
    return notebook


def stays(notebook: Notebook, shown: list[str]) -> None:
    """Check that the page stays and nothing is submitted: a timer set later, and longer, fires after the labeler's."""
    notebook.frame()
    notebook.page.evaluate("() => new Promise(done => setTimeout(done, 300))")
    assert names(notebook) == shown
    assert notebook.page.locator(".jl-reason").text_content() != "Sending…"


def test_the_last_key_submits_the_page_and_undo_brings_it_back(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_labeler(lab, project, grid=4)
    page, first = notebook.page, names(notebook)
    button = page.locator(AUTO_SUBMIT)
    assert button.get_attribute("aria-pressed") == "false"
    assert "Ctrl+Z brings it back (T)" in (button.get_attribute("title") or "")
    for _ in range(4):
        page.keyboard.press("1")
    stays(notebook, first)
    button.click()
    page.locator(f"{AUTO_SUBMIT}[aria-pressed=true]").wait_for()
    stays(notebook, first)  # nobody labeled anything since
    notebook.theme("light")
    notebook.screenshot("auto-submit-light", ".jl-labeler")
    notebook.theme("dark")
    notebook.screenshot("auto-submit-dark", ".jl-labeler")
    page.locator(".jl-labeler").focus()
    page.keyboard.press("Enter")
    second = wait_names(notebook, first)
    for key in "123":
        page.keyboard.press(key)
    page.locator(".jl-class", has_text="hat").click()
    third = wait_names(notebook, second)
    wait_for(notebook, lambda: project.counts().labeled == 8)
    assert [record.answer.class_ids for record in found(project, second)] == [(1,), (2,), (3,), (3,)]
    page.keyboard.press("Control+z")
    assert wait_names(notebook, third) == second
    page.locator(".jl-cell").nth(0).click()
    page.keyboard.press("2")
    stays(notebook, second)  # it came back to be looked at
    page.keyboard.press("Enter")
    assert wait_names(notebook, second) == third
    wait_for(notebook, lambda: found(project, second)[0].answer.class_ids == (2,))
    assert notebook.console_errors == []
    notebook.reload(f"{AUTO_SUBMIT}[aria-pressed=true]")
    notebook.restart_kernel()
    notebook.rerun(wait=".jl-stage:not([data-loading]) .jl-cell")
    page.locator(f"{AUTO_SUBMIT}[aria-pressed=true]").wait_for()
    page.locator(".jl-labeler").focus()
    page.keyboard.press("?")
    page.locator(".jl-keys tr", has_text="Submit automatically, on or off").wait_for()
    notebook.screenshot("auto-submit-sheet-dark")


def test_a_skip_submits_the_page_unless_something_covers_it(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_auto_submit(lab, project)
    page, first = notebook.page, names(notebook)
    for _ in range(3):
        page.keyboard.press("1")
    page.keyboard.press("s")
    page.locator(".jl-dialog button", has_text="Blurred").click()
    second = wait_names(notebook, first)
    wait_for(notebook, lambda: found(project, first)[3].answer.skipped == "Blurred or dark")
    for _ in range(3):
        page.keyboard.press("1")
    page.keyboard.press("z")
    page.locator(".jl-zoom").wait_for()
    page.keyboard.press("2")
    page.keyboard.press("Escape")
    page.locator(".jl-zoom").wait_for(state="hidden")
    stays(notebook, second)
    page.keyboard.press("Enter")
    third = wait_names(notebook, second)
    wait_for(notebook, lambda: project.counts().labeled == 7)  # and one is skipped
    page.keyboard.press("[")
    page.wait_for_function("document.querySelector('.jl-badge').textContent.startsWith('Your page')")
    page.keyboard.press("Delete")
    page.keyboard.press("3")
    stays(notebook, second)
    page.keyboard.press("Enter")
    assert wait_names(notebook, second) == third


def test_a_held_key_labels_one_image(lab: Lab, make: Make) -> None:
    project = make()
    notebook = open_auto_submit(lab, project, grid=1)
    page, first = notebook.page, names(notebook)
    page.keyboard.down("1")
    for _ in range(20):
        page.keyboard.down("1")  # what the keyboard repeats
    second = wait_names(notebook, first)
    for _ in range(20):
        page.keyboard.down("1")
    page.keyboard.up("1")
    stays(notebook, second)
    page.locator(".jl-class").nth(1).focus()
    page.keyboard.down("Enter")
    for _ in range(20):
        page.keyboard.down("Enter")
    third = wait_names(notebook, second)
    for _ in range(20):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    stays(notebook, third)
    assert chips(notebook) == [""]
    wait_for(notebook, lambda: project.counts().labeled == 2)
    assert [found(project, page_)[0].answer.class_ids for page_ in (first, second)] == [(1,), (2,)]


def test_clusters_are_submitted_with_one_key_and_prelabels_never(lab: Lab, make: Make) -> None:
    project = make()
    items = list(ids(project).values())
    project.store.arrange(project.id, clusters=dict.fromkeys(items, 4), random_share=0.0)
    notebook = open_auto_submit(lab, project)
    page, first = notebook.page, names(notebook)
    page.keyboard.press("3")
    second = wait_names(notebook, first)
    by_name = ids(project)
    publish(project, {by_name[name]: [1] for name in second[1:]})
    page.wait_for_function("document.querySelectorAll('.jl-cell[data-standing]').length === 8")
    page.keyboard.press("2")
    page.locator(".jl-submit:enabled").wait_for()
    stays(notebook, second)
    page.keyboard.press("Enter")
    wait_names(notebook, second)
    wait_for(notebook, lambda: project.counts().labeled == 18)
    assert [record.origin for record in found(project, second)] == [Origin.HUMAN, *[Origin.ACCEPTED] * 8]
    assert notebook.console_errors == []


def test_the_option_may_be_given_in_python(lab: Lab, make: Make) -> None:
    project = make()
    notebook = lab.open(
        code(project, grid=1).replace("labeler='me'", "labeler='me', auto_submit=True"),
        wait=".jl-stage:not([data-loading]) .jl-cell",
    )
    notebook.page.locator(".jl-labeler").focus()
    first = names(notebook)
    notebook.page.keyboard.press("2")
    wait_names(notebook, first)
    wait_for(notebook, lambda: [record.answer.class_ids for record in found(project, first)] == [(2,)])
