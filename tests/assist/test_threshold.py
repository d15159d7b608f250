"""The threshold: its guarantee by simulation, and what it says when there is none."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.assist.guarantee.threshold import ThresholdReport, by_hand, choose, choose_by_class
from jlabel.errors import InputError


def population(kind: str, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Scores and the true chance of each prediction to be right."""
    scores = rng.beta(3, 1, size)
    truth = {
        "calibrated": scores,
        "boastful": scores * 0.95,
        "modest": 1 - (1 - scores) ** 2,
        "sharp": 1 - (1 - scores) ** 3,
        "hopeless": np.full(size, 0.9),
        "dented": np.where(scores > 0.97, 0.93, scores),  # the very top is worse than what lies below it
        "knife-edge": np.full(size, 0.949),
    }[kind]
    return scores, truth


@pytest.mark.parametrize("kind", ["calibrated", "boastful", "modest", "hopeless", "dented", "knife-edge"])
@pytest.mark.parametrize("labels", [100, 300])
def test_the_precision_holds_in_at_least_95_percent_of_runs(kind: str, labels: int) -> None:
    rng = np.random.default_rng(7)
    everything, truth = population(kind, 200_000, rng)
    runs, broken = 800, 0
    order = np.argsort(-everything)
    running = np.cumsum(truth[order]) / np.arange(1, len(order) + 1)
    ranked = everything[order]
    for _ in range(runs):
        at = rng.integers(0, len(everything), labels)
        right = rng.random(labels) < truth[at]
        report = choose(everything[at], right, target=0.95)
        if report.threshold is not None:
            above = np.searchsorted(-ranked, -report.threshold, side="right")
            broken += running[above - 1] < 0.95
    # 5 % may break; 3 standard errors of 800 runs are 2.3 %.
    assert broken / runs <= 0.05 + 0.023


@pytest.mark.parametrize("kind", ["modest", "knife-edge", "dented"])
def test_the_promise_holds_among_the_very_items_that_wait(kind: str) -> None:
    rng = np.random.default_rng(11)
    runs, broken = 800, 0
    for _ in range(runs):
        scores, truth = population(kind, 1000, rng)
        right = rng.random(1000) < truth
        report = choose(scores[:300], right[:300], target=0.95, waiting=scores[300:])
        if report.threshold is not None:
            broken += right[300:][scores[300:] >= report.threshold].mean() < 0.95
    assert broken / runs <= 0.05 + 0.023


@pytest.mark.parametrize(("kind", "share"), [("sharp", 0.8), ("modest", 0.55)])
def test_a_good_model_gets_most_of_what_an_oracle_would(kind: str, share: float) -> None:
    rng = np.random.default_rng(3)
    scores, truth = population(kind, 100_000, rng)
    ranked = truth[np.argsort(-scores)]
    oracle = np.mean(np.cumsum(ranked) / np.arange(1, len(ranked) + 1) >= 0.95)
    coverage = []
    for _ in range(100):
        at = rng.integers(0, len(scores), 400)
        report = choose(scores[at], rng.random(400) < truth[at], target=0.95, waiting=scores[:5000])
        coverage.append(report.coverage)
    assert np.mean(coverage) >= share * oracle


