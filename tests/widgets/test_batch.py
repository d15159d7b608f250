"""Draw commands travel together, and a failing one does not jam the canvas."""

import pytest
from ipycanvas import Canvas
from ipycanvas.canvas import _CANVAS_MANAGER

from jlabel.widgets.stage.batch import batch


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    messages: list[object] = []
    monkeypatch.setattr(_CANVAS_MANAGER, "_send_custom", lambda command, _buffers=(): messages.append(command))
    return messages


def test_a_batch_is_one_message_that_names_its_canvas_anew(sent: list[object]) -> None:
    canvas = Canvas(width=10, height=10)
    for _ in range(2):
        with batch():
            canvas.fill_rect(0, 0, 5, 5)
            canvas.fill_rect(1, 1, 5, 5)
    assert len(sent) == 2
    assert all(len(commands) == 3 for commands in sent)  # type: ignore[arg-type]


def test_an_error_sends_nothing_and_the_next_batch_draws(sent: list[object]) -> None:
    canvas = Canvas(width=10, height=10)
    with pytest.raises(ZeroDivisionError):
        _draw_and_fail(canvas)
    assert sent == []
    canvas.fill_rect(0, 0, 5, 5)
    assert sent, "drawing outside a batch goes out at once again"


def _draw_and_fail(canvas: Canvas) -> None:
    with batch():
        canvas.fill_rect(0, 0, 5, 5)
        raise ZeroDivisionError
