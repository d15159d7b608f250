"""Pre-labels in the labeler's kernel end: they stream in, are marked, and disturb no gesture."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from jlabel import Project
from jlabel.errors import StoreError
from jlabel.model.record import Origin
from jlabel.model.run import RunKind
from jlabel.store import project_watch
from tests.prelabels import no_chance, publish
from tests.widgets.conftest import Browser

Make = Callable[..., Project]
Look = Callable[..., Browser]
LIMIT = 30.0


def until(condition: Callable[[], Any]) -> None:
    """Waits for what another thread does."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, "what the test waits for never came"
        threading.Event().wait(0.01)


@pytest.fixture
def unsure(make: Make) -> Callable[..., Project]:
    """``unsure(count, task=...)`` creates a project that leaves nothing to chance: any image can be pre-labeled."""

    def create(count: int = 40, task: str = "multi-class") -> Project:
        project = make(count, task=task)
        no_chance(project)
        return project

    return create


def standing(browser: Browser) -> list[bool]:
    return [cell["standing"] for cell in browser.page["cells"]]


def test_prelabels_reach_the_open_page_by_themselves(unsure: Make, look: Look, drawn: list[object]) -> None:
    project = unsure()
    browser = look(project)
    first, *rest = browser.items
    ahead = [cell["item"] for cell in browser.state["pages"][browser.state["ahead"]]["cells"]]
    browser.cell("apply", [first], class_id=2)
    count = len(drawn)
    frames = [side.frame for side in browser.labeler.body.stage.canvases]
    run = publish(project, dict.fromkeys([first, *rest, *ahead], (1,)))
    until(lambda: browser.state["new_suggestions"])
    assert browser.state["new_suggestions"] == {"version": 1, "count": 3}
    assert browser.labels == [[2], [1], [1], [1]]
    assert standing(browser) == [False, True, True, True]
    made = {"run": run, "version": 1, "labels": [1], "sure": [0.97], "confidence": 0.97}
    made |= {"alternative": 0, "proven": True}
    assert [cell["prelabel"] for cell in browser.page["cells"]] == [None, made, made, made]
    page = browser.state["pages"][browser.state["ahead"]]
    assert [(cell["labels"], cell["standing"]) for cell in page["cells"]] == [([1], True)] * 4
    assert [side.frame for side in browser.labeler.body.stage.canvases] == frames, "no picture is painted again"
    assert len(drawn) == count, "nor a band: nothing was confirmed"
    browser.command("undo", seen_version=1)
    assert browser.labels == [[2], [], [], []]
    assert browser.state["new_suggestions"] is None
    browser.command("redo", seen_version=1)
    assert browser.labels == [[2], [1], [1], [1]]
    browser.cell("accept", rest[:2], seen_version=1)
    assert standing(browser) == [False, False, False, True]
    browser.submit()
    assert {record.item: (record.origin, record.run) for record in project.records() if record.answer.given} == {
        first: (Origin.HUMAN, None), **dict.fromkeys(rest, (Origin.ACCEPTED, run))
    }  # fmt: skip


def test_a_key_in_flight_is_meant_for_what_was_on_screen(unsure: Make, look: Look) -> None:
    project = unsure(task="multi-label")
    browser = look(project)
    first, second, *rest = browser.items
    publish(project, {first: [1], second: [1]})
    until(lambda: browser.state["suggestion_version"] == 1)
    # The browser had not shown the arrival when these were pressed.
    browser.cell("apply", [first], class_id=1, seen_version=0)
    assert browser.labels == [[1], [1], [], []], "a toggle would have taken it off"
    browser.command("undo", seen_version=0)
    assert browser.labels == [[], [1], [], []], "the key is undone, and not the arrival"
    browser.cell("apply", [first, *rest], class_id=2, seen_version=0)
    token = browser.state["current"]
    browser.command("submit", seen_version=0)
    assert browser.said == ("error", "1 of 4 images have no label yet.")
    assert browser.state["current"] == token
    assert not [record for record in project.records() if record.answer.given]


