"""Scoring: a trained detector on images whose features are kept, with confidences that are calibrated."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.compute.interruption import look
from jlabel.assist.detection.alignment import ENOUGH, MOST, Alignment, align
from jlabel.assist.detection.calibration import NEVER, least_provable
from jlabel.assist.detection.detections import Detections
from jlabel.assist.detection.detector import Detector
from jlabel.assist.detection.feature_store import FeatureStore
from jlabel.assist.detection.model import ShapeModel
from jlabel.assist.detection.predict import FLOOR
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.scores import ShapeScores
from jlabel.assist.detection.train import pooled


class Scorer:
    """Applies one model.

    Args:
        model: trained.
        pyramid: that its features come from.
        features: of the project's images.

    Attributes:
        model: as given.
        alignment: of its scores; ``None`` before enough unlabeled images were scored.
        proving: confidence from which a shape may be in a batch that is to be proved.
    """

    def __init__(self, model: ShapeModel, pyramid: Pyramid, features: FeatureStore) -> None:
        self.model = model
        self._pyramid, self._features = pyramid, features
        self.alignment: Alignment | None = None
        self.proving = NEVER

    def prove_at(self, target: float) -> float:
        """Choose, by held-out predictions, what may be in a batch that is to be proved; return that confidence."""
        confidence, right = pooled(self.model.held, self.model.calibration)
        self.proving = least_provable(confidence, right, target)
        return self.proving

    def score(self, items: NDArray[np.int64]) -> ShapeScores:
        """Detect the objects of images whose features are there; the first ones that are scored align the scores."""
        known = self._features.known(items.tolist())
        if self.alignment is None and len(known) >= ENOUGH:
            self.alignment = self._align(known[:MOST])
        aligned = self.alignment or align(np.zeros(0), ())
        detector = Detector(pyramid=self._pyramid, head=self.model.head, class_ids=self.model.class_ids)
        ids = np.array(self.model.class_ids, np.int64)
        found, sizes = [], []
        for item in known:
            look()
            features, size = self._features.read(item)
            one = detector.detect(features, size)
            sure = self.model.calibration(aligned(one.scores)).astype(np.float32)
            found.append(Detections(one.boxes, sure, ids[one.classes]).above(FLOOR))
            sizes.append(size)
        return ShapeScores(
            np.array(known, np.int64), found, sizes, threshold=self.model.threshold, proving=self.proving
        )

    def _align(self, items: Sequence[int]) -> Alignment:
        scores: list[list[NDArray[np.float32]]] = []
        for head in (self.model.head, *self.model.twins):
            detector = Detector(pyramid=self._pyramid, head=head, class_ids=self.model.class_ids)
            scores.append([])
            for item in items:
                look()
                scores[-1].append(detector.detect(*self._features.read(item)).scores)
        own, *twins = (np.concatenate(one) for one in scores)
        return align(own, twins)
