"""The editor's kernel end: messages as the browser sends them in; the state, the store and draw commands out."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ipycanvas.canvas import COMMANDS

from jlabel import Project
from jlabel.media.loader import Loader
from jlabel.store import read_records
from jlabel.store.sql.schema import draft
from jlabel.widgets.editor import Editor
from tests.pictures import make_pictures
from tests.store.database import opened
from tests.widgets.conftest import Browser

BOX = {"box": [10, 10, 50, 40]}
POLYGONS = (COMMANDS["fillPolygons"], COMMANDS["strokePolygons"])
OTHER = {"box": [60, 20, 90, 70]}
RING = {"rings": [[[10, 10], [60, 12], [55, 50], [12, 48]]]}
BOW = {"rings": [[[10, 10], [60, 60], [60, 10], [10, 60]]]}
Open = Callable[..., "Hand"]


class Hand(Browser):
    """The browser's end of an editor, which follows what it is told of the shapes as received.js does."""

    labeler: Editor

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self.told: list[dict[str, Any]] = []
        self.kept: dict[str, tuple[int, list[dict[str, Any]]]] = {}
        editor.body.shape_sync._send = self._take
        self.command("shapes", None)

    def _take(self, message: dict[str, Any]) -> None:
        assert message["kind"] == "shapes"
        self.told.append(message)
        shapes: list[dict[str, Any]] = []
        if message["since"] is not None:
            number, shapes = self.kept[message["page"]]
            assert number == message["since"]
        for splice in reversed(message["splices"]):
            shapes = [*shapes[: splice["at"]], *splice["put"], *shapes[splice["at"] + splice["gone"] :]]
        self.kept[message["page"]] = (message["number"], shapes)

    def shapes_of(self, token: str) -> list[dict[str, Any]]:
        number, shapes = self.kept[token]
        assert number == self.state["pages"][token]["shapes"], "the state names the newest message"
        return shapes

    @property
    def shapes(self) -> list[dict[str, Any]]:
        return self.shapes_of(self.state["current"])

    @property
    def stored(self) -> list[str]:
        """Names of the shapes in the draft of the image on screen."""
        found = self.labeler.session.parts.store.drafts(self.labeler.session.parts.id, self.items)
        return [a.uid for answer in found.values() for a in answer.annotations]

    def gesture(self, kind: str, page: str | None = None, **fields: Any) -> None:
        self.send(kind, page or self.state["current"], **fields)

    def draw(self, uid: str = "a", shape: object = None, class_id: int = 1, **more: Any) -> None:
        self.gesture("draw", uid=uid, shape=shape or BOX, class_id=class_id, **more)


@pytest.fixture
def edit(make: Callable[..., Project]) -> Iterator[Open]:
    """``edit(task)`` opens the editor of a project of six pictures of 120 x 90 pixels."""
    opened: list[Editor] = []
    with Loader(workers=1) as loader:

        def create(task: str = "boxes", project: Project | None = None) -> Hand:
            found = project or make(6, task=task)
            editor = Editor(found.session(labeler="me", grid=1), loader)
            opened.append(editor)
            hand = Hand(editor)
            hand.project = found  # type: ignore[attr-defined]
            hand.view()
            return hand

        yield create
        for editor in opened:
            editor.close()


def uids(hand: Hand) -> list[str]:
    return [shape["uid"] for shape in hand.shapes]


def test_shapes_are_drawn_changed_and_removed_and_stored_at_once(edit: Open) -> None:
    hand = edit()
    hand.draw("a")
    hand.draw("b", OTHER, class_id=2)
    assert hand.shapes == [
        {"uid": "a", "class_id": 1, "shape": BOX, "made": "drawn", "confidence": None, "proposal": False},
        {"uid": "b", "class_id": 2, "shape": OTHER, "made": "drawn", "confidence": None, "proposal": False},
    ]
    assert hand.stored == ["a", "b"]
    hand.gesture("change", uid="a", shape={"box": [0, 0, 500, 20]})
    assert hand.shapes[0]["shape"] == {"box": [0, 0, 120, 20]}, "clipped to the image"
    hand.gesture("remove", uids=["b"])
    assert uids(hand) == hand.stored == ["a"]
    assert hand.said == ("", "")
    assert hand.labels == [[1]]


