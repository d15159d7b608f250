"""Batches of images with several shapes: what counts as wrong, when a batch is released, and that promises are kept."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("scipy")

from jlabel.assist.guarantee.auditing import Seen
from jlabel.assist.guarantee.image_evidence import image_lots
from jlabel.assist.guarantee.shape_auditing import ShapeAuditing
from jlabel.assist.guarantee.shape_ledger import ShapeLedger
from jlabel.model.answer import Annotation, Answer
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.batch import Batch, BatchState
from jlabel.model.run import AnnotationScore, Prediction
from jlabel.model.shapes.box import Box


def annotation(class_id: int, x: float, y: float = 0, side: float = 10) -> Annotation:
    return Annotation(class_id=class_id, shape=Box(x, y, x + side, y + side), uid=f"{class_id} {x} {y}")


def predicted(*found: tuple[Annotation, float], least: float = 0.5) -> Prediction:
    return Prediction(
        item=1,
        answer=Answer(annotations=tuple(one for one, _ in found)),
        confidence=0.9,
        scores=tuple(AnnotationScore(confidence=sure, above=sure >= least) for _, sure in found),
        above=any(sure >= least for _, sure in found),
    )


def test_a_shape_is_right_where_one_of_its_class_was_labeled() -> None:
    auditing = ShapeAuditing()
    frozen = predicted((annotation(1, 0), 0.9), (annotation(2, 50), 0.8), (annotation(1, 100), 0.2))
    assert auditing.units(frozen) == 2, "what is not above the threshold is not proposed"
    both = Answer(annotations=(annotation(1, 1), annotation(2, 51)))
    assert auditing.wrong(both, frozen) == 0
    assert auditing.wrong(Answer(annotations=(annotation(1, 1), annotation(1, 51))), frozen) == 1, "another class"
    assert auditing.wrong(Answer(annotations=(annotation(1, 6),)), frozen) == 2, "IoU 0.25, and one that is not there"
    assert ShapeAuditing(0.2).wrong(Answer(annotations=(annotation(1, 6),)), frozen) == 1
    assert auditing.wrong(Answer(empty=True), frozen) == 2
    assert auditing.wrong(Answer(skipped=""), frozen) == 2
    assert auditing.wrong(None, frozen) == 2


def test_two_proposals_for_one_object_are_right_once() -> None:
    frozen = predicted((annotation(1, 0), 0.9), (annotation(1, 1), 0.8))
    assert ShapeAuditing().wrong(Answer(annotations=(annotation(1, 0),)), frozen) == 1


def test_images_are_drawn_by_their_shapes_and_each_has_its_page() -> None:
    auditing = ShapeAuditing()
    few, many = predicted((annotation(1, 0), 0.9)), predicted(*((annotation(1, 20 * n), 0.9) for n in range(9)))
    first = [auditing.lots(Batch(run=1, size=2, a=1, b=9, seed=seed), {1: few, 2: many})[0] for seed in range(2000)]
    assert abs(np.mean(np.array(first) == 2) - 0.9) < 0.03
    assert auditing.pages([2, 1], {}) == [[2], [1]]


def test_only_a_promise_is_audited() -> None:
    auditing = ShapeAuditing()
    assert auditing.wanted(AssistSettings(goal=Goal.PROMISE))
    assert not auditing.wanted(AssistSettings(goal=Goal.FEWEST_KEYS))
    assert not auditing.wanted(AssistSettings(goal=Goal.PROMISE, threshold=0.5))
    assert not auditing.wanted(AssistSettings(goal=Goal.PROMISE, prelabel=False))


def batch(**values: object) -> Batch:
    return replace(Batch(run=1, size=200, a=1.6, b=38.4, units=2000, asked=20), **values)  # type: ignore[arg-type]


def test_a_batch_is_released_dropped_or_audited_further() -> None:
    ledger = ShapeLedger(target=0.9)
    assert 35 <= ledger.ask(batch(asked=0)) <= 45, "so many prove it where none is wrong"
    assert ledger.look_at(batch(), [10] * 20, [0] * 20).state is BatchState.TRIAL
    assert ledger.look_at(batch(), [10] * 20, [0] * 20).asked == 25
    released = ledger.look_at(batch(asked=45), [10] * 45, [0] * 45)
    assert (released.state, released.proved, released.audited) == (BatchState.RELEASED, 0.9, 45)
    assert ledger.look_at(batch(asked=45), [10] * 45, [2] * 45).state is BatchState.DROPPED
    some = ledger.look_at(batch(asked=45), [10] * 45, [1] * 10 + [0] * 35)
    assert (some.state, some.errors) == (BatchState.TRIAL, 10)
    assert ShapeLedger(target=0.9, batches=(released,)).holds
    assert not ShapeLedger(target=0.95, batches=(released,)).holds


def test_every_further_batch_needs_more_evidence() -> None:
    first, second = batch(run=1, state=BatchState.DROPPED), batch(run=2)
    ledger = ShapeLedger(target=0.9, batches=(first, second))
    assert ledger.needed(second) > ShapeLedger(target=0.9).needed(second) > 3
    chances = [
        np.exp(-ShapeLedger(batches=tuple(batch(run=m) for m in range(n))).needed(batch(run=n))) for n in range(20)
    ]
    assert sum(chances) <= 0.05


def test_corrections_stop_a_batch_and_nothing_else() -> None:
    auditing, ledger = ShapeAuditing(), ShapeLedger(target=0.9)
    released = batch(state=BatchState.RELEASED, audited=40)
    fine = [Seen(units=10, wrong=n % 10 == 0) for n in range(100)]
    assert auditing.watch(ledger, released, fine, 60).state is BatchState.RELEASED
    assert auditing.watch(ledger, released, fine, 0).state is BatchState.FINISHED
    bad = [Seen(units=10, wrong=4) for _ in range(15)]
    assert auditing.watch(ledger, released, bad, 145).state is BatchState.STOPPED
    unseen = [*fine, *(Seen(units=10, wrong=5, blind=True) for _ in range(10))]
    assert auditing.watch(ledger, released, unseen, 60).state is BatchState.STOPPED


@pytest.mark.parametrize("rate", [0.11, 0.13, 0.2])
@pytest.mark.parametrize("gathered", [False, True])
def test_a_broken_promise_is_hardly_ever_released(rate: float, gathered: bool) -> None:
    """Up to three batches a project, looked at after every five images: at most one project in twenty is broken."""
    broken, projects = 0, 300
    for seed in range(projects):
        rng = np.random.default_rng(seed)
        ledger = ShapeLedger(target=0.9)
        for run in range(3):
            boxes = rng.integers(1, 26, 120)
            total = int(np.ceil(rate * boxes.sum()))
            wrong = np.zeros(120, np.int64)
            if gathered:
                for image in rng.permutation(120):
                    wrong[image] = min(boxes[image], total - wrong.sum())
            else:
                np.add.at(wrong, rng.permutation(np.repeat(np.arange(120), boxes))[:total], 1)
            order = image_lots(boxes, seed)
            one = Batch(run=run, size=120, a=1.6, b=38.4, units=int(boxes.sum()), asked=20)
            while one.state is BatchState.TRIAL:
                rows = order[: one.asked]
                one = ledger.look_at(one, boxes[rows].tolist(), wrong[rows].tolist())
            ledger = ledger.replaced(one)  # type: ignore[assignment]
            if one.state is BatchState.RELEASED:
                rest = order[one.audited :]
                broken += wrong[rest].sum() > 0.1 * boxes[rest].sum()
                break
    assert broken <= 0.05 * projects + 3 * np.sqrt(0.05 * 0.95 * projects)
