"""JupyterLab in headless Chromium: ``lab.open(code)`` gives a notebook that has run.

Tests assert first on the store, then on the page, then on a few canvas pixels; they wait on conditions and never sleep.
Keep the widget under test in one cell: a notebook's windowed scrolling unmounts the outputs that are out of sight.
"""

import contextlib
import itertools
import json
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser, BrowserContext, Playwright, ViewportSize

from tests.benchmarks.latency import Proxy
from tests.browser.chromium import FLAGS
from tests.browser.notebook import LIMIT, Notebook
from tests.browser.server import KERNEL, Server

VIEWPORT: ViewportSize = {"width": 1280, "height": 900}


class Lab:
    """One JupyterLab and one Chromium.

    Args:
        playwright: a started Playwright.
        executable: the browser.
        folder: an empty folder for Jupyter and the notebooks.
        screenshots: where pictures of pages go.
        env: environment variables for the kernels.

    Attributes:
        server: the JupyterLab; ``server.root`` is the folder of its notebooks.
        context: the browser context that all pages share, as tabs of one person's browser do.
    """

    def __init__(
        self,
        playwright: Playwright,
        executable: Path,
        folder: Path,
        screenshots: Path,
        env: dict[str, str] | None = None,
    ) -> None:
        self._stack = contextlib.ExitStack()
        self.server = Server(folder, env)
        self._stack.callback(self.server.stop)
        self.screenshots = screenshots
        self.browser: Browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        self._stack.callback(self.browser.close)
        self.context = self.new_context()
        self._proxies: dict[float, Proxy] = {}
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the browser, the proxies and the server, in that order."""
        self._stack.close()

    def new_context(self) -> BrowserContext:
        """Another person's browser: no cookie or storage shared. One device pixel is one CSS pixel."""
        context = self.browser.new_context(viewport=VIEWPORT, device_scale_factor=1, reduced_motion="reduce")
        context.set_default_timeout(LIMIT)
        return context

    def open(
        self,
        cells: str | list[str],
        wait: str | None = None,
        *,
        round_trip: float = 0,
        allow_errors: bool = False,
        context: BrowserContext | None = None,
    ) -> Notebook:
        """Writes a notebook, opens it in a new page, runs all its cells and waits for what they show.

        Args:
            cells: the code, one string a cell.
            wait: a CSS selector that must be visible after the run.
            round_trip: milliseconds of network to add between browser and server.
            allow_errors: do not raise when a cell raises.
            context: another browser context than the shared one.

        Raises:
            AssertionError: a cell raised; the message is its traceback.
        """
        name = f"test-{next(self._numbers)}"
        sources = [cells] if isinstance(cells, str) else cells
        (self.server.root / f"{name}.ipynb").write_text(json.dumps(document(sources)), encoding="utf-8")
        page = (context or self.context).new_page()
        notebook = Notebook(page, self._url(name, round_trip), self.screenshots)
        notebook.goto()
        notebook.run(wait, allow_errors=allow_errors)
        return notebook

    def port(self, round_trip: float) -> int:
        """The port at which the server is that many milliseconds away, there and back."""
        if not round_trip:
            return self.server.port
        if round_trip not in self._proxies:
            self._proxies[round_trip] = self._stack.enter_context(Proxy(self.server.port, round_trip))
        return self._proxies[round_trip].port

    def _url(self, name: str, round_trip: float) -> str:
        base = f"http://127.0.0.1:{self.port(round_trip)}"
        return f"{base}/lab/workspaces/{name}/tree/{name}.ipynb?token={self.server.token}"


def document(sources: list[str]) -> dict[str, object]:
    """A notebook file's contents. Without the kernelspec JupyterLab would ask for a kernel in a dialog."""
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "id": f"c{i}", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for i, source in enumerate(sources)
    ]
    spec = {"name": KERNEL, "display_name": "jlabel tests", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
