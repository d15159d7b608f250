"""Polygons of the objects in boxes, by the masks of a project's model; with torch, in a process of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from jlabel.assist.detection.detector import Detector
from jlabel.assist.detection.labeled import PIXELS
from jlabel.assist.detection.mask_predictor import MaskPredictor
from jlabel.assist.detection.model import read_frame, read_model
from jlabel.assist.detection.model_file import BACKBONE, FILE
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.stored_features import read_features
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.efficientnet_lite import EfficientNetLite
from jlabel.assist.embeddings.network import Network
from jlabel.errors import AssistError, CheckpointError
from jlabel.media.picture import load
from jlabel.model.shapes.polygon import Polygon

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class ImageFile:
    """The file of one image.

    Attributes:
        item: the item's id.
        uri: that media/ opens.
        stamp: of the file as it is now.
    """

    item: int
    uri: str
    stamp: str


@dataclass(frozen=True, kw_only=True, eq=False)
class _Model:
    stamp: tuple[str, int, int]
    name: str
    detector: Detector
    predictor: MaskPredictor


@dataclass(frozen=True, kw_only=True, eq=False)
class _Seen:
    """The last picture, decoded, with its features."""

    file: ImageFile
    pixels: NDArray[np.uint8]
    size: tuple[int, int]
    features: NDArray[np.float16]


class PromptedMasks:
    """Keeps the model, and of the last image its pixels and features.

    Args:
        folder: of the project's assist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._networks: dict[str, Network] = {}
        self._model: _Model | None = None
        self._seen: _Seen | None = None

    def open(self, backbone: str) -> None:
        """Read the model, unless it is the one in memory.

        Args:
            backbone: of the project's settings.

        Raises:
            MissingExtra: the package of the network's weights is not installed.
            CheckpointError: the model's file is gone or damaged.
            AssistError: the model has no masks, or is of another network.
        """
        try:
            found = (self._folder / FILE).stat()
        except OSError as error:
            raise CheckpointError("The model's file is gone. Train it again with p.assist.train().") from error
        stamp = (backbone, found.st_mtime_ns, found.st_size)
        if self._model is None or self._model.stamp != stamp:
            self._model = self._seen = None
            self._model = self._read(backbone, stamp)

    def look(self, file: ImageFile) -> None:
        """Decode a picture, and read or compute its features, unless it is the one in memory.

        Raises:
            ImageError: it cannot be decoded.
        """
        if self._seen is not None and self._seen.file == file:
            return
        assert self._model is not None
        self._seen = None
        picture = load(file.uri, size=(PIXELS, PIXELS))
        size = (picture.width, picture.height)
        stored = read_features(self._folder, self._model.name, file.item, file.stamp)
        known = stored is not None and stored[1] == size and len(stored[0]) == self._model.detector.pyramid.dim
        features = stored[0] if stored and known else self._model.detector.features(picture.pixels, size)
        self._seen = _Seen(file=file, pixels=picture.pixels, size=size, features=features)

    def polygons(self, file: ImageFile, boxes: Sequence[Bounds]) -> list[Polygon]:
        """Return a polygon for each box, pixels of the image, valid and inside it; the model is open.

        Raises:
            ImageError: the picture cannot be decoded.
            GeometryError: a box lies outside the image, or has no area.
        """
        self.look(file)
        assert self._model is not None
        assert self._seen is not None
        seen, some = self._seen, np.array(boxes, np.float32).reshape(-1, 4)
        return self._model.predictor.polygons(seen.features, seen.pixels, seen.size, some)

    def _read(self, backbone: str, stamp: tuple[str, int, int]) -> _Model:
        network = self._network(backbone)
        assert isinstance(network.module, EfficientNetLite)
        try:
            frame = read_frame(self._folder, network.hash)
            pyramid = Pyramid(network.module, frame) if frame else None
            model = read_model(self._folder, network.hash, pyramid) if pyramid else None
        except CheckpointError as error:
            raise CheckpointError("The model's file is damaged. Train it again with p.assist.train().") from error
        if model is None or frame is None or pyramid is None:
            raise AssistError("The model is of another network than the settings name. It is trained anew by assist.")
        if model.masks is None:
            raise AssistError("The model has not learned outlines yet. Label more images with polygons.")
        detector = Detector(pyramid=pyramid, head=model.head, class_ids=model.class_ids)
        predictor = MaskPredictor(pyramid=pyramid, head=model.masks)
        blank = np.full((frame.height, frame.width, 3), 128, np.uint8)
        size = (frame.width, frame.height)
        # The first call of each operation takes several times as long as the others.
        predictor.polygons(detector.features(blank, size), blank, size, np.array([[8, 8, 24, 24]], np.float32))
        return _Model(stamp=stamp, name=f"{network.hash}-{frame.name}", detector=detector, predictor=predictor)

    def _network(self, backbone: str) -> Network:
        if backbone not in self._networks:
            torch.set_num_threads(1)  # the worker's process has the others
            found = open_backbone(BACKBONE if backbone == "auto" else backbone, device="cpu")
            if not isinstance(found, Network) or not isinstance(found.module, EfficientNetLite):
                raise AssistError(f"Outlines are found on an EfficientNet-Lite, not on {backbone!r}. Use 'lite0'.")
            self._networks[backbone] = found
        return self._networks[backbone]
