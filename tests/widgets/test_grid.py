"""The labeler's kernel end: messages as the browser sends them in; the state, the store and draw commands out."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jlabel import Project
from jlabel.errors import InputError
from jlabel.model.item import ItemState
from jlabel.session.session import Session
from jlabel.store import Store, open_store
from tests.widgets.conftest import Browser

Make = Callable[..., Project]
Look = Callable[..., Browser]


def labeled(project: Project) -> dict[int, tuple[int, ...]]:
    return {r.item: r.answer.class_ids for r in project.records() if r.answer.given}


def an_hour_later(project: Project) -> Store:
    return open_store(project.location, clock=lambda: time.time() + 3600)


def test_nothing_is_painted_or_fetched_before_the_stage_has_a_size(make: Make, look: Look) -> None:
    project = make()
    browser = look(project, view=False)
    assert len(browser.items) == 4
    assert browser.state["ahead"] is None
    assert project.counts().leased == 4
    assert [side.frame for side in browser.labeler.body.stage.canvases] == [0, 0]


def test_the_next_page_is_painted_on_the_other_canvas(make: Make, look: Look, drawn: list[object]) -> None:
    project = make()
    browser = look(project)
    state = browser.state
    now, ahead = state["pages"][state["current"]], state["pages"][state["ahead"]]
    assert {now["canvas"], ahead["canvas"]} == {0, 1}
    assert now["frame"] == ahead["frame"] == 1
    assert [side.frame for side in browser.labeler.body.stage.canvases] == [1, 1]
    assert drawn, "pictures went out"
    browser.cell("apply", class_id=1)
    assert [side.frame for side in browser.labeler.body.stage.canvases] == [1, 1], "a label paints no picture again"
    count = len(drawn)
    browser.submit()
    turned = browser.state
    assert turned["current"] == state["ahead"]
    assert turned["pages"][turned["current"]] == {**ahead, "seconds": 0.0}, "it stays where it was painted"
    assert turned["pages"][turned["ahead"]]["canvas"] == now["canvas"], "the free canvas holds the page after it"
    assert len(drawn) > count


def test_messages_count_in_order_and_are_acknowledged(make: Make, look: Look) -> None:
    project = make()
    browser = look(project)
    first, items = browser.state["current"], browser.items
    second = browser.state["ahead"]
    ahead = [cell["item"] for cell in browser.state["pages"][second]["cells"]]
    # The browser has turned the page: what follows is on the second while the first is still on its way.
    browser.cell("apply", items, first, class_id=1)
    browser.submit(first)
    browser.cell("apply", ahead[:1], second, class_id=2)
    seq = browser.send("cell", second, action="apply", items=ahead[1:], class_id=3)
    assert browser.state["ack"] == seq
    assert browser.labels == [[2], [3], [3], [3]]
    assert labeled(project) == dict.fromkeys(items, (1,))


def test_a_refused_message_changes_nothing_is_said_and_is_acknowledged(make: Make, look: Look) -> None:
    project = make()
    browser = look(project)
    browser.cell("apply", class_id=1)
    before, token = browser.page, browser.state["current"]
    hostile: list[object] = [
        None,
        17,
        "submit",
        {"kind": "command", "name": "__class__"},
        {"kind": "command", "name": "undo", "view": "nobody"},
        {"kind": "cell", "action": "apply", "items": [10**9], "class_id": 1, "page": token},
        {"kind": "cell", "action": "apply", "items": browser.items, "class_id": 999, "page": token},
        {"kind": "cell", "action": "apply", "items": browser.items, "page": token},
        {"kind": "cell", "action": "apply", "items": [], "class_id": 1, "page": token},
        {"kind": "cell", "action": "apply", "items": browser.items, "class_id": 1},
        {"kind": "cell", "action": "apply", "items": browser.items, "class_id": 1, "page": "0" * 32},
        {"kind": "cell", "action": "empty", "items": browser.items, "page": token},
        {"kind": "cell", "action": "skip", "items": browser.items, "reason": "x" * 600, "page": token},
        {"kind": "command", "name": "grid", "value": 5, "page": token},
        {"kind": "command", "name": "zoom", "value": 10**9, "page": token},
        {"kind": "command", "name": "delete", "page": token},
        {"kind": "draw", "class_id": 1, "shape": {"type": "box"}, "uid": "a", "page": token},
        {"kind": "view", "width": float("nan"), "height": 600, "ratio": 1},
        {"kind": "level", "brightness": 99, "contrast": 1},
    ]
    for number, content in enumerate(hostile, 500):
        browser.raw({"view": browser.id, **content, "seq": number} if isinstance(content, dict) else content)
        kind, text = browser.said
        assert kind == "error", content
        assert text.endswith("."), text
        assert "error of its own" not in text, text
        assert browser.page == before, content
        if isinstance(content, dict) and "view" not in content:
            assert browser.state["ack"] == number
    assert labeled(project) == {}


def test_an_incomplete_page_is_refused(make: Make, look: Look) -> None:
    project = make()
    browser = look(project)
    token = browser.state["current"]
    browser.cell("apply", browser.items[:1], class_id=1)
    browser.submit()
    assert browser.said == ("error", "3 of 4 images have no label yet.")
    assert browser.state["current"] == token
    assert browser.labels == [[1], [], [], []]


def test_a_refused_submission_brings_its_page_back_with_the_work(make: Make, look: Look) -> None:
    project = make()
    browser = look(project)
    first, items = browser.state["current"], browser.items
    with an_hour_later(project) as store:
        other = Session(store, store.project("p"), "other", size=1)
        while (page := other.next_page()) and page.tasks[0].item != items[2]:
            other.submit() if other.apply("dog") else None
        other.apply("dog")
        other.submit()
        taken = set(labeled(project)) | {other.page.tasks[0].item if other.page else 0}
        browser.cell("apply", class_id=1)
        browser.submit(first)
        kind, text = browser.said
        assert kind == "error"
        assert "went to others" in text
        assert not set(browser.items) & taken
        if set(items) - taken:
            assert browser.state["current"] == first
            assert all(labels == [1] for labels in browser.labels), "the rest of the work is on the page"
        assert all(labels == (2,) for labels in labeled(project).values()), "nothing of the other's was overwritten"


def test_the_answers_of_multi_label(make: Make, look: Look) -> None:
    project = make(task="multi-label")
    browser = look(project)
    items = browser.items
    browser.cell("apply", items[:2], class_id=1)
    browser.cell("apply", items[:1], class_id=3)
    browser.cell("apply", items[1:2], class_id=1)
    browser.cell("empty", items[1:2])
    browser.cell("skip", items[2:3], reason="dark")
    browser.cell("apply", items[3:], class_id=2)
    assert [(c["labels"], c["empty"], c["skipped"]) for c in browser.page["cells"]] == [
        ([1, 3], False, None),
        ([], True, None),
        ([], False, "dark"),
        ([2], False, None),
    ]
    browser.command("undo")
    assert browser.labels[3] == []
    assert browser.state["can_redo"]
    browser.command("redo")
    assert browser.labels[3] == [2]
    browser.submit(seconds=8)
    found = {record.item: record for record in project.records()}
    assert found[items[0]].answer.class_ids == (1, 3)
    assert found[items[1]].answer.empty
    assert (found[items[2]].state, found[items[2]].reason) == (ItemState.SKIPPED, "dark")
    assert found[items[0]].seconds == pytest.approx(2)


def test_an_unreadable_picture_is_set_aside(make: Make, look: Look, folder: Path) -> None:
    project = make(4)
    victim = sorted(folder.iterdir())[1]
    victim.write_bytes(victim.read_bytes()[:300])
    browser = look(project)
    assert len(browser.items) == 3
    kind, text = browser.said
    assert kind == "info"
    assert text.startswith("An image was set aside. The image ")
    assert victim.name in text
    assert browser.labeler.body.stage.canvases[browser.page["canvas"]].frame == browser.page["frame"], (
        "the rest is painted"
    )
    browser.cell("apply", class_id=1)
    browser.submit()
    assert browser.state["end"].startswith("Nothing left to label. 3 of 4 images are labeled, 0 skipped, 1 unreadable.")


def test_several_deleted_files_are_set_aside_and_the_page_goes_on(make: Make, look: Look, folder: Path) -> None:
    project = make(30)
    for path in sorted(folder.iterdir())[::2]:
        path.unlink()
    browser = look(project, grid=9)
    seen = 0
    while browser.state["current"]:
        seen += len(browser.items)
        assert not browser.page["cells"][0]["broken"]
        browser.cell("apply", class_id=1)
        browser.submit()
    assert seen == len(labeled(project)) == 15
    assert project.counts().unreadable == 15


def test_an_own_page_whose_file_is_gone_keeps_its_labels(make: Make, look: Look, folder: Path) -> None:
    project = make(12)
    browser = look(project)
    items = browser.items
    browser.cell("apply", class_id=1)
    browser.submit()
    gone = next(r for r in project.records() if r.item == items[2])
    Path(gone.uri).unlink()
    again = look(project, labeler="me", view=False)  # another kernel's loader has nothing in memory
    again.labeler.body.stage._loader._results.clear()
    again.view()
    again.command("previous")
    assert again.items == items
    assert [cell["broken"] for cell in again.page["cells"]] == [False, False, True, False]
    assert again.labels == [[1]] * 4
    assert again.said[1].endswith("Its label is kept.")
    assert again.labeler.body.stage.canvases[again.page["canvas"]].frame == again.page["frame"], (
        "the others are painted"
    )
    again.cell("apply", [items[2]], class_id=2)
    again.submit()
    assert labeled(project)[items[2]] == (2,)


def test_a_paused_project_lets_the_page_be_finished(make: Make, look: Look) -> None:
    project = make(12)
    browser = look(project, view=False)
    project.pause()
    browser.view()
    browser.cell("apply", class_id=1)
    assert browser.said == ("", ""), "no complaint at each key"
    browser.submit()
    assert len(labeled(project)) == 4
    assert browser.said == ("", "")
    assert browser.state["end"].startswith("This project is paused")
    browser.command("alive")
    assert browser.said == ("", "")
    project.resume()
    browser.command("alive")
    assert len(browser.items) == 4, "the next page comes by itself"


def test_another_cell_takes_the_page_over(make: Make) -> None:
    project = make()
    first = Browser(project.label(grid=4, labeler="me"))
    first.view()
    first.cell("apply", first.items[:1], class_id=2)
    first.command("alive", seconds=41.0)
    items = first.items
    second = Browser(project.label(grid=4, labeler="me"))
    try:
        assert first.state["current"] is None
        assert "moved to the cell that was run last" in first.state["end"]
        assert not first.state["has_previous"]
        first.cell("apply", items, page="0" * 32, class_id=1)
        assert second.items == items
        assert second.labels == [[2], [], [], []]
        assert second.page["seconds"] == pytest.approx(41, abs=0.2), "the time on the page goes along"
    finally:
        first.labeler.close()
        second.labeler.close()


def test_a_grid_that_does_not_exist_leaves_the_open_labeler_alone(make: Make) -> None:
    project = make()
    first = Browser(project.label(grid=4, labeler="me"))
    with pytest.raises(ValueError, match="not 5"):
        project.label(grid=5, labeler="me")
    assert first.state["current"] is not None
    first.labeler.close()


def test_a_reloaded_page_is_painted_again(make: Make, look: Look, drawn: list[object]) -> None:
    browser = look(make())
    before, count = browser.state, len(drawn)
    browser.view()
    after = browser.state
    assert after["current"] == before["current"]
    for token in (after["current"], after["ahead"]):
        assert after["pages"][token]["frame"] == before["pages"][token]["frame"] + 1
    assert len(drawn) >= count + 4, "pictures and marks of both pages"


def test_another_size_moves_the_cells(make: Make, look: Look) -> None:
    browser = look(make())
    browser.view(500, 400)
    assert browser.page["cells"][3]["rect"] == [254, 204, 246, 196]
    assert browser.labeler.body.stage.canvases[0].canvas.width == 500


def test_the_grid_changes_with_a_page_ahead(make: Make, look: Look) -> None:
    project = make()
    browser = look(project, grid=9)
    items = browser.items
    ahead = [c["item"] for c in browser.state["pages"][browser.state["ahead"]]["cells"]]
    browser.cell("apply", items[4:6], class_id=2)
    browser.command("grid", value=4, seconds=30.0)
    assert (browser.items, browser.state["size"]) == (items[:4], 4)
    assert browser.page["seconds"] == pytest.approx(30, abs=0.2)
    following = browser.state["pages"][browser.state["ahead"]]
    assert [c["labels"] for c in following["cells"]] == [[2], [2], [], []]
    browser.command("grid", value=9)
    assert browser.items == items
    assert [c["item"] for c in browser.state["pages"][browser.state["ahead"]]["cells"]] == ahead
    assert browser.page["seconds"] == pytest.approx(30, abs=0.2), "counted once"


def test_own_pages_and_the_queue_s_page_keep_their_work(make: Make, look: Look) -> None:
    project = make()
    browser = look(project)
    first = browser.items
    browser.command("previous")
    assert browser.said == ("info", "You have not submitted a page yet.")
    browser.cell("apply", class_id=1)
    browser.submit()
    second = browser.items
    browser.cell("apply", second[:2], class_id=3)
    browser.command("previous")
    assert browser.items == first
    assert browser.page["own"] == {"position": 1, "count": 1}
    assert not browser.state["can_undo"], "Undo on an own page takes nothing but changes to it back"
    browser.command("undo")
    assert browser.items == first
    assert len(labeled(project)) == 4
    browser.cell("apply", first[:1], class_id=2)
    browser.command("resume")
    assert browser.items == second
    assert browser.labels == [[3], [3], [], []]
    assert "kept as a draft" in browser.said[1]
    assert labeled(project)[first[0]] == (1,), "not saved yet"
    browser.command("previous")
    assert browser.labels[0] == [2]
    browser.submit()
    assert labeled(project)[first[0]] == (2,)
    assert browser.items == second


def test_undo_after_mending_opens_that_page_again(make: Make, look: Look) -> None:
    project = make()
    browser = look(project)
    first = browser.items
    browser.cell("apply", class_id=1)
    browser.submit()
    queue = browser.items
    browser.command("previous")
    browser.cell("apply", first[:1], class_id=2)
    browser.submit()
    assert browser.items == queue
    browser.command("undo")
    assert browser.items == first
    assert browser.page["own"] == {"position": 1, "count": 1}, "as an own page, not as one of the queue"
    assert labeled(project)[first[0]] == (1,)
    browser.command("resume")
    assert browser.items == queue


def test_the_browser_s_clock_counts(make: Make, look: Look) -> None:
    project = make()
    browser = look(project)
    browser.command("alive", seconds=12.5)
    assert browser.page["seconds"] == 12.5
    browser.command("alive", seconds=2.0)
    assert browser.page["seconds"] == 12.5, "a second view of the labeler started later"
    browser.labeler.close()
    again = look(project)
    assert again.page["seconds"] == 12.5, "another kernel counts on"


def test_alive_renews_the_lease(make: Make, look: Look) -> None:
    project = make()
    clock = [1_800_000_000.0]
    store = open_store(project.location, clock=lambda: clock[0])
    project.store.close()
    project.store = store
    browser = look(project)
    items = browser.items
    for _ in range(20):
        clock[0] += 300
        browser.command("alive")
        assert project.session(labeler="other", grid=9).next_page() is not None or project.counts().waiting == 0
    browser.cell("apply", class_id=1)
    browser.submit()
    assert labeled(project) == dict.fromkeys(items, (1,))


def test_what_was_lost_meanwhile_is_said(make: Make, look: Look) -> None:
    project = make(4)
    browser = look(project)
    with an_hour_later(project) as store:
        other = Session(store, store.project("p"), "other", size=1)
        other.next_page()
        other.apply("dog")
        other.submit()
        browser.command("alive")
        assert browser.said == (
            "info",
            "2 images went to other labelers while this page was left alone. The rest of your work is here.",
        )
        assert len(browser.items) == 2


def test_zoom_paints_one_picture_and_ends(make: Make, look: Look) -> None:
    browser = look(make())
    item = browser.items[1]
    browser.command("zoom", value=item)
    zoom = browser.state["zoom"]
    assert (zoom["item"], zoom["full"], zoom["view"]) == (item, [120, 90], [600 / 90, 60, 45])
    assert zoom["frame"] == browser.labeler.body.stage.zoom_canvas.frame == 1
    browser.send("view", width=900, height=600, ratio=1, zoom=[20.0, 30.0, 40.0])
    assert browser.state["zoom"]["view"] == [20.0, 30.0, 40.0]
    browser.command("unzoom")
    assert browser.state["zoom"] is None
    browser.command("zoom", value=item)
    browser.cell("apply", class_id=1)
    browser.submit()
    assert browser.state["zoom"] is None, "it belongs to the page that went"


def test_brightness_and_contrast_paint_again(make: Make, look: Look) -> None:
    browser = look(make())
    frame = browser.page["frame"]
    browser.send("level", brightness=1.5, contrast=0.8)
    assert browser.state["levels"] == [1.5, 0.8]
    assert browser.page["frame"] == frame + 1
    assert browser.labeler.body.stage._filter() == "brightness(1.5) contrast(0.8)"


def test_a_deleted_project_is_said_on_the_page(make: Make, look: Look) -> None:
    project = make()
    browser = look(project)
    items = browser.items
    project.delete()
    browser.cell("apply", class_id=1)
    kind, text = browser.said
    assert kind == "error"
    assert "was deleted" in text
    assert browser.state["ack"] > 0
    assert browser.items == items


def test_names_and_instructions_by_others_stay_text(make: Make, look: Look) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    project = make(labels=[nasty], instructions=f"# Hi {nasty}\n<script>alert(2)</script> [x](javascript:alert(3))")
    setup = look(project).labeler.setup
    assert setup["classes"][0]["name"] == nasty, "as it is: the page sets it as text"
    assert "<script" not in setup["instructions"]
    assert "<img" not in setup["instructions"]
    assert 'href="javascript' not in setup["instructions"]
    assert "&lt;img src=x" in setup["instructions"]


def test_a_retired_class_is_named_and_not_offered(make: Make, look: Look) -> None:
    project = make()
    project.store.retire_class(project.id, 2)
    setup = look(project).labeler.setup
    assert [c["id"] for c in setup["classes"]] == [1, 3]
    assert [c["name"] for c in setup["retired"]] == ["dog"]


def test_an_error_of_its_own_is_said_and_the_kernel_goes_on(
    make: Make, look: Look, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = look(make())
    with monkeypatch.context() as broken:
        broken.setattr(Session, "apply", lambda *_, **__: 1 / 0)
        browser.cell("apply", class_id=1)
    assert "ZeroDivisionError" in browser.said[1]
    assert "ZeroDivisionError" in caplog.text
    browser.cell("apply", class_id=1)
    assert browser.labels == [[1]] * 4
    assert browser.said == ("", "")


def test_turning_by_itself_may_be_asked_for_in_python(make: Make) -> None:
    project = make()
    assert project.label(grid=4, labeler="me").state["auto_submit"] is False
    assert project.label(grid=4, labeler="me", auto_submit=True).state["auto_submit"] is True
    assert project.label(grid=4, labeler="me").state["auto_submit"] is True, "it is remembered"
    last = project.label(grid=4, labeler="me", auto_submit=False)
    assert last.state["auto_submit"] is False
    last.close()


def test_turning_is_refused_before_the_earlier_labeler_is_closed(make: Make) -> None:
    project = make(task="multi-label")
    first = project.label(grid=4, labeler="me")
    with pytest.raises(InputError, match="Only multi-class pages submit themselves"):
        project.label(grid=4, labeler="me", auto_submit=True)
    assert first.state["current"]
    first.close()


def test_turning_by_itself_is_switched_on_and_off(make: Make, look: Look) -> None:
    project = make()
    browser = look(project)
    assert browser.state["auto_submit"] is False
    browser.command("auto_submit", value=True)
    assert browser.state["auto_submit"] is True
    browser.cell("apply", class_id=1)
    browser.submit()
    assert browser.state["auto_submit"] is True
    assert look(project, labeler="me").state["auto_submit"] is True, "a later labeler of the same person"
    browser.command("auto_submit", value=False)
    assert browser.state["auto_submit"] is False
    browser.command("auto_submit")
    assert browser.state["auto_submit"] is False


def test_a_multi_label_page_is_not_made_to_turn_by_itself(make: Make, look: Look) -> None:
    browser = look(make(task="multi-label"))
    browser.command("auto_submit", value=True)
    assert browser.state["auto_submit"] is False
    assert browser.said[0] == "error"
    assert "Only multi-class pages submit themselves" in browser.said[1]


def test_classes_added_meanwhile_are_offered_from_the_next_page_on(make: Make, look: Look) -> None:
    project = make()
    browser = look(project)
    offered = lambda: [one["path"] for one in browser.labeler.setup["classes"]]  # noqa: E731
    assert offered() == ["cat", "dog", "Animal/Owl"]
    project.add_classes(["bird"])
    browser.cell("apply", class_id=1)
    assert offered() == ["cat", "dog", "Animal/Owl"]
    browser.submit()
    assert offered() == ["cat", "dog", "Animal/Owl", "bird"]
    browser.cell("apply", class_id=browser.labeler.setup["classes"][-1]["id"])
    browser.submit()
    assert browser.said == ("", "")
    assert project.counts().labeled == 8


def test_direction_marks_in_names_are_shown_and_not_obeyed(make: Make, look: Look) -> None:
    browser = look(make(4, labels=["a\u202eb", "c"]))
    assert [one["name"] for one in browser.labeler.setup["classes"]] == ["a\u27e8U+202E\u27e9b", "c"]