def test_the_view_is_told_and_kept_within_its_limits(edit: Open) -> None:
    hand = edit()
    view = hand.page["view"]
    assert (view["width"], view["height"], view["stage_width"]) == (120, 90, 900)
    side = hand.labeler.body.stage.canvases[hand.page["canvas"]]
    before = side.frame
    stage = {"width": 900, "height": 600, "ratio": 1}
    hand.send("view", hand.state["current"], **stage, viewport={**view, "scale": 20, "x": -100, "y": -100})
    assert (hand.page["view"]["scale"], side.frame) == (20, before + 1), "painted again, sharp"
    hand.send("view", hand.state["current"], **stage, viewport={**view, "scale": 9_999})
    assert hand.page["view"]["scale"] == 32
    shown = hand.page["view"]
    for bad in (
        {},
        {**view, "scale": "large"},
        {**view, "scale": float("nan")},
        {**view, "width": -1},
        {**view, "rotation": 7},
    ):
        hand.send("view", hand.state["current"], **stage, viewport=bad)
        assert hand.said[0] == "error"
        assert hand.page["view"] == shown


def test_a_stage_of_another_size_keeps_the_view_and_fits_again_what_fitted(edit: Open) -> None:
    hand = edit()
    before = hand.page["view"]
    hand.view(450, 300)
    half = hand.page["view"]
    assert (half["scale"], half["stage_width"]) == (before["scale"] / 2, 450)
    near = {**half, "scale": 20, "x": -1000, "y": -800}
    stage = {"width": 450, "height": 300, "ratio": 1}
    hand.send("view", hand.state["current"], **stage, viewport=near)
    hand.view(900, 600)
    assert hand.page["view"]["scale"] == 20
    assert (hand.page["view"]["x"], hand.page["view"]["y"]) == (-1000 + 225, -800 + 150), "the same pixel in the middle"


def test_levels_are_kept_and_absurd_ones_refused(edit: Open) -> None:
    hand = edit()
    sides = hand.labeler.body.stage.canvases
    frames = [side.frame for side in sides]
    hand.send("level", brightness=1.5, contrast=0.5, gamma=2.2, invert=True)
    assert hand.state["levels"] == [1.5, 0.5, 2.2, 1.0]
    assert [side.frame for side in sides] == [frame + 1 for frame in frames], "both pages are painted again, once"
    for bad in (
        {"brightness": 5, "contrast": 1},
        {"brightness": 1, "contrast": float("nan")},
        {"brightness": 1, "contrast": 1, "gamma": 0},
        {"brightness": 1, "contrast": 1, "invert": "yes"},
        {"brightness": 1},
        {"brightness": 1, "contrast": 1, "filter": "url(#x)"},
    ):
        hand.send("level", **bad)
        assert hand.said[0] == "error"
        assert "error of its own" not in hand.said[1]
        assert hand.state["levels"] == [1.5, 0.5, 2.2, 1.0]
    hand.draw("a")
    hand.submit()
    assert hand.state["levels"] == [1.5, 0.5, 2.2, 1.0], "for the images that follow, too"


def test_one_shape_is_hidden_on_its_own_image_only(edit: Open) -> None:
    hand = edit()
    hand.draw("a")
    hand.draw("b", OTHER)
    drawn = hand.labeler.body.drawing
    hand.command("hide", uids=["b", "nobody"])
    assert [one.uid for one in drawn(hand.state["current"]).annotations] == ["a"]
    hand.command("hide", uids=["b"])
    assert [one.uid for one in drawn(hand.state["current"]).annotations] == ["a", "b"]
    hand.command("hide", uids=["b"])
    hand.submit()
    hand.draw("b", OTHER)
    assert [one.uid for one in drawn(hand.state["current"]).annotations] == ["b"]
    hand.send("command", name="hide", uids=["b"])
    assert "without naming their page" in hand.said[1]
    assert hand.stored == ["b"]


def test_a_copy_is_told_from_what_was_drawn(edit: Open) -> None:
    hand = edit()
    hand.draw("a")
    hand.command("paste", shapes=[{"uid": "c", "class_id": 1, "shape": OTHER}])
    hand.gesture("change", uid="c", shape=BOX)
    made = {a.uid: str(a.made) for answer in hand.labeler.session.answers.values() for a in answer.annotations}
    assert made == {"a": "drawn", "c": "copied"}, "changing it later does not change that"
    hand.submit()
    hand.command("copy_previous")
    assert {str(a.made) for one in hand.labeler.session.answers.values() for a in one.annotations} == {"copied"}


