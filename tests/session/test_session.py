"""The labeler without a screen."""

from pathlib import Path

import pytest

from jlabel import Workspace
from jlabel.errors import AnswerError, Conflict, InputError, LeaseLost, NotFound, PageIncomplete, ProjectPaused
from jlabel.model.answer import Answer
from jlabel.model.item import ItemState
from jlabel.session.session import Session
from jlabel.store import open_store
from tests.session.conftest import Make


def _labels(session: Session) -> list[tuple[int, ...]]:
    return [answer.class_ids for answer in session.answers.values()]


def test_a_page_is_labeled_and_submitted(make: Make) -> None:
    project = make(20)
    with project.session(labeler="me") as session:
        page = session.next_page(4)
        assert page is not None
        items = [task.item for task in page.tasks]
        session.apply("cat")
        session.apply("dog", items[:1])
        session.skip("dark", items[1:2])
        session.submit(seconds=8)
        assert session.page is not None
        assert not {task.item for task in session.page.tasks} & set(items)
    records = {record.item: record for record in project.records()}
    assert records[items[0]].answer.class_ids == (2,)
    assert records[items[1]].state is ItemState.SKIPPED
    assert records[items[1]].reason == "dark"
    assert records[items[2]].answer.class_ids == (1,)
    assert records[items[3]].labeler == "me"
    assert records[items[3]].seconds == pytest.approx(2)
    assert (project.counts().labeled, project.counts().skipped) == (3, 1)


def test_a_page_with_a_gap_is_refused_and_kept(make: Make) -> None:
    session = make().session(labeler="me", grid=4)
    page = session.next_page()
    assert page is not None
    session.apply("cat", [page.tasks[0].item])
    with pytest.raises(PageIncomplete, match="3 of 4") as refused:
        session.submit()
    assert refused.value.items == tuple(task.item for task in page.tasks[1:])
    assert _labels(session) == [(1,), (), (), ()]


def test_every_change_is_undone_and_redone(make: Make) -> None:
    session = make(task="multi-label").session(labeler="me", grid=4)
    session.next_page()
    states = [_labels(session)]
    for step in (
        lambda: session.apply("cat"),
        lambda: session.apply("dog"),
        lambda: session.apply("cat"),
        session.no_objects,
    ):
        step()
        states.append(_labels(session))
    for state in reversed(states[:-1]):
        assert session.undo()
        assert _labels(session) == state
    assert not session.undo()
    for state in states[1:]:
        assert session.redo()
        assert _labels(session) == state
    assert not session.redo()


def test_a_change_without_effect_is_no_step(make: Make) -> None:
    session = make().session(labeler="me", grid=4)
    session.next_page()
    assert session.apply("cat")
    assert not session.apply("cat")
    session.undo()
    assert _labels(session) == [(), (), (), ()]


def test_drafts_outlive_the_session_and_the_kernel_s_memory(make: Make) -> None:
    project = make()
    first = project.session(labeler="me", grid=9)
    page = first.next_page()
    assert page is not None
    first.apply("dog", [page.tasks[2].item])
    first.close()
    again = project.session(labeler="me", grid=9)
    assert again.page is not None
    assert [task.item for task in again.page.tasks] == [task.item for task in page.tasks]
    assert again.answers[page.tasks[2].item].class_ids == (2,)


@pytest.mark.parametrize("sizes", [(9, 4, 9), (4, 9, 1), (6, 1, 6)])
def test_another_grid_keeps_the_work(make: Make, sizes: tuple[int, int, int]) -> None:
    session = make(30).session(labeler="me", grid=sizes[0])
    page = session.next_page()
    assert page is not None
    session.parts.pages.prefetch()
    items = [task.item for task in page.tasks]
    session.apply("dog", items[:1])
    session.apply("cat", items[-1:])
    before = dict(session.answers)
    for size in sizes[1:]:
        session.parts.pages.regrid(size)
        assert session.page is not None
        assert len(session.page.tasks) == size
    kept = {item: answer for item, answer in session.answers.items() if item in before}
    assert kept == {item: before[item] for item in kept}
    assert next(iter(session.answers)) == items[0]
    assert session.answers[items[0]].class_ids == (2,)


