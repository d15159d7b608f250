"""Which pictures come together, and which come first."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from jlabel.assist.classification.outputs import EXCLUSIVE, INDEPENDENT, Outputs
from jlabel.assist.classification.scores import Scores
from jlabel.assist.classification.training_set import build_training_set
from jlabel.assist.embeddings.embedding_table import EmbeddingTable
from jlabel.assist.embeddings.normalize import NormalizedEmbeddings
from jlabel.assist.learner import Order
from jlabel.assist.ranking.order import PAGE, by_looks, by_model
from jlabel.model.answer import Annotation, Answer
from jlabel.model.assist_settings import AssistSettings, QueueOrder
from jlabel.model.label_class import make_classes
from jlabel.model.training_label import TrainingLabel


@pytest.fixture(scope="module")
def table() -> EmbeddingTable:
    """Ninety pictures of three kinds; ids are rows plus a thousand, in a shuffled order."""
    rng = np.random.default_rng(0)
    middles = np.eye(3, 16)
    vectors = np.repeat(middles, 30, axis=0) + rng.normal(0, 0.05, (90, 16))
    items = 1000 + rng.permutation(90)
    return EmbeddingTable(items=items, features=NormalizedEmbeddings(vectors.astype(np.float16)), backbone="x")


def kinds(table: EmbeddingTable, items: Any) -> set[int]:
    return {int(row) // 30 for row in table.rows(np.array(list(items)))}


def by_cluster(clusters: Any) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for item, number in clusters.items():
        found.setdefault(number, []).append(item)
    return found


def test_rows_of_items_and_of_strangers(table: EmbeddingTable) -> None:
    wanted = table.items[[5, 70]]
    assert table.rows(np.array([*wanted, 5, 99_999])).tolist() == [5, 70, -1, -1]
    assert len(table) == 90
    empty = EmbeddingTable(
        items=np.zeros(0, np.int64), features=NormalizedEmbeddings(np.zeros((0, 4), np.float16)), backbone="x"
    )
    assert empty.rows(np.array([1])).tolist() == [-1]


def test_by_looks_pages_are_of_one_kind_and_the_tightest_come_first(table: EmbeddingTable) -> None:
    made = by_looks(table, np.arange(90), AssistSettings())
    groups = by_cluster(made.clusters)
    assert sum(map(len, groups.values())) == 90
    whole = [group for group in groups.values() if len(group) == PAGE]
    assert np.mean([len(kinds(table, group)) == 1 for group in whole]) >= 0.7
    assert len(groups[0]) == PAGE
    first = [item for item, place in sorted(made.priorities.items(), key=lambda pair: pair[1])]
    assert kinds(table, first[:3]) == {0, 1, 2}  # the middles of the three groups
    assert all(place < 0 for place in made.priorities.values())
    assert not by_looks(table, np.arange(90), AssistSettings(cluster=False)).clusters
    assert not by_looks(table, np.arange(90), AssistSettings(queue_order=QueueOrder.RANDOM)).priorities
    assert not by_looks(table, np.arange(0), AssistSettings()).clusters


def ordered(
    table: EmbeddingTable, scores: Scores, outputs: Outputs, above: np.ndarray, settings: AssistSettings
) -> Order:
    """The first images of a table, ordered by what a model predicts."""
    ranked = outputs.ranked(scores, settings.queue_order)
    none = np.zeros(len(above), dtype=bool)
    return by_model(table, np.arange(len(scores.top)), ranked, above, none, settings)


def test_by_model_clusters_are_of_one_predicted_class_and_worth_their_keys(table: EmbeddingTable) -> None:
    p = np.full((90, 3), 0.04)
    p[np.arange(90), np.arange(90) // 30] = 0.92
    p[60:] = [0.25, 0.33, 0.42]  # the third kind is guesswork
    scores = EXCLUSIVE.decide(p, (1, 2, 3))
    above = np.zeros(90, dtype=bool)
    above[:9] = True
    made = ordered(table, scores, EXCLUSIVE, above, AssistSettings())
    for group in by_cluster(made.clusters).values():
        assert len(kinds(table, group)) == 1
    assert not set(table.items[:9]) & made.clusters.keys()  # pre-labeled ones are not clustered
    assert not set(table.items[60:]) & made.clusters.keys()  # a page of guesses costs more than it saves
    order = sorted(table.items[60:], key=lambda item: made.priorities[item])
    assert made.priorities[order[0]] < 0
    unsure = ordered(table, scores, EXCLUSIVE, above, AssistSettings(cluster=False))
    first = min(set(table.items[9:]), key=lambda item: unsure.priorities[item])
    assert kinds(table, [first]) == {2}


@pytest.mark.parametrize(("sure", "worth"), [(0.56, True), (0.55, False)])
def test_a_cluster_costs_one_key_and_two_for_each_odd_one(table: EmbeddingTable, sure: float, worth: bool) -> None:
    scores = EXCLUSIVE.decide(np.tile([sure, 1 - sure], (9, 1)), (1, 2))
    none = np.zeros(9, dtype=bool)
    made = ordered(table, scores, EXCLUSIVE, none, AssistSettings())
    assert bool(made.clusters) is worth, f"{1 + 2 * 9 * (1 - sure):.2f} keys, beside 9 by hand"


@pytest.mark.parametrize(("sure", "worth"), [(0.72, True), (0.70, False)])
def test_a_multi_label_cluster_costs_a_key_for_each_class(table: EmbeddingTable, sure: float, worth: bool) -> None:
    scores = INDEPENDENT.decide(np.tile([sure, sure], (2, 1)), (1, 2))  # both classes are assigned
    none = np.zeros(2, dtype=bool)
    made = ordered(table, scores, INDEPENDENT, none, AssistSettings())
    assert bool(made.clusters) is worth, f"{2 + 2 * 2 * (1 - sure * sure):.2f} keys, beside 4 by hand"


def test_the_surest_pre_labels_come_first(table: EmbeddingTable) -> None:
    sure = np.linspace(0.6, 0.99, 90)
    scores = EXCLUSIVE.decide(np.stack([sure, 1 - sure], axis=1), (1, 2))
    made = ordered(table, scores, EXCLUSIVE, sure > 0.9, AssistSettings())
    assert made.priorities[int(table.items[89])] < made.priorities[int(table.items[71])]
    off = ordered(table, scores, EXCLUSIVE, sure > 2, AssistSettings())
    assert len(off.clusters) > 60


def test_suggestions_come_surest_first_of_one_class_where_nearly_all_are_right(table: EmbeddingTable) -> None:
    p = np.full((90, 2), 0.5)
    p[:60, 0] = np.linspace(0.99, 0.95, 60)
    p[60:, 0] = np.linspace(0.8, 0.3, 30)
    p[:, 1] = 1 - p[:, 0]
    ranked = EXCLUSIVE.ranked(EXCLUSIVE.decide(p, (1, 2)), QueueOrder.UNCERTAIN)
    every = np.ones(90, dtype=bool)
    made = by_model(table, np.arange(90), ranked, ~every, every, AssistSettings())
    groups = by_cluster(made.clusters)
    assert [len(group) for _, group in sorted(groups.items())] == [25, 25, 25, 15]
    assert set(groups[0]) == set(table.items[:25])
    assert set(groups[1]) == set(table.items[25:50])
    assert {ranked.answers[np.flatnonzero(table.items == item)[0]] for item in groups[3]} == {1, 2}
    first = min(groups[2], key=lambda item: made.priorities[item])
    assert first == table.items[50]


def test_multi_label_pages_share_their_whole_answer(table: EmbeddingTable) -> None:
    p = np.full((90, 2), 0.02)
    p[:60, 0] = 0.98
    p[30:60, 1] = 0.98
    scores = INDEPENDENT.decide(p, (1, 2))
    made = ordered(table, scores, INDEPENDENT, np.zeros(90, bool), AssistSettings())
    groups = by_cluster(made.clusters)
    assert groups
    for group in groups.values():
        assert len(kinds(table, group)) == 1
    assert not set(table.items[60:]) & made.clusters.keys()  # no class predicted: nothing to apply to all


def test_a_lesson_holds_labels_of_embedded_pictures(table: EmbeddingTable) -> None:
    classes = make_classes(["a", "b"])

    def said(item: int, *class_ids: int, random: bool = False) -> TrainingLabel:
        answer = Answer(annotations=tuple(Annotation(class_id=c) for c in class_ids), empty=not class_ids)
        return TrainingLabel(item=item, answer=answer, labeler="me", at=None, random=random)  # type: ignore[arg-type]

    labels = [said(int(table.items[3]), 2, random=True), said(5), said(int(table.items[4])), said(1000, 1, 2)]
    training_set = build_training_set(labels, table, classes)
    assert training_set.labels == 4
    assert training_set.items.tolist() == [table.items[3], table.items[4], 1000]  # 5 is not embedded
    assert training_set.targets.tolist() == [[0, 1], [0, 0], [1, 1]]
    assert training_set.random.tolist() == [True, False, False]
    assert build_training_set([], table, classes).targets.shape == (0, 2)
