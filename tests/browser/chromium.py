"""Which browser the tests drive: an installed Chrome or Chromium, else the one that Playwright downloads."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# No sandbox because containers run as root; the rest keeps the browser from talking to its maker while it is measured.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Several notebooks are open at once, one page in front: those behind must still paint, or waiting on them hangs.
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
)


def installed() -> Path | None:
    """An installed Chrome or Chromium, or the one named by the variable ``JLABEL_BROWSER``; None if there is none."""
    named = os.environ.get("JLABEL_BROWSER")
    if named:
        return Path(named)
    found = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in (*found, *PLACES) if path and Path(path).exists()), None)


def executable(downloaded: str) -> Path | None:
    """The browser to start, or None.

    Args:
        downloaded: where Playwright would keep the browser that it downloads (``playwright.chromium.executable_path``).
    """
    return installed() or (Path(downloaded) if downloaded and Path(downloaded).exists() else None)


def main() -> int:
    """Prints the browser that the tests would start; returns 1 if there is none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = executable(playwright.chromium.executable_path)
    if browser:
        sys.stdout.write(f"The browser of the tests: {browser}\n")
    return 0 if browser else 1


if __name__ == "__main__":
    sys.exit(main())