def test_hidden_classes_and_tint_are_drawn_so(edit: Open, drawn: list[object]) -> None:
    hand = edit()
    hand.draw("a")
    hand.draw("b", OTHER, class_id=2)
    count = len(drawn)
    hand.command("hide", class_id=2)
    assert hand.page["hidden"] == [2]
    assert len(drawn) > count
    hand.command("hide", class_id=2)
    assert hand.page["hidden"] == []
    hand.command("hide")
    assert hand.page["hidden"] == [1, 2, 3]
    hand.command("hide", class_id=99)
    assert "99" in hand.said[1]
    count = len(drawn)
    hand.command("fill")
    assert len(drawn) > count
    hand.command("lock", uids=["a"], value=True)
    assert hand.said == ("", ""), "a lock lives in the browser"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"uid": "x"},
        {"uid": "x", "class_id": 1},
        {"uid": "x", "class_id": 1, "shape": {}},
        {"uid": "x", "class_id": 1, "shape": {"box": [1, 2, 3]}},
        {"uid": "x", "class_id": 1, "shape": {"box": [5, 5, 5, 30]}},
        {"uid": "x", "class_id": 1, "shape": {"box": [float("nan"), 0, 9, 9]}},
        {"uid": "x", "class_id": 1, "shape": {"box": [0, 0, 10**400, 9]}},
        {"uid": "x", "class_id": 1, "shape": {"box": [200, 200, 300, 300]}},
        {"uid": "x", "class_id": 1, "shape": {"box": ["0", "0", "9", "9"]}},
        {"uid": "x", "class_id": 1, "shape": {"rings": [[[0, 0], [9, 9], [9, 0]]] * 101}},
        {"uid": "x", "class_id": 1, "shape": RING},
        {"uid": "x", "class_id": 99, "shape": BOX},
        {"uid": "x", "class_id": True, "shape": BOX},
        {"uid": "<img src=x>", "class_id": 1, "shape": BOX},
        {"uid": "kept", "class_id": 1, "shape": BOX},
        {"uid": "x" * 65, "class_id": 1, "shape": BOX},
        {"uid": "x", "class_id": 1, "shape": BOX, "__class__": "x"},
    ],
)
def test_a_hostile_drawing_is_refused_and_nothing_changes(edit: Open, fields: dict[str, Any]) -> None:
    hand = edit()
    hand.draw("kept", OTHER)
    before = hand.page["cells"]
    hand.gesture("draw", **fields)
    kind, text = hand.said
    assert kind == "error"
    assert text.endswith(".")
    assert "error of its own" not in text
    assert hand.page["cells"] == before
    assert hand.stored == ["kept"]
    hand.draw("next")
    assert hand.stored == ["kept", "next"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("change", {"uid": "gone", "shape": BOX}),
        ("remove", {"uids": ["gone"]}),
        ("remove", {"uids": []}),
        ("remove", {"uids": "a"}),
        ("command", {"name": "reclass", "uids": ["kept"]}),
        ("command", {"name": "reclass", "uids": ["kept"], "class_id": 99}),
        ("command", {"name": "paste", "shapes": [{"uid": "x"}]}),
        ("command", {"name": "paste", "shapes": [{"uid": "x", "class_id": 99, "shape": BOX}]}),
        ("command", {"name": "change_many", "shapes": [{"uid": "kept", "shape": BOX}, {"uid": "gone", "shape": BOX}]}),
        ("command", {"name": "simplify", "uids": ["kept"], "tolerance": 1}),
        ("command", {"name": "join", "uids": ["kept"]}),
        ("command", {"name": "cut", "uid": "kept", "shape": RING}),
        ("command", {"name": "copy_previous"}),
        ("command", {"name": "__init__"}),
        ("command", {}),
        ("explode", {}),
    ],
)
def test_a_gesture_that_cannot_be_is_refused_with_a_sentence(edit: Open, kind: str, fields: dict[str, Any]) -> None:
    hand = edit()
    hand.draw("kept", OTHER)
    before = (hand.page["cells"], hand.shapes, hand.stored)
    hand.gesture(kind, **fields)
    assert hand.said[0] == "error"
    assert "error of its own" not in hand.said[1]
    assert (hand.page["cells"], hand.shapes, hand.stored) == before


def test_a_crossing_outline_is_repaired_only_on_request(edit: Open) -> None:
    hand = edit("polygons")
    hand.draw("a", BOW)
    assert "self-intersection" in hand.said[1]
    assert hand.stored == []
    hand.draw("a", BOW, repair=True)
    assert hand.stored == ["a"]
    assert len(hand.shapes[0]["shape"]["rings"]) == 2


