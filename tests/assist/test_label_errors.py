"""Label errors: planted ones are found first."""

import numpy as np
import pytest

from jlabel.assist.classification.label_errors import margins, suspects, suspects_of_sets
from jlabel.assist.classification.train import train
from jlabel.errors import InputError
from tests.assist.test_train import blobs


def test_planted_errors_come_first() -> None:
    x, y = blobs([80, 80, 80], noise=0.8)
    given = y.argmax(axis=1)
    planted = np.random.default_rng(0).choice(240, 12, replace=False)
    wrong = given.copy()
    wrong[planted] = (wrong[planted] + 1) % 3
    held = train(x, np.eye(3)[wrong], class_ids=(1, 2, 3)).held
    found = suspects(held.probabilities, wrong)
    assert {s.row for s in found[:12]} == set(planted.tolist())
    assert all(s.proposed == given[s.row] for s in found[:12])
    assert [s.score for s in found] == sorted(s.score for s in found)


def test_clean_labels_are_left_alone() -> None:
    x, y = blobs([60, 60], noise=0.5)
    held = train(x, y, class_ids=(1, 2)).held
    assert suspects(held.probabilities, y.argmax(axis=1)) == []


def test_margins_are_between_0_and_1() -> None:
    assert margins(np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]), np.array([0, 0, 1])) == pytest.approx([1, 0, 0.5])


def test_marks_of_sets_are_suspected_both_ways() -> None:
    rng = np.random.default_rng(0)
    y = (rng.random((100, 2)) < 0.5).astype(float)
    p = np.clip(y, 0.05, 0.95)
    gone, extra = int(np.flatnonzero(y[:, 0] == 1)[0]), int(np.flatnonzero(y[:, 1] == 0)[0])
    y[gone, 0], y[extra, 1] = 0, 1
    assert {(s.row, s.given, s.proposed) for s in suspects_of_sets(p, y)} == {(gone, 0, 0), (extra, 1, -1)}


def test_bad_input() -> None:
    assert suspects(np.zeros((0, 3)), np.zeros(0, int)) == []
    with pytest.raises(InputError, match="do not fit"):
        suspects(np.ones((2, 3)), np.zeros(3, int))
    with pytest.raises(InputError, match="0 to 2"):
        suspects(np.ones((1, 3)), np.array([3]))
