"""Audited batches in a real worker: proved before they are shown, stopped by corrections, withdrawn by new classes."""

from typing import Any

import pytest

pytest.importorskip("torch")

from jlabel.assist.status import read_status
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.batch import BatchState
from jlabel.project import Project
from jlabel.store import read_predictions
from tests.assist.audits import answer, batches, label_until, prelabeled_page
from tests.assist.audits import many as many  # noqa: PLC0414 -- fixtures
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414
from tests.assist.workers import backbone as backbone  # noqa: PLC0414
from tests.assist.workers import truth, work_once

pytestmark = pytest.mark.model


def test_a_batch_is_audited_without_a_hint_and_then_shown(many: Project) -> None:
    session = label_until(many, BatchState.TRIAL)
    trial = batches(many)[-1]
    assert many.store.queue_counts(many.id).prelabeled == 0, "nothing is shown before it is proved"
    assert "on trial" in str(read_status(many.store, many.id).reason)
    seen = 0
    while batches(many)[-1].state is BatchState.TRIAL:
        page = session.next_page(9)
        assert page is not None
        assert all(task.suggestion is None for task in page.tasks)
        seen += sum(truth(task.name) == truth(page.tasks[0].name) for task in page.tasks)
        answer(session, page)
        work_once(many)
    released = batches(many)[-1]
    assert (released.run, released.state) == (trial.run, BatchState.RELEASED)
    assert released.audited >= 60
    assert released.errors == 0
    status = read_status(many.store, many.id)
    assert status.prelabeled > 0
    assert status.reason == ""
    assert "pre-labeled" in status.summary
    page = prelabeled_page(many)
    shown = [task.suggestion for task in page.tasks if task.suggestion and not task.suggestion.blind]
    assert shown
    assert all(one.proven and one.alternative == 3 - one.class_ids[0] for one in shown)


def test_corrections_stop_a_batch_and_the_status_says_so(many: Project) -> None:
    session = label_until(many, BatchState.RELEASED)
    for _ in range(6):
        page = session.next_page(9)
        assert page is not None
        answer(session, page, wrong=True)
        work_once(many)
        if batches(many)[-1].state is BatchState.STOPPED:
            break
    stopped = batches(many)[-1]
    assert stopped.state is BatchState.STOPPED
    assert stopped.wrong == stopped.shown, "what was answered during the trial says nothing of what was shown"
    assert many.store.queue_counts(many.id).prelabeled == 0
    status = read_status(many.store, many.id)
    assert "stopped" in status.reason
    assert "stopped" in status.summary


def test_a_new_class_withdraws_what_was_published_at_once(many: Project) -> None:
    label_until(many, BatchState.RELEASED)
    assert many.store.queue_counts(many.id).prelabeled > 0
    many.add_classes(["green"])
    assert many.store.queue_counts(many.id).prelabeled == 0, "whether a worker is there or not"
    work_once(many)
    assert batches(many)[-1].state is BatchState.WITHDRAWN
    assert many.store.queue_counts(many.id).prelabeled == 0


def test_skipped_lots_are_errors_until_they_are_answered(many: Project) -> None:
    session = label_until(many, BatchState.TRIAL)
    for _ in range(12):
        page = session.next_page(9)
        assert page is not None
        for task in page.tasks:
            session.skip("Not sure", [task.item])
        session.submit()
        work_once(many)
        if batches(many)[-1].state is not BatchState.TRIAL:
            break
    assert batches(many)[-1].state is BatchState.DROPPED
    assert batches(many)[-1].errors >= 9
    assert many.store.queue_counts(many.id).prelabeled == 0


def test_fewest_keys_suggests_without_a_promise(many: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    withheld: list[float] = []
    publish = many.store.publish

    def watched(run: int, *, blind_share: float, **more: Any) -> Any:
        withheld.append(blind_share)
        return publish(run, blind_share=blind_share, **more)

    monkeypatch.setattr(many.store, "publish", watched)
    many.assist.configure(goal="fewest-keys", blind_share=0.5)
    session = many.session(labeler="me")
    for number in range(1, 9):
        page = session.next_page(9)
        assert page is not None
        answer(session, page)
        if number % 2 == 0:
            work_once(many)
            if read_status(many.store, many.id).suggested:
                break
    status = read_status(many.store, many.id)
    assert status.suggested > 0
    assert status.prelabeled > 0
    assert set(withheld) == {0.0}
    page = prelabeled_page(many)
    assert not any(one.suggestion.proven for one in page.tasks if one.suggestion and not one.suggestion.blind)
    assert any(one.suggestion for one in page.tasks)
    assert AssistSettings.from_dict(many.store.assist_settings(many.id)).goal == "fewest-keys"


def test_images_that_somebody_holds_are_not_in_a_batch(many: Project) -> None:
    idle = many.store.open_session(many.id, "idle")
    held = many.store.claim(idle, 9)
    assert held is not None
    session = label_until(many, BatchState.TRIAL)
    frozen = {one.item for one in read_predictions(many.store, batches(many)[-1].run)}
    assert len(frozen) == batches(many)[-1].size
    assert not frozen & {task.item for task in held.tasks}
    session.close()
