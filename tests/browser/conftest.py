"""One JupyterLab and one Chromium for all browser tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from jlabel import Workspace
from tests.browser.chromium import executable
from tests.browser.lab import Lab
from tests.browser.stage import READY, Stage, code_for
from tests.pictures import make_pictures

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab in headless Chromium: ``lab.open(code, wait=selector)`` gives a notebook that has run."""
    with sync_playwright() as playwright:
        browser = executable(playwright.chromium.executable_path)
        if browser is None:
            pytest.skip("no Chrome or Chromium here: install one, or run `playwright install chromium`")
        with Lab(playwright, browser, tmp_path_factory.mktemp("lab"), SCREENSHOTS) as lab:
            yield lab


@pytest.fixture(autouse=True)
def close_pages(lab: Lab) -> Iterator[None]:
    """Closes what a test opened: a page left behind keeps its timers, a kernel its memory."""
    yield
    for page in lab.context.pages:
        page.close()
    lab.server.shut_down_kernels()


@pytest.fixture
def open_editor(lab: Lab, tmp_path: Path) -> Callable[[str], Stage]:
    """``open_editor(task)``: a project of six plain pictures of 400 x 300 pixels, with the classes cell and dust."""

    def create(task: str) -> Stage:
        folder = make_pictures(tmp_path / "pictures", 6, width=400, height=300)
        workspace = Workspace(tmp_path / "labels")
        project = workspace.create_project("p", task=task, images=folder, labels=["cell", "dust"])
        return Stage(lab.open(code_for(project), wait=READY), project)

    return create
