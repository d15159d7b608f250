"""The port of a screen, proved by a toy that knows no session; tests/browser/test_screen_port.py shows it in a page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jlabel.model.project import ProjectRecord
from jlabel.store import Store, open_store
from jlabel.widgets import protocol
from tests.assist.workers import until
from tests.store.helpers import make_project
from tests.widgets.conftest import VIEW
from tests.widgets.toy import Counter


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def project(store: Store) -> ProjectRecord:
    return make_project(store, 3)


@pytest.fixture
def toy(store: Store, project: ProjectRecord) -> Iterator[Counter]:
    screen = Counter(store, project.id)
    yield screen
    screen.close()
    del protocol.COMMANDS["count"]


def send(toy: Counter, seq: int, **fields: Any) -> dict[str, Any]:
    toy._handle_custom_msg({"kind": "command", "seq": seq, "view": VIEW, "name": "count", **fields}, [])
    return dict(toy.state)


def test_a_message_reaches_its_handler_and_the_state_follows(toy: Counter) -> None:
    assert toy.state == {"ack": 0, "view": None, "message": None, "count": 0, "remaining": 3}
    assert send(toy, 1, value=2) == {"ack": 1, "view": VIEW, "message": None, "count": 2, "remaining": 3}


def test_the_messages_of_each_view_are_counted_apart(toy: Counter) -> None:
    assert send(toy, 7, value=2)["ack"] == 7
    other = "f" * 16
    assert send(toy, 3, view=other, value=1) == {"ack": 3, "view": other, "message": None, "count": 3, "remaining": 3}
    state = send(toy, 8, value=1)
    assert (state["ack"], state["view"], state["count"]) == (8, VIEW, 4)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"value": 10}, "steps of at most 9"),
        ({"value": "2"}, "must be a whole number"),
        ({}, "lacks the field 'value'"),
        ({"value": 1, "more": 1}, "unknown field 'more'"),
        ({"name": "undo"}, "takes no message 'undo'"),
        ({"name": "leap"}, "unknown command 'leap'"),
    ],
)
def test_what_is_refused_is_shown_and_acknowledged(toy: Counter, fields: dict[str, Any], text: str) -> None:
    state = send(toy, 4, **fields)
    assert (state["ack"], state["count"]) == (4, 0)
    assert state["message"]["kind"] == "error"
    assert text in state["message"]["text"]


def test_an_unexpected_error_is_shown_and_the_kernel_goes_on(
    toy: Counter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(toy, "describe", lambda: 1 / 0)
        assert "ZeroDivisionError" in send(toy, 1, value=2)["message"]["text"]
    assert "ZeroDivisionError" in caplog.text
    assert send(toy, 2, value=2)["count"] == 4, "what was done stays done"


def test_changes_of_the_project_are_followed_until_the_screen_is_closed(
    toy: Counter, store: Store, project: ProjectRecord
) -> None:
    page = store.claim(store.open_session(project.id, "me"), 1)
    assert page is not None
    store.mark_unreadable(page.tasks[0].item, "truncated")
    until(lambda: toy.state["remaining"] == 2)
    (subscription,) = toy._subscriptions
    toy.close()
    subscription.watch.thread.join(60)
    assert not subscription.watch.thread.is_alive()
    toy.close()
