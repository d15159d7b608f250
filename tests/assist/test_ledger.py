"""The ledger: when a batch is proposed, audited further, released, dropped, stopped."""

import numpy as np
import pytest

from jlabel.assist.guarantee.ledger import LOOK, Ledger, lots
from jlabel.assist.guarantee.sentences import explain
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.batch import Batch, BatchState
from jlabel.model.run_metrics import ValidationMetrics


def batch(**more: object) -> Batch:
    return Batch(**{"run": 1, "size": 1000, "a": 0.4, "b": 39.6, "seed": 3, "asked": LOOK, "labels": 100, **more})  # type: ignore[arg-type]


def test_the_surest_part_that_can_be_proved_is_proposed() -> None:
    waiting = np.concatenate([np.full(600, 0.995), np.full(400, 0.6)])
    sure = np.concatenate([np.full(40, 0.995), np.full(30, 0.6)])
    right = np.concatenate([np.ones(40, dtype=bool), np.arange(30) % 2 == 0])
    found = Ledger(target=0.95).propose(waiting, sure, right)
    assert found is not None
    assert found.size == 600
    assert 60 <= found.audits <= 120
    assert Ledger(target=0.95).propose(waiting[600:], sure, right) is None, "nothing is sure enough"
    assert Ledger(target=0.95).propose(waiting[:50], sure, right) is None, "too few"


def test_skipped_random_images_count_as_errors() -> None:
    waiting, sure = np.full(600, 0.995), np.full(50, 0.995)
    right = np.ones(50, dtype=bool)
    assert Ledger().propose(waiting, sure, right) is not None
    assert Ledger().propose(waiting, sure, np.arange(50) >= 6) is None


def test_looks_release_ask_on_and_drop() -> None:
    ledger = Ledger()
    asked = ledger.look(batch(), LOOK, 0)
    assert (asked.state, asked.asked, asked.audited) == (BatchState.TRIAL, 72, LOOK), "69 prove it, in whole pages"
    assert ledger.look(batch(asked=90), 90, 0).state is BatchState.RELEASED
    assert ledger.look(batch(asked=90), 90, 1).state is BatchState.TRIAL
    assert ledger.look(batch(asked=90), 90, 9).state is BatchState.DROPPED
    assert ledger.look(batch(size=100, asked=75), 75, 3).state is BatchState.DROPPED, "three quarters were audited"


def test_a_failure_waits_for_a_fifth_more_labels_and_stays_in_the_ledger() -> None:
    dropped = batch(state=BatchState.DROPPED, audited=90, errors=9)
    ledger = Ledger(batches=(dropped,))
    assert not ledger.may_propose(119, 60)
    assert ledger.may_propose(120, 60)
    assert not ledger.may_propose(120, 26)
    second = batch(run=2, asked=90)
    assert Ledger().look(second, 90, 0).state is BatchState.RELEASED
    assert ledger.replaced(second).look(second, 90, 0).state is BatchState.TRIAL, "winners are not picked"


def test_one_batch_at_a_time() -> None:
    for state in (BatchState.TRIAL, BatchState.RELEASED):
        assert not Ledger(batches=(batch(state=state),)).may_propose(10_000, 1000)
    assert Ledger(batches=(batch(state=BatchState.FINISHED, audited=90, shown=910),)).may_propose(101, 60)


def test_corrections_stop_a_batch_blind_ones_first() -> None:
    released = batch(state=BatchState.RELEASED, audited=90)
    ledger = Ledger(batches=(released,))
    assert ledger.watch(released, shown=200, wrong=4, unseen=10, unseen_wrong=0, left=710).state is BatchState.RELEASED
    assert ledger.watch(released, shown=40, wrong=14, unseen=0, unseen_wrong=0, left=870).state is BatchState.STOPPED
    assert (
        ledger.watch(released, shown=200, wrong=9, unseen=10, unseen_wrong=6, left=710).state is BatchState.STOPPED
    ), "people saw too little"
    assert ledger.watch(released, shown=910, wrong=20, unseen=40, unseen_wrong=1, left=0).state is BatchState.FINISHED


def test_another_precision_may_not_hold_for_what_was_released() -> None:
    released = Batch(run=1, size=1000, a=0.4, b=39.6, state=BatchState.RELEASED, audited=90)
    assert Ledger(batches=(released,), target=0.95).holds
    assert not Ledger(batches=(released,), target=0.99).holds


def test_lots_are_a_fixed_order_of_all_items() -> None:
    items = list(range(10, 60))
    order = lots(batch(size=50), items).tolist()
    assert sorted(order) == items
    assert order != items
    assert order == lots(batch(size=50), items).tolist()
    assert order != lots(batch(size=50, seed=4), items).tolist()


@pytest.mark.parametrize("state", list(BatchState))
def test_a_ledger_is_kept_as_json(state: BatchState) -> None:
    kept = ValidationMetrics(batches=(batch(state=state, classes=(1, 2)), batch(run=2)))
    assert ValidationMetrics.from_json(kept.to_json()) == kept


@pytest.mark.parametrize(
    ("batches", "settings", "random", "proposed", "words"),
    [
        ((), AssistSettings(prelabel=False), 50, False, "switched off"),
        ((), AssistSettings(threshold=0.5), 50, False, "carries no promise"),
        ((), AssistSettings(), 20, False, "7 more images that chance draws"),
        ((), AssistSettings(), 50, True, "goal='fewest-keys'"),
        ((), AssistSettings(goal=Goal.FEWEST_KEYS), 50, True, "suggestions without a promise are on offer"),
        ((batch(),), AssistSettings(), 50, False, "1,000 images are on trial: 45 of them"),
        ((batch(state=BatchState.RELEASED),), AssistSettings(), 50, False, ""),
        ((batch(state=BatchState.DROPPED, audited=90, errors=9),), AssistSettings(), 50, False, "suspects()"),
        ((batch(state=BatchState.STOPPED, shown=20, wrong=8),), AssistSettings(), 50, True, "8 of 20"),
        ((batch(state=BatchState.WITHDRAWN),), AssistSettings(), 50, False, "withdrawn"),
    ],
)
def test_why_nothing_is_proved_is_said_with_what_would_change_it(
    batches: tuple[Batch, ...], settings: AssistSettings, random: int, proposed: bool, words: str
) -> None:
    said = explain(Ledger(batches=batches), settings, random=random, proposed=proposed)
    assert words in said
    assert bool(said) == bool(words)


def test_an_outlook_has_the_numbers_of_the_set() -> None:
    """Few sure images: enough for a proof without errors, not for one that saves labels."""
    waiting = np.concatenate([np.full(200, 0.98), np.full(300, 0.6)])
    sure, right = np.full(60, 0.98), np.arange(60) != 7
    assert Ledger().propose(waiting, sure, right) is None
    found = Ledger().outlook(waiting, sure, right)
    assert found is not None
    assert (found.size, found.most) == (200, 200), "two fifths of all that wait"
    assert LOOK <= found.least <= 150
    text = explain(Ledger(), AssistSettings(), random=60, proposed=True, outlook=found)
    assert text.startswith(f"At 95% a proof would take {found.least} to 200 of the 200 images that are sure enough; ")
    assert Ledger().outlook(waiting[200:], sure, right) is None
    assert "no 60 images are sure enough" in explain(Ledger(), AssistSettings(), random=60, proposed=True)