def test_two_sessions_never_share_an_item(make: Make) -> None:
    project = make(18)
    seen: list[int] = []
    sessions = [project.session(labeler=name, grid=4) for name in ("a", "b", "a")]
    for session in sessions:
        session.next_page()
        session.parts.pages.prefetch()
    pages = [
        page for s in sessions for page in (s.page, s.parts.pages.ahead.page if s.parts.pages.ahead else None) if page
    ]
    seen = [task.item for page in pages for task in page.tasks]
    assert len(seen) == len(set(seen)) == 18
    assert project.counts().leased == 18


def test_own_pages_are_walked_and_mended(make: Make) -> None:
    project = make(20)
    session = project.session(labeler="me", grid=4)
    pages = []
    for _ in range(3):
        page = session.next_page()
        assert page is not None
        pages.append([task.item for task in page.tasks])
        session.apply("cat")
        session.submit()
    waiting = session.page
    assert session.previous() is not None
    assert list(session.answers) == pages[2]
    session.previous()
    assert list(session.answers) == pages[1]
    assert session.parts.navigator.position == (2, 3)
    session.apply("dog", pages[1][:1])
    session.submit()
    assert {r.item: r.answer.class_ids for r in project.records()}[pages[1][0]] == (2,)
    assert session.resume() == waiting
    history = project.store.history(pages[1][0])
    assert [entry.answer.class_ids for entry in history] == [(1,), (2,)]
    session.previous()
    session.previous()
    session.previous()
    session.previous()
    assert session.previous() is None, "the first page is the end of the walk"


def test_undo_on_a_fresh_page_brings_the_last_submission_back(make: Make) -> None:
    project = make(20)
    session = project.session(labeler="me", grid=4)
    page = session.next_page()
    assert page is not None
    session.apply("cat")
    session.submit()
    assert session.undo()
    assert list(session.answers) == [task.item for task in page.tasks]
    assert _labels(session) == [(1,)] * 4
    assert project.counts().labeled == 0
    session.submit()
    assert project.counts().labeled == 4


def test_a_page_that_others_took_meanwhile(tmp_path: Path, make: Make) -> None:
    make(4)
    clock = [1_000_000.0]
    store = open_store(tmp_path / "labels", clock=lambda: clock[0])
    record = store.project("p")
    slow, quick = Session(store, record, "slow", size=4), Session(store, record, "quick", size=1)
    slow.next_page()
    slow.apply("cat")
    clock[0] += 3600
    page = quick.next_page()
    assert page is not None
    quick.apply("dog")
    quick.submit()
    with pytest.raises(LeaseLost) as lost:
        slow.submit()
    assert quick.page is not None
    assert set(lost.value.items) == {page.tasks[0].item, quick.page.tasks[0].item}, "labeled, or open at the other"
    assert page.tasks[0].item not in slow.answers
    assert all(answer.class_ids == (1,) for answer in slow.answers.values()), "the rest of the work is there"
    store.close()


def test_turning_by_itself_is_remembered_for_the_labeler(make: Make) -> None:
    project = make()
    with project.session(labeler="me") as session:
        assert not session.auto_submit
        session.set_auto_submit(on=True)
        assert session.auto_submit
    store = project.store
    store.set_assist_settings(project.id, {"target": 0.9})
    with project.session(labeler="me") as later, project.session(labeler="you") as other:
        assert later.auto_submit
        assert not other.auto_submit
        other.set_auto_submit(on=False)
        later.set_auto_submit(on=False)
    assert not project.session(labeler="me").auto_submit
    assert store.assist_settings(project.id) == {"target": 0.9}, "other settings stay"


@pytest.mark.parametrize("task", ["multi-label", "boxes"])
def test_only_multi_class_pages_turn_by_themselves(make: Make, task: str) -> None:
    with make(task=task).session(labeler="me") as session:
        with pytest.raises(InputError, match=f"an image of a {task} project may take more labels"):
            session.set_auto_submit(on=True)
        assert not session.auto_submit
        session.set_auto_submit(on=False)


def test_nothing_left_is_none(make: Make) -> None:
    session = make(1).session(labeler="me", grid=9)
    session.next_page()
    session.apply("cat")
    session.submit()
    assert session.page is None
    assert session.next_page() is None


