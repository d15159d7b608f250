"""The kernel's end of the state on the wire: what screens send, and the shared examples, have the declared forms."""

import json
from collections.abc import Callable
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from jlabel import Project
from jlabel.media.loader import Loader
from jlabel.widgets.editor import Editor
from jlabel.widgets.frame import state as forms
from tests.prelabels import no_chance, publish
from tests.widgets.conftest import Browser

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "state.json").read_text(encoding="utf-8"))
EVERY_SCREEN = {"ack": int, "view": str | None, "message": forms.MessageState | None}


def check(data: Any, form: Any, where: str = "state") -> None:
    """Fail unless ``data`` has a form: a TypedDict, a container of others, a plain type or a union."""
    if is_typeddict(form):
        hints = get_type_hints(form) | (EVERY_SCREEN if form is forms.ScreenState else {})
        assert isinstance(data, dict), where
        assert data.keys() == hints.keys() or (not form.__total__ and data.keys() <= hints.keys()), where
        for name, value in data.items():
            check(value, hints[name], f"{where}.{name}")
    elif get_origin(form) is list:
        assert isinstance(data, list), where
        for value in data:
            check(value, get_args(form)[0], f"{where}[]")
    elif get_origin(form) is dict:
        assert isinstance(data, dict), where
        for value in data.values():
            check(value, get_args(form)[1], f"{where}{{}}")
    elif NoneType in get_args(form):
        if data is not None:
            check(data, next(one for one in get_args(form) if one is not NoneType), where)
    elif form is not Any:
        assert isinstance(data, (int, float) if form is float else form), f"{where}: {data!r} is no {form}"


@pytest.mark.parametrize("name", [name for name, vector in VECTORS.items() if vector["form"]])
def test_the_shared_examples_have_the_declared_forms(name: str) -> None:
    check(VECTORS[name]["data"], getattr(forms, VECTORS[name]["form"]), name)


def test_a_grid_sends_the_declared_forms(make: Callable[..., Project], look: Callable[..., Browser]) -> None:
    project = make()
    no_chance(project)
    browser = look(project)
    publish(project, dict.fromkeys(browser.items, (1,)))
    browser.labeler.session.refresh_suggestions()
    browser.command("zoom", value=browser.items[0])
    check(browser.state, forms.ScreenState)
    assert browser.state["zoom"]
    assert browser.page["cells"][0]["prelabel"]
    browser.submit()
    browser.command("previous")
    assert browser.page["own"]
    check(browser.state, forms.ScreenState)
    check(dict(browser.labeler.setup), forms.Setup)
    check(dict(browser.labeler.assist), forms.AssistData)


def test_an_editor_sends_the_declared_forms(make: Callable[..., Project]) -> None:
    with Loader(workers=1) as loader:
        editor = Editor(make(3, task="boxes").session(labeler="me", grid=1), loader)
        sent: list[Any] = []
        editor.body.shape_sync._send = sent.append
        browser = Browser(editor)
        browser.view()
        browser.send("draw", browser.state["current"], uid="a", class_id=1, shape={"box": [1, 2, 30, 40]})
        check(browser.page, forms.ShapesPageData)
        check({**browser.state, "pages": {}}, forms.ScreenState)
        check(sent[-1], forms.ShapesMessage)
        assert sent[-1]["splices"][0]["put"]
        editor.close()
