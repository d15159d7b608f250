"""A circle, which only tests know, goes the whole way: drawn, stored, read, compared, painted, exported."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from ipycanvas.canvas import COMMANDS

from jlabel import Box, Project
from jlabel.errors import AnswerError
from jlabel.formats.coco_reader import from_coco
from jlabel.formats.coco_writer import to_coco
from jlabel.media.loader import Loader
from jlabel.model.task import TaskType
from jlabel.widgets.editor import Editor
from tests.model.toy_shape import Circle, registered
from tests.widgets.test_editor import Hand

CIRCLE = {"circle": [30, 30, 12]}


@pytest.fixture
def circles() -> Iterator[TaskType]:
    with registered() as task:
        yield task


def test_from_python_to_a_frame(make: Callable[..., Project], circles: TaskType) -> None:
    project = make(2, task="circles", labels=["cell"])
    with project.session(labeler="me") as session:
        session.next_page(1)
        uid = session.draw("cell", Circle(20, 20, 10))
        session.change(uid, Circle(25, 22, 8))
        with pytest.raises(AnswerError, match="takes no annotation"):
            session.draw("cell", Box(1, 1, 5, 5))
        session.submit()
    frame = project.to_frame()
    assert frame["annotations"].dropna().tolist() == [[{"label": "cell", "circle": [25.0, 22.0, 8.0]}]]
    records = [replace(record, width=120, height=90) for record in project.records()]
    read = from_coco(to_coco(records, project.classes, task=circles), task=circles)
    assert [a.shape for image in read.images for a in image.answer.annotations] == [Circle(25, 22, 8)]


def test_in_the_editor(make: Callable[..., Project], circles: TaskType, drawn: list[object]) -> None:
    project = make(2, task="circles", labels=["cell"])
    with Loader(workers=1) as loader:
        editor = Editor(project.session(labeler="me", grid=1), loader)
        try:
            hand = Hand(editor)
            hand.view()
            assert editor.setup["shape"] == circles.shape == "circle"
            drawn.clear()
            hand.draw("a", CIRCLE)
            assert hand.said == ("", "")
            assert [one["shape"] for one in hand.shapes] == [{"circle": [30.0, 30.0, 12.0]}]
            assert hand.stored == ["a"]
            assert str(COMMANDS["strokePolygons"]) in str(drawn)
            hand.gesture("change", uid="a", shape={"circle": [40, 30, 12]})
            hand.command("cut", uid="a", shape=CIRCLE)
            assert "is a circle" in hand.said[1]
            hand.submit()
        finally:
            editor.close()
    found = [a.shape for record in project.records() for a in record.answer.annotations]
    assert found == [Circle(40, 30, 12)]
