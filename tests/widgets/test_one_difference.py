"""A gesture's difference is computed once, whoever needs it: the checks, the store, the browser, the canvas."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jlabel import Project
from jlabel.media.loader import Loader
from jlabel.model import answer_diff
from jlabel.model.answer import Answer
from jlabel.session import page_state
from jlabel.store.sql.schema import draft_change
from jlabel.widgets.editor import Editor, shape_sync
from jlabel.widgets.stage import shape_layer
from tests.store.database import opened
from tests.widgets.conftest import Browser

COUNT = 1_000
BOXES = [
    {"uid": f"m{n}", "class_id": 1, "shape": {"box": [n % 40, n // 40, n % 40 + 8, n // 40 + 8]}} for n in range(COUNT)
]


@pytest.fixture
def browser(make: Callable[..., Project]) -> Iterator[Browser]:
    with Loader(workers=1) as loader:
        editor = Editor(make(2, task="boxes").session(labeler="me", grid=1), loader)
        browser = Browser(editor)
        browser.view()
        yield browser
        editor.close()


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Answer, Answer]]:
    """The computations of a difference so far."""
    calls: list[tuple[Answer, Answer]] = []

    def spy(before: Answer, after: Answer) -> Any:
        calls.append((before, after))
        return answer_diff.find_difference(before, after)

    for module in (page_state, shape_sync, shape_layer):
        monkeypatch.setattr(module, "find_difference", spy)
    return calls


def test_each_gesture_on_a_thousand_shapes_computes_one(
    browser: Browser, computed: list[tuple[Answer, Answer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.command("paste", shapes=BOXES)
    page = browser.state["current"]
    sent: list[object] = []
    drawn: list[object] = []
    assert isinstance(browser.labeler, Editor)
    monkeypatch.setattr(browser.labeler.body.shape_sync, "_send", sent.append)
    draw = shape_layer.ShapeLayer._draw_at
    monkeypatch.setattr(
        shape_layer.ShapeLayer, "_draw_at", lambda layer, *given: drawn.append(given) or draw(layer, *given)
    )
    moved = {"box": [1, 1, 9, 9]}
    gestures = (
        lambda: browser.send("change", page, uid="m7", shape=moved),
        lambda: browser.send("remove", page, uids=["m8"]),
        lambda: browser.send("draw", page, uid="n", class_id=2, shape=moved),
        lambda: browser.command("undo"),
        lambda: browser.command("redo"),
    )
    for number, gesture in zip(itertools.count(1), gestures, strict=False):
        computed.clear()
        gesture()
        assert browser.said == ("", "")
        assert len(computed) == 1
        assert len(drawn) == number, "the canvas was brought up to date"
        assert len(sent) == number, "and so was the browser"
    folder = browser.labeler.session.parts.store.folder
    with opened(folder or "") as database, database.snapshot() as transaction:
        assert len(transaction.conn.execute(draft_change.select()).all()) == len(gestures), "the store as well"
