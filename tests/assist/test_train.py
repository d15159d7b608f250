"""The light head: it learns, is calibrated, holds out what it says it holds out, and odd labels are no accident."""

import numpy as np
import pytest

from jlabel.assist.classification.calibrate import temperature
from jlabel.assist.classification.folds import folds
from jlabel.assist.classification.logistic import solve, span
from jlabel.assist.classification.outputs import EXCLUSIVE, INDEPENDENT, Outputs
from jlabel.assist.classification.train import train
from jlabel.assist.embeddings.normalize import NormalizedEmbeddings, unit
from jlabel.errors import InputError


def blobs(counts: list[int], dim: int = 48, noise: float = 1.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Features around one middle a class, and one-hot targets."""
    rng = np.random.default_rng(seed)
    middles = np.random.default_rng(99).normal(size=(len(counts), dim))
    labels = np.repeat(np.arange(len(counts)), counts)
    order = rng.permutation(len(labels))
    x = unit(middles[labels] + noise * rng.normal(size=(len(labels), dim)))
    return x[order], np.eye(len(counts))[labels[order]]


def test_it_learns_and_the_ids_are_those_given() -> None:
    x, y = blobs([60, 60, 60])
    trained = train(x, y, class_ids=(7, 3, 9), backbone="abc")
    fresh, truth = blobs([100, 100, 100], seed=1)
    p = trained.head.predict(fresh)
    assert trained.head.class_ids == (7, 3, 9)
    assert trained.head.backbone == "abc"
    assert p.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (p.argmax(axis=1) == truth.argmax(axis=1)).mean() > 0.95
    assert trained.held.accuracy > 0.95


def test_held_out_labels_do_not_flatter() -> None:
    # Models that miss a tenth of the labels are a little worse than the full one. Folds that share classes out evenly
    # hide that: then as many of a class are held out as the model has learnt to expect.
    gaps = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        classes = rng.integers(0, 10, 700)
        x = unit(np.random.default_rng(99).normal(size=(10, 40))[classes] + 2 * rng.normal(size=(700, 40)))
        trained = train(x[:100], np.eye(10)[classes[:100]], class_ids=tuple(range(10)), seed=seed)
        fresh = (trained.head.predict(x[100:]).argmax(axis=1) == classes[100:]).mean()
        gaps.append(trained.held.accuracy - fresh)
    assert -0.1 < np.mean(gaps) < -0.01


def test_held_out_labels_do_not_leak() -> None:
    rng = np.random.default_rng(4)
    x = unit(rng.normal(size=(200, 600)))
    y = np.eye(4)[rng.integers(0, 4, 200)]
    trained = train(x, y, class_ids=(1, 2, 3, 4))
    assert (trained.head.predict(x).argmax(axis=1) == y.argmax(axis=1)).mean() > 0.9  # it has learnt the noise by heart
    assert trained.held.accuracy < 0.4  # and yet knows nothing
    assert trained.held.scores.mean() < 0.45  # and says so


def test_confidences_mean_what_they_say() -> None:
    x, y = blobs([150, 150, 150, 150], noise=3.2)
    trained = train(x, y, class_ids=(1, 2, 3, 4))
    fresh, truth = blobs([500, 500, 500, 500], noise=3.2, seed=5)
    p = trained.head.predict(fresh)
    right = (p.argmax(axis=1) == truth.argmax(axis=1)).mean()
    assert 0.5 < right < 0.95
    assert p.max(axis=1).mean() == pytest.approx(right, abs=0.04)
    assert trained.held.scores.mean() == pytest.approx(trained.held.accuracy, abs=0.04)


def test_only_random_labels_validate_and_the_others_train() -> None:
    x, y = blobs([40, 40])
    random = np.zeros(80, dtype=bool)
    random[[3, 10, 20, 33, 71]] = True
    trained = train(x, y, class_ids=(1, 2), random=random)
    assert trained.held.index.tolist() == [3, 10, 20, 33, 71]
    assert trained.held.accuracy == 1.0  # five labels alone could not have taught this


def test_mistakes_are_found_among_labels_that_were_not_drawn_at_random() -> None:
    x, y = blobs([40, 40])
    y[7] = 1 - y[7]
    random = np.arange(80) >= 60
    every = train(x, y, class_ids=(1, 2), random=random).every
    assert every.index.tolist() == list(range(80))
    assert np.flatnonzero(~every.right).tolist() == [7]


def test_rare_classes_are_found() -> None:
    x, y = blobs([300, 8], noise=1.6)
    fresh, truth = blobs([100, 100], noise=1.6, seed=3)
    rare = truth[:, 1] > 0
    p = train(x, y, class_ids=(1, 2)).head.predict(fresh)
    assert (p[rare].argmax(axis=1) == 1).mean() > 0.5


def test_a_class_with_one_example_is_no_accident() -> None:
    x, y = blobs([30, 30, 1])
    trained = train(x, y, class_ids=(1, 2, 3))
    assert trained.head.class_ids == (1, 2, 3)
    assert np.isfinite(trained.head.weight).all()
    lonely = int(np.flatnonzero(y[:, 2])[0])
    assert not trained.held.right[lonely]  # whoever held it out had never seen the class


def test_classes_without_examples_have_no_column() -> None:
    x, y = blobs([30, 30])
    padded = np.hstack([np.zeros((60, 1)), y, np.zeros((60, 2))])
    assert train(x, padded, class_ids=(1, 2, 3, 4, 5)).head.class_ids == (2, 3)


def test_contradictory_labels_lower_confidence() -> None:
    x, _ = blobs([50])
    x = np.vstack([x, x])
    y = np.repeat(np.eye(2), 50, axis=0)
    trained = train(x, y, class_ids=(1, 2))
    assert trained.head.predict(x).max() < 0.7


@pytest.mark.parametrize(
    ("targets", "outputs", "words"),
    [
        (np.zeros((0, 2)), EXCLUSIVE, "No image"),
        (np.eye(2)[[0, 0, 0]], EXCLUSIVE, "one class"),
        (np.ones((5, 2)), INDEPENDENT, "both"),
    ],
)
def test_what_cannot_be_trained_says_why(targets: np.ndarray, outputs: Outputs, words: str) -> None:
    assert words in outputs.why_not(targets)
    with pytest.raises(InputError, match=words):
        train(np.ones((len(targets), 4)), targets, class_ids=(1, 2), outputs=outputs)


def test_sizes_that_differ_are_refused() -> None:
    with pytest.raises(InputError, match="do not fit"):
        train(np.ones((3, 4)), np.eye(2), class_ids=(1, 2))


def test_multi_label_learns_each_class_by_itself() -> None:
    rng = np.random.default_rng(0)
    directions = np.linalg.qr(rng.normal(size=(32, 3)))[0].T
    y = (rng.random((260, 3)) < [0.5, 0.2, 0.7]).astype(float)
    x = unit(y @ directions * 2 + 0.2 * rng.normal(size=(260, 32)) + 0.1)
    trained = train(x[:160], np.hstack([y[:160], np.zeros((160, 1))]), class_ids=(1, 2, 3, 4), outputs=INDEPENDENT)
    assert trained.head.class_ids == (1, 2, 3)
    p = trained.head.predict(x[160:])
    assert ((p > 0.5) == (y[160:] > 0)).mean() > 0.95
    assert p.sum(axis=1).max() > 1.5  # not a softmax


def test_the_spanned_space_gives_the_same_fit() -> None:
    x, y = blobs([12, 12], dim=40)
    small = span(x)
    assert small.points.shape[1] <= 24
    near = solve(small.points, y, strength=5)
    full = solve(x.astype(float), y, strength=5)
    assert small.back @ near[:-1] == pytest.approx(full[:-1], abs=1e-3)


def test_folds_are_even_within_classes() -> None:
    groups = np.repeat([0, 1, 2], [50, 20, 5])
    fold = folds(groups, 5, np.random.default_rng(0))
    for group in range(3):
        counts = np.bincount(fold[groups == group], minlength=5)
        assert counts.max() - counts.min() <= 1
    assert folds(groups[:2], 5, np.random.default_rng(0)).max() <= 1


def test_temperature_undoes_boasting() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4000, 5))
    y = np.eye(5)[[rng.choice(5, p=row) for row in EXCLUSIVE.probabilities(logits)]]
    assert temperature(logits * 3, y) == pytest.approx(3, rel=0.1)
    assert temperature(np.zeros((0, 5)), np.zeros((0, 5))) == 1.0


def test_no_end_of_confidence_from_labels_that_are_all_right() -> None:
    for labels in (40, 90, 200, 400):
        x, y = blobs([labels // 2, labels // 2], noise=0.3)
        trained = train(x, y, class_ids=(1, 2))
        fresh = trained.head.predict(blobs([300, 300], noise=0.3, seed=7)[0]).max(axis=1)
        assert trained.held.accuracy == 1.0
        assert trained.head.temperature > 0.05
        assert trained.held.scores.max() < 1.0
        assert len(np.unique(trained.held.scores)) > labels * 0.9  # and there still is an order among them
        assert np.median(fresh) == pytest.approx(np.median(trained.held.scores), abs=0.02)


def test_held_out_confidences_are_as_precise_as_predicted_ones() -> None:
    x, y = blobs([40, 40])
    scores = train(x, y, class_ids=(1, 2)).held.scores
    assert (scores == scores.astype(np.float32)).all()


def test_prepared_embeddings_are_the_same_in_chunks_and_in_rows() -> None:
    rng = np.random.default_rng(0)
    vectors = np.abs(rng.normal(size=(300, 40))).astype(np.float16)
    for smooth in (True, False):
        table = NormalizedEmbeddings(vectors, smooth=smooth)
        whole = table.rows(slice(None))
        assert np.vstack(list(table.chunks(77))) == pytest.approx(whole)
        assert table.rows(np.array([5, 2])) == pytest.approx(whole[[5, 2]])
        assert np.linalg.norm(whole, axis=1) == pytest.approx(1, abs=1e-5)


def test_smoothing_draws_neighbours_together() -> None:
    x, _ = blobs([60, 60, 60], noise=1.0)
    y = np.argmax(x @ x.T - 2 * np.eye(len(x)), axis=1)
    plain, smooth = (
        NormalizedEmbeddings(x, smooth=False).rows(slice(None)),
        NormalizedEmbeddings(x, smooth=True).rows(slice(None)),
    )
    rows = np.arange(len(x))
    assert (smooth @ smooth.T)[rows, y].mean() > (plain @ plain.T)[rows, y].mean() + 0.05
    assert len(NormalizedEmbeddings(x[:1]).rows(slice(None))) == 1