def test_bad_input_is_refused_by_name(make: Make) -> None:
    project = make(9)
    session = project.session(labeler="me")
    with pytest.raises(NotFound, match="next_page"):
        session.apply("cat")
    session.next_page()
    with pytest.raises(NotFound, match=r"'cow'.*'cat', 'dog'"):
        session.apply("cow")
    with pytest.raises(NotFound, match="Item 999"):
        session.apply("cat", [999])
    with pytest.raises(InputError, match="No image is selected"):
        session.apply("cat", [])
    with pytest.raises(AnswerError, match="multi-class"):
        session.no_objects()
    with pytest.raises(InputError, match="not 5"):
        session.parts.pages.regrid(5)
    with pytest.raises(InputError, match="labeler"):
        project.session(labeler=" ")
    assert not any(answer.given for answer in session.answers.values())
    session.apply("Owl")
    assert _labels(session)[0] == (3,), "a class is found by its last name"


def test_a_paused_project_hands_out_nothing(make: Make) -> None:
    project = make(9)
    project.pause()
    with pytest.raises(ProjectPaused, match="paused"):
        project.session(labeler="me").next_page()
    project.resume()
    assert project.session(labeler="me").next_page() is not None


def test_an_unreadable_item_leaves_its_page(make: Make) -> None:
    project = make(9)
    session = project.session(labeler="me", grid=4)
    page = session.next_page()
    assert page is not None
    session.apply("cat", [page.tasks[1].item])
    session.parts.pages.set_aside(page.tasks[0].item, "truncated")
    assert page.tasks[0].item not in session.answers
    assert session.answers[page.tasks[1].item].class_ids == (1,)
    assert project.counts().unreadable == 1


def test_an_answer_may_be_set_whole(make: Make) -> None:
    session = make(task="multi-label").session(labeler="me", grid=1)
    session.next_page()
    page_state = session.parts.pages.state()
    assert page_state.change({page_state.items[0]: Answer(empty=True)})
    assert session.submit().items == page_state.items


