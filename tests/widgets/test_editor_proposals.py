"""Proposed shapes in the kernel's end of the editor: told to the browser, drawn dashed with their confidence."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ipycanvas.canvas import COMMANDS

from jlabel import Box, Project
from jlabel.media.loader import Loader
from jlabel.widgets.editor import Editor
from jlabel.widgets.stage.shape_layer import LABELED, percent
from tests.prelabels import Proposed, no_chance, propose
from tests.widgets.test_editor import BOX, Hand, uids

# pictures are 120 x 90 pixels, the stage 900 x 600
MADE = [
    Proposed(Box(0, 0, 20, 20), 0.95),
    Proposed(Box(30, 0, 50, 20), 0.8, class_id=2),
    Proposed(Box(60, 0, 80, 20), 0.4, above=False),
    Proposed(Box(90, 0, 92, 2), 0.9),
]
Open = Callable[..., Hand]


@pytest.fixture
def edit(make: Callable[..., Project]) -> Iterator[Open]:
    """``edit(made)`` opens the editor on images with these proposals."""
    opened: list[Editor] = []
    with Loader(workers=1) as loader:

        def create(made: list[Proposed], *, proven: bool = True) -> Hand:
            project = make(3, task="boxes")
            no_chance(project)
            if made:
                propose(project, {one.item: made for one in project.records()}, proven=proven)
            editor = Editor(project.session(labeler="me", grid=1), loader)
            opened.append(editor)
            hand = Hand(editor)
            hand.project = project  # type: ignore[attr-defined]
            hand.view()
            return hand

        yield create
        for editor in opened:
            editor.close()


def proposals(hand: Hand) -> Any:
    return hand.page["proposals"]


def commands(drawn: list[object], name: str) -> list[list[object]]:
    """The arguments of a drawing command, each time that it went out."""
    found: list[list[object]] = []

    def look(command: object) -> None:
        if isinstance(command, list) and command and command[0] == COMMANDS[name]:
            found.append(command[1] if len(command) > 1 else [])
        elif isinstance(command, list):
            for one in command:
                look(one)

    look(json.loads(json.dumps(drawn)))
    return found


def test_what_is_proposed_is_told_with_its_confidence_and_what_is_left_of_it(edit: Open) -> None:
    hand = edit(MADE)
    assert [(one["uid"], one["confidence"], one["proposal"], one["made"]) for one in hand.shapes] == [
        ("prelabel0", 0.95, True, "proposed"),
        ("prelabel1", 0.8, True, "proposed"),
        ("prelabel3", 0.9, True, "proposed"),
    ]
    assert hand.page["proposals"] == {
        "above": [0.95, 0.9, 0.8],
        "below": [0.4],
        "shown": 3,
        "untouched": 3,
        "least": None,
        "unproven": False,
        "proven": True,
    }
    hand.command("accept", uids=["prelabel0"])
    hand.gesture("change", uid="prelabel1", shape=BOX)
    hand.gesture("remove", uids=["prelabel3"])
    hand.draw("mine", {"box": [60, 40, 90, 80]})
    assert [(one["uid"], one["made"], one["confidence"], one["proposal"]) for one in hand.shapes] == [
        ("prelabel0", "accepted", 0.95, False),
        ("prelabel1", "proposed", 0.8, False),
        ("mine", "drawn", None, False),
    ]
    assert (hand.page["proposals"]["shown"], hand.page["proposals"]["untouched"]) == (2, 0)
    hand.command("undo")
    hand.command("undo")
    assert uids(hand) == ["prelabel0", "prelabel1", "prelabel3"]
    hand.command("shapes", None)
    assert [one["proposal"] for one in hand.shapes] == [False, False, True], "told anew, too"


def test_the_slider_shows_more_and_fewer(edit: Open) -> None:
    hand = edit(MADE)
    hand.command("proposals", least=0.9)
    assert uids(hand) == ["prelabel0", "prelabel3"]
    hand.command("proposals", least=0.1)
    assert uids(hand) == ["prelabel0", "prelabel1", "prelabel3"], "what is not promised is asked for"
    hand.command("proposals", least=0.1, unproven=True)
    assert uids(hand) == ["prelabel0", "prelabel1", "prelabel2", "prelabel3"]
    assert (hand.page["proposals"]["least"], hand.page["proposals"]["unproven"]) == (0.1, True)
    assert hand.stored == []
    hand.command("proposals")
    assert len(uids(hand)) == 3
    hand.submit()
    assert hand.page["proposals"]["shown"] == 3


def test_there_is_no_slider_where_nothing_is_proposed_or_the_image_is_skipped(edit: Open) -> None:
    assert edit([]).page["proposals"] is None


def test_a_skipped_image_and_a_submitted_one_have_no_proposals(edit: Open) -> None:
    hand = edit(MADE, proven=False)
    assert proposals(hand)["proven"] is False
    hand.cell("skip", reason="dark")
    assert proposals(hand) is None
    hand.cell("skip", reason="dark")
    assert proposals(hand)["shown"] == 0
    hand.command("undo")
    hand.command("undo")
    hand.submit()
    hand.command("previous")
    assert proposals(hand) is None
    assert {one["proposal"] for one in hand.shapes} == {False}, "submitted, they are labels"


def test_proposals_arrive_on_what_was_begun(edit: Open) -> None:
    hand = edit([])
    hand.draw("mine", {"box": [0, 0, 19, 20]})
    project = hand.project  # type: ignore[attr-defined]
    propose(project, dict.fromkeys(hand.items, MADE), proven=False)
    hand.labeler.session.refresh_suggestions()
    hand.command("shapes", None)
    assert uids(hand) == ["mine", "prelabel1", "prelabel3"]
    assert hand.stored == uids(hand)
    hand.command("undo")
    assert uids(hand) == ["mine"]


def test_proposals_are_drawn_dashed_with_their_confidence_where_it_fits(edit: Open, drawn: list[object]) -> None:
    hand = edit(MADE)
    drawn.clear()
    hand.command("fill")
    dashes = commands(drawn, "setLineDash")
    assert dashes == [[[6.0, 4.0]], [[]]] * 4, "one run a class, on the page ahead too"
    assert [text[0] for text in commands(drawn, "fillText")] == ["95 %", "80 %"] * 2, "the third is too small"
    drawn.clear()
    hand.command("accept", uids=["prelabel0", "prelabel1", "prelabel3"])
    assert len(commands(drawn, "strokePolygons")) > 0
    assert commands(drawn, "setLineDash") == commands(drawn, "fillText") == []


def test_many_proposals_show_no_confidence(edit: Open, drawn: list[object]) -> None:
    many = [Proposed(Box(n, 0, n + 1, 60), 0.9) for n in range(LABELED)]
    hand = edit([*many, Proposed(Box(0, 61, 60, 89), 0.8)])
    drawn.clear()
    hand.command("fill")
    assert commands(drawn, "fillText") == []
    hand.gesture("remove", uids=["prelabel0"])
    assert [text[0] for text in commands(drawn, "fillText")] == ["80 %"], "all is drawn again"


def test_a_confidence_is_never_told_as_certain() -> None:
    assert [percent(one) for one in (0.0, 0.545, 0.999, 1.0)] == ["0 %", "55 %", "99 %", "99 %"]
