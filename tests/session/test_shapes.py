"""What one gesture does to the shapes of an answer, and what the gate before it refuses."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.errors import AnswerError, GeometryError, JlabelError, MessageError, NotFound
from jlabel.model.answer import UNANSWERED, Annotation, Answer, answer_from_dict, answer_to_dict
from jlabel.model.answer_diff import find_difference
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.shapes.table import parse_shape
from jlabel.session import outline_edits as outlines
from jlabel.session import shape_edits as shapes
from jlabel.session.gestures import Scene
from jlabel.session.shape_edits import Size
from jlabel.widgets.protocol import COMMANDS, EDITS, MESSAGES, parse
from jlabel.widgets.protocol.checks import uid as parse_uid
from jlabel.widgets.protocol.checks import uids as parse_uids

SIZE = (640.0, 480.0)
A, B = Box(10, 10, 50, 40), Box(100, 100, 200, 200)
P = Polygon(rings=(((100, 100), (200, 100), (200, 200), (100, 200)),))
Q = Polygon(rings=(((150, 150), (250, 150), (250, 250), (150, 250)),))
BOW = Polygon(rings=(((0, 0), (10, 10), (10, 0), (0, 10)),))
BOXES = Answer(
    annotations=(Annotation(class_id=1, shape=A, uid="a"), Annotation(class_id=2, shape=B, uid="b"))
)  # fmt: skip
POLYGONS = Answer(
    annotations=(Annotation(class_id=1, shape=P, uid="p"), Annotation(class_id=2, shape=Q, uid="q"))
)  # fmt: skip


def uids(answer: Answer) -> list[str]:
    return [annotation.uid for annotation in answer.annotations]


def shape_of(answer: Answer, uid: str) -> Any:
    shape = shapes.find(answer, uid).shape
    assert shape is not None
    return shape


def test_draw_adds_on_top_and_clips() -> None:
    drawn = shapes.draw(BOXES, 2, Box(600, 400, 700, 500), SIZE, "c")
    assert uids(drawn) == ["a", "b", "c"]
    assert shapes.find(drawn, "c") == Annotation(class_id=2, shape=Box(600, 400, 640, 480), uid="c")
    assert uids(BOXES) == ["a", "b"]


@pytest.mark.parametrize("before", [UNANSWERED, Answer(empty=True), Answer(skipped="dark")])
def test_drawing_replaces_no_objects_and_a_skip(before: Answer) -> None:
    drawn = shapes.draw(before, 1, A, SIZE)
    assert (len(drawn.annotations), drawn.empty, drawn.skipped) == (1, False, None)


def test_names_are_given_and_not_twice() -> None:
    twice = shapes.draw(shapes.draw(UNANSWERED, 1, A, SIZE), 1, B, SIZE)
    assert len(set(uids(twice))) == 2
    less = shapes.draw(shapes.remove(twice, uids(twice)[:1]), 1, A, SIZE)
    assert len(set(uids(less))) == 2
    with pytest.raises(AnswerError, match="'a'"):
        shapes.draw(BOXES, 1, A, SIZE, "a")


def test_an_image_is_full_at_some_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MAX_SHAPES", 2)
    with pytest.raises(AnswerError, match="at most 2"):
        shapes.draw(BOXES, 1, A, SIZE)


def test_a_crossing_outline_is_repaired_on_request() -> None:
    with pytest.raises(GeometryError, match="repair"):
        shapes.draw(UNANSWERED, 1, BOW, SIZE)
    mended = shapes.draw(UNANSWERED, 1, BOW, SIZE, "x", repaired=True)
    assert shape_of(mended, "x").area() == 50


def test_change_keeps_place_and_class() -> None:
    changed = shapes.change(BOXES, "a", Box(0, 0, 5, 5), SIZE)
    assert changed.annotations[0] == Annotation(class_id=1, shape=Box(0, 0, 5, 5), uid="a")
    with pytest.raises(NotFound, match="'z'"):
        shapes.change(BOXES, "z", A, SIZE)
    with pytest.raises(AnswerError, match="is a box, not a polygon"):
        shapes.change(BOXES, "a", P, SIZE)
    with pytest.raises(GeometryError, match="outside"):
        shapes.change(BOXES, "a", Box(-9, -9, -1, -1), SIZE)


def test_remove_leaves_the_image_unanswered_not_empty() -> None:
    assert uids(shapes.remove(BOXES, ["a"])) == ["b"]
    assert shapes.remove(BOXES, ["a", "b"]) == UNANSWERED
    assert shapes.remove_all(BOXES) == UNANSWERED
    assert shapes.remove_all(Answer(empty=True)) == Answer(empty=True)
    with pytest.raises(NotFound, match="'z'"):
        shapes.remove(BOXES, ["a", "z"])


def test_reclass() -> None:
    assert shapes.reclass(BOXES, ["a"], 2).class_ids == (2, 2)
    with pytest.raises(NotFound, match="'z'"):
        shapes.reclass(BOXES, ["z"], 2)


def test_paste_moves_clips_and_leaves_what_does_not_fit() -> None:
    pasted = shapes.paste(BOXES, BOXES.annotations, (150, 150), dx=60, dy=60)
    assert len(set(uids(pasted))) == 3
    assert pasted.annotations[2].shape == Box(70, 70, 110, 100)
    with pytest.raises(AnswerError, match="nothing to paste"):
        shapes.paste(BOXES, BOXES.annotations, SIZE, dx=5000)
    with pytest.raises(AnswerError, match="nothing to paste"):
        shapes.paste(BOXES, [Annotation(class_id=1)], SIZE)


def test_copy_from_the_previous_image_adds_what_is_new() -> None:
    here = shapes.draw(UNANSWERED, 1, A, SIZE, "mine")
    copied = shapes.copy_from(here, BOXES, SIZE)
    assert [a.shape for a in copied.annotations] == [A, B]
    assert copied.annotations[0].uid == "mine"
    for previous in (UNANSWERED, Answer(empty=True), here):
        with pytest.raises(AnswerError, match="previous image"):
            shapes.copy_from(here, previous, SIZE)


def test_cut_and_add() -> None:
    holed = outlines.cut(POLYGONS, "p", Box(110, 110, 120, 120), SIZE)
    assert shape_of(holed, "p").area() == 9900
    assert shape_of(outlines.add(holed, "p", Box(105, 105, 125, 125), SIZE), "p").area() == 10_000
    with pytest.raises(GeometryError, match="Nothing is left"):
        outlines.cut(POLYGONS, "p", Box(0, 0, 640, 480), SIZE)
    with pytest.raises(AnswerError, match="Convert it first"):
        outlines.cut(BOXES, "a", P, SIZE)
    with pytest.raises(GeometryError, match="outside"):
        outlines.add(POLYGONS, "p", Box(-9, -9, -1, -1), SIZE)


def test_subtract_ends_the_overlap() -> None:
    for others in (None, ["q"], ["q", "p"]):
        less = outlines.subtract(POLYGONS, "p", others)
        assert shape_of(less, "p").area() == 7500
        assert shape_of(less, "q") == Q
    with pytest.raises(AnswerError, match="no other shape"):
        outlines.subtract(shapes.remove(POLYGONS, ["q"]), "p")


def test_join_and_split() -> None:
    joined = outlines.join(POLYGONS, ["q", "p"])
    assert uids(joined) == ["q"]
    assert joined.class_ids == (2,)
    assert shape_of(joined, "q").area() == 17_500
    far = shapes.change(POLYGONS, "q", Polygon(rings=(((300, 300), (310, 300), (310, 310)),)), SIZE)
    two = outlines.join(far, ["p", "q"])
    assert len(shape_of(two, "p").rings) == 2
    parts = outlines.split(two, "p")
    assert uids(parts)[0] == "p"
    assert sorted(shape_of(parts, uid).area() for uid in uids(parts)) == [50, 10_000]
    assert parts.class_ids == (1, 1)
    with pytest.raises(AnswerError, match="one part"):
        outlines.split(POLYGONS, "p")
    with pytest.raises(AnswerError, match="at least two"):
        outlines.join(POLYGONS, ["p", "p"])


def test_conversion_and_simplification() -> None:
    as_polygon = outlines.to_polygon(BOXES, "a")
    assert shape_of(as_polygon, "a").area() == A.area()
    assert outlines.to_box(as_polygon, "a") == BOXES
    assert outlines.to_box(BOXES, "a") == BOXES
    dense = shapes.change(
        POLYGONS, "p", Polygon(rings=(((0, 0), (5, 0.1), (10, 0), (10, 10), (0, 10)),)), SIZE
    )  # fmt: skip
    assert len(shape_of(outlines.simplify(dense, "p", tolerance=1), "p").rings[0]) == 4
    crossing = Answer(annotations=(Annotation(class_id=1, shape=BOW, uid="x"),))
    assert len(shape_of(outlines.repair(crossing, "x"), "x").rings) == 2


RING = [[0, 0], [10, 0], [10, 10]]


def test_parse_shape_reads_what_the_browser_says() -> None:
    assert parse_shape({"box": [1, 2, 3, 4.5]}) == Box(1, 2, 3, 4.5)
    parsed = parse_shape({"rings": [RING], "holes": []})
    assert parsed == Polygon(rings=(((0, 0), (10, 0), (10, 10)),))
    assert parse_shape(P.to_dict()) == P


@pytest.mark.parametrize(
    "data",
    [
        None, 7, "box", [], {}, {"box": None}, {"box": [1, 2, 3]}, {"box": [1, 2, 3, 4, 5]}, {"box": "1234"},
        {"box": [1, 2, 3, "4"]}, {"box": [1, 2, 3, None]}, {"box": [True, 2, 3, 4]}, {"box": [1, 2, math.nan, 4]},
        {"box": [1, 2, math.inf, 4]}, {"box": [1, 2, 1e7, 4]}, {"box": [1, 2, 10**400, 4]}, {"box": [-1e300, 2, 3, 4]},
        {"box": [0, 0, 1, 1], "rings": [RING]}, {"box": [0, 0, 1, 1], "extra": 1}, {"holes": [RING]},
        {"rings": None}, {"rings": "abc"}, {"rings": [None]}, {"rings": [[1, 2, 3]]}, {"rings": [[[1, 2, 3]] * 3]},
        {"rings": [[[1, "2"]] * 3]}, {"rings": [RING], "holes": 3}, {"rings": {"0": RING}},
        {"rings": [RING] * 101}, {"rings": [RING], "holes": [RING] * 100}, {"rings": [[[1, 2]] * 10_001]},
        {1: 2}, {"rings": [RING], "__proto__": {}},
    ],
    ids=lambda data: repr(data)[:40],
)  # fmt: skip
def test_parse_shape_refuses(data: object) -> None:
    with pytest.raises(MessageError) as refused:
        parse_shape(data)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "data",
    [{"box": [5, 5, 5, 9]}, {"box": [5, 5, 1, 9]}, {"rings": []}, {"rings": [RING[:2]]}, {"rings": [[[1, 1]] * 3]}],
)
def test_parse_shape_refuses_what_has_no_area(data: object) -> None:
    with pytest.raises(GeometryError):
        parse_shape(data)


@pytest.mark.parametrize("uid", [None, 3, "", "a" * 65, "a b", "<b>", "ü", "a\n", ["a"]])
def test_parse_uid_refuses(uid: object) -> None:
    with pytest.raises(MessageError, match="name"):
        parse_uid(uid)


def test_parse_uids() -> None:
    assert parse_uids(["a", "b", "a"]) == ("a", "b")
    for data in (None, [], "ab", ["a", 3], ["a"] * 10_001, {"a": 1}):
        with pytest.raises(MessageError):
            parse_uids(data)


BOX = {"box": [20, 20, 30, 30]}
BOW_DATA = BOW.to_dict()
PASTED = {"uid": "n", "class_id": 1, "shape": BOX}
RINGS = {"rings": [[[110, 110], [120, 110], [120, 120]]]}


def apply_gesture(answer: Answer, message: dict[str, Any], size: Size, previous: Answer = UNANSWERED) -> Answer:
    """What a message of the browser makes of an answer."""
    return parse({"seq": 1, "view": "0" * 16, **message}).value.apply(answer, Scene(size=size, previous=previous))


@pytest.mark.parametrize(
    ("before", "message", "after"),
    [
        (BOXES, {"kind": "draw", "class_id": 2, "shape": BOX, "uid": "n1"}, ["a", "b", "n1"]),
        (BOXES, {"kind": "draw", "class_id": 2, "shape": BOW_DATA, "uid": "n", "repair": True}, ["a", "b", "n"]),
        (BOXES, {"kind": "change", "uid": "a", "shape": BOX, "seq": 3, "page": "0" * 32}, ["a", "b"]),
        (BOXES, {"kind": "remove", "uids": ["a"]}, ["b"]),
        (BOXES, {"kind": "command", "name": "remove_all"}, []),
        (BOXES, {"kind": "command", "name": "reclass", "uids": ["a", "b"], "class_id": 2}, ["a", "b"]),
        (BOXES, {"kind": "command", "name": "paste", "shapes": [PASTED]}, ["a", "b", "n"]),
        (BOXES, {"kind": "command", "name": "change_many", "shapes": [{"uid": "b", "shape": BOX}]}, ["a", "b"]),
        (BOXES, {"kind": "command", "name": "copy_previous"}, ["a", "b", "s3", "s4"]),
        (BOXES, {"kind": "command", "name": "to_polygon", "uids": ["a"]}, ["a", "b"]),
        (POLYGONS, {"kind": "command", "name": "to_box", "uids": ["p"]}, ["p", "q"]),
        (POLYGONS, {"kind": "command", "name": "join", "uids": ["p", "q"]}, ["p"]),
        (POLYGONS, {"kind": "command", "name": "subtract", "uids": ["p"]}, ["p", "q"]),
        (POLYGONS, {"kind": "command", "name": "cut", "uid": "p", "shape": RINGS}, ["p", "q"]),
        (POLYGONS, {"kind": "command", "name": "add", "uid": "p", "shape": Q.to_dict()}, ["p", "q"]),
    ],
)  # fmt: skip
def test_gestures_change_the_answer(before: Answer, message: dict[str, Any], after: list[str]) -> None:
    changed = apply_gesture(before, message, SIZE, previous=POLYGONS)
    assert uids(changed) == after
    assert changed != before
    assert answer_from_dict(answer_to_dict(changed)) == changed


def test_gestures_that_may_leave_an_answer_as_it_is() -> None:
    for name, more in (("simplify", {"tolerance": 1}), ("repair", {})):
        message = {"kind": "command", "name": name, "uids": ["p"], **more}
        assert shape_of(apply_gesture(POLYGONS, message, SIZE), "p").area() == 10_000
    with pytest.raises(AnswerError, match="one part"):
        apply_gesture(POLYGONS, {"kind": "command", "name": "split", "uids": ["p"]}, SIZE)


@pytest.mark.parametrize(
    "message",
    [
        {}, {"kind": None}, {"kind": ["draw"]}, {"kind": "cell"}, {"kind": "command"},
        {"kind": "command", "name": "quit"},
        {"kind": "command", "name": ["undo"]}, {"kind": "command", "name": "__class__"},
        {"kind": "draw", "class_id": 1, "shape": BOX}, {"kind": "draw", "class_id": 1, "uid": "n"},
        {"kind": "draw", "shape": BOX, "uid": "n"}, {"kind": "draw", "class_id": True, "shape": BOX, "uid": "n"},
        {"kind": "draw", "class_id": "1", "shape": BOX, "uid": "n"},
        {"kind": "draw", "class_id": 0, "shape": BOX, "uid": "n"},
        {"kind": "draw", "class_id": 2**40, "shape": BOX, "uid": "n"},
        {"kind": "draw", "class_id": 1, "shape": BOX, "uid": "n", "repair": 1},
        {"kind": "change", "uid": "a"}, {"kind": "change", "shape": BOX}, {"kind": "remove"},
        {"kind": "remove", "uids": []},
        {"kind": "command", "name": "reclass", "uids": ["a"]}, {"kind": "command", "name": "paste"},
        {"kind": "command", "name": "paste", "shapes": [3]},
        {"kind": "command", "name": "change_many", "shapes": [None]},
        {"kind": "command", "name": "paste", "shapes": []}, {"kind": "command", "name": "change_many", "shapes": {}},
        {"kind": "command", "name": "simplify", "uids": ["a"]}, {"kind": "command", "name": "cut", "uid": "a"},
        {"kind": "command", "name": "simplify", "uids": ["a"], "tolerance": -1},
        {"kind": "command", "name": "simplify", "uids": ["a"], "tolerance": math.nan},
    ],
    ids=lambda message: repr(message)[:60],
)  # fmt: skip
def test_malformed_gestures_are_refused(message: dict[str, Any]) -> None:
    with pytest.raises(MessageError):
        apply_gesture(BOXES, message, SIZE)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["box", "rings", "holes", "uid"]), inner)
    ),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["draw", "change", "remove", "command"]),
            "name": st.sampled_from(sorted(set(EDITS) & set(COMMANDS))),
        },
        optional=dict.fromkeys(("uid", "uids", "class_id", "shape", "shapes", "tolerance", "repair"), junk),
    )
)
def test_no_message_does_anything_but_answer_or_refuse(message: dict[str, Any]) -> None:
    spec = COMMANDS[message["name"]] if message["kind"] == "command" else MESSAGES[message["kind"]]
    known = {"kind", *spec.checks, *(["name"] if message["kind"] == "command" else [])}
    try:
        sent = {name: value for name, value in message.items() if name in known}
        after = apply_gesture(POLYGONS, sent, SIZE, previous=BOXES)
    except JlabelError:
        return
    assert answer_from_dict(answer_to_dict(after)) == after


def test_a_tool_leaves_the_annotations_that_it_does_not_touch_as_the_same_objects() -> None:
    many = Answer(annotations=tuple(Annotation(class_id=1, shape=Box(n, 0, n + 1, 9), uid=f"s{n}") for n in range(9)))
    for after in (
        shapes.draw(many, 1, Box(0, 0, 5, 5), SIZE, "new"),
        shapes.change(many, "s3", Box(0, 0, 5, 5), SIZE),
        shapes.change_many(many, {"s1": Box(0, 0, 5, 5), "s7": Box(0, 0, 6, 6)}, SIZE),
        shapes.reclass(many, ["s2"], 2),
        shapes.remove(many, ["s4"]),
        outlines.to_polygon(many, "s5"),
    ):
        found = find_difference(many, after)
        assert sum(splice.gone for splice in found.splices) <= 2
        assert len(found.put) <= 2


def test_several_are_drawn_or_changed_together_or_not_at_all() -> None:
    new = [Annotation(class_id=1, shape=A, uid=uid) for uid in ("x", "y")]
    assert [a.uid for a in shapes.draw_many(BOXES, new, SIZE).annotations[-2:]] == ["x", "y"]
    with pytest.raises(AnswerError, match="already"):
        shapes.draw_many(BOXES, [*new, new[0]], SIZE)
    with pytest.raises(NotFound, match="gone"):
        shapes.change_many(BOXES, {"a": A, "gone": A}, SIZE)
    with pytest.raises(AnswerError, match="Convert"):
        shapes.change_many(BOXES, {"a": Polygon((((0, 0), (4, 0), (0, 4)),))}, SIZE)
