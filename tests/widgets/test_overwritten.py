"""Pictures that are overwritten while their page waits behind the one on screen."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from jlabel import Project
from jlabel.media.loader import Loader
from jlabel.widgets.editor import Editor
from tests.widgets.conftest import Browser

SIZE, SMALL = (120, 90), (60, 40)


@pytest.fixture
def browser(make: Callable[..., Project]) -> Iterator[Browser]:
    with Loader(workers=1) as loader:
        editor = Editor(make(3, task="boxes").session(labeler="me", grid=1), loader)
        browser = Browser(editor)
        browser.view()
        yield browser
        editor.close()


def wait(ready: Callable[[], object]) -> None:
    until = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_view_of_a_page_that_waited_is_that_of_its_picture_as_it_is_now(browser: Browser, folder: Path) -> None:
    wait(lambda: all(page["view"] for page in browser.state["pages"].values()) and browser.state["ahead"])
    ahead = browser.state["pages"][browser.state["ahead"]]
    assert (ahead["view"]["width"], ahead["view"]["height"]) == SIZE
    file = folder / ahead["cells"][0]["name"]
    before = file.stat().st_mtime_ns
    Image.new("RGB", SMALL).save(file)
    os.utime(file, ns=(before + 10**9, before + 10**9))
    browser.cell("empty")
    browser.submit()
    assert browser.state["current"] == ahead["token"]
    wait(lambda: browser.page["view"] and browser.labeler.body.stage.full.get(browser.items[0]) == SMALL)
    view = browser.page["view"]
    assert (view["width"], view["height"]) == SMALL
    stage = {"width": 900, "height": 600, "ratio": 1}
    browser.send("view", browser.state["current"], **stage, viewport={**ahead["view"], "scale": 2})
    assert browser.page["view"] == view, "what was still sent of the former picture"
    browser.send("view", browser.state["current"], **stage, viewport={**view, "scale": 2})
    assert browser.page["view"]["scale"] == 2
