"""Polygons of nuclei from 50 labeled images: 60 seconds of one core for features, detector and mask head together.

A quarter of the labeled images is held out, for the comparison with ellipses; judged on the others, AP as COCO's at IoU
0.5 of masks, of up to 300 objects an image since some have so many. The same detections are judged as the polygons of
the mask head, as ellipses that fill the boxes, and as the boxes themselves. Budgets count seconds of the processor.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.detector import Detector
from jlabel.assist.detection.examples import LabeledImage, build_examples
from jlabel.assist.detection.fit import fit
from jlabel.assist.detection.frame import choose_frame
from jlabel.assist.detection.mask_examples import build_mask_examples
from jlabel.assist.detection.mask_fit import fit_masks
from jlabel.assist.detection.mask_predictor import MaskPredictor
from jlabel.assist.detection.mask_validation import MaskValidation, validate_masks
from jlabel.assist.detection.polygons import ellipse
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.network import Network
from jlabel.media.picture import load
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.polygon import Polygon, polygon_of
from tests.average_precision import mask_average_precisions
from tests.benchmarks.rows import Row, row
from tests.fixtures.realdata import FOLDER

COUNT = 50
SECONDS = 60.0
FEATURES, MASKS = 0.25, 0.15
"""Shares of the budget that go into features and into masks; the detector has the rest."""
SEEDS = 5
IOUS = (0.5, 0.75)


class Nuclei:
    """The data set, with its pictures decoded once."""

    def __init__(self) -> None:
        document = json.loads((FOLDER / "nuclei" / "annotations.json").read_text())
        polygons: dict[int, list[Polygon]] = defaultdict(list)
        for one in document["annotations"]:
            rings = tuple(tuple(zip(ring[::2], ring[1::2], strict=True)) for ring in one["segmentation"])
            polygons[one["image_id"]].append(Polygon(rings))
        self.images = []
        for about in document["images"]:
            pixels, true = load(str(FOLDER / "nuclei" / about["file_name"])).pixels, polygons[about["id"]]
            boxes = np.array([polygon.bounds() for polygon in true], np.float32).reshape(-1, 4)
            self.images.append(
                LabeledImage(
                    (about["width"], about["height"]), boxes, np.zeros(len(true), np.int64), _constant(pixels),
                    tuple(true),
                )
            )  # fmt: skip

    @cached_property
    def network(self) -> Network:
        """The frozen backbone."""
        found = open_backbone("lite0", device="cpu")
        assert isinstance(found, Network)
        return found


def _constant(pixels: np.ndarray) -> Callable[[], np.ndarray]:
    return lambda: pixels


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What one training came to: AP of masks by IoU of each kind of shape, and the rest."""

    precision: dict[str, list[float]]
    held_out: MaskValidation
    tested: MaskValidation
    points: float
    drawn_ms: float
    each_ms: float
    steps: tuple[int, int]