def test_a_hole_is_cut_and_parts_are_joined_and_split(edit: Open) -> None:
    hand = edit("polygons")
    hand.draw("a", RING)
    hand.command("cut", uid="a", shape={"rings": [[[20, 20], [40, 20], [40, 40], [20, 40]]]})
    assert len(hand.shapes[0]["shape"]["holes"]) == 1
    hand.draw("b", {"rings": [[[80, 10], [110, 10], [110, 40]]]})
    hand.command("join", uids=["a", "b"])
    assert uids(hand) == ["a"]
    assert len(hand.shapes[0]["shape"]["rings"]) == 2
    hand.command("split", uids=["a"])
    assert len(hand.shapes) == 2
    hand.command("to_box", uids=uids(hand))
    assert hand.said == ("", "")
    assert all(len(shape["shape"]["rings"][0]) == 4 for shape in hand.shapes)


def test_a_message_for_a_page_that_is_gone_changes_nothing(edit: Open) -> None:
    hand = edit()
    hand.draw("a")
    gone = hand.state["current"]
    hand.submit()
    before = hand.page
    hand.gesture("draw", gone, uid="late", shape=BOX, class_id=1)
    assert "no longer open" in hand.said[1]
    assert (hand.page, hand.stored) == (before, [])
    stage = {"width": 900, "height": 600, "ratio": 1}
    hand.send("view", gone, **stage, viewport=before["view"])
    assert hand.page["token"] == before["token"]


def test_a_double_submit_counts_once(edit: Open) -> None:
    hand = edit()
    hand.draw("a")
    first, ahead = hand.state["current"], hand.state["ahead"]
    hand.submit(first)
    hand.submit(first)
    assert hand.state["current"] == ahead
    assert hand.state["counts"]["remaining"] == 5
    labeled = [
        r for r in read_records(hand.labeler.session.parts.store, hand.labeler.session.project.id) if r.answer.given
    ]
    assert len(labeled) == 1


def test_the_next_picture_is_painted_behind_with_its_shapes(edit: Open) -> None:
    hand = edit()
    state = hand.state
    now, ahead = state["pages"][state["current"]], state["pages"][state["ahead"]]
    assert {now["canvas"], ahead["canvas"]} == {0, 1}
    sides = hand.labeler.body.stage.canvases
    assert [sides[page["canvas"]].frame for page in (now, ahead)] == [now["frame"], ahead["frame"]] == [1, 1]
    hand.draw("early", page=state["ahead"])  # the browser turned, the submission is still on its way
    assert [s["uid"] for s in hand.shapes_of(state["ahead"])] == ["early"]
    hand.draw("a")
    hand.submit()
    assert hand.state["current"] == state["ahead"]
    assert uids(hand) == ["early"]
    assert hand.page["frame"] == 1, "not painted again"


def test_undo_and_redo_walk_over_every_gesture(edit: Open) -> None:
    hand = edit()
    hand.draw("a")
    hand.gesture("change", uid="a", shape=OTHER)
    hand.command("reclass", uids=["a"], class_id=2)
    hand.command("remove_all")
    assert hand.stored == []
    seen = []
    for _ in range(4):
        hand.command("undo")
        seen.append([(s["class_id"], s["shape"]) for s in hand.shapes])
    assert seen == [[(2, OTHER)], [(1, OTHER)], [(1, BOX)], []]
    for _ in range(3):
        hand.command("redo")
    assert [(s["class_id"], s["shape"]) for s in hand.shapes] == [(2, OTHER)]
    assert hand.stored == ["a"]


def test_the_previous_image_s_shapes_are_copied(edit: Open) -> None:
    hand = edit()
    hand.draw("a")
    hand.draw("b", OTHER, class_id=2)
    hand.submit()
    hand.command("copy_previous")
    assert [(s["class_id"], s["shape"]) for s in hand.shapes] == [(1, BOX), (2, OTHER)]
    assert len(hand.stored) == 2
    hand.command("copy_previous")
    assert "lacks" in hand.said[1], "not a second time"


def test_no_objects_is_replaced_by_drawing(edit: Open) -> None:
    hand = edit()
    hand.cell("empty")
    assert hand.page["cells"][0]["empty"]
    hand.draw("a")
    assert not hand.page["cells"][0]["empty"]
    hand.gesture("remove", uids=["a"])
    hand.submit()
    assert "no label" in hand.said[1]
    assert hand.state["counts"]["remaining"] == 6


def test_a_shape_of_a_retired_class_can_be_reclassed_or_deleted(edit: Open) -> None:
    hand = edit()
    hand.draw("a", class_id=3)
    session = hand.labeler.session
    session.parts.store.retire_class(session.project.id, 3)
    again = edit(project=hand.project)  # type: ignore[attr-defined]
    assert again.shapes in ([], hand.shapes)
    again.draw("b", class_id=3)
    assert again.said[0] == "error"
    assert "b" not in again.stored
    again.draw("c", class_id=1)
    assert "c" in again.stored


