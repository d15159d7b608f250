"""B in the kernel's end of the editor: boxes become outlines in one step, late ones too; mishaps change none."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any

import pytest

from jlabel import Polygon, Project
from jlabel.assist.outlining.outliner import NO_MODEL, Bounds, Outliner
from jlabel.errors import AssistError, ImageError
from jlabel.media.loader import Loader
from jlabel.model.page import Task
from jlabel.widgets.editor import Editor
from jlabel.widgets.editor.outlines import FINDING, LOADING, SUBMITTED
from tests.widgets.test_editor import Hand, uids

BOX = {"rings": [[[10, 10], [50, 10], [50, 40], [10, 40]]]}
OTHER = {"rings": [[[60, 20], [90, 20], [90, 70], [60, 70]]]}
Open = Callable[..., Hand]


class Diamonds(Outliner):
    """Finds a diamond in every box: at once, or when the test lets it.

    Attributes:
        asked: items and boxes, in order.
        ahead: items that were to be looked at ahead.
        held: futures that the test is to complete; ``None`` to answer at once.
    """

    def __init__(self, reason: str = "") -> None:
        self.reason, self.loaded, self.changed = reason, True, False
        self.asked: list[tuple[int, tuple[Bounds, ...]]] = []
        self.ahead: list[int] = []
        self.error: Exception | None = None
        self.held: list[tuple[Future[list[Polygon]], list[Polygon]]] | None = None
        self.closed = False

    def refresh(self) -> bool:
        return self.changed

    def look_ahead(self, task: Task) -> None:
        self.ahead.append(task.item)

    def start(self, task: Task, boxes: Sequence[Bounds]) -> Future[list[Polygon]]:
        self.asked.append((task.item, tuple(boxes)))
        future: Future[list[Polygon]] = Future()
        found = [diamond(box) for box in boxes]
        if self.error is not None:
            future.set_exception(self.error)
        elif self.held is not None:
            self.held.append((future, found))
        else:
            future.set_result(found)
        return future

    def arrive(self) -> None:
        """Completes what is held, on a thread of its own as the outliner does."""
        assert self.held is not None
        for future, found in self.held:
            thread = threading.Thread(target=future.set_result, args=[found])
            thread.start()
            thread.join()
        self.held = []

    def close(self) -> None:
        self.closed = True


def diamond(box: Bounds) -> Polygon:
    x0, y0, x1, y1 = box
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return Polygon(rings=(((x, y0), (x1, y), (x, y1), (x0, y)),))


@pytest.fixture
def edit(make: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """``edit(outliner)`` opens the editor of a project of polygons with the boxes a and b on its first image."""
    monkeypatch.setattr("jlabel.widgets.editor.outlines.PATIENCE", 0.01)
    opened: list[Editor] = []
    with Loader(workers=1) as loader:

        def create(outliner: Outliner | None, task: str = "polygons") -> Hand:
            editor = Editor(make(6, task=task).session(labeler="me", grid=1), loader, outliner=outliner)
            opened.append(editor)
            hand = Hand(editor)
            hand.view()
            if task == "polygons":
                hand.draw("a", BOX)
                hand.draw("b", OTHER, class_id=2)
            return hand

        yield create
        for editor in opened:
            editor.close()


def shapes(hand: Hand) -> list[Any]:
    return [one["shape"] for one in hand.shapes]


def test_the_boxes_become_outlines_in_one_step_that_keeps_name_and_class(edit: Open) -> None:
    outliner = Diamonds()
    hand = edit(outliner)
    assert hand.state["outline"] == ""
    hand.command("outline", uids=["a", "b"])
    assert outliner.asked == [(hand.items[0], ((10, 10, 50, 40), (60, 20, 90, 70)))]
    assert shapes(hand) == [diamond((10, 10, 50, 40)).to_dict(), diamond((60, 20, 90, 70)).to_dict()]
    assert [(one["uid"], one["class_id"], one["made"]) for one in hand.shapes] == [("a", 1, "drawn"), ("b", 2, "drawn")]
    assert hand.stored == ["a", "b"]
    assert hand.said == ("", "")
    hand.command("undo")
    assert shapes(hand) == [BOX, OTHER]
    hand.command("redo")
    hand.command("outline", uids=["b"])
    assert outliner.asked[-1][1] == ((60, 20, 90, 70),), "any polygon's bounds are such a box"


def test_a_picture_is_looked_at_ahead_once_something_is_drawn(edit: Open) -> None:
    outliner = Diamonds()
    hand = edit(outliner)
    assert set(outliner.ahead) == set(hand.items)
    before = len(outliner.ahead)
    hand.submit()
    assert len(outliner.ahead) == before, "nothing is drawn on the next image"


def test_what_takes_time_arrives_later_and_is_undone_alone(edit: Open) -> None:
    outliner = Diamonds()
    hand = edit(outliner)
    outliner.held, outliner.loaded = [], False
    hand.command("outline", uids=["a"])
    assert hand.said == ("info", LOADING)
    assert shapes(hand) == [BOX, OTHER]
    hand.gesture("remove", uids=["b"])
    hand.command("outline", uids=["a"])
    outliner.arrive()
    assert shapes(hand) == [diamond((10, 10, 50, 40)).to_dict()]
    assert hand.said == ("", "")
    hand.command("undo")
    assert shapes(hand) == [BOX], "asked for twice, it changed once"
    outliner.loaded = True
    hand.command("outline", uids=["a"])
    assert hand.said == ("info", FINDING)


def test_a_shape_that_was_moved_or_deleted_meanwhile_is_left_alone(edit: Open) -> None:
    outliner = Diamonds()
    hand = edit(outliner)
    outliner.held = []
    hand.command("outline", uids=["a", "b"])
    hand.gesture("remove", uids=["a"])
    hand.gesture("change", uid="b", shape=BOX)
    steps = hand.page["steps"]
    outliner.arrive()
    assert (uids(hand), shapes(hand), hand.page["steps"]) == (["b"], [BOX], steps)
    assert hand.said == ("", "")


def test_a_page_that_was_submitted_meanwhile_says_so(edit: Open) -> None:
    outliner = Diamonds()
    hand = edit(outliner)
    outliner.held = []
    hand.command("outline", uids=["a"])
    hand.submit()
    outliner.arrive()
    assert hand.said == ("info", SUBMITTED)
    assert shapes(hand) == []


def test_a_screen_that_was_closed_meanwhile_is_not_touched(edit: Open) -> None:
    outliner = Diamonds()
    hand = edit(outliner)
    outliner.held = []
    hand.command("outline", uids=["a"])
    hand.labeler.retire("It moved.")
    assert outliner.closed
    outliner.arrive()


@pytest.mark.parametrize("late", [False, True])
def test_what_goes_wrong_is_said_and_the_shape_stays(edit: Open, late: bool) -> None:
    outliner = Diamonds()
    hand = edit(outliner)
    for error in (ImageError("'0001.png' cannot be decoded."), AssistError("The process ended."), RuntimeError("odd")):
        if late:
            outliner.held = []
            hand.command("outline", uids=["a"])
            (job, _) = outliner.held[0]
            job.set_exception(error)
        else:
            outliner.error = error
            hand.command("outline", uids=["a"])
        kind, text = hand.said
        assert kind == "error"
        assert str(error) in text
        assert shapes(hand) == [BOX, OTHER]
    outliner.error = outliner.held = None
    hand.command("outline", uids=["nobody"])
    assert "No shape named 'nobody'" in hand.said[1]
    hand.labeler._handle_custom_msg(
        {"kind": "command", "seq": 900, "view": hand.id, "name": "outline", "uids": ["a"]}, []
    )
    assert "without naming their page" in hand.said[1]


def test_without_a_model_the_page_knows_why_and_learns_when_there_is_one(edit: Open) -> None:
    outliner = Diamonds(NO_MODEL)
    hand = edit(outliner)
    assert hand.state["outline"] == NO_MODEL
    hand.command("outline", uids=["a"])
    assert hand.said == ("info", NO_MODEL)
    assert (outliner.asked, shapes(hand)) == ([], [BOX, OTHER])
    outliner.reason, outliner.changed = "", True
    hand.labeler._on_status(_status(hand))
    assert hand.state["outline"] == ""


def test_a_project_without_outlines_to_find_takes_no_such_message(edit: Open) -> None:
    hand = edit(None, "boxes")
    assert hand.state["outline"] is None
    hand.draw("a", {"box": [10, 10, 50, 40]})
    hand.command("outline", uids=["a"])
    assert "takes no message 'outline'" in hand.said[1]


@pytest.mark.parametrize("task", ["boxes", "polygons"])
def test_the_labeler_of_polygons_has_an_outliner(make: Callable[..., Project], task: str) -> None:
    project = make(2, task=task)
    labeler = project.label(labeler="me")
    assert labeler.state["outline"] == (NO_MODEL if task == "polygons" else None)
    labeler.close()


def _status(hand: Hand) -> Any:
    from jlabel.assist.status import read_status

    session = hand.labeler.session
    return read_status(session.parts.store, session.project.id)