@given(st.integers(0, 400), st.integers(0, 2**32 - 1), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_report_is_consistent(labels: int, seed: int, target: float) -> None:
    rng = np.random.default_rng(seed)
    scores = np.round(rng.random(labels), 2)  # with ties
    right = rng.random(labels) < scores**0.2
    report = choose(scores, right, target=target)
    for point in report.curve:
        assert point.n == np.count_nonzero(scores >= point.threshold)
        assert point.errors == np.count_nonzero(~right[scores >= point.threshold])
        assert point.coverage == pytest.approx(point.n / labels)
    assert [p.n for p in report.curve] == sorted({p.n for p in report.curve})
    if report.threshold is None:
        assert (report.n, report.bound, report.coverage) == (0, 0.0, 0.0)
        assert report.labels_needed is None or report.labels_needed > 0
    else:
        assert report.bound >= target - 1e-9
        assert report.labels_needed == 0


def test_a_stricter_target_never_covers_more() -> None:
    rng = np.random.default_rng(1)
    scores = rng.beta(5, 1, 600)
    right = rng.random(600) < 1 - (1 - scores) ** 2
    coverage = [choose(scores, right, target=target).coverage for target in (0.8, 0.85, 0.9, 0.95, 0.99)]
    assert coverage == sorted(coverage, reverse=True)
    assert coverage[0] > coverage[-1]


def test_58_right_prove_nothing_and_59_do() -> None:
    assert choose(np.full(58, 0.99), np.ones(58, bool), target=0.95).threshold is None
    report = choose(np.full(59, 0.99), np.ones(59, bool), target=0.95)
    assert report.threshold == 0.99
    assert report.bound == pytest.approx(0.95, abs=1e-3)


def test_no_labels_is_a_report_with_a_number_of_labels_to_come() -> None:
    report = choose(np.zeros(0), np.zeros(0, bool), target=0.95, waiting=np.linspace(0, 1, 50))
    assert report.threshold is None
    assert report.labels_needed is not None
    assert report.labels_needed >= 59
    assert str(report.labels_needed) in report.reason


def test_a_model_that_is_never_right_enough_says_so() -> None:
    report = choose(np.linspace(0.5, 1, 400), np.arange(400) % 2 == 0, target=0.95)
    assert report.threshold is None
    assert report.labels_needed is None
    assert "needs more labels" in report.reason


def test_the_labels_foretold_are_about_what_it_takes() -> None:
    rng = np.random.default_rng(5)
    scores, truth = population("modest", 100_000, rng)
    told = []
    for _ in range(60):
        at = rng.integers(0, len(scores), 80)
        report: ThresholdReport = choose(scores[at], rng.random(80) < truth[at], target=0.95)
        if report.threshold is None and report.labels_needed is not None:
            told.append(report.labels_needed)
    wish = int(np.median(told)) + 80
    proved = sum(
        choose(scores[at], rng.random(wish) < truth[at], target=0.95).threshold is not None
        for at in (rng.integers(0, len(scores), wish) for _ in range(60))
    )
    assert proved >= 15


def test_classes_with_labels_enough_stand_alone() -> None:
    rng = np.random.default_rng(2)
    predicted = np.r_[np.full(300, 1), np.full(300, 2), np.full(40, 3)]
    right = np.r_[np.ones(300, bool), rng.random(300) < 0.6, np.ones(40, bool)]
    scores = rng.random(640)
    reports = choose_by_class(scores, right, predicted, target=0.95, waiting=(scores, predicted))
    assert set(reports) == {1, 2, None}
    assert reports[1].coverage > 0.9
    assert reports[2].threshold is None
    assert reports[None].labels == 40
    few = choose_by_class(scores[:50], right[:50], predicted[:50], target=0.95)
    assert set(few) == {None}


def test_a_threshold_by_hand_says_what_is_known_about_it() -> None:
    scores = np.linspace(0, 1, 200)
    report = by_hand(choose(scores, scores > 0.5, target=0.95), 0.25)
    assert report.threshold == 0.25
    assert 0.6 < 1 - report.errors / report.n < 0.72
    assert "by hand" in report.reason
    with pytest.raises(InputError, match="between 0 and 1"):
        by_hand(report, 1.5)


@pytest.mark.parametrize(
    ("scores", "right", "target", "words"),
    [
        ([0.5, 0.6], [True], 0.95, "one length"),
        ([np.nan], [True], 0.95, "finite"),
        ([0.5], [True], 0.5, "0.8"),
        ([0.5], [True], 1.0, "0.99"),
    ],
)
def test_bad_input_is_refused(scores: list[float], right: list[bool], target: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        choose(np.array(scores), np.array(right), target=target)


def test_it_imports_neither_torch_nor_scipy() -> None:
    rooms = ("guarantee.threshold", "ranking.uncertainty", "classification.label_errors", "classification.train")
    code = "import sys, " + ", ".join(f"jlabel.assist.{name}" for name in rooms) + ";"
    code += "print([m for m in ('torch', 'scipy', 'sklearn', 'torchvision') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
