"""The detector's first gear on blood cells: from 20, 50 and 100 labeled images, 60 seconds of one core.

A quarter of the labeled images is held out; there the threshold is chosen that saves most edits. Judged on 200 of the
other images, AP as COCO's at IoU 0.5. Features and training share the budget, counted in seconds of the processor, so
that whatever else the machine does weighs on nothing. Beside it a detector of torchvision without pretrained weights.
"""

import contextlib
import io
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch

from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.detector import Detector
from jlabel.assist.detection.examples import LabeledImage, build_examples
from jlabel.assist.detection.fit import fit
from jlabel.assist.detection.frame import choose_frame
from jlabel.assist.detection.matching import edits_saved
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.network import Network
from jlabel.media.picture import load
from tests.average_precision import average_precisions
from tests.benchmarks.rows import Row, row
from tests.fixtures.realdata import FOLDER

SECONDS = 60.0
FEATURES = 0.25
"""Share of the budget that goes into features."""
TESTED = 200
GOALS = {20: (0.80, 0.50), 50: (0.86, 0.57), 100: (0.88, 0.60)}
"""mAP50 and edits saved, by labeled images."""
THRESHOLDS = np.linspace(0.05, 0.95, 91)


class Cells:
    """The data set, with its pictures decoded once."""

    def __init__(self) -> None:
        document = json.loads((FOLDER / "cells" / "annotations.json").read_text())
        self.names = [one["name"] for one in document["categories"]]
        boxes: dict[int, list[tuple[float, ...]]] = defaultdict(list)
        for one in document["annotations"]:
            x, y, width, height = one["bbox"]
            boxes[one["image_id"]].append((x, y, x + width, y + height, one["category_id"] - 1))
        self.images = [self._image(one, boxes[one["id"]]) for one in document["images"]]

    def _image(self, about: dict[str, Any], boxes: list[tuple[float, ...]]) -> LabeledImage:
        kept: list[np.ndarray] = []
        uri = str(FOLDER / "cells" / about["file_name"])

        def pixels() -> np.ndarray:
            if not kept:
                kept.append(load(uri).pixels)
            return kept[0]

        table = np.array(boxes, np.float32).reshape(-1, 5)
        return LabeledImage((about["width"], about["height"]), table[:, :4], table[:, 4].astype(np.int64), pixels)

    @cached_property
    def network(self) -> Network:
        """The frozen backbone."""
        found = open_backbone("lite0", device="cpu")
        assert isinstance(found, Network)
        return found


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What one training came to."""

    map50: float
    by_class: list[float]
    saved: float
    from_features: float
    from_file: float
    steps: int


def trial(cells: Cells, count: int, seed: int, *, seconds: float = SECONDS) -> Trial:
    """Trains on ``count`` images and judges on others."""
    order = np.random.default_rng(seed).permutation(len(cells.images)).tolist()
    labeled, tested = ([cells.images[n] for n in part] for part in (order[:count], order[count : count + TESTED]))
    held, learned = labeled[: count // 4], labeled[count // 4 :]
    sides: dict[int, list[float]] = defaultdict(list)
    for image in labeled:
        areas = (image.boxes[:, 2:] - image.boxes[:, :2]).prod(axis=1) / (image.size[0] * image.size[1])
        for kind, area in zip(image.classes.tolist(), areas.tolist(), strict=True):
            sides[kind].append(area**0.5)
    for image in learned:
        image.pixels()  # decoding is not what is measured
    pyramid = Pyramid(cells.network.module, choose_frame([image.size for image in labeled], sides))
    begun = time.process_time()
    examples = build_examples(learned, pyramid, seconds=FEATURES * seconds, seed=seed, clock=time.process_time)
    left = seconds - (time.process_time() - begun)
    fitted = fit(examples, pyramid, len(cells.names), seconds=left, seed=seed, clock=time.process_time)
    assert fitted is not None
    detector = Detector(pyramid=pyramid, head=fitted.head, class_ids=tuple(range(len(cells.names))))
    features = [detector.features(image.pixels(), image.size) for image in tested]
    every = [detector.detect(f, i.size, overlap=0.6, by_class=True) for f, i in zip(features, tested, strict=True)]
    truth = [(image.boxes, image.classes) for image in tested]
    by_class = average_precisions(every, truth, len(cells.names))
    threshold = _threshold(detector, held)
    begun = time.process_time()
    proposed = [detector.detect(f, i.size) for f, i in zip(features, tested, strict=True)]
    cached = len(tested) / (time.process_time() - begun)
    begun = time.process_time()
    for image in tested[:40]:
        detector.detect(detector.features(image.pixels(), image.size), image.size)
    from_file = 40 / (time.process_time() - begun)
    return Trial(
        map50=float(np.mean(by_class)), by_class=by_class, saved=edits_saved(proposed, truth, threshold),
        from_features=cached, from_file=from_file, steps=fitted.steps,
    )  # fmt: skip


def _threshold(detector: Detector, held: Sequence[LabeledImage]) -> float:
    found = [detector.detect(detector.features(image.pixels(), image.size), image.size) for image in held]
    truth = [(image.boxes, image.classes) for image in held]
    saved = [edits_saved(found, truth, float(one)) for one in THRESHOLDS]
    return float(THRESHOLDS[int(np.argmax(saved))])


def torchvision_trial(cells: Cells, count: int, seed: int, *, seconds: float = SECONDS) -> float:
    """mAP50 of a detector of torchvision that begins with random weights, in the same time."""
    from torchvision.models.detection import fasterrcnn_mobilenet_v3_large_320_fpn

    order = np.random.default_rng(seed).permutation(len(cells.images)).tolist()
    learned = [cells.images[n] for n in order[count // 4 : count]]
    tested = [cells.images[n] for n in order[count : count + TESTED]]
    torch.manual_seed(seed)
    with contextlib.redirect_stderr(io.StringIO()):
        model = fasterrcnn_mobilenet_v3_large_320_fpn(weights=None, weights_backbone=None, num_classes=4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    rng, begun = np.random.default_rng(seed), time.process_time()
    model.train()
    while time.process_time() - begun < seconds:
        some = [learned[n] for n in rng.integers(0, len(learned), 4)]
        targets = [{"boxes": torch.from_numpy(i.boxes), "labels": torch.from_numpy(i.classes + 1)} for i in some]
        loss = sum(model([_tensor(image) for image in some], targets).values())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
        optimizer.step()
    model.eval()
    found = []
    with torch.inference_mode():
        for image in tested:
            (out,) = model([_tensor(image)])
            found.append(Detections(out["boxes"].numpy(), out["scores"].numpy(), out["labels"].numpy() - 1))
    truth = [(image.boxes, image.classes) for image in tested]
    return float(np.mean(average_precisions(found, truth, len(cells.names))))


def _tensor(image: LabeledImage) -> torch.Tensor:
    return torch.from_numpy(np.array(image.pixels())).permute(2, 0, 1).float() / 255


def rows(*, quick: bool = False) -> list[Row]:
    """All figures of the detector."""
    torch.set_num_threads(1)
    cells, found = Cells(), []
    for count, (wanted, saved) in GOALS.items():
        trials = [trial(cells, count, seed) for seed in range(1 if quick else 5)]
        mean = float(np.mean([one.map50 for one in trials]))
        spread = f"{min(one.map50 for one in trials):.3f} to {max(one.map50 for one in trials):.3f}"
        found.append(row(f"cells, {count} images: mAP50 ({spread})", mean, "", target=f">= {wanted}"))
        for number, name in enumerate(cells.names):
            found.append(
                row(f"cells, {count} images: AP50 of {name}", float(np.mean([t.by_class[number] for t in trials])), "")
            )
        edits = float(np.mean([one.saved for one in trials]))
        found.append(row(f"cells, {count} images: share of edits saved", edits, "", target=f">= {saved}"))
    cached, whole = ([getattr(one, name) for one in trials] for name in ("from_features", "from_file"))
    found += [
        row("scoring from cached features, one core", float(np.median(cached)), "images/s", target=">= 200"),
        row("scoring from pixels, one core", float(np.median(whole)), "images/s", target=">= 20"),
        row("steps of training", float(np.mean([one.steps for one in trials])), ""),
        row("torchvision, no pretrained weights, 50 images: mAP50", torchvision_trial(cells, 50, 0), ""),
    ]
    return found
