"""Assist's settings: what they refuse, and that they survive the database."""

import json

import pytest

from jlabel.errors import InputError
from jlabel.model.assist_settings import AssistSettings, QueueOrder


def test_they_survive_json() -> None:
    made = AssistSettings(
        target_precision=0.9, threshold={3: 0.7}, queue_order=QueueOrder.RANDOM, fine_tune=True, retrain_every=12
    )
    assert AssistSettings.from_dict(json.loads(json.dumps(made.to_dict()))) == made
    assert AssistSettings.from_dict({}) == AssistSettings()
    assert AssistSettings.from_dict({"target_precision": 0.9, "of a later version": 1}).target_precision == 0.9


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"target_precision": 0.5}, "target_precision must be a number from 0.8 to 0.99, not 0.5"),
        ({"target_precision": "high"}, "not 'high'"),
        ({"target_precision": float("nan")}, "target_precision"),
        ({"target_precision": True}, "not True"),
        ({"threshold": 1.5}, "threshold must be a number from 0 to 1, not 1.5"),
        ({"threshold": {"x": 0.5}}, "threshold must be by class id"),
        ({"threshold": {1: 2}}, "The threshold of class 1"),
        ({"retrain_every": 0}, "retrain_every must be a number of labels"),
        ({"retrain_every": 2.5}, "not 2.5"),
        ({"queue_order": "best"}, "one of 'uncertain', 'random', 'likely-wrong', not 'best'"),
        ({"fine_tune": "yes"}, "fine_tune must be 'auto', True or False, not 'yes'"),
        ({"prelabel": 1}, "prelabel must be True or False, not 1"),
        ({"backbone": ""}, "Use 'auto'"),
        ({"device": None}, "device must be a name"),
        ({"random_share": -0.1}, "random_share must be a number from 0 to 1"),
        ({"blind_share": 2}, "blind_share"),
        ({"treshold": 0.5}, "Did you mean 'threshold'"),
        ({"colour": 1}, "Assist has no setting 'colour'"),
    ],
)
def test_what_cannot_be_used_is_named(values: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        AssistSettings().changed(**values)


def test_a_threshold_by_class_leaves_the_others_to_the_proof() -> None:
    made = AssistSettings().changed(threshold={"2": 0.8})
    assert (made.threshold_of(2), made.threshold_of(1)) == (0.8, None)
    assert AssistSettings(threshold=0.6).threshold_of(1) == 0.6
    assert AssistSettings().threshold_of(1) is None


def test_nothing_is_withheld_where_keys_are_to_be_saved() -> None:
    assert AssistSettings(blind_share=0.1).withheld_share == 0.1
    assert AssistSettings(blind_share=0.1, goal="fewest-keys").withheld_share == 0.0  # type: ignore[arg-type]
