"""Several views of one labeler: one at a time is the active one, and what the others send changes nothing."""

from collections.abc import Callable

import pytest

from jlabel import Project
from jlabel.media.loader import Loader
from jlabel.session import viewport
from jlabel.widgets.editor import Editor
from jlabel.widgets.frame.active_view import ActiveView
from tests.widgets.conftest import Browser

Make = Callable[..., Project]
Look = Callable[..., Browser]
A, B, C = "a" * 16, "b" * 16, "c" * 16


def size(view: str, **more: object) -> dict[str, object]:
    return {"kind": "view", "seq": 1, "view": view, "width": 900, "height": 600, "ratio": 1, **more}


def command(view: str, name: str) -> dict[str, object]:
    return {"kind": "command", "seq": 1, "view": view, "name": name}


def test_the_first_view_that_sends_its_size_becomes_the_active_one() -> None:
    active = ActiveView()
    assert active.admit(command(A, "undo")), "a key before the size is known is nobody's loss"
    assert active.id is None
    assert active.admit(size(A))
    assert active.id == A
    assert not active.admit(size(B))
    assert not active.admit(command(B, "undo"))
    assert active.id == A


def test_a_view_takes_over_when_somebody_wants_it_here() -> None:
    active = ActiveView()
    active.admit(size(A))
    assert active.admit(size(B, take=True))
    assert active.id == B
    assert not active.admit(command(A, "undo"))
    assert active.admit(size(A, take=True))
    assert active.id == A


def test_a_view_that_asks_becomes_active_only_where_the_active_one_is_silent() -> None:
    active = ActiveView()
    active.admit(size(A))
    assert not active.admit(size(B))
    assert active.asking == B
    active.admit(command(A, "present"))
    assert active.asking is None
    assert not active.admit(size(B))
    assert active.admit(size(B))
    assert (active.id, active.asking) == (B, None)


def test_two_that_ask_wait_for_each_other() -> None:
    active = ActiveView()
    active.admit(size(A))
    active.admit(size(B))
    active.admit(size(C))
    assert not active.admit(size(B)), "the active view had no time to answer since C asked"
    assert active.admit(size(B))


def test_a_view_that_leaves_makes_room() -> None:
    active = ActiveView()
    active.admit(size(A))
    active.admit(size(B))
    active.leave(C)
    assert active.id == A
    active.leave(A)
    assert (active.id, active.asking) == (None, None)
    assert active.admit(size(B))
    assert active.id == B
    active.admit(size(C))
    active.admit(command(C, "leave"))
    assert active.asking is None


@pytest.mark.parametrize(
    "more",
    [
        {"zoom": [1, 10, 10]},
        {"viewport": viewport.to_dict(viewport.fit(100, 100, 900, 600))},
        {"width": "wide", "take": True},
        {"take": 1},
    ],
    ids=str,
)
def test_nothing_but_a_valid_size_makes_a_view_active(more: dict[str, object]) -> None:
    active = ActiveView()
    active.admit(size(A))
    for _ in range(3):
        assert not active.admit(size(B, **more))
    assert (active.id, active.asking) == (A, None)


def test_a_message_without_a_view_goes_to_the_gate() -> None:
    active = ActiveView()
    active.admit(size(A))
    assert active.admit({"kind": "command", "seq": 1, "name": "undo"})
    assert active.admit(None)


def test_a_gesture_of_another_view_changes_nothing_without_an_error(make: Make, look: Look) -> None:
    here = look(make())
    there = Browser(here.labeler, B)
    before = here.state
    there.cell("apply", class_id=1)
    there.submit()
    there.command("grid", value=9)
    there.send("draw", uid="a", class_id=1, shape={"box": [1, 1, 1, 1]})
    assert here.state == before
    here.cell("apply", class_id=2)
    assert here.labels == [[2]] * 4
    assert here.said == ("", "")


