"""What a round publishes while images are being prepared: not a handful, then whenever there are twice as many."""

# ruff: noqa: ARG002 -- as a round takes them

from types import SimpleNamespace
from typing import Any

import pytest

from jlabel.assist.worker.rounds import FIRST_CLUSTERS, Rounds


class Recorded:
    """A round that learns at once, and counts its publications."""

    trained = True

    def __init__(self) -> None:
        self.published = 0

    def train(self, reason: str, *, asked: Any = None) -> bool:
        return True

    def publish(self, *_: Any, **__: Any) -> bool:
        self.published += 1
        return True


@pytest.fixture
def rounds() -> Rounds:
    made = Rounds.__new__(Rounds)
    made.round, made.state = Recorded(), SimpleNamespace(labels=9, in_force=None)  # type: ignore[assignment]
    made._trained_on = made._arranged = made._published_on = 0
    return made


def prepared(rounds: Rounds, done: int, total: int) -> Recorded:
    items = SimpleNamespace(items=range(total))
    rounds.featurizer = SimpleNamespace(  # type: ignore[assignment]
        prepared=done, behind=0, items=items, list=lambda: items, refresh_and_list=lambda: items
    )
    return rounds.round  # type: ignore[return-value]


def test_a_handful_is_not_published_as_if_it_were_all(rounds: Rounds) -> None:
    recorded = prepared(rounds, 0, 64)
    rounds.train("There are 9 labels.")
    assert recorded.published == 0
    prepared(rounds, 63, 64)
    rounds.train("There are 9 labels.")
    assert recorded.published == 0
    prepared(rounds, 64, 64)
    rounds.train("There are 9 labels.")
    assert recorded.published == 1


def test_more_images_are_published_when_they_are_twice_as_many(rounds: Rounds) -> None:
    recorded = prepared(rounds, 10, 5000)
    rounds.train("There are 9 labels.")
    assert (rounds.extend(), recorded.published) == (False, 0)
    prepared(rounds, FIRST_CLUSTERS, 5000)
    assert (rounds.extend(), recorded.published) == (True, 1)
    prepared(rounds, 2 * FIRST_CLUSTERS - 1, 5000)
    assert (rounds.extend(), recorded.published) == (False, 1)
    prepared(rounds, 2 * FIRST_CLUSTERS, 5000)
    assert (rounds.extend(), recorded.published) == (True, 2)