def test_a_turn_asks_for_nothing_more_than_without_assist(
    unsure: Make, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = unsure()
    browser = look(project)
    store = browser.labeler.session.parts.store
    asked: list[int] = []
    monkeypatch.setattr(store, "suggestions", lambda _session: asked.append(threading.get_ident()) or {})
    browser.cell("apply", class_id=1)
    browser.submit()
    assert threading.get_ident() not in asked, "suggestions come with the page"


def test_blind_prelabels_look_like_none(unsure: Make, look: Look) -> None:
    project = unsure()
    browser = look(project)
    publish(project, dict.fromkeys(browser.items, (1,)), blind=1.0)
    session = browser.labeler.session
    until(lambda: session.page and any(task.suggestion for task in session.page.tasks))
    assert all(
        cell["prelabel"] is None and not cell["labels"] and not cell["standing"] for cell in browser.page["cells"]
    )
    assert (browser.state["new_suggestions"], browser.state["suggestion_version"]) == (None, 0)


def test_the_header_follows_a_run(unsure: Make, look: Look) -> None:
    project = unsure()
    browser = look(project)
    store, labeler = project.store, browser.labeler
    assert labeler.assist == {}
    lease = store.acquire_assist(project.id)
    assert lease is not None
    run = store.start_run(project.id, RunKind.FEATURIZATION, reason="40 new images", total=40)
    store.update_run(run.id, done=10)
    until(lambda: labeler.assist.get("done") == 10)
    assert labeler.assist["state"] == "working"
    assert labeler.assist["summary"].startswith("Embedding images: 10 of 40")
    assert "40 new images" in labeler.assist["detail"]
    store.update_run(run.id, done=30)
    until(lambda: labeler.assist["done"] == 30)
    store.fail_run(run.id, "Killed")
    store.release_assist(lease.token)
    until(lambda: labeler.assist["state"] == "failed")
    assert "Killed" in labeler.assist["summary"]


def test_several_labelers_share_one_thread_that_ends_with_the_last(unsure: Make, look: Look) -> None:
    project = unsure()
    one, two = look(project, labeler="one"), look(project, labeler="two")
    watch = one.labeler._subscriptions[0].watch
    assert two.labeler._subscriptions[0].watch is watch
    publish(project, dict.fromkeys([*one.items, *two.items], (1,)))
    until(lambda: one.state["new_suggestions"] and two.state["new_suggestions"])
    one.labeler.retire("It moved.")
    assert watch.thread.is_alive()
    assert one.labeler.assist == {}
    two.labeler.close()
    watch.thread.join(LIMIT)
    assert not watch.thread.is_alive()
    assert watch not in project_watch._watches.values()  # tests before this one may have left screens open


def test_the_watcher_outlives_a_database_that_cannot_be_read(
    unsure: Make, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = unsure()
    browser = look(project)
    store = project.store
    failed = threading.Event()

    def broken(_project: int) -> int:
        failed.set()
        raise StoreError("The database is away.")

    with monkeypatch.context() as away:
        away.setattr(store, "revision", broken)
        assert failed.wait(LIMIT)
        publish(project, dict.fromkeys(browser.items, (1,)))
    until(lambda: browser.state["new_suggestions"])
    assert browser.labels == [[1]] * 4


def test_a_click_takes_the_second_likeliest_class_and_the_next_one_takes_it_back(unsure: Make, look: Look) -> None:
    project = unsure()
    publish(project, dict.fromkeys((record.item for record in project.records()), (1,)), alternative=2)
    browser = look(project)
    first, second, *_ = browser.items
    assert [cell["prelabel"]["alternative"] for cell in browser.page["cells"]] == [2] * 4
    browser.cell("alternative", [first])
    assert (browser.labels, standing(browser)) == ([[2], [1], [1], [1]], [False, True, True, True])
    browser.cell("alternative", [first])
    assert (browser.labels, standing(browser)) == ([[1]] * 4, [True] * 4)
    browser.command("undo")
    assert (browser.labels, standing(browser)) == ([[2], [1], [1], [1]], [False, True, True, True])
    browser.cell("apply", [second], class_id=3)
    browser.cell("alternative", [second])
    assert browser.labels == [[2], [3], [1], [1]], "what a hand has changed is left alone"
    browser.submit()
    found = {record.item: record for record in project.records() if record.answer.given}
    assert [found[item].answer.class_ids for item in (first, second)] == [(2,), (3,)]
    assert [found[item].origin for item in (first, second)] == [Origin.EDITED] * 2


def test_a_page_of_25_is_shown_chosen_and_confirmed(unsure: Make, look: Look) -> None:
    project = unsure(60)
    publish(project, {record.item: (1,) for record in list(project.records())[:50]})
    browser = look(project, grid=9)
    assert (browser.state["size"], browser.state["large"], len(browser.items)) == (9, 9, 9)
    first = browser.items
    browser.command("large", value=25)
    assert (browser.state["size"], browser.state["large"], browser.items[:9]) == (9, 25, first)
    cells = browser.page["cells"]
    assert len(cells) == 25
    assert len({cell["rect"][0] for cell in cells}) == len({cell["rect"][1] for cell in cells}) == 5
    assert len(browser.state["pages"][browser.state["ahead"]]["cells"]) == 25
    browser.command("large", value=7)
    assert browser.said[0] == "error"
    browser.submit()
    assert project.counts().labeled == 25
    assert len(browser.items) == 25
    browser.submit()
    assert (browser.page["queue"], len(browser.items)) == ("manual", 9)
    browser.command("previous")
    assert len(browser.items) == 25
    assert len({cell["rect"][0] for cell in browser.page["cells"]}) == 5


def test_what_is_left_of_a_large_page_is_not_shown_tiny(unsure: Make, look: Look) -> None:
    project = unsure(60)
    publish(project, {record.item: (1,) for record in list(project.records())[:30]})
    browser = look(project, grid=9)
    browser.command("large", value=25)
    browser.submit()
    assert len(browser.items) == 5
    assert len({cell["rect"][0] for cell in browser.page["cells"]}) == 3
