"""The end of pre-labels on screen: corrections stop a batch, and a finished project says that all is done."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from jlabel import Project, Workspace
from jlabel.model.batch import BatchState
from tests.assist.audits import COUNT, answer, batches, label_until
from tests.assist.workers import backbone as backbone  # noqa: PLC0414 -- a fixture
from tests.assist.workers import make_photos, truth
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.test_assist_worker import rested, until
from tests.browser.test_grid import names, open_labeler

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture
def released(lab: Lab, tmp_path: Path, backbone: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 -- a generator
    """A project whose newest batch was proved and is shown; whatever worker is left is stopped in the end."""
    photos = make_photos(tmp_path / "photos", COUNT, noise=10)
    with Workspace(tmp_path / "labels") as workspace:
        made = workspace.create_project("p", task="multi-class", images=photos, labels=["red", "blue"])
        made.assist.configure(backbone=backbone, device="cpu", random_share=0.05, blind_share=0.0)
        label_until(made, BatchState.RELEASED).close()
        yield made
        made.assist.stop()


def submit(notebook: Notebook, *, wrong: bool) -> None:
    """Answers a page truly, or changes each of its pre-labels by one click, and submits."""
    page = notebook.page
    shown = names(notebook)
    page.keyboard.press("Escape")  # one by one: grouped pages open with all images selected
    for place, name in enumerate(shown):
        cell = page.locator(".jl-cell").nth(place)
        if cell.get_attribute("data-standing") is None:
            cell.click()
            page.keyboard.press(str(truth(name)))
        elif wrong:
            cell.click()
    page.locator(".jl-submit:enabled").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "old => document.querySelector('.jl-empty:not([hidden])') ||"
        " [...document.querySelectorAll('.jl-cell .jl-name')].map(e => e.textContent.trim()).join() !== old.join()",
        arg=shown,
    )


def test_corrections_stop_pre_labels_and_a_finished_project_says_so(lab: Lab, released: Project) -> None:
    project = released
    notebook = open_labeler(lab, project, labeler="me")
    page = notebook.page
    notebook.eval("p.assist.start()")
    line = page.locator(".jl-assist-line")
    until(notebook, lambda: rested(project), "the worker")
    for _ in range(12):
        if batches(project)[-1].state is BatchState.STOPPED:
            break
        submit(notebook, wrong=True)
        until(notebook, lambda: rested(project), "a look at what was corrected")
    stopped = batches(project)[-1]
    assert stopped.state is BatchState.STOPPED
    assert stopped.wrong == stopped.shown <= 27, "what was answered before the release does not count"
    line.get_by_text(f"Pre-labels were stopped: {stopped.wrong} of {stopped.shown} were wrong").wait_for()
    assert project.store.queue_counts(project.id).prelabeled == 0
    for _ in range(2):  # the page on screen and the next, which was claimed ahead, keep what they came with
        submit(notebook, wrong=False)
    assert page.locator(".jl-cell[data-standing]").count() == 0
    notebook.screenshot("assist-stopped", ".jl-labeler")

    other = project.session(labeler="you")  # who labels the rest, but for the two pages that are leased here
    while (rest := other.next_page(9)) is not None:
        answer(other, rest)
    while project.counts().remaining:
        submit(notebook, wrong=False)
    until(notebook, lambda: rested(project) or project.assist.status().state == "idle", "the last round")
    page.locator(".jl-empty:visible").wait_for()
    line.get_by_text("All images are labeled").wait_for()
    notebook.screenshot("assist-finished", ".jl-labeler")
    notebook.theme("dark")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator(".jl-labeler").focus()
    page.keyboard.press("[")  # back over the own pages, by keyboard
    page.locator(".jl-badge", has_text="Your page").wait_for()
    page.wait_for_function("innerHeight === 720 && document.querySelector('.jl-stage').clientHeight < 500")
    page.wait_for_timeout(500)  # a stage keeps a new size for a while before it is reported
    page.locator(".jl-stage:not([data-loading]):not([data-refitting])").wait_for()
    notebook.screenshot("assist-finished-dark")
