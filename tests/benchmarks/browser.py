"""A browser, and a JupyterLab, for benchmarks."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.chromium import FLAGS, executable
from tests.browser.lab import Lab

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the tests, with the flags of the tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_path(playwright), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def jupyterlab() -> Iterator[Lab]:
    """JupyterLab in that browser."""
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        Lab(playwright, _path(playwright), Path(folder) / "lab", SCREENSHOTS) as lab,
    ):
        yield lab


def _path(playwright: Playwright) -> Path:
    found = executable(playwright.chromium.executable_path)
    if found is None:
        raise RuntimeError("no Chrome or Chromium here: install one, or run `playwright install chromium`")
    return found
