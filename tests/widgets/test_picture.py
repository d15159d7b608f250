"""The stage of one picture: what it asks of the loader, and what it keeps alive."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from jlabel import Project
from jlabel.media.display import Level
from jlabel.media.loader import Loader
from jlabel.widgets.editor import Editor
from jlabel.widgets.stage.page_canvas import GENERATIONS
from tests.widgets.conftest import Browser

if TYPE_CHECKING:
    from ipywidgets import Image as ImageWidget

STAGE = {"width": 900, "height": 600, "ratio": 1}


class Asked(Loader):
    """A loader that notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__(workers=1)
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def get(self, *args: Any, **more: Any) -> Any:
        self.calls.append(("get", more))
        return super().get(*args, **more)

    def region(self, *args: Any, **more: Any) -> Any:
        self.calls.append(("region", more))
        return super().region(*args, **more)


@pytest.fixture
def loader() -> Iterator[Asked]:
    with Asked() as loader:
        yield loader


@pytest.fixture
def browser(make: Callable[..., Project], loader: Asked) -> Iterator[Browser]:
    editor = Editor(make(3, task="boxes").session(labeler="me", grid=1), loader)
    browser = Browser(editor)
    browser.view()
    yield browser
    editor.close()


def look(browser: Browser, scale: float, x: float, y: float) -> None:
    view = {**browser.page["view"], "scale": scale, "x": x, "y": y}
    browser.send("view", browser.state["current"], **STAGE, viewport=view)


def test_a_whole_picture_is_a_thumbnail_and_a_part_a_region(browser: Browser, loader: Asked) -> None:
    assert {kind for kind, _ in loader.calls} == {"get"}
    loader.calls.clear()
    look(browser, 2, 100, 100)  # 240 x 180 of 900 x 600: all of it
    assert [kind for kind, _ in loader.calls] == ["get"]
    loader.calls.clear()
    look(browser, 20, -500, -500)
    assert [kind for kind, _ in loader.calls] == ["region"]


def test_the_page_ahead_waits_for_the_one_on_screen(browser: Browser, loader: Asked) -> None:
    loader.calls.clear()
    browser.send("level", brightness=1, contrast=1, gamma=2)
    assert [more["ahead"] for _, more in loader.calls] == [False, True]
    assert {more["level"] for _, more in loader.calls} == {Level(gamma=2)}


def test_pictures_of_old_paintings_are_closed(browser: Browser) -> None:
    side = browser.labeler.body.stage.canvases[browser.page["canvas"]]
    seen: list[ImageWidget] = []
    for step in range(3 * GENERATIONS):
        look(browser, 10 + step, -300, -300)
        seen += side.pictures
    alive = [image for image in seen if image.comm is not None]
    assert len(seen) == 3 * GENERATIONS
    assert 1 <= len(alive) <= GENERATIONS
    assert alive == seen[-len(alive) :]
