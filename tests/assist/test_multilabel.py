"""Multi-label judgements."""

import numpy as np

from jlabel.assist.classification.multilabel import assigned, whole

P = np.array([[0.9, 0.8, 0.1], [0.2, 0.6, 0.4], [0.1, 0.2, 0.3]])
Y = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0]])


def test_every_assigned_label_is_judged() -> None:
    judged = assigned(P, Y)
    assert judged.rows.tolist() == [0, 0, 1]
    assert judged.columns.tolist() == [0, 1, 1]
    assert judged.right.tolist() == [True, False, True]
    assert judged.scores.tolist() == [0.9, 0.8, 0.6]


def test_a_set_is_right_only_as_a_whole() -> None:
    judged = whole(P, Y)
    assert judged.right.tolist() == [False, True, True]
    assert np.allclose(judged.scores, [0.8, 0.6, 0.7])
    assert len(whole(np.zeros((0, 3)), np.zeros((0, 3))).scores) == 0
