"""A detector as one network, from pixels to candidates with calibrated confidences.

What of the candidates is one object and where it lies in the picture is left to ``answers``: a few lines of numpy.
"""

import numpy as np
import torch
from torch import Tensor, nn

from jlabel.assist.detection.alignment import Alignment
from jlabel.assist.detection.calibration import EDGE, Calibration
from jlabel.assist.detection.detections import CANDIDATES, LEAST
from jlabel.assist.detection.detections import MOST as FOUND
from jlabel.assist.detection.detector import OVERLAP
from jlabel.assist.detection.head import Head, to_boxes
from jlabel.assist.detection.model import read_alignment, read_frame, read_model
from jlabel.assist.detection.model_file import BACKBONE, FILE
from jlabel.assist.detection.predict import FLOOR
from jlabel.assist.detection.predict import MOST as SHOWN
from jlabel.assist.detection.pyramid import STRIDES, Pyramid
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.efficientnet_lite import MEAN, STD, EfficientNetLite
from jlabel.assist.embeddings.network import Network
from jlabel.assist.exported.built import Built, Source, other_network
from jlabel.assist.exported.facts import Input


class DetectorGraph(nn.Module):
    """Pixels to the likeliest boxes.

    Args:
        pyramid: computes the features.
        head: trained on them.
        alignment: of its scores.
        calibration: of the aligned scores.
    """

    centres: Tensor
    own: Tensor
    twins: Tensor

    def __init__(self, pyramid: Pyramid, head: Head, alignment: Alignment, calibration: Calibration) -> None:
        super().__init__()
        self.network, self.head = pyramid.network, head
        self.slope, self.offset = calibration.slope, calibration.offset
        self.register_buffer("centres", pyramid.locations()[0])
        self.aligned = len(alignment.own) > 0
        if self.aligned:
            self.register_buffer("own", torch.from_numpy(alignment.own.astype(np.float32)))
            self.register_buffer("twins", torch.from_numpy(alignment.twins.astype(np.float32)))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return boxes x0, y0, x1, y1 (n, m, 4) in pixels of the input, confidences (n, m) and class numbers (n, m).

        The likeliest first, by scores before their calibration; what is too unlikely to be kept has a confidence of 0.

        Args:
            image: (n, height, width, 3) RGB pixels of eight bits.
        """
        x = (image.permute(0, 3, 1, 2).float() - MEAN) / STD
        maps = [each.half().float() for each in self.network.maps(x, STRIDES)]  # as features are kept
        logits, distances = self.head(maps)
        scores = logits.sigmoid()
        value, at = scores.flatten(1).topk(min(CANDIDATES, scores.shape[1] * scores.shape[2]), dim=1)
        place = torch.div(at, scores.shape[2], rounding_mode="floor")
        boxes = to_boxes(self.centres, distances).gather(1, place.unsqueeze(2).expand(-1, -1, 4))
        sure = torch.where(value >= LEAST, self._calibrated(self._aligned(value)), torch.zeros_like(value))
        return boxes, sure, at - place * scores.shape[2]

    def _aligned(self, scores: Tensor) -> Tensor:
        """Return ``Alignment`` of scores: linear from knot to knot, summed up over the knots that are passed."""
        if not self.aligned:
            return scores
        width, rise = self.own[1:] - self.own[:-1], self.twins[1:] - self.twins[:-1]
        beyond = scores.unsqueeze(2) - self.own[:-1]
        # Two knots at one score are a step, which is taken at that score.
        share = torch.where(width > 0, (beyond / width.clamp(min=1e-30)).clamp(0, 1), (beyond >= 0).float())
        return self.twins[0] + (share * rise).sum(dim=2)

    def _calibrated(self, scores: Tensor) -> Tensor:
        p = scores.clamp(EDGE, 1 - EDGE)
        return (self.slope * (p / (1 - p)).log() + self.offset).sigmoid()


def build_detector(source: Source) -> Built | None:
    """Return the detector of the last training; ``None`` where there is none.

    Raises:
        AssistError: it is of another network than the settings name.
        CheckpointError: its file is damaged.
        MissingExtra: torch, torchvision or the package of weights is not installed.
    """
    if not (source.folder / FILE).exists():
        return None
    name = BACKBONE if source.settings.backbone == "auto" else source.settings.backbone
    network = open_backbone(name, device="cpu")
    if not isinstance(network, Network) or not isinstance(network.module, EfficientNetLite):
        raise other_network(name)
    frame = read_frame(source.folder, network.hash)
    if frame is None:
        raise other_network(name)
    pyramid = Pyramid(network.module, frame)
    model = read_model(source.folder, network.hash, pyramid)
    assert model is not None
    alignment = read_alignment(source.folder, network.hash)
    ground = [round(one) for one in pyramid.blank]
    return Built(
        module=DetectorGraph(pyramid, model.head, alignment, model.calibration).eval(),
        outputs=("boxes", "confidences", "classes"),
        class_ids=model.class_ids,
        input=Input(width=frame.width, height=frame.height, ground=(ground[0], ground[1], ground[2])),
        network=f"{network.name}, {frame.name}",
        hash=model.hash,
        suggests=model.threshold,
        rules={"overlap": OVERLAP, "most": FOUND, "floor": FLOOR, "shown": SHOWN},
    )
