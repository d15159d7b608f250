"""One JupyterLab and one Chromium for all browser tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import executable
from tests.browser.lab import Lab

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
