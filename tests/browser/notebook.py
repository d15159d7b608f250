"""One notebook in one page of the browser: run, reload, restart, look."""

from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Dialog, Locator, Page

LIMIT = 60_000.0  # milliseconds; generous, because every wait is on a condition and ends when it holds

# The notebook panel of the page, in every script below. It is not always the current widget: that follows the focus.
PANEL = """const app = window.jupyterapp;
    const panel = [...app.shell.widgets('main')].find(widget => widget.sessionContext && widget.content?.model?.cells);
    const ctx = panel?.sessionContext;"""

# Playwright's wait_for_function takes the promise of an async predicate for a yes: so the loop is here.
READY = f"""async (limit) => {{
    const until = Date.now() + limit;
    const ready = async () => {{
        if (!window.jupyterapp?.restored) return false;
        await window.jupyterapp.restored;
        {PANEL}
        if (!ctx || !panel.context.isReady) return false;
        await ctx.ready;
        const kernel = ctx.session?.kernel;
        if (kernel?.connectionStatus !== 'connected' || !['idle', 'busy'].includes(kernel.status)) return false;
        await kernel.info;
        app.shell.activateById(panel.id);
        return true;
    }};
    while (!(await ready())) {{
        if (Date.now() > until) throw new Error('the notebook did not become ready');
        await new Promise(done => setTimeout(done, 50));
    }}
}}"""

# JupyterLab asks in a dialog before it restarts a kernel; the kernel connection itself does not.
RESTART = f"async () => {{ {PANEL} await ctx.session.kernel.restart(); await ctx.session.kernel.info; }}"

RUN_ALL = f"""async () => {{
    {PANEL}
    await app.commands.execute('notebook:run-all-cells');
}}"""

OUTPUTS = f"() => {{ {PANEL} return panel.content.model.toJSON().cells.map(cell => cell.outputs ?? []); }}"

EVALUATE = f"""async (code) => {{
    {PANEL}
    const future = ctx.session.kernel.requestExecute({{code, store_history: false}});
    let text = '';
    future.onIOPub = (message) => {{
        if (message.header.msg_type === 'stream') text += message.content.text;
        if (message.header.msg_type === 'error') text += message.content.traceback.join('\\n');
    }};
    const reply = await future.done;
    return [reply.content.status, text];
}}"""

PIXEL = """(element, [x, y]) => {
    const canvas = element.matches('canvas') ? element : element.querySelector('canvas');
    if (!canvas) return null;
    const box = canvas.getBoundingClientRect();
    if (!box.width || !box.height) return null;
    const at = [x * canvas.width / box.width, y * canvas.height / box.height].map(Math.floor);
    return Array.from(canvas.getContext('2d').getImageData(at[0], at[1], 1, 1).data);
}"""

Pixel = tuple[int, int, int, int]


