"""Whole labelings of the blood cells with assist's own learner, rounds and audits: edits, promise, recall.

The labeler is the truth. Rounds come at 20, 36, 50, 75 and 100 labeled images, each with the time that the worker gives
it, counted in seconds of the processor. An edit is a box that is added, removed or given another class, or moved
because it overlaps the true one by less than an IoU of 0.9; without proposals every box is added.
"""

import json
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.learner import ShapeLearner
from jlabel.assist.detection.matching import match
from jlabel.assist.detection.model import ShapeModel
from jlabel.assist.detection.scores import ShapeScores
from jlabel.assist.detection.train import SECONDS, Budget
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.network import Network
from jlabel.assist.guarantee.shape_ledger import ShapeLedger
from jlabel.model.answer import Annotation, Answer
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.batch import Batch, BatchState
from jlabel.model.item_table import ItemTable
from jlabel.model.label_class import make_classes
from jlabel.model.run import Prediction
from jlabel.model.shapes.box import Box
from jlabel.model.training_label import TrainingLabel
from tests.benchmarks.rows import Row, row
from tests.fixtures.realdata import FOLDER

ROUNDS = (20, 36, 50, 75, 100)
TARGET = 0.9
MOVED = 0.9


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one labeling came to, from a round on.

    Attributes:
        edits: on the images that are left, with proposals and without.
        unmoved: edits without those that only move.
        precision: of the boxes that were proved and shown; ``None`` where nothing was released.
        recall: share of the true boxes on the images left at 100 labels that a proved box is right for.
        audits: that the release took.
    """

    edits: tuple[int, int]
    unmoved: int
    precision: float | None
    recall: float
    audits: int


class Cells:
    """The data set as items of a project."""

    def __init__(self) -> None:
        document = json.loads((FOLDER / "cells" / "annotations.json").read_text())
        self.classes = make_classes([one["name"] for one in document["categories"]])
        found: dict[int, list[Annotation]] = defaultdict(list)
        for one in document["annotations"]:
            found[one["image_id"]].append(
                Annotation(class_id=one["category_id"], shape=Box.from_xywh(*one["bbox"]), uid=str(one["id"]))
            )
        images = document["images"]
        self.answers = [Answer(annotations=tuple(found[one["id"]]), empty=not found[one["id"]]) for one in images]
        self.paths = tuple(one["file_name"] for one in images)

    def table(self) -> ItemTable:
        """All items; the id of an item is one more than its number."""
        count = len(self.paths)
        return ItemTable(
            items=tuple(range(1, count + 1)),
            stamps=("1",) * count,
            waiting=(True,) * count,
            ranks=tuple(range(count)),
            sources=(1,) * count,
            paths=self.paths,
            roots={1: str(FOLDER / "cells")},
        )

    def label(self, item: int) -> TrainingLabel:
        """The true label, drawn at random."""
        return TrainingLabel(item=item, answer=self.answers[item - 1], labeler="truth", at=None, random=True)  # type: ignore[arg-type]

    def truth(self, item: int) -> tuple[np.ndarray, np.ndarray]:
        """True boxes and class ids."""
        annotations = self.answers[item - 1].annotations
        boxes = np.array([one.shape.bounds() for one in annotations if one.shape], np.float32).reshape(-1, 4)
        return boxes, np.array([one.class_id for one in annotations], np.int64)


def labeling(cells: Cells, network: Network, seed: int, *, seconds: float = SECONDS) -> Outcome:
    """Label with rounds, by a promise; edits are those of proposals without one."""
    order = (np.random.default_rng(seed).permutation(len(cells.paths)) + 1).tolist()
    with tempfile.TemporaryDirectory() as folder:
        budget = Budget(seconds=seconds, clock=time.process_time)
        learner = ShapeLearner(network, Path(folder), budget=budget)
        promise = AssistSettings(goal=Goal.PROMISE, target_precision=TARGET)
        trial = _Trial(learner, promise, seed)
        labeled: list[int] = []
        scores: ShapeScores | None = None
        model: ShapeModel | None = None
        for wanted in ROUNDS:
            labeled += [item for item in trial.first(order) if item not in labeled][: wanted - len(labeled)]
            trial.look(labeled, cells)
            learner.refresh(cells.table(), complete=False)
            model = learner.train([cells.label(item) for item in sorted(labeled)], cells.classes).model
            assert model is not None
            learner.prepare(learner.missing(cells.table(), set()), progress=lambda _: None, cancel=lambda: False)
            learner.refresh(cells.table(), complete=True)
            scores = learner.score(model, np.array([item for item in order if item not in labeled]))
            learner.validate(model, scores, np.zeros(0, np.int64), promise)
            trial.propose(model, scores, len(labeled))
        assert scores is not None
        assert model is not None
        left = scores.items.tolist()
        shown = [one.above(model.threshold) for one in scores.found]
        edits = [_edits(one, *cells.truth(item)) for one, item in zip(shown, left, strict=True)]
        boxes = sum(len(cells.truth(item)[0]) for item in left)
        precision, recall = trial.proved(left, cells)
        return Outcome(
            edits=(sum(edit + moved for edit, moved in edits), boxes),
            unmoved=sum(edit for edit, _ in edits),
            precision=precision,
            recall=recall,
            audits=trial.audits,
        )


class _Trial:
    """The audited batches of one labeling."""

    def __init__(self, learner: ShapeLearner, settings: AssistSettings, seed: int) -> None:
        self.learner, self.settings, self.seed = learner, settings, seed
        self.ledger, self.frozen, self.audits = ShapeLedger(target=TARGET), dict[int, Prediction](), 0

    def first(self, order: list[int]) -> list[int]:
        """The order in which images are labeled now: the lots of a batch on trial come first."""
        current = self.ledger.current
        if current is None or current.state is not BatchState.TRIAL:
            return order
        lots = self.learner.auditing.lots(current, self.frozen)
        return [*lots, *(item for item in order if item not in self.frozen)]

    def look(self, labeled: list[int], cells: Cells) -> None:
        """Judge the batch on trial by the lots that are labeled, in their order."""
        current, auditing = self.ledger.current, self.learner.auditing
        while current is not None and current.state is BatchState.TRIAL:
            asked = auditing.lots(current, self.frozen)[: current.asked]
            if not set(asked) <= set(labeled):
                return
            audits = [
                (auditing.units(self.frozen[item]), auditing.wrong(cells.answers[item - 1], self.frozen[item]))
                for item in asked
            ]
            new = auditing.look(self.ledger, current, audits)
            self.ledger = self.ledger.replaced(new)  # type: ignore[assignment]
            self.audits, current = new.audited, self.ledger.current
            if new.asked == len(asked) and new.state is BatchState.TRIAL:
                return

    def propose(self, model: ShapeModel, scores: ShapeScores, labels: int) -> None:
        """Freeze a batch where one is worth it."""
        if not self.ledger.may_propose(labels, labels):
            return
        offered = frozenset(model.class_ids)
        usable = self.learner.proposable(scores, offered)
        confidence, right = _held(model)
        found = self.learner.auditing.propose(self.ledger, scores, usable, confidence, right)
        if found is None:
            return
        chosen = self.learner.score(model, found[0])
        every = np.ones(len(chosen.items), bool)
        made = self.learner.predict(model, chosen, every, ~every, offered, self.settings).made
        self.frozen = {one.item: one for one in made}
        units = sum(self.learner.auditing.units(one) for one in self.frozen.values())
        batch = Batch(
            run=labels, size=len(self.frozen), a=found[1].a, b=found[1].b, seed=self.seed, labels=labels, units=units
        )
        self.ledger = self.ledger.replaced(replace(batch, asked=self.ledger.ask(batch)))  # type: ignore[assignment]

    def proved(self, left: list[int], cells: Cells) -> tuple[float | None, float]:
        """Precision of the proved boxes on the images left, and recall there."""
        released = any(one.state is BatchState.RELEASED for one in self.ledger.batches)
        auditing = self.learner.auditing
        shown = [item for item in left if released and item in self.frozen]
        units = sum(auditing.units(self.frozen[item]) for item in shown)
        right = units - sum(auditing.wrong(cells.answers[item - 1], self.frozen[item]) for item in shown)
        boxes = sum(len(cells.truth(item)[0]) for item in left)
        return (right / units if units else None), right / boxes


def _held(model: ShapeModel) -> tuple[np.ndarray, np.ndarray]:
    confidence = np.concatenate([model.calibration(one.found.scores) for one in model.held])
    return confidence, np.concatenate([one.matched.right for one in model.held])


def _edits(found: Detections, boxes: np.ndarray, classes: np.ndarray) -> tuple[int, int]:
    """Boxes added, removed or given another class; and boxes that only have to be moved."""
    right = match(found, boxes, classes)
    free = np.setdiff1d(np.arange(len(boxes)), right.truth[right.right])
    wrong = found.only(~right.right)
    reclassed = int(match(wrong_as_any(wrong), boxes[free], np.zeros(len(free), np.int64)).right.sum())
    edits = len(wrong) + len(free) - reclassed
    return edits, int((right.iou[right.right] < MOVED).sum())


def wrong_as_any(found: Detections) -> Detections:
    """The same boxes, all of one class: what is in its place and has the wrong class is found."""
    return Detections(found.boxes, found.scores, np.zeros(len(found), np.int64))


def rows(*, quick: bool = False) -> list[Row]:
    """All figures of labelings with proposals."""
    torch.set_num_threads(1)
    cells, network = Cells(), open_backbone("lite0", device="cpu")
    assert isinstance(network, Network)
    found = [labeling(cells, network, seed) for seed in range(1 if quick else 5)]
    edits = [one.edits[0] / one.edits[1] for one in found]
    unmoved = [one.unmoved / one.edits[1] for one in found]
    kept = [one.precision >= TARGET for one in found if one.precision is not None]
    return [
        row("cells, from 100 images on: edits a box, moved ones too", float(np.mean(edits)), "", target="<= 0.5"),
        row("cells, from 100 images on: boxes added, removed, re-classed", float(np.mean(unmoved)), ""),
        row(f"cells, promise {TARGET}: runs with a release by 100 images", len(kept) / len(found), ""),
        row(f"cells, promise {TARGET}: kept, of those", float(np.mean(kept)) if kept else 1.0, "", target=">= 0.95"),
        row(f"cells, promise {TARGET}: recall of proved boxes at 100 images",
            float(np.mean([one.recall for one in found])), "", target=">= 0.5"),
        row("cells: audits that a release took", float(np.mean([one.audits for one in found])), ""),
    ]  # fmt: skip
