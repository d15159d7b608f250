"""A promptable segmenter from a user's own files: an image is encoded once, then each box is decoded to a mask.

The convention is that of SAM (Kirillov et al., "Segment Anything", ICCV 2023) as its ONNX export has it:

- The picture's long side becomes 1024 pixels, RGB less (123.675, 116.28, 103.53) over (58.395, 57.12, 57.375), with
  zeros to the right and below up to a square: (1, 3, 1024, 1024) float32 to the encoder.
- The encoder returns the embedding, of any shape; SAM's is (1, 256, 64, 64) float32.
- The decoder takes the embedding, ``point_coords`` (1, 2, 2) float32, the box's upper left and lower right corner in
  pixels of the square, and ``point_labels`` (1, 2) float32, which are 2 and 3. It returns masks (1, m, h, w) before the
  sigmoid, which cover the whole square at any resolution (SAM's 256 x 256), and the IoU (1, m) it expects of each.

Weights do not come with jlabel. ``segmenter_files.py`` reads both networks from ONNX or TorchScript files.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torchvision.transforms.v2 import functional as transforms

from jlabel.assist.detection.polygons import ellipse, polygon_of_mask
from jlabel.assist.detection.regions import WINDOW, about
from jlabel.errors import CheckpointError
from jlabel.model.shapes.polygon import Polygon

LONG_SIDE = 1024
_MEAN, _STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
_CORNERS = (2.0, 3.0)
"""Labels of a box's upper left and lower right corner among SAM's points."""

Array = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Embedding:
    """An encoded image.

    Attributes:
        values: what the encoder returned.
        size: width and height of the image, pixels.
        shown: width and height of the picture in the square, pixels.
    """

    values: Array
    size: tuple[int, int]
    shown: tuple[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class BoxMask:
    """A mask around a box.

    Attributes:
        probability: (h, w) of each cell, 0 to 1.
        region: x0, y0, x1, y1 that the cells cover, pixels of the image.
    """

    probability: Array
    region: tuple[float, float, float, float]


class Promptable(Protocol):
    """Encodes images and decodes boxes."""

    def encode(self, pixels: NDArray[np.uint8], size: tuple[int, int]) -> Embedding:
        """Return what an image's boxes are decoded from.

        Args:
            pixels: (h, w, 3) RGB, of any resolution.
            size: width and height of the image, pixels.
        """
        ...

    def decode(self, embedding: Embedding, box: Sequence[float]) -> BoxMask:
        """Return the mask of the object in a box x0, y0, x1, y1, pixels of the image."""
        ...


@dataclass(frozen=True, kw_only=True)
class Segmenter:
    """Two networks under SAM's convention.

    Attributes:
        encoder: (1, 3, side, side) to the embedding.
        decoder: embedding, ``point_coords`` and ``point_labels`` to masks before the sigmoid and their expected IoU.
        name: for people: the decoder's file.
        side: of the square, pixels.

    ``encode`` and ``decode`` raise ``CheckpointError`` where a network does not take or return what it should.
    """

    encoder: Callable[[Array], Array]
    decoder: Callable[[Array, Array, Array], tuple[Array, Array]]
    name: str
    side: int = LONG_SIDE

    def encode(self, pixels: NDArray[np.uint8], size: tuple[int, int]) -> Embedding:
        """As ``Promptable``."""
        scale = self.side / max(size)
        width, height = (max(1, round(length * scale)) for length in size)
        picture = torch.from_numpy(np.array(pixels)).permute(2, 0, 1)
        resized = transforms.resize(picture, [height, width], antialias=True).permute(1, 2, 0).numpy()
        square = np.zeros((1, 3, self.side, self.side), np.float32)
        square[0, :, :height, :width] = ((resized - np.array(_MEAN)) / np.array(_STD)).transpose(2, 0, 1)
        values = self._run(self.encoder, square)
        return Embedding(values=np.asarray(values, np.float32), size=size, shown=(width, height))

    def decode(self, embedding: Embedding, box: Sequence[float]) -> BoxMask:
        """As ``Promptable``; of several masks the one of which the decoder expects most."""
        across, down = (shown / length for shown, length in zip(embedding.shown, embedding.size, strict=True))
        corners = (np.array(box, np.float32) * [across, down, across, down]).reshape(1, 2, 2).astype(np.float32)
        masks, expected = self._run(self.decoder, embedding.values, corners, np.array([_CORNERS], np.float32))
        if masks.ndim != 4 or not masks.shape[1] or np.size(expected) != masks.shape[1]:  # noqa: PLR2004 -- 1, m, h, w
            raise self._odd(f"it returned masks of shape {masks.shape} and {np.size(expected)} expected IoU")
        logits = masks[0, int(np.argmax(expected))].astype(np.float64)
        height, width = logits.shape
        # Only what lies around the box: what else in the image looks like it is another object.
        cells = np.array([width / self.side * across, height / self.side * down] * 2)
        x0, y0, x1, y1 = (about(np.array([box], np.float32), WINDOW)[0] * cells).tolist()
        left, top = int(np.clip(x0, 0, width - 1)), int(np.clip(y0, 0, height - 1))
        right, bottom = int(np.clip(np.ceil(x1), left + 1, width)), int(np.clip(np.ceil(y1), top + 1, height))
        region = np.array([left, top, right, bottom]) / cells
        probability = torch.from_numpy(logits[top:bottom, left:right]).sigmoid().numpy().astype(np.float32)
        return BoxMask(probability=probability, region=(*region.tolist(),))

    def _run(self, network: Callable[..., Any], *args: Array) -> Any:  # noqa: ANN401 -- whatever a network returns
        try:
            return network(*args)
        except Exception as error:  # each runtime has exceptions of its own
            raise self._odd(str(error).strip().split("\n")[-1][:200]) from error

    def _odd(self, reason: str) -> CheckpointError:
        return CheckpointError(
            f"The segmenter {self.name!r} does not work as SAM's ONNX export does ({reason}). Export encoder and "
            "decoder as jlabel/assist/detection/promptable.py describes."
        )


def prompt_polygon(segmenter: Promptable, embedding: Embedding, box: Sequence[float]) -> Polygon:
    """Return the polygon of the object in a box x0, y0, x1, y1, pixels of the image, which it lies in.

    An ellipse where the segmenter finds nothing.

    Raises:
        CheckpointError: the segmenter does not do what it should.
        GeometryError: the box lies outside the image, or has no area.
    """
    mask = segmenter.decode(embedding, box)
    found = polygon_of_mask(mask.probability, mask.region, embedding.size)
    return found or ellipse(box).clip_partly_outside(*embedding.size)
