"""What goes wrong on the page: each with one sentence, the kernel alive and the work kept."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jlabel import Project, Workspace
from jlabel.model.item import ItemState
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.test_grid import READY, labeled, names, open_labeler, wait_for, wait_names
from tests.pictures import make_pictures

NASTY = "<img src=x onerror=\"document.title='broken'\">"
Make = Callable[..., Project]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def make(lab: Lab, tmp_path: Path, folder: Path) -> Make:
    def create(count: int = 24, labels: tuple[str, ...] = ("cat", "dog"), **more: object) -> Project:
        make_pictures(folder, count)
        workspace = Workspace(tmp_path / "labels")
        return workspace.create_project("p", task="multi-class", images=folder, labels=list(labels), **more)  # type: ignore[arg-type]

    return create


def said(notebook: Notebook) -> str:
    message = notebook.page.locator(".jl-message")
    message.wait_for()
    return (message.text_content() or "").removesuffix("\N{MULTIPLICATION SIGN}")


def label_all(notebook: Notebook, key: str = "1") -> None:
    notebook.page.locator(".jl-labeler").focus()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.press(key)
    notebook.page.keyboard.press("Enter")


def test_damaged_and_deleted_files_are_set_aside_and_the_page_goes_on(lab: Lab, make: Make, folder: Path) -> None:
    project = make(9)
    files = sorted(folder.iterdir())
    files[2].write_bytes(files[2].read_bytes()[:400])
    files[5].unlink()
    notebook = open_labeler(lab, project)
    notebook.page.wait_for_function("document.querySelectorAll('.jl-cell').length === 7")
    text = said(notebook)
    assert text.startswith("An image was set aside. The image ")
    assert files[2].name in text or files[5].name in text
    notebook.screenshot("set-aside")
    assert files[2].name not in names(notebook)
    label_all(notebook)
    notebook.page.locator(".jl-empty", has_text="7 of 9 images are labeled, 0 skipped, 2 unreadable.").wait_for()
    reasons = {r.name: r.reason for r in project.records() if r.state is ItemState.UNREADABLE}
    assert set(reasons) == {files[2].name, files[5].name}
    assert "gone" in reasons[files[5].name]
    assert notebook.console_errors == []


def test_a_file_deleted_after_it_was_labeled_keeps_its_label(lab: Lab, make: Make, folder: Path) -> None:
    project = make(8)
    notebook = open_labeler(lab, project, grid=4)
    first = names(notebook)
    label_all(notebook)
    wait_names(notebook, first)
    wait_for(notebook, lambda: len(labeled(project)) == 4)
    (folder / first[1]).unlink()
    notebook.restart_kernel()
    notebook.eval("import jlabel.media.cache as c\nc.DiskCache.get = lambda *a: None")
    notebook.rerun(wait=READY)
    notebook.page.locator(".jl-labeler").focus()
    notebook.page.keyboard.press("[")
    notebook.page.locator(".jl-cell[data-broken]").wait_for()
    assert names(notebook) == first
    assert said(notebook).endswith("Its label is kept.")
    notebook.screenshot("own-page-file-gone")
    notebook.page.locator(READY).first.wait_for()
    assert notebook.page.locator(".jl-chip", has_text="cat").count() == 4


def test_names_and_instructions_are_shown_as_text(lab: Lab, make: Make) -> None:
    text = f"{NASTY} <script>document.title='broken'</script> [click](javascript:document.title='broken') **bold**"
    project = make(labels=(NASTY, "dog"), instructions=text)
    notebook = open_labeler(lab, project, grid=4)
    page = notebook.page
    page.keyboard.press("1")
    page.locator(".jl-cell .jl-chip", has_text="<img src=x").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("<img")
    page.keyboard.press("Enter")
    page.locator(".jl-button", has_text="Instructions").click()
    page.locator(".jl-instructions strong", has_text="bold").wait_for()
    assert "<script>" in (page.locator(".jl-instructions").text_content() or "")
    notebook.screenshot("nasty-names")
    assert page.locator(".jl-labeler img, .jl-labeler script, .jl-labeler a[href^=javascript]").count() == 0
    assert page.title() != "broken"
    assert notebook.console_errors == []


def _use(notebook: Notebook) -> None:
    """Take the labeler over into a tab that shows that it is open in another one."""
    notebook.page.bring_to_front()
    notebook.page.locator(".jl-use").click()
    notebook.page.locator(READY).first.wait_for()


def test_two_tabs_on_one_notebook(lab: Lab, make: Make) -> None:
    project = make(24)
    one = open_labeler(lab, project, grid=4)
    first = names(one)
    one.save()
    page = one.page.context.new_page()
    two = Notebook(page, one.url.replace("/lab/workspaces/", "/lab/workspaces/twin-"), lab.screenshots)
    two.goto()
    _use(two)
    assert names(two) == first, "both show the same page of the same kernel"
    two.page.locator(".jl-labeler").focus()
    two.page.keyboard.press("1")
    two.page.locator(".jl-chip", has_text="cat").wait_for()
    _use(one)
    one.page.locator(".jl-chip", has_text="cat").wait_for()
    label_all(one)
    second = wait_names(one, first)
    _use(two)
    assert wait_names(two, first) == second
    label_all(two, "2")
    third = wait_names(two, second)
    _use(one)
    assert wait_names(one, second) == third
    wait_for(one, lambda: len(labeled(project)) == 8)
    found = labeled(project)
    assert [found[name].answer.class_ids for name in first + second] == [(1,)] * 4 + [(2,)] * 4
    assert len(project.store.submissions(project.id, "me")) == 2


def test_a_pause_lets_the_page_be_finished_and_is_said(lab: Lab, make: Make) -> None:
    project = make(4)
    notebook = open_labeler(lab, project, grid=1)
    first = names(notebook)
    wait_for(notebook, lambda: project.counts().leased == 2)
    project.pause()
    label_all(notebook)
    second = wait_names(notebook, first)
    label_all(notebook)
    notebook.page.locator(".jl-empty", has_text="This project is paused").wait_for()
    notebook.screenshot("paused")
    wait_for(notebook, lambda: set(labeled(project)) == {*first, *second})
    project.resume()
    notebook.page.locator(".jl-labeler").focus()
    notebook.page.keyboard.press("\\")
    notebook.page.locator(READY).first.wait_for()


def test_a_folder_that_went_says_so_and_the_kernel_lives(lab: Lab, make: Make, folder: Path) -> None:
    project = make(6)
    shutil.rmtree(folder)
    notebook = lab.open(
        f"import jlabel as jl\nws = jl.Workspace({project.location!r})\nw = ws.project('p').label(grid=4)\nw",
        wait=".jl-empty",
    )
    notebook.page.locator(".jl-empty", has_text="6 unreadable").wait_for()
    assert "is gone. Put it back, or refresh the project." in said(notebook)
    assert notebook.eval("print(ws.project('p').refresh()[0].empty)").strip() == "True"
    notebook.screenshot("folder-gone")


def test_keys_faster_than_the_network_go_where_they_belong(lab: Lab, make: Make) -> None:
    project = make(12)
    notebook = open_labeler(lab, project, grid=1, round_trip=150)
    keys = "121121221112"
    for key in keys:
        notebook.page.keyboard.press(key)
        notebook.page.keyboard.press("Enter")
    notebook.page.locator(".jl-empty", has_text="12 of 12 images are labeled").wait_for()
    submissions = project.store.submissions(project.id, "me")
    found = {r.item: r.answer.class_ids for r in project.records()}
    assert [found[s.items[0]] for s in reversed(submissions)] == [(int(key),) for key in keys]
    assert notebook.page.locator(".jl-message[data-kind=error]").count() == 0