def test_a_view_that_does_not_know_yet_is_shown_the_state_again(
    make: Make, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = look(make())
    sent: list[object] = []
    monkeypatch.setattr(here.labeler, "send_state", lambda key=None: sent.append(key))
    here.cell("apply", class_id=1)
    assert sent.count("state") == 1, "it changed"
    Browser(here.labeler, B).cell("apply", class_id=2)
    assert sent.count("state") == 2


def test_the_pages_are_painted_for_the_view_that_takes_over(make: Make, look: Look) -> None:
    here = look(make())
    there = Browser(here.labeler, B)
    here.cell("apply", class_id=1)
    painted = [cell["rect"] for cell in here.page["cells"]]
    frame = here.page["frame"]
    there.view(1800, 1200)
    assert here.state["view"] == here.id
    assert here.state["asking"] == B
    assert [cell["rect"] for cell in here.page["cells"]] == painted, "asking changes nothing"
    there.view(1800, 1200, take=True)
    assert here.state["view"] == B
    assert [cell["rect"][2] for cell in there.page["cells"]] == [896] * 4
    assert there.page["frame"] > frame
    assert there.labels == [[1]] * 4
    here.view()
    assert [cell["rect"][2] for cell in there.page["cells"]] == [896] * 4
    there.cell("apply", class_id=2)
    assert there.labels == [[2]] * 4


def test_the_state_counts_the_messages_of_the_active_view(make: Make, look: Look) -> None:
    here = look(make())
    there = Browser(here.labeler, B)
    for _ in range(5):
        here.cell("apply", class_id=1)
    ack = here.state["ack"]
    there.view(take=True)
    assert here.state["ack"] < ack
    here.cell("apply", class_id=1)
    assert here.state["ack"] < ack
    assert here.state["ack"] == there.send("select", uids=[]) - 1


def test_a_zoomed_picture_fits_the_view_that_takes_over(make: Make, look: Look) -> None:
    here = look(make())
    there = Browser(here.labeler, B)
    here.command("zoom", value=here.items[0])
    scale = here.state["zoom"]["view"][0]
    here.send("view", width=900, height=600, ratio=1, zoom=[scale * 8, 5, 5])
    assert here.state["zoom"]["view"] == [scale * 8, 5, 5]
    there.view(1800, 1200, take=True)
    assert there.state["zoom"]["view"][0] == pytest.approx(scale * 2)


def test_without_a_view_the_work_stays_and_the_next_one_is_active_at_once(make: Make, look: Look) -> None:
    here = look(make())
    here.cell("apply", class_id=1)
    here.command("leave")
    assert here.state["view"] is None
    again = Browser(here.labeler, C)
    again.view(500, 400)
    assert here.state["view"] == C
    assert again.labels == [[1]] * 4


def test_a_labeler_that_was_replaced_has_no_active_view(make: Make, look: Look) -> None:
    here = look(make())
    here.labeler.retire("Opened again below.")
    assert here.state["view"] == ""
    there = Browser(here.labeler, B)
    there.view(take=True)
    assert here.state["end"] == "Opened again below."


def test_a_shape_is_kept_where_it_was_drawn_in_either_view(make: Make) -> None:
    with Loader(workers=1) as loader:
        editor = Editor(make(3, task="boxes").session(labeler="me", grid=1), loader)
        here, there = Browser(editor), Browser(editor, B)
        here.view(800, 600)
        there.view(400, 300, take=True)
        view = viewport.from_dict(there.page["view"])
        assert (view.stage_width, view.stage_height) == (400, 300)
        zoomed = viewport.to_dict(viewport.zoom(view, 2, 10, 10))
        here.send("view", here.state["current"], width=800, height=600, ratio=1, viewport=zoomed)
        assert there.page["view"] == viewport.to_dict(view), "a zoom in a view that is not active"
        box = {"box": [10, 8, 20, 16]}
        here.send("draw", here.state["current"], uid="h", class_id=1, shape=box)
        there.send("draw", there.state["current"], uid="t", class_id=1, shape=box)
        (answer,) = editor.session.parts.pages.current.answers.values()  # type: ignore[union-attr]
        assert [(one.uid, one.shape.to_dict()) for one in answer.annotations if one.shape] == [("t", box)]
        editor.close()
