"""Whether the masks are worth being offered: they are compared with ellipses in the same boxes, on images held out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from jlabel.assist.detection.examples import LabeledImage
from jlabel.assist.detection.mask_predictor import MaskPredictor
from jlabel.assist.detection.polygons import ellipse

CONFIDENCE = 0.95
LEAST_IMAGES = 5
"""Images with fewer say too little about how much images differ."""
_MOST_OBJECTS = 50
"""Of an image, spread evenly over its list; more hardly change its mean."""


@dataclass(frozen=True, kw_only=True)
class MaskValidation:
    """How well masks and ellipses cover the objects of images that were not learned from.

    Attributes:
        images: that have objects with polygons.
        mask_iou: mean over images of the mean IoU of predicted polygons in the true boxes.
        ellipse_iou: the same of ellipses that fill the boxes.
        gain_at_least: lower confidence bound of the mean difference, one-sided, by Student's t over images (objects of
            one image are alike); -infinity for fewer than 5 images.
    """

    images: int
    mask_iou: float
    ellipse_iou: float
    gain_at_least: float

    @property
    def better(self) -> bool:
        """Whether masks are to be offered: they are better than ellipses, and not by chance."""
        return self.gain_at_least > 0


def validate_masks(
    predictor: MaskPredictor,
    images: Sequence[LabeledImage],
    features: Sequence[NDArray[np.float16]],
    *,
    confidence: float = CONFIDENCE,
) -> MaskValidation:
    """Compare masks and ellipses.

    Args:
        predictor: trained on other images.
        images: held out; those without polygons are passed over.
        features: (dim,) of each, as ``Detector.features`` returns them.
        confidence: with which the gain is at least ``gain_at_least``, below 1.
    """
    pairs = [_means(predictor, image, known) for image, known in zip(images, features, strict=True) if image.polygons]
    masks, ellipses = np.array(pairs, np.float64).reshape(-1, 2).T
    return MaskValidation(
        images=len(pairs),
        mask_iou=float(masks.mean()) if pairs else 0.0,
        ellipse_iou=float(ellipses.mean()) if pairs else 0.0,
        gain_at_least=lower_bound(masks - ellipses, confidence),
    )


def lower_bound(differences: NDArray[np.float64], confidence: float = CONFIDENCE) -> float:
    """Return the one-sided lower confidence bound of a mean by Student's t; -infinity for fewer than 5 values."""
    count = len(differences)
    if count < LEAST_IMAGES:
        return -math.inf
    error = float(differences.std(ddof=1)) / math.sqrt(count)
    return float(differences.mean()) - float(stdtrit(count - 1, confidence)) * error


def _means(predictor: MaskPredictor, image: LabeledImage, features: NDArray[np.float16]) -> tuple[float, float]:
    count = len(image.polygons)
    some = np.unique(np.linspace(0, count - 1, min(count, _MOST_OBJECTS)).round().astype(int)).tolist()
    true = [image.polygons[n] for n in some]
    boxes = np.array([polygon.bounds() for polygon in true], np.float32)
    found = predictor.polygons(features, image.pixels(), image.size, boxes)
    masks = [one.iou(other) for one, other in zip(found, true, strict=True)]
    ellipses = [ellipse(box).iou(other) for box, other in zip(boxes.tolist(), true, strict=True)]
    return float(np.mean(masks)), float(np.mean(ellipses))
