"""The features of a project's images, kept on disk as far as there is room for them."""

import logging
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.stored_features import BASE, FOLDER, SIZE, Size, read_row
from jlabel.assist.detection.views import plain_view, render
from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.embeddings.featurize import featurize
from jlabel.assist.learner import ItemFile, Prepared, Progress
from jlabel.errors import CheckpointError
from jlabel.media.picture import load
from jlabel.model.item_table import ItemTable

BYTES = 8e9
"""On disk for one project: some 20,000 images of 480 x 352 pixels."""
_BATCH = 8

logger = logging.getLogger(__name__)


class FeatureStore:
    """Features by item, under one pyramid.

    Args:
        folder: of the project's assist.
        pyramid: computes the features.
        name: hash of network and frame.
        bytes_: room on disk.

    Attributes:
        note: what was wrong with stored features, a sentence; ``""`` as a rule.
    """

    def __init__(self, folder: Path, pyramid: Pyramid, name: str, *, bytes_: float = BYTES) -> None:
        self.pyramid, self.note = pyramid, ""
        self.batch = _BATCH
        self._dim = pyramid.dim + SIZE
        self._room = max(1, int(bytes_ / (2 * self._dim)))
        self._bad: set[tuple[int, str]] = set()
        path = folder / FOLDER / name
        # Features of an earlier frame are of no use any more, and large.
        for other in (folder / FOLDER).glob("*"):
            if other != path:
                shutil.rmtree(other, ignore_errors=True)
        try:
            self._stored = EmbeddingStore(path, backbone=name, dim=self._dim)
        except CheckpointError as error:
            self.note = f"{error} They were thrown away."
            logger.warning(self.note)
            shutil.rmtree(path, ignore_errors=True)
            self._stored = EmbeddingStore(path, backbone=name, dim=self._dim)
        self._current: frozenset[int] = frozenset()

    def missing(self, items: ItemTable, first: Collection[int]) -> list[ItemFile]:
        """Return the images whose features are to be computed, as far as there is room: open pages, then ``first``."""
        stored = self._stored
        positions = stored.missing(list(zip(items.items, items.stamps, strict=True)))
        positions = [n for n in positions if (items.items[n], items.stamps[n]) not in self._bad]
        positions.sort(key=lambda n: (items.items[n] not in items.leased, items.items[n] not in first, items.ranks[n]))
        room = max(0, self._room - len(stored.matrix))
        if room < len(positions):
            logger.info("There is room for the features of %d more images of %d", room, len(positions))
        return [ItemFile(item=items.items[n], uri=items.uri(n), stamp=items.stamps[n]) for n in positions[:room]]

    def prepare(
        self, files: Iterable[ItemFile], *, progress: Callable[[Progress], None], cancel: Callable[[], bool]
    ) -> Prepared:
        """Compute and store features; see ``Learner.prepare``."""
        stamps: dict[int, str] = {}

        def noted() -> Iterator[ItemFile]:
            for one in files:
                stamps[one.item] = one.stamp
                yield one

        found = featurize(noted(), self, self._stored, progress=progress, cancel=cancel, decode=self._decode)
        self._bad |= {(item, stamps[item]) for item, _ in found.unreadable}
        return found

    def refresh(self, items: ItemTable) -> None:
        """Find out which features are of the files as they are now."""
        outdated = set(self._stored.missing(list(zip(items.items, items.stamps, strict=True))))
        self._current = frozenset(item for n, item in enumerate(items.items) if n not in outdated)

    def known(self, items: Iterable[int]) -> list[int]:
        """Return those of some items that have features."""
        return [item for item in items if item in self._current]

    def read(self, item: int) -> tuple[NDArray[np.float16], Size]:
        """Return (dim,) features of an item that has some, and the width and height of its image in pixels."""
        return read_row(self._stored, item)

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float16]:
        """Return (n, dim) features of framed pixels, each with a last line that holds the image's size."""
        sizes = np.stack([_unpack(one) for one in pixels[:, -1]]).astype(np.float16)
        return np.concatenate([self.pyramid.features(pixels[:, :-1]), sizes], axis=1)

    def _decode(self, uri: str) -> NDArray[np.uint8]:
        """Return a picture in the frame, and below it one line that holds the size of the whole image."""
        frame = self.pyramid.frame
        picture = load(uri, size=(frame.width, frame.height))
        size = (picture.width, picture.height)
        shown = render(picture.pixels, plain_view(size, frame), frame, self.pyramid.blank)
        return np.concatenate([shown, _pack(size, frame.width)])


def _pack(size: Size, width: int) -> NDArray[np.uint8]:
    line = np.zeros((1, width, 3), np.uint8)
    line.reshape(-1)[:8] = np.array(size, dtype="<u4").view(np.uint8)
    return line


def _unpack(line: NDArray[np.uint8]) -> NDArray[np.float64]:
    across, down = np.ascontiguousarray(line.reshape(-1)[:8]).view("<u4").tolist()
    return np.array([*divmod(across, BASE), *divmod(down, BASE)], np.float64)
