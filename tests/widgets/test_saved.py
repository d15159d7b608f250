"""What a notebook keeps of a labeler: sentences and counts, no pictures."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from ipywidgets import Image
from ipywidgets.widgets.widget import _instances

from jlabel import Project
from tests.widgets.conftest import Browser

Make = Callable[..., Project]
Look = Callable[..., Browser]


def _painted(browser: Browser) -> None:
    """Wait until the pages on screen and ahead are painted."""
    canvases = browser.labeler.body.stage.canvases
    until = time.monotonic() + 20
    while time.monotonic() < until and any(canvas.shows is None for canvas in canvases):
        time.sleep(0.02)
    assert all(canvas.shows is not None for canvas in canvases)


def _pictures() -> int:
    return sum(isinstance(widget, Image) for widget in _instances.values())


def test_the_repr_is_the_same_at_every_run(make: Make, look: Look) -> None:
    project = make()
    first, second = look(project).labeler, look(project, labeler="you").labeler
    assert repr(first) == repr(second) == "Labeler of 'p': run this cell to open it."


def test_the_output_holds_the_widget_and_the_counts_as_html(
    make: Make, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr("jlabel.widgets.frame.labeling_screen.display", lambda data, **_: shown.append(data))
    browser = look(make(14))
    browser.cell("apply", class_id=1)
    browser.submit()
    browser.labeler._ipython_display_()
    widget, saved = shown
    assert widget["application/vnd.jupyter.widget-view+json"]["model_id"] == browser.labeler.model_id
    for one in (widget, saved):
        assert one["text/plain"] == "Labeler of 'p': run this cell to open it."
        assert "4 of 14 images labeled. Run this cell to open it." in one["text/html"]
    assert set(saved) == {"text/plain", "text/html"}, "this output is for where no widget can be shown"


def test_names_of_projects_are_text_in_the_html(workspace: Any, folder: Any, make: Make, look: Look) -> None:
    make(4)
    project = workspace.create_project("<b>&", task="multi-class", images=folder, labels=["a"])
    assert "Labeler of <b>&lt;b&gt;&amp;</b>: 0 of 4" in look(project).labeler._saved_output()["text/html"]


def test_pictures_that_the_browser_has_drawn_are_closed(make: Make, look: Look) -> None:
    before = _pictures()
    browser = look(make(), grid=9)
    _painted(browser)
    assert _pictures() - before == 18
    frames = [canvas.frame for canvas in browser.labeler.body.stage.all_canvases]
    state = browser.state
    browser.send("painted", frames=[frames[0], 0, 0])
    assert _pictures() - before == 9
    browser.send("painted", frames=frames)
    assert _pictures() == before
    assert browser.state == state, "nothing on screen changed"


def test_a_page_that_is_reloaded_gets_its_pictures_again(make: Make, look: Look) -> None:
    before = _pictures()
    browser = look(make(), grid=9)
    _painted(browser)
    browser.send("painted", frames=[canvas.frame for canvas in browser.labeler.body.stage.all_canvases])
    browser.view()
    _painted(browser)
    assert _pictures() - before == 18


def test_a_refused_message_about_paintings_is_shown(make: Make, look: Look) -> None:
    browser = look(make())
    browser.send("painted", frames="all")
    assert browser.said[0] == "error"


def test_a_labeler_that_moved_keeps_a_sentence_only(make: Make, look: Look) -> None:
    before = _pictures()
    browser = look(make())
    _painted(browser)
    large = len(browser.labeler._esm)
    browser.labeler.retire("The labeler moved.")
    assert browser.state["end"] == "The labeler moved."
    assert len(browser.labeler._esm) < large / 20
    assert _pictures() == before