def test_the_hub_s_user_is_the_labeler(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert make().session().labeler == "ada"


def test_connect_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JLABEL_DATABASE", raising=False)
    with pytest.raises(InputError, match="JLABEL_DATABASE"):
        Workspace.connect()


def test_undo_while_mending_takes_back_changes_and_no_submission(make: Make) -> None:
    project = make(20)
    session = project.session(labeler="me", grid=4)
    for _ in range(2):
        session.next_page()
        session.apply("cat")
        session.submit()
    session.previous()
    session.previous()
    page = session.page
    assert not session.can_undo
    assert not session.undo()
    assert session.page == page
    session.apply("dog")
    assert session.undo()
    assert _labels(session) == [(1,)] * 4
    assert session.redo()
    assert _labels(session) == [(2,)] * 4
    assert project.counts().labeled == 8, "no submission was taken back"


def test_previous_keeps_the_work_on_the_queue_s_page(make: Make) -> None:
    session = make(20).session(labeler="me", grid=4)
    session.next_page()
    session.apply("cat")
    session.submit()
    session.parts.pages.prefetch()
    session.apply("dog", list(session.answers)[:2])
    waiting, ahead = session.page, session.parts.pages.ahead
    session.previous()
    assert session.next() == waiting
    assert _labels(session) == [(2,), (2,), (), ()]
    assert session.parts.pages.ahead is ahead
    assert session.undo()
    assert _labels(session) == [()] * 4, "undo goes on where it was"


def test_changes_left_on_an_own_page_are_named(make: Make) -> None:
    session = make(20).session(labeler="me", grid=4)
    session.next_page()
    session.apply("cat")
    session.submit()
    session.previous()
    session.resume()
    assert session.message == "", "nothing was changed"
    session.previous()
    session.apply("dog")
    session.resume()
    assert "kept as a draft" in session.message
    session.previous()
    assert _labels(session) == [(2,)] * 4


def test_a_submission_in_a_pause_succeeds(make: Make) -> None:
    project = make(9)
    session = project.session(labeler="me", grid=4)
    session.next_page()
    session.apply("cat")
    project.pause()
    assert session.parts.pages.prefetch() is None
    session.submit()
    assert project.counts().labeled == 4
    assert session.page is None
    with pytest.raises(ProjectPaused):
        session.next_page()


def test_a_label_changed_by_others_is_looked_at_again(make: Make) -> None:
    project = make(9)
    session = project.session(labeler="me", grid=4)
    session.next_page()
    session.apply("cat")
    session.submit()
    session.previous()
    items = list(session.answers)
    session.apply("dog", items[:1])
    twin = project.session(labeler="me", grid=4)
    twin.previous()
    twin.apply("Owl", items[1:2])
    twin.clear(items[:1])
    twin.apply("Owl", items[:1])
    twin.submit()
    session.apply("dog", items[:1])
    with pytest.raises(Conflict, match="Nothing was changed"):
        session.submit()
    assert session.amending
    assert session.answers[items[1]].class_ids == (3,), "the other label is shown now"
    session.apply("dog", items[:1])
    session.submit()
    labels = {record.item: record.answer.class_ids for record in project.records()}
    assert [labels[item] for item in items] == [(2,), (3,), (1,), (1,)]


def test_an_own_page_taken_back_elsewhere_is_named_and_passed_over(make: Make) -> None:
    project = make(9)
    session = project.session(labeler="me", grid=1)
    items = []
    for _ in range(3):
        session.next_page()
        items += list(session.answers)
        session.apply("cat")
        session.submit()
    assert session.parts.navigator.has_previous
    twin = project.session(labeler="me", grid=1)
    assert twin.undo(), "another notebook takes the newest back"
    with pytest.raises(NotFound, match="taken back"):
        session.previous()
    assert session.previous() is not None
    assert list(session.answers) == items[1:2]


def test_time_follows_a_page_to_another_size_and_another_kernel(make: Make) -> None:
    project = make(30)
    session = project.session(labeler="me", grid=9)
    session.parts.pages.measures_time = False
    session.next_page()
    session.parts.pages.prefetch()
    session.parts.pages.state().spend(45)
    for size in (1, 4, 9):
        session.parts.pages.regrid(size)
        assert session.parts.pages.state().seconds == 45
    session.close()
    again = project.session(labeler="me", grid=9)
    again.parts.pages.measures_time = False
    again.next_page()
    again.apply("cat")
    again.submit()
    assert [entry.seconds for entry in project.records() if entry.answer.given] == [pytest.approx(5)] * 9


def test_a_page_taken_over_by_another_session_is_let_go(make: Make) -> None:
    project = make(20)
    first = project.session(labeler="me", grid=4)
    page = first.next_page()
    first.apply("cat")
    first.close()
    second = project.session(labeler="me", grid=4)
    assert second.page is not None
    assert page is not None
    assert second.page.tasks[0].item == page.tasks[0].item
    with pytest.raises(LeaseLost, match="took it over"):
        first.submit()
    assert first.page is None
    second.submit()
    assert project.counts().labeled == 4


def test_a_grid_changed_after_everything_was_taken(tmp_path: Path, make: Make) -> None:
    make(8)
    clock = [1_000_000.0]
    store = open_store(tmp_path / "labels", clock=lambda: clock[0])
    record = store.project("p")
    slow, quick = Session(store, record, "slow", size=4), Session(store, record, "quick", size=9)
    slow.next_page()
    clock[0] += 3600
    quick.next_page()
    assert slow.parts.pages.regrid(9) is None
    quick.apply("cat")
    quick.submit()
    assert slow.next_page() is None
    store.close()


@pytest.mark.parametrize("task", ["multi-class", "multi-label"])
def test_a_class_that_is_added_while_a_page_is_open_may_be_applied_to_it(make: Make, task: str) -> None:
    project = make(task=task)
    with project.session(labeler="me", grid=4) as session:
        session.next_page()
        added = project.add_classes(["bird"])[-1]
        session.apply("bird")
        session.submit()
        session.next_page()  # it was claimed before
        session.apply(added.id)
        session.submit()
    assert project.to_frame()["label"].dropna().tolist() == [["bird"] if task == "multi-label" else "bird"] * 8


def test_a_class_of_another_project_stays_refused(make: Make) -> None:
    project = make()
    with project.session(labeler="me", grid=4) as session:
        session.next_page()
        with pytest.raises(NotFound, match="'bird' is not one of the label classes"):
            session.apply("bird")