def trial(nuclei: Nuclei, seed: int, *, seconds: float = SECONDS) -> Trial:
    """Trains on ``COUNT`` images and judges on the others."""
    order = np.random.default_rng(seed).permutation(len(nuclei.images)).tolist()
    labeled, tested = ([nuclei.images[n] for n in part] for part in (order[:COUNT], order[COUNT:]))
    held, learned = labeled[: COUNT // 4], labeled[COUNT // 4 :]
    sides = [
        float(((box[2] - box[0]) * (box[3] - box[1]) / (image.size[0] * image.size[1])) ** 0.5)
        for image in labeled for box in image.boxes
    ]  # fmt: skip
    pyramid = Pyramid(nuclei.network.module, choose_frame([image.size for image in labeled], {0: sides}))
    begun = time.process_time()
    examples = build_examples(learned, pyramid, seconds=FEATURES * seconds, seed=seed, clock=time.process_time)
    masks = build_mask_examples(examples, learned, pyramid.frame)
    fitted = fit_masks(masks, pyramid, seconds=MASKS * seconds, seed=seed, clock=time.process_time)
    left = seconds - (time.process_time() - begun)
    head = fit(examples, pyramid, 1, seconds=left, seed=seed, clock=time.process_time)
    assert head is not None
    assert fitted is not None
    detector = Detector(pyramid=pyramid, head=head.head, class_ids=(0,))
    predictor = MaskPredictor(pyramid=pyramid, head=fitted.head)
    features = [detector.features(image.pixels(), image.size) for image in tested]
    found = [detector.detect(f, i.size, overlap=0.6, by_class=True) for f, i in zip(features, tested, strict=True)]
    begun = time.process_time()
    polygons = [
        predictor.polygons(f, i.pixels(), i.size, one.boxes)
        for f, i, one in zip(features, tested, found, strict=True)
    ]  # fmt: skip
    each = (time.process_time() - begun) / max(1, sum(map(len, found)))
    shapes = {
        "mask polygons": polygons,
        "ellipses in the boxes": [[ellipse(box) for box in one.boxes.tolist()] for one in found],
        "boxes": [[polygon_of(Box(*box)) for box in one.boxes.tolist()] for one in found],
    }
    of_held = [detector.features(image.pixels(), image.size) for image in held]
    return Trial(
        precision={name: _precisions(some, found, tested) for name, some in shapes.items()},
        held_out=validate_masks(predictor, held, of_held),
        tested=validate_masks(predictor, tested, features),
        points=float(np.median([_points(one) for some in polygons for one in some])),
        drawn_ms=_drawn(predictor, tested, features),
        each_ms=each * 1000,
        steps=(head.steps, fitted.steps),
    )  # fmt: skip


def _precisions(
    shapes: Sequence[Sequence[Polygon]], found: Sequence[Detections], tested: Sequence[LabeledImage]
) -> list[float]:
    scores = [one.scores for one in found]
    return mask_average_precisions(
        shapes, scores, [list(i.polygons) for i in tested], [i.size for i in tested], ious=IOUS
    )


def _drawn(predictor: MaskPredictor, images: Sequence[LabeledImage], features: Sequence[np.ndarray]) -> float:
    """Milliseconds on the clock from one drawn box to its polygon: the median over images."""
    taken = []
    for image, known in zip(images, features, strict=True):
        begun = time.perf_counter()
        predictor.polygons(known, image.pixels(), image.size, image.boxes[:1])
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken)) * 1000


def _points(polygon: Polygon) -> int:
    return sum(map(len, polygon.rings + polygon.holes))


def rows(*, quick: bool = False) -> list[Row]:
    """All figures of polygons."""
    torch.set_num_threads(1)
    nuclei, trials = Nuclei(), []
    for seed in range(1 if quick else SEEDS):
        trials.append(trial(nuclei, seed))
        print(f"seed {seed}: {trials[-1]}", flush=True)
    found = []
    for number, iou in enumerate(IOUS):
        means = {name: np.array([one.precision[name][number] for one in trials]) for name in trials[0].precision}
        for name, values in means.items():
            metric = f"nuclei, 50 images: AP{iou * 100:.0f} of {name} ({values.min():.3f} to {values.max():.3f})"
            found.append(row(metric, float(values.mean()), ""))
        gain = float((means["mask polygons"] - means["ellipses in the boxes"]).mean())
        metric = f"nuclei, 50 images: gain over ellipses, AP{iou * 100:.0f}"
        found.append(row(metric, gain, "", target=">= 0.15" if number == 0 else ""))
    ellipses = float(np.mean([one.tested.ellipse_iou for one in trials]))
    masks = float(np.mean([one.tested.mask_iou for one in trials]))
    better = float(np.mean([one.held_out.better for one in trials]))
    return [
        *found,
        row("nuclei: mean IoU in true boxes, beside ellipses", masks, "", baseline=ellipses, target="> 1x"),
        row("nuclei: share of trials that validate better than ellipses", better, "", target=">= 1"),
        row("points of a polygon, median", float(np.median([one.points for one in trials])), "", target="<= 24"),
        row("polygon of one drawn box", float(np.median([one.drawn_ms for one in trials])), "ms", target="< 200"),
        row("polygon of each of many boxes", float(np.median([one.each_ms for one in trials])), "ms", target="< 1"),
    ]