def test_a_draft_of_another_version_is_refused_with_a_sentence(edit: Open) -> None:
    hand = edit()
    hand.draw("a")
    session = hand.labeler.session
    store = session.parts.store
    with opened(store.folder or "") as database, database.connection() as connection, connection.begin():
        connection.execute(sa.update(draft).values(answer='{"v": 99}'))
    hand.labeler.close()
    again = edit(project=hand.project)  # type: ignore[attr-defined]
    assert "version 99" in again.said[1]
    assert again.items
    assert again.items != hand.items, "there is other work meanwhile"
    with opened(store.folder or "") as database, database.connection() as connection:
        assert list(connection.scalars(sa.select(draft.c.answer))) == ['{"v": 99}'], "untouched"


def test_an_unreadable_picture_never_comes_on_screen(edit: Open, folder: Path, make: Callable[..., Project]) -> None:
    project = make(3, task="boxes")
    (folder / "0001.jpg").write_bytes(b"not a picture")
    hand = edit(project=project)
    seen = set()
    while hand.state["current"]:
        seen.add(hand.page["cells"][0]["name"])
        hand.cell("empty")
        hand.submit()
    assert seen == {"0000.jpg", "0002.jpg"}
    assert "unreadable" in hand.state["end"]
    make_pictures(folder, 3)


MANY = [
    {
        "uid": f"m{n}",
        "class_id": 1 + n % 3,
        "shape": {"box": [n % 12 * 10, n // 12 * 9, n % 12 * 10 + 8, n // 12 * 9 + 7]},
    }
    for n in range(120)
]


def test_a_gesture_tells_and_draws_only_what_it_changed(edit: Open, drawn: list[Any]) -> None:
    hand = edit()
    hand.command("paste", shapes=MANY)
    del hand.told[:], drawn[:]
    hand.gesture("change", uid="m50", shape={"box": [21, 37, 27, 43]})
    [told] = hand.told
    assert [(splice["at"], splice["gone"], len(splice["put"])) for splice in told["splices"]] == [(50, 1, 1)]
    assert len(hand.shapes) == 120
    assert hand.shapes[50]["shape"] == {"box": [21, 37, 27, 43]}
    polygons = [command[1][0] for message in drawn for command in message if command[0] in POLYGONS]
    assert polygons, "something was drawn"
    assert max(polygons) < 20, "with its neighbours, not all the others"
    del hand.told[:], drawn[:]
    hand.command("alive")
    assert (hand.told, drawn) == ([], [])


def test_everything_is_told_again_on_request(edit: Open) -> None:
    hand = edit()
    hand.draw("a")
    hand.gesture("draw", page=hand.state["ahead"], uid="b", shape=BOX, class_id=1)
    before = [hand.shapes_of(token) for token in hand.state["pages"]]
    hand.kept.clear()
    hand.command("shapes", None)
    assert [hand.shapes_of(token) for token in hand.state["pages"]] == before
    assert [message["since"] for message in hand.told[-2:]] == [None, None]


def test_a_refused_gesture_is_named_so_that_the_hand_keeps_its_shape(edit: Open) -> None:
    hand = edit("polygons")
    refused = hand.send("draw", hand.state["current"], uid="a", shape=BOW, class_id=1)
    assert hand.page["refused"] == refused
    assert hand.said[0] == "error"
    hand.draw("a", RING)
    assert hand.page["refused"] is None
    assert hand.page["steps"] == 1


def test_all_shapes_moved_at_once_are_one_step(edit: Open) -> None:
    hand = edit()
    hand.command("paste", shapes=MANY)
    moved = [{"uid": s["uid"], "shape": {"box": [v + 1 for v in s["shape"]["box"]]}} for s in MANY]  # type: ignore[index]
    hand.command("change_many", shapes=moved)
    assert [s["shape"] for s in hand.shapes] == [s["shape"] for s in moved]
    assert hand.page["steps"] == 2
    hand.command("undo")
    assert [s["shape"] for s in hand.shapes] == [s["shape"] for s in MANY]
    assert len(hand.stored) == 120


def test_the_state_names_the_class_that_was_drawn_last_also_after_opening_again(edit: Open) -> None:
    first = edit()
    assert first.state["last_class"] is None
    first.draw("a", class_id=2)
    assert first.state["last_class"] == 2
    first.command("submit")
    assert first.state["last_class"] == 2, "on the next page, where nothing is drawn yet"
    first.labeler.close()
    assert edit(project=first.project).state["last_class"] == 2  # type: ignore[attr-defined]