class Notebook:
    """A notebook that is open in a page.

    Args:
        page: an empty page of the browser.
        url: the notebook's address with its token.
        screenshots: the folder for ``screenshot``.

    Attributes:
        page: Playwright's page, for gestures and locators.
        console_errors: errors that the page's scripts logged or threw, oldest first, without failures to load.
    """

    def __init__(self, page: Page, url: str, screenshots: Path) -> None:
        self.page = page
        self.url = url
        self.console_errors: list[str] = []
        self._noise: tuple[str, ...] = ("Failed to load resource",)
        self._screenshots = screenshots
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        page.on("dialog", _accept)

    def goto(self) -> None:
        """Opens the page and waits until JupyterLab, the notebook and its kernel are there."""
        self.page.goto(self.url, timeout=LIMIT, wait_until="domcontentloaded")
        self._ready()
        # The file browser takes a third of the width: out of the way.
        self.page.evaluate("() => { window.jupyterapp.shell.collapseLeft(); }")

    def run(self, wait: str | None = None, *, allow_errors: bool = False) -> None:
        """Runs all cells, waits until the last is through and then for the selector ``wait`` to be visible.

        Raises:
            AssertionError: a cell raised and ``allow_errors`` is not set.
        """
        self.page.evaluate(RUN_ALL)
        wrong = [out for cell in self.outputs() for out in cell if out["output_type"] == "error"]
        if wrong and not allow_errors:
            raise AssertionError("\n".join(wrong[0]["traceback"]))
        if wait:
            self.page.locator(wait).first.wait_for(state="visible")

    def rerun(self, wait: str | None = None) -> None:
        """Runs all cells again, as a person does after a restart."""
        self.run(wait)

    def reload(self, wait: str | None = None, *, save: bool = True) -> None:
        """Reloads the page; the kernel lives on, the outputs come back from the notebook file.

        Args:
            wait: a CSS selector that must be visible afterwards.
            save: save the notebook first, as JupyterLab does by itself every two minutes.
        """
        if save:
            self.save()
        self.page.goto(self.url, timeout=LIMIT, wait_until="domcontentloaded")
        self._ready()
        if wait:
            self.page.locator(wait).first.wait_for(state="visible")

    def save(self) -> None:
        """Saves the notebook with its outputs."""
        self.command("docmanager:save")

    def restart_kernel(self) -> None:
        """Restarts the kernel: its memory is gone, the cells' outputs stay in the page. Then ``rerun``."""
        self._noise += ("Comm not found for comm id",)  # JupyterLab's word on the last messages of the kernel before
        self.page.evaluate(RESTART)
        self._ready()

    def close(self) -> None:
        """Closes the page, as a person closes a tab; the kernel lives on."""
        self.page.close()

    def command(self, name: str, **args: Any) -> Any:
        """Executes a JupyterLab command, such as ``apputils:change-theme``."""
        return self.page.evaluate(
            "([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => null)", [name, args]
        )

    def theme(self, name: Literal["dark", "light"]) -> None:
        """Changes JupyterLab's theme and waits until the page wears it."""
        self.command("apputils:change-theme", theme=f"JupyterLab {name.title()}")
        light = "true" if name == "light" else "false"
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
        # JupyterLab's splash screen fades over what is to be seen.
        self.page.wait_for_function("!document.querySelector('#jupyterlab-splash')")

    def eval(self, code: str) -> str:
        """Runs code in the notebook's kernel, leaving the notebook as it is, and returns what it printed.

        Raises:
            AssertionError: the code raised; the message is its traceback.
        """
        status, text = self.page.evaluate(EVALUATE, code)
        if status != "ok":
            raise AssertionError(text)
        return str(text)

    def outputs(self) -> list[list[dict[str, Any]]]:
        """The outputs of each cell, as nbformat has them."""
        result: list[list[dict[str, Any]]] = self.page.evaluate(OUTPUTS)
        return result

    def canvas_pixel(self, selector: str | Locator, x: float, y: float) -> Pixel | None:
        """The colour (red, green, blue, alpha) of a canvas at x, y in CSS pixels from its upper left corner.

        Args:
            selector: the canvas, or an element around it; the first match counts.
            x: to the right.
            y: downwards.

        Returns:
            None while there is no canvas or it has no size.
        """
        found = (self.page.locator(selector) if isinstance(selector, str) else selector).first
        value = found.evaluate(PIXEL, [x, y])
        return tuple(value) if value else None

    def wait_pixel(self, selector: str, x: float, y: float, colour: tuple[int, int, int], tolerance: int = 8) -> None:
        """Waits until a canvas has a colour (red, green, blue) at x, y, each channel within the tolerance."""
        script = f"""([selector, at, colour, tolerance]) => {{
            const element = document.querySelector(selector);
            const got = element && ({PIXEL})(element, at);
            return !!got && got[3] > 0 && colour.every((value, i) => Math.abs(value - got[i]) <= tolerance);
        }}"""
        self.page.wait_for_function(script, arg=[selector, [x, y], list(colour), tolerance])

    def frame(self) -> None:
        """Waits until the browser has painted what was changed before this call."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def screenshot(self, name: str, selector: str | None = None) -> Path:
        """Takes a picture of the page, or of one element, and returns where it lies."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        path = self._screenshots / f"{name}.png"
        (self.page.locator(selector).first if selector else self.page).screenshot(path=path)
        return path

    def _ready(self) -> None:
        self.page.evaluate(READY, LIMIT)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(self._noise):
            self.console_errors.append(message.text)


def _accept(dialog: Dialog) -> None:
    """Leaves a page that asks whether to leave."""
    dialog.accept()
