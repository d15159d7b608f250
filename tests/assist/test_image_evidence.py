"""Evidence over images: it holds however errors gather, and is enough to prove what is true."""

import math

import numpy as np
import pytest

from jlabel.assist.guarantee.image_evidence import image_evidence, image_lots
from jlabel.errors import InputError

NEEDED = math.log(20)
IMAGES = 120


def batch(rng: np.random.Generator, images: int, rate: float, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Boxes and wrong ones of each image, of which just more than ``rate`` are wrong."""
    boxes = rng.integers(0, 26, images)
    total = math.floor(rate * boxes.sum()) + 1
    wrong = np.zeros(images, np.int64)
    if kind == "spread":
        np.add.at(wrong, rng.permutation(np.repeat(np.arange(images), boxes))[:total], 1)
        return boxes, wrong
    # All boxes of a few images: of any, of the crowded, or of the empty ones first.
    order = {"gathered": rng.permutation(images), "crowded": np.argsort(-boxes), "sparse": np.argsort(boxes)}[kind]
    for image in order:
        wrong[image] = min(boxes[image], total - wrong.sum())
    return boxes, wrong


@pytest.mark.parametrize("kind", ["spread", "gathered", "crowded", "sparse"])
@pytest.mark.parametrize("target", [0.9, 0.95])
def test_a_broken_promise_is_proved_in_few_batches(kind: str, target: float) -> None:
    """Looked at after every third image, while what is left breaks the promise: at most 5 % of 400 batches proved."""
    rng, proved = np.random.default_rng(7), 0
    for seed in range(400):
        boxes, wrong = batch(rng, IMAGES, 1 - target, kind)
        rows = image_lots(boxes, seed)
        a, b = boxes[rows], wrong[rows]
        for n in range(3, len(rows), 3):
            if b[n:].sum() <= (1 - target) * a[n:].sum():
                continue  # what is left keeps it
            if image_evidence(a[:n], b[:n], boxes=int(boxes.sum()), target=target) >= NEEDED:
                proved += 1
                break
    assert proved <= 0.05 * 400


def audits(rate: float, target: float) -> float:
    """The median number of audits after which a promise that is kept is proved, of 300 images; errors spread."""
    rng, found = np.random.default_rng(3), []
    for seed in range(40):
        boxes, wrong = batch(rng, 300, rate, "spread")
        rows, total = image_lots(boxes, seed), int(boxes.sum())
        a, b = boxes[rows], wrong[rows]
        proofs = (n for n in range(1, 300) if image_evidence(a[:n], b[:n], boxes=total, target=target) >= NEEDED)
        found.append(next(proofs, 300))
    return float(np.median(found))


def test_a_promise_that_is_kept_is_proved_with_a_part_of_the_images() -> None:
    """Without an error about as many as single boxes would take: 29 and 59 images, and what looking often costs."""
    assert 29 <= audits(0.0, 0.9) <= 50
    assert audits(0.02, 0.9) <= 70
    assert 59 <= audits(0.0, 0.95) <= 100
    assert audits(0.01, 0.9) < audits(0.04, 0.9)


def test_lots_are_in_proportion_to_the_boxes_of_an_image() -> None:
    first = [int(image_lots([0, 1, 3], seed)[0]) for seed in range(2000)]
    assert 0 not in first
    assert np.mean(np.array(first) == 2) == pytest.approx(0.75, abs=0.04)
    assert image_lots([0, 0], 1).tolist() == []
    assert image_lots([2, 5, 1], 9).tolist() == image_lots([2, 5, 1], 9).tolist()


def test_nothing_audited_proves_nothing_and_all_audited_leaves_nothing() -> None:
    assert image_evidence([], [], boxes=10, target=0.9) == 0.0
    assert image_evidence([5, 5], [5, 5], boxes=10, target=0.9) == math.inf


def test_errors_lower_it() -> None:
    values = [image_evidence([10] * 30, [1] * k + [0] * (30 - k), boxes=1000, target=0.9) for k in range(0, 31, 5)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 2.0


@pytest.mark.parametrize(
    ("proposed", "wrong", "boxes"), [([3], [4], 9), ([3], [-1], 9), ([0], [0], 9), ([6, 6], [0, 0], 9)]
)
def test_counts_that_cannot_be_are_refused(proposed: list[int], wrong: list[int], boxes: int) -> None:
    with pytest.raises(InputError):
        image_evidence(proposed, wrong, boxes=boxes, target=0.9)
