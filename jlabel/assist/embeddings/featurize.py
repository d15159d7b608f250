"""Featurization: every image through the backbone once, decoding while the network computes."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.embeddings.backbone import Backbone
from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.learner import ItemFile, Prepared, Progress
from jlabel.errors import ImageError
from jlabel.media.picture import load
from jlabel.media.resample import enlarged

KEPT_EVERY = 256
"""Pictures between two writes at most: what a crash costs."""
KEPT_SHARE = 8
"""Written is also what grew by one in so many, since the first pictures are waited for."""
KEPT_AFTER = (0.5, 20)
"""Written is also after so many seconds, and so many times what a write takes, so that new labels can be trained on."""
DECODERS = 2
_AHEAD = 64
_PATIENCE = 0.2
"""Seconds of waiting for a picture after which ``cancel`` is asked again: a file on a network may take long."""

_Decoded = NDArray[np.uint8] | ImageError
Decode = Callable[[str], NDArray[np.uint8]]


class Embedder(Protocol):
    """What turns pixels into what is stored of a picture; ``batch``, where it has one, is how many at a time."""

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.floating]:
        """Return (n, dim) numbers of the pixels of n pictures."""
        ...


def featurize(
    files: Iterable[ItemFile],
    backbone: Embedder,
    embeddings: EmbeddingStore,
    *,
    decode: Decode | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    decoders: int = DECODERS,
) -> Prepared:
    """Embed the pictures that ``embeddings`` lacks.

    Resumable: what is stored under the same stamp is not done again. At most ``64`` decoded pictures are in
    memory beyond the batch.

    Args:
        files: pictures, in the order in which they are wanted; read as they are needed, so that the order may change
            for those that have not been read.
        backbone: the network.
        embeddings: where they are kept; of the same backbone.
        decode: returns the pixels that the backbone takes of a file, on several threads; by default those of a
            ``Backbone``, the whole picture in its square.
        progress: called on the calling thread when pictures are stored, and after every batch.
        cancel: called on the calling thread before every batch and while pictures are waited for; true ends the work
            after what is done is stored. Decoding goes on while it runs.
        decoders: threads; Pillow decodes without the GIL.

    Raises:
        StoreFull: no room for the embeddings.
        AssistError: the network fails or memory is short even for one picture.
    """
    begun = time.monotonic()
    due = begun + KEPT_AFTER[0]
    unreadable: list[tuple[int, str]] = []
    fresh: list[tuple[ItemFile, NDArray[np.floating]]] = []
    done = 0
    total = len(files) if isinstance(files, Sized) else 0

    def keep() -> None:
        nonlocal done, due
        started = time.monotonic()
        _keep(embeddings, fresh)
        done += len(fresh)
        fresh.clear()
        ended = time.monotonic()
        due = ended + max(KEPT_AFTER[0], KEPT_AFTER[1] * (ended - started))

    def report() -> None:
        if progress is not None:
            ended = done + len(unreadable)
            progress(Progress(done=ended, total=total, rate=ended / max(time.monotonic() - begun, 1e-9)))

    source = _Decoder(files, backbone, decode, embeddings, decoders, cancel or (lambda: False))
    try:
        while some := source.batch():
            ready = [(file, result) for file, result in some if not isinstance(result, ImageError)]
            if ready:
                vectors = backbone.embed(np.stack([pixels for _, pixels in ready]))
                fresh += [(file, vector) for (file, _), vector in zip(ready, vectors, strict=True)]
            bad = [(file.item, str(result)) for file, result in some if isinstance(result, ImageError)]
            # What is reported done is what was given first: pictures before an unreadable one are stored.
            if bad or len(fresh) >= min(KEPT_EVERY, done // KEPT_SHARE) or time.monotonic() >= due:
                keep()
            unreadable += bad
            report()
    finally:
        source.close()
        keep()
    report()
    seconds = time.monotonic() - begun
    return Prepared(done=done, unreadable=tuple(unreadable), seconds=seconds, cancelled=source.cancelled)


class _Decoder:
    """Decodes pictures in order, a few dozen ahead of the network.

    Attributes:
        cancelled: ``cancel`` ended the work.
    """

    def __init__(  # noqa: PLR0917 -- of one call
        self,
        files: Iterable[ItemFile],
        backbone: Embedder,
        decode: Decode | None,
        embeddings: EmbeddingStore,
        threads: int,
        cancel: Callable[[], bool],
    ) -> None:
        self.cancelled = False
        self._rest = iter(files)
        self._backbone, self._embeddings, self._cancel = backbone, embeddings, cancel
        self._decode = decode or (lambda uri: framed(uri, cast("Backbone", backbone)))
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="jlabel-decode")
        self._queue: deque[tuple[ItemFile, Future[NDArray[np.uint8]]]] = deque()
        self._size = 0

    def batch(self) -> list[tuple[ItemFile, _Decoded]]:
        """Return the next pictures; none when there are no more, or the work was cancelled."""
        found: list[tuple[ItemFile, _Decoded]] = []
        self._fill()
        if self._queue and self._stops():
            return []
        while self._queue and len(found) < self._size:
            file, future = self._queue[0]
            try:
                found.append((file, future.result(timeout=_PATIENCE)))
            except ImageError as error:
                found.append((file, error))
            except TimeoutError:
                if not future.done() and self._stops():
                    return []
                continue
            self._queue.popleft()
            self._fill()
        return found

    def close(self) -> None:
        """Decode nothing more; a picture that is being decoded is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _stops(self) -> bool:
        self.cancelled = self.cancelled or self._cancel()
        return self.cancelled

    def _fill(self) -> None:
        while len(self._queue) < _AHEAD + self._size:
            file = next(self._rest, None)
            if file is None:
                return
            if not self._embeddings.missing([(file.item, file.stamp)]):
                continue
            if not self._size:  # measured at the first use, which takes seconds
                self._size = max(1, int(getattr(self._backbone, "batch", 8)))
            self._queue.append((file, self._pool.submit(self._decode, file.uri)))


def framed(uri: str, backbone: Backbone) -> NDArray[np.uint8]:
    """Decode a picture, whole, into the middle of the network's square, (size, size, 3).

    Raises:
        ImageError: it cannot be decoded.
    """
    side = backbone.size
    # At most the square's size, so that a JPEG is decoded at an eighth or a quarter where that is enough.
    pixels = load(uri, size=(side, side)).pixels
    height, width = pixels.shape[:2]
    if max(height, width) < side:
        scale = side / max(height, width)
        height, width = max(1, round(height * scale)), max(1, round(width * scale))
        pixels = enlarged(np.ascontiguousarray(pixels), (width, height))
    square = backbone.blank()
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = pixels
    return square


def _keep(embeddings: EmbeddingStore, fresh: list[tuple[ItemFile, NDArray[np.floating]]]) -> None:
    if not fresh:
        return
    embeddings.append(
        [s.item for s, _ in fresh], [s.stamp for s, _ in fresh], np.stack([vector for _, vector in fresh])
    )
